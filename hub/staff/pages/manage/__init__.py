"""The managers' pages: what the hall's file holds, changed while the hall works (M21, M34, M35, M43-M45)."""

from hub.staff.pages.manage import (
    devices,
    holidays,
    hours,
    parties,
    screen_notices,
    screen_pages,
    screen_preview,
    slots,
)
from hub.staff.routing import Declared

DECLARED: tuple[Declared, ...] = (
    *slots.DECLARED,
    *hours.DECLARED,
    *holidays.DECLARED,
    *screen_notices.DECLARED,
    *screen_pages.DECLARED,
    *screen_preview.DECLARED,
    *devices.DECLARED,
    *parties.DECLARED,
)
