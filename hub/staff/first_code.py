"""The setup code of a hall in whose file nobody is 系统管理员: to be read in the hub's own folder and output alone.

There is no password that a hall has from its beginning; so whoever makes the first administrator shows that the
computer is his.
"""

import hmac
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from hub.config import Hall
from hub.secrets import write_private

DIGITS = 8
TRIES = 5
WAIT_S = 60.0
"""After as many wrong ones there is another code, and nobody may try for so long."""
FILE = "first-code"


class FirstCode:
    """The code, in a file of the hub's folder as long as it is of use. say: tells whoever has started the hub."""

    def __init__(self, folder: Path, say: Callable[[str], None], now: Callable[[], float] = time.monotonic) -> None:
        self._path = folder / FILE
        self._say = say
        self._now = now
        self._code = ""
        self._wrong = 0
        self._until = 0.0

    def start(self, hall: Hall) -> None:
        """Make a code and say it where nobody is administrator; otherwise leave none behind."""
        if hall.has_administrator:
            self.end()
        else:
            self._renew()

    def end(self) -> None:
        """There is an administrator: the code is of no use any more."""
        self._code = ""
        self._path.unlink(missing_ok=True)

    @property
    def must_wait(self) -> bool:
        """Whether nobody may try now."""
        return self._now() < self._until

    def is_right(self, typed: str) -> bool:
        """Tell whether a code is the one; after five wrong ones it is another."""
        if not self._code:
            self._renew()
        if self.must_wait:
            return False
        if hmac.compare_digest(typed.encode(), self._code.encode()):
            return True
        self._wrong += 1
        if self._wrong >= TRIES:
            self._until = self._now() + WAIT_S
            self._renew()
        return False

    def _renew(self) -> None:
        self._wrong = 0
        self._code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        write_private(self._path, self._code.encode())
        self._say(f"nobody is administrator yet: open /staff and give the setup code {self._code} ({self._path})")
