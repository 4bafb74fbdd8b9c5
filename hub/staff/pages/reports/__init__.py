"""The statistics: a report as a page with pictures, and as files."""

from hub.staff.pages.reports import files, page
from hub.staff.routing import Declared

DECLARED: tuple[Declared, ...] = (*page.DECLARED, *files.DECLARED)
