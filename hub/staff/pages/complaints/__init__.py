"""The desk of whoever handles complaints and low ratings, and where those who were rated may appeal (M46, S16-S18)."""

from hub.staff.pages.complaints import appeals, exports, item, lists, work
from hub.staff.routing import Declared

DECLARED: tuple[Declared, ...] = (
    *lists.DECLARED,
    *exports.DECLARED,
    *item.DECLARED,
    *work.DECLARED,
    *appeals.DECLARED,
)
