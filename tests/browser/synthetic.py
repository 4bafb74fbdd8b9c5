"""The hall screen fed by a test instead of a hub: as fast as wanted, and with whatever is wanted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from msgspec.structs import replace

from hub.config import Hall, load_hall
from hub.rules.state import State
from hub.screen import CallNow, ScreenNow, screen
from hub.web.server import ScreenServer
from sim.bench.floor import free_port

FULL = Path(__file__).parents[2] / "examples" / "full-hall.toml"
NOW = 1_795_400_000_000


class Fed:
    """A source of snapshots that a test fills; each screen gets every one, in order."""

    def __init__(self, first: ScreenNow) -> None:
        self.watchers = 0
        self._first = first
        self._queue: asyncio.Queue[ScreenNow] = asyncio.Queue(maxsize=100)

    async def feed(self, snapshot: ScreenNow) -> None:
        await self._queue.put(snapshot)

    async def watch(self, _zone: str) -> AsyncIterator[bytes]:
        self.watchers += 1
        try:
            yield msgspec.json.encode(self._first)
            while True:
                yield msgspec.json.encode(await self._queue.get())
        finally:
            self.watchers -= 1


def plain(hall: Hall) -> ScreenNow:
    """Return a hall at work in which nobody has come yet."""
    return screen(hall, State(day="20261123"), NOW, version="test")


def called(base: ScreenNow, at: int) -> ScreenNow:
    """Return a hall in which the at-th number has just been called, at one counter after the other."""
    spot = at % len(base.counters)
    number = f"A{at % 1000:03}"
    now = base.at + at * 100
    counters = [replace(one, status="idle", status_words="空闲", ticket="", waiting=3) for one in base.counters]
    counters[spot] = replace(counters[spot], status="called", status_words="正在呼叫", ticket=number, waiting=at % 30)
    counter = counters[spot].number
    words = f"请{number}号到{counter}号窗口"
    call = CallNow(number=number, counter=counter, words=words, arrow="→", at=now, until=now + 60_000)
    return replace(base, at=now, calls=(call,), counters=tuple(counters))


@asynccontextmanager
async def fed_screen(file: Path = FULL) -> AsyncIterator[tuple[str, Fed, ScreenNow]]:
    """Serve the screen of a hall's file; yield its address, what feeds it, and its first snapshot."""
    hall = load_hall(file)
    base = plain(hall)
    fed, port = Fed(base), free_port()
    server = ScreenServer(hall, fed)
    server.start("127.0.0.1", port)
    try:
        yield f"http://127.0.0.1:{port}/", fed, base
    finally:
        await server.close()
