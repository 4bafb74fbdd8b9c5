"""Who may look into the archive, take it away and remove rows; that he did, or tried, is journalled (M26)."""

from typing import Literal

from hub.config import Hall
from hub.staff import permissions

Act = Literal["archive-see", "archive-export", "archive-remove"]
"""Names of permissions. Who removes rows may not read them: the table has other roles for that."""


def is_open_to_all(hall: Hall) -> bool:
    """Tell whether nobody has a number here, so that nobody can say who he is."""
    return not hall.file.people


def may(hall: Hall, person: str, act: Act) -> bool:
    """Tell whether somebody may."""
    known = hall.plan.people.get(person)
    return is_open_to_all(hall) or (known is not None and permissions.may(known.roles, act))


def role_for(act: Act) -> str:
    """Return the role that somebody needs."""
    return min(permissions.PERMISSIONS[act].roles)
