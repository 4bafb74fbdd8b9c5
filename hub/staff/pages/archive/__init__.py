"""The viewer's desk: records of tickets, archives to be carried away, the chain's verification, notices (M26, M15)."""

from hub.staff.pages.archive import checking, exporting, given, page
from hub.staff.routing import Declared

DECLARED: tuple[Declared, ...] = (*page.DECLARED, *exporting.DECLARED, *checking.DECLARED, *given.DECLARED)
