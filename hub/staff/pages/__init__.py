"""The pages themselves, one module for each desk; what they declare, in the order of the menu."""

from hub.staff.pages import archive, complaints, counter, duty, guide, home, log, manage, reports, tokens
from hub.staff.routing import Declared

DECLARED: tuple[Declared, ...] = (
    *home.DECLARED,
    *guide.DECLARED,
    *counter.DECLARED,
    *duty.DECLARED,
    *archive.DECLARED,
    *log.DECLARED,
    *tokens.DECLARED,
    *complaints.DECLARED,
    *reports.DECLARED,
    *manage.DECLARED,
)
