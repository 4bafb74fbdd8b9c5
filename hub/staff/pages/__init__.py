"""The pages themselves, one module for each desk; what they declare, in the order of the menu."""

from hub.staff.pages import duty, guide, home, reports
from hub.staff.routing import Declared

DECLARED: tuple[Declared, ...] = (*home.DECLARED, *guide.DECLARED, *duty.DECLARED, *reports.DECLARED)
