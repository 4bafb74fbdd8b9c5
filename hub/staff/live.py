"""What a page shows by itself: parts of it that have changed, soon after they did; a beat where nothing has."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import msgspec
from starlette.requests import Request

from hub.staff.gate import Gate
from hub.staff.routing import Stream

EVERY_S = 0.25
"""Pages hear of changes at most so often: they are read by people."""
STREAMS_MAX = 64
LOCKED = b"event: locked\ndata: {}\n\n"


class Live:
    """The open streams of all pages."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._open = 0
        self._turn = asyncio.Lock()

    @property
    def is_full(self) -> bool:
        """Whether one more would be too many."""
        return self._open >= STREAMS_MAX

    async def events(self, request: Request, stream: Stream) -> AsyncIterator[bytes]:
        """Yield what has changed until the page goes; who is locked or may not look any more is told so."""
        self._open += 1
        shown: dict[str, str] = {}
        seen = -1
        try:
            while True:
                parts = await self._parts(request, stream)
                if parts is None:
                    yield LOCKED
                    return
                yield _data({name: html for name, html in parts.items() if shown.get(name) != html})
                shown = dict(parts)
                seen = await self._gate.house.works.feed.news(seen)
                await asyncio.sleep(EVERY_S)
        finally:
            self._open -= 1

    async def _parts(self, request: Request, stream: Stream) -> Mapping[str, str] | None:
        """Return what a page shows now; None where he may not see it.

        All pages hear of a change at once: they are made one in a turn of the loop, so that presses are heard between.
        """
        async with self._turn:
            await asyncio.sleep(0)
            visit = self._gate.visit(request)
            if visit is None or visit.session.locked or not visit.may(stream.permission):
                return None
            return stream.parts(visit)


def _data(parts: Mapping[str, str]) -> bytes:
    return b"data: " + msgspec.json.encode({"parts": parts}) + b"\n\n"
