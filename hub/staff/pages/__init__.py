"""The pages themselves, one module for each desk; what they declare, in the order of the menu."""

from hub.staff.pages import counter, duty, home
from hub.staff.routing import Declared

DECLARED: tuple[Declared, ...] = (*home.DECLARED, *counter.DECLARED, *duty.DECLARED)
