"""The tokens in a running hub: looked at anew as soon as their file is another one, and their uses written down."""

import asyncio
from pathlib import Path

import msgspec
from msgspec.structs import replace

from hardware.logs import Log
from hub.outside.tokens import TOKENS, USES, Token, TokenError, Use, read_tokens, read_uses, sha256_of
from hub.secrets import write_private

log = Log(__name__)

WRITE_EVERY_S = 10.0


class Keyring:
    """Who may ask. folder: the hub's. It must be closed, so that the last uses are written down."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stamp: tuple[int, int, int] | None = None
        self._tokens: dict[str, Token] = {}
        self._uses = read_uses(folder)
        self._is_noted = True
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nobody has a token that holds, so that there is no interface."""
        self._look()
        return not self._tokens

    def token(self, written: str) -> Token | None:
        """Return the token that somebody shows, None where it does not hold."""
        self._look()
        return self._tokens.get(sha256_of(written))

    def use(self, token: Token, now: int) -> None:
        """Note that a token was used. now: ms."""
        before = self._uses.get(token.sha256, Use())
        self._uses[token.sha256] = replace(before, count=before.count + 1, last_at=now)
        self._is_noted = False
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(WRITE_EVERY_S, self._write_beside)

    async def close(self) -> None:
        """Write the uses down; may be called twice."""
        if self._timer:
            self._timer.cancel()
        if self._writing:
            await self._writing
        if not self._is_noted:
            self._is_noted = True
            self._write(dict(self._uses))

    def _look(self) -> None:
        """Read the file when it is another one than before; a damaged one opens to nobody."""
        path = self._folder / TOKENS
        try:
            stat = path.stat()
        except FileNotFoundError:
            self._stamp, self._tokens = None, {}
            return
        stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if stamp == self._stamp:
            return
        self._stamp, self._tokens = stamp, {}
        try:
            known = read_tokens(self._folder)
            self._tokens = {one.sha256: one for one in known if one.revoked_at is None}
            here = {one.sha256 for one in known}
            self._uses = {one: use for one, use in self._uses.items() if one in here}
        except (OSError, TokenError) as error:
            log.error("tokens-unreadable", "no token holds, for their file cannot be read", why=error)

    def _write_beside(self) -> None:
        """No press waits for the disk."""
        self._timer, self._is_noted = None, True
        self._writing = asyncio.create_task(asyncio.to_thread(self._write, dict(self._uses)))

    def _write(self, uses: dict[str, Use]) -> None:
        try:
            write_private(self._folder / USES, msgspec.json.encode(uses))
        except OSError as error:
            log.warning("token-uses-not-kept", "uses of tokens are not written down", why=error)
