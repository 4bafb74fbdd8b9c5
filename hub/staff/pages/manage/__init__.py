"""The managers' pages: what the hall's file holds, changed while the hall works (M21, M34, M35, M43-M45)."""

from hub.staff.pages.manage import (
    devices,
    history,
    holidays,
    hours,
    parties,
    people,
    posts,
    results,
    screen_notices,
    screen_pages,
    screen_preview,
    services,
    slots,
)
from hub.staff.routing import Declared

DECLARED: tuple[Declared, ...] = (
    *services.DECLARED,
    *results.DECLARED,
    *people.DECLARED,
    *posts.DECLARED,
    *slots.DECLARED,
    *hours.DECLARED,
    *holidays.DECLARED,
    *screen_notices.DECLARED,
    *screen_pages.DECLARED,
    *screen_preview.DECLARED,
    *devices.DECLARED,
    *parties.DECLARED,
    *history.DECLARED,
)
