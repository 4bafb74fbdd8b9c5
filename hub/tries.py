"""Whether somebody is who he says he is, and how often it may be guessed (M12); for the door and the pages."""

import asyncio
import hashlib
from collections.abc import Callable
from typing import Literal

from hardware.logs import Log
from hub.config import Hall
from hub.hall_file import Somebody
from hub.people import PinError, hash_badge, hash_pin, pin_matches

log = Log(__name__)

TRIES = 3
LOCKED_OUT_S = 60.0
SOURCE_TRIES = 20
"""Wrong ones from one address within that time, whoever was named: a desk that several share is not locked by one."""


class Tries:
    """Compares PINs and badges, one after another, or who tries a thousand at once is counted after all of them."""

    def __init__(self, hall: Callable[[], Hall]) -> None:
        self._hall = hall
        self._wrong: dict[str, tuple[int, float]] = {}
        self._trying = asyncio.Lock()
        self._nobodys = ""

    async def refusal(self, person: str, pin: str, source: str = "") -> Literal["locked", "wrong-pin"] | None:
        """Return why not, None where the PIN is right. A wrong PIN and an unknown person look alike.

        After three wrong ones a person waits, after twenty whoever asks from that source.
        """
        async with self._trying:
            if self._is_locked_out(person, TRIES) or (source and self._is_locked_out(f"@{source}", SOURCE_TRIES)):
                return "locked"
            if await self._is_right(self._hall().person(person), pin):
                self._wrong.pop(person, None)
                return None
            self._count(person)
            if source:
                self._count(f"@{source}")
            log.warning("wrong-pin", "a wrong number or PIN was refused")
            return "wrong-pin"

    async def holder(self, badge: str, source: str) -> Somebody | None:
        """Return whose badge it is, None where it is nobody's or the source has to wait."""
        async with self._trying:
            if self._is_locked_out(f"@{source}", SOURCE_TRIES):
                return None
            try:
                hashed = await asyncio.to_thread(hash_badge, badge, self._hall().id)
            except PinError:
                return None
            found = next((one for one in self._hall().file.people if one.badge == hashed), None)
            if found is None:
                self._count(f"@{source}")
            return found

    def _is_locked_out(self, key: str, most: int) -> bool:
        now = asyncio.get_running_loop().time()
        self._wrong = {one: wrong for one, wrong in self._wrong.items() if now < wrong[1]}
        return self._wrong.get(key, (0, 0.0))[0] >= most

    def _count(self, key: str) -> None:
        now = asyncio.get_running_loop().time()
        self._wrong[key] = (self._wrong.get(key, (0, 0.0))[0] + 1, now + LOCKED_OUT_S)

    async def _is_right(self, person: Somebody | None, pin: str) -> bool:
        """The slow hash is worked out beside the loop, for no press may wait for it; for nobody, too."""
        if person is None:
            self._nobodys = self._nobodys or await asyncio.to_thread(hash_pin, "0000")
        stored = person.pin if person else self._nobodys
        return await asyncio.to_thread(pin_matches, pin, stored) and person is not None


def fingerprint(pin_hash: str) -> str:
    """Return what tells that somebody's PIN is no longer the one with which he came in."""
    return hashlib.sha256(pin_hash.encode()).hexdigest()[:16]
