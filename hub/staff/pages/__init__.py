"""The pages themselves, one module for each desk; what they declare, in the order of the menu."""

from hub.staff.pages import complaints, counter, duty, guide, home, reports
from hub.staff.routing import Declared

DECLARED: tuple[Declared, ...] = (
    *home.DECLARED,
    *guide.DECLARED,
    *counter.DECLARED,
    *duty.DECLARED,
    *complaints.DECLARED,
    *reports.DECLARED,
)
