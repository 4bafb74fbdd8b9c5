"""Who may look into the archive, take it away and remove rows; that he did, or tried, is journalled (M26)."""

from typing import Literal

from hub.config import Hall
from hub.rules.roles import Role
from hub.staff.permissions import PERMISSIONS

Act = Literal["archive-see", "archive-export", "archive-remove"]
"""Two permissions of the pages' table, and what no page does, since the hub may not run meanwhile."""
REMOVES: Role = "system"
"""Who removes rows may not read them, so it is none of those who may."""


def is_open_to_all(hall: Hall) -> bool:
    """Tell whether nobody has a number here, so that nobody can say who he is."""
    return not hall.file.people


def may(hall: Hall, person: str, act: Act) -> bool:
    """Tell whether somebody may."""
    known = hall.plan.people.get(person)
    return is_open_to_all(hall) or (known is not None and not roles_for(act).isdisjoint(known.roles))


def roles_for(act: Act) -> frozenset[Role]:
    """Return the roles of which somebody needs one."""
    return frozenset((REMOVES,)) if act == "archive-remove" else PERMISSIONS[act].roles
