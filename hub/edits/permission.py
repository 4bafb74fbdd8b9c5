"""Which roles may change what of the hall's file (M44)."""

from collections.abc import Iterable

from hub.edits.differences import differences
from hub.edits.kinds import Add, Edit, Place
from hub.edits.record import Record

OF_THE_SYSTEM = ("people", "devices", "wifi", "update", "upkeep", "offline", "faces", "pad")
"""Tables of users, devices and what keeps them running: 系统管理员."""
OF_COUNTERS = ("post_a", "post_b", "printer")
"""Who works there and what prints there: 系统管理员 for people and devices, 业务管理员 for counters."""
OF_THE_REPORT: Place = ("report", "printer")
OF_NOTICES: tuple[Place, ...] = (("screen", "notices"), ("screen", "welcome"))
"""通知公告: 公告管理员."""


def roles_for(place: Place) -> frozenset[str]:
    """Return the roles of who may change a place; all else is the 业务管理员's; maintainers may mend anything."""
    if place[:1] and place[0] in OF_THE_SYSTEM:
        return frozenset(("system", "maintainer"))
    is_of_a_counter = len(place) == 3 and place[0] == "counters" and place[2] in OF_COUNTERS
    if is_of_a_counter or place == OF_THE_REPORT:
        return frozenset(("system", "business", "maintainer"))
    if place[:2] in OF_NOTICES:
        return frozenset(("business", "announcer", "maintainer"))
    return frozenset(("business", "maintainer"))


def places_of(edits: Iterable[Edit]) -> list[Place]:
    """Return the places that edits touch."""
    return [edit.to if isinstance(edit, Add) else edit.at for edit in edits]


def places_in(record: Record) -> list[Place]:
    """Return the places that a change has touched, which taking it back touches again."""
    return [one.at for one in differences(record.before, record.after)]


def may_change(roles: Iterable[str], places: Iterable[Place]) -> bool:
    """Tell whether somebody with these roles may change all these places."""
    granted = frozenset(roles)
    return all(granted & roles_for(place) for place in places)
