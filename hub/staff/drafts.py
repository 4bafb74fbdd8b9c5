"""What managers have prepared and not saved yet: one draft of each page for each person, in memory alone."""

import asyncio
import time
from typing import Any, TypeVar

from msgspec import Struct

KEPT_S = 3600.0
DRAFTS_MAX = 50
"""A draft holds a whole prepared hall."""
T = TypeVar("T")


class _Kept(Struct, frozen=True):
    since: float
    value: Any


class Drafts:
    """The drafts of all who are at their pages. saving: held by whoever compares a list and writes it."""

    def __init__(self) -> None:
        self.saving = asyncio.Lock()
        self._kept: dict[tuple[str, str], _Kept] = {}

    def put(self, person: str, page: str, value: object) -> None:
        """Keep a draft in place of whatever this person had prepared at this page before."""
        now = time.monotonic()
        self._kept.pop((person, page), None)
        self._kept = {key: one for key, one in self._kept.items() if now - one.since < KEPT_S}
        while len(self._kept) >= DRAFTS_MAX:
            del self._kept[next(iter(self._kept))]
        self._kept[person, page] = _Kept(now, value)

    def get(self, person: str, page: str, kind: type[T]) -> T | None:
        """Return a draft, None where there is none, or it was left too long."""
        found = self._kept.get((person, page))
        if found is None or time.monotonic() - found.since >= KEPT_S or not isinstance(found.value, kind):
            return None
        return found.value

    def drop(self, person: str, page: str) -> None:
        """Forget a draft."""
        self._kept.pop((person, page), None)
