"""What a page shows by itself: parts of it that have changed, soon after they did; a beat where nothing has."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping

import msgspec
from starlette.requests import Request

from hub.staff.gate import Gate
from hub.staff.house import Told
from hub.staff.routing import Stream

EVERY_S = 0.25
"""Pages hear of changes at most so often: they are read by people."""
STREAMS_MAX = 64
EACH_MAX = 16
"""Of one person: who leaves pages open everywhere keeps nobody else from seeing what changes."""
LOCKED = b"event: locked\ndata: {}\n\n"


class Live:
    """The open streams of all pages."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._open: Counter[str] = Counter()
        self._turn = asyncio.Lock()

    def is_full(self, person: str) -> bool:
        """Tell whether one more of somebody would be too many."""
        return self._open.total() >= STREAMS_MAX or self._open[person] >= EACH_MAX

    async def events(self, request: Request, person: str, stream: Stream) -> AsyncIterator[bytes]:
        """Yield what has changed until the page goes; who is locked or may not look any more is told so."""
        self._open[person] += 1
        shown: dict[str, str] = {}
        seen, loop = -1, asyncio.get_running_loop()
        try:
            while True:
                made = await self._made(request, stream)
                if made is None:
                    yield LOCKED
                    return
                parts, at = made
                yield _data({name: html for name, html in parts.items() if shown.get(name) != html}, at)
                shown, told_at = dict(parts), loop.time()
                seen = await self._gate.house.works.feed.news(seen)
                await asyncio.sleep(max(0.0, told_at + EVERY_S - loop.time()))  # whoever presses now sees it at once
        finally:
            self._open[person] -= 1

    async def _made(self, request: Request, stream: Stream) -> tuple[Mapping[str, str], int] | None:
        """Return what a page shows, and as of how many changes; None where he may not see it.

        All pages hear of a change at once: they are made one in a turn of the loop, so that presses are heard between.
        """
        async with self._turn:
            await asyncio.sleep(0)
            visit = self._gate.visit(request)
            is_shut = visit is None or (visit.session.locked and not stream.while_locked)
            if visit is None or is_shut or not visit.may(stream.permission):
                return None
            try:
                return stream.parts(visit), self._gate.house.works.feed.changes
            except Told:  # what was asked for is not there: the page itself says so
                return None


def _data(parts: Mapping[str, str], at: int) -> bytes:
    """Return parts as of so many changes, with which an answer to a press is compared that comes late."""
    return b"data: " + msgspec.json.encode({"parts": parts, "at": at}) + b"\n\n"
