"""The managers' pages: what the hall's file holds, changed while the hall works (M21, M34, M35, M43-M45)."""

from hub.staff.pages.manage import history, people, posts, results, services
from hub.staff.routing import Declared

DECLARED: tuple[Declared, ...] = (
    *services.DECLARED,
    *results.DECLARED,
    *people.DECLARED,
    *posts.DECLARED,
    *history.DECLARED,
)
