"""Who may look into the archive, take it away and remove rows; that he did, or tried, is journalled (M26)."""

from collections.abc import Mapping
from typing import Literal

from hub.config import Hall
from hub.rules.roles import Role

Act = Literal["archive-view", "archive-export", "archive-remove"]
MAY: Mapping[Act, Role] = {"archive-view": "viewer", "archive-export": "viewer", "archive-remove": "system"}
"""Who sees what was done does not do it (M43); who removes rows cannot read them first."""


def is_open_to_all(hall: Hall) -> bool:
    """Tell whether nobody has a number here, so that nobody can say who he is."""
    return not hall.file.people


def may(hall: Hall, person: str, act: Act) -> bool:
    """Tell whether somebody may."""
    known = hall.plan.people.get(person)
    return is_open_to_all(hall) or (known is not None and MAY[act] in known.roles)
