"""Who has signed in to the pages: kept as hashes of random cookies, so that a copied file lets nobody in.

The file survives a restart of the hub; it is written when somebody comes, goes or is locked, and about twice a minute
while people work, so that a restart forgets half a minute of idling at most.
"""

import hashlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct

from hardware.logs import Log
from hub.staff_file import StaffTable

log = Log(__name__)

COOKIE = "lintel_staff"
SAVE_EVERY_S = 30.0
MOST = 500
"""Sessions at once; whoever was idle longest goes first."""


EACH = 20
"""Sessions of one person; nobody who signs in again and again sends others away."""


class Session(Struct, kw_only=True):
    """Somebody at a browser. proof: of forms that come from our own pages. pin: `hub.staff.standing` of him.

    began, used: seconds since 1970. seat: the counter whose pad this browser is, 0: none.
    """

    person: str
    proof: str
    pin: str
    began: float
    used: float
    locked: bool = False
    seat: int = 0


class Sessions:
    """All sessions of a hub, in one file of its state folder."""

    def __init__(self, path: Path, now: Callable[[], float]) -> None:
        self._path = path
        self._now = now
        self._saved_at = 0.0
        self._all = _load(path)

    def open(self, person: str, pin: str, seat: int = 0) -> str:
        """Let somebody in; return his cookie, a fresh one every time."""
        cookie = secrets.token_urlsafe(32)
        now = self._now()
        self._leave(EACH - 1, [key for key, one in self._all.items() if one.person == person])
        self._leave(MOST - 1, list(self._all))
        self._all[_key(cookie)] = Session(
            person=person, proof=secrets.token_urlsafe(24), pin=pin, began=now, used=now, seat=seat
        )
        self._save()
        return cookie

    def _leave(self, most: int, keys: list[str]) -> None:
        """End those of these sessions that were idle longest, until there are no more than that."""
        keys.sort(key=lambda one: self._all[one].used)
        for key in keys[: max(0, len(keys) - most)]:
            del self._all[key]

    def find(self, cookie: str, table: StaffTable) -> Session | None:
        """Return whose cookie it is, None where it is nobody's any more; lock whoever was away too long."""
        session = self._all.get(_key(cookie)) if cookie else None
        if session is None:
            return None
        now = self._now()
        if now - session.began > table.hours * 3600:
            self.close(cookie)
            return None
        if not session.locked and table.lock_min and now - session.used > table.lock_min * 60:
            session.locked = True
            self._save()
        return session

    def touch(self, session: Session) -> None:
        """Say that somebody did something."""
        session.used = self._now()
        if abs(session.used - self._saved_at) > SAVE_EVERY_S:
            self._save()

    def lock(self, session: Session) -> None:
        """Have the PIN asked for again."""
        session.locked = True
        self._save()

    def seat(self, session: Session, counter: int) -> None:
        """Say at which counter a browser stands."""
        session.seat = counter
        self._save()

    def close(self, cookie: str) -> None:
        """Let nobody in with this cookie any more; may be called twice."""
        if self._all.pop(_key(cookie), None):
            self._save()

    def _save(self) -> None:
        """Where the disk takes nothing, sessions go on; a restart then knows those of before."""
        self._saved_at = self._now()
        try:
            self._write()
        except OSError as error:
            log.warning("sessions-not-kept", f"{self._path} is not written; free disk space", why=error.strerror)

    def _write(self) -> None:
        beside = self._path.with_suffix(".new")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(self._all))
        beside.replace(self._path)


def _load(path: Path) -> dict[str, Session]:
    """A file that cannot be read lets nobody in: people sign in again."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Session])
    except (OSError, msgspec.MsgspecError):
        return {}


def _key(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
