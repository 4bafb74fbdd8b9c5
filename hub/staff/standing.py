"""What somebody came in with: when it is another, his sessions are over."""

from hub.hall_file import Somebody
from hub.tries import fingerprint


def standing(person: Somebody) -> str:
    """Return what changes with somebody's PIN, badge, kind and roles, and tells none of them."""
    return fingerprint(f"{person.pin} {person.badge} {person.kind} {' '.join(sorted(person.roles))}")
