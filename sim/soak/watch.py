"""Looks at the hub from outside while the hall lives: its memory, its retained views, its pages."""

import asyncio
import contextlib
from pathlib import Path

from hardware.contract import Topics, View, decode_view
from hub.config import MAINTAINER
from sim.soak.hall_time import HallTime
from sim.soak.laws import Rules
from sim.soak.wire import PlayerWire, connect

SETTLED_S = 40.0
"""How much of the hall's time a view may take to be right: words of a refusal, the blink of a call."""
LOOK_AGAIN_S = 0.1
RATE = 5.0
"""How fast the hall's time runs while its views are compared."""


def memory_mb(pid: int | None) -> float:
    """Return what a process has of memory that is its own."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return round(next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024, 2)


async def retained_views(port: int, hall: str, password: str, count: int) -> dict[str, View]:
    """Return what the broker keeps for every device, as whoever connects now gets it."""
    topics, found = Topics(hall), dict[str, View]()
    all_here = asyncio.Event()

    def take(topic: str, payload: bytes, _was_retained: bool) -> None:
        found[topics.split(topic)[0]] = decode_view(payload)
        if len(found) == count:
            all_here.set()

    def make() -> PlayerWire:
        return PlayerWire(name=MAINTAINER, password=password, topics=[topics.view("+")], on_message=take)

    wire = await connect(port, make)
    if wire:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5):
                await all_here.wait()
        wire.cut()
        await wire.closed
    return found


async def wrong_views(rules: Rules, when: HallTime, port: int, hall: str, password: str, count: int) -> list[str]:
    """Return what is wrong with the retained views when they have had time to become right; nothing is pressed now."""
    async with when.slowly(RATE):
        deadline = when.now_ms() + SETTLED_S * 1000
        while True:
            views = await retained_views(port, hall, password, count)
            rules.follow()
            wrong = rules.wrong(views, round(when.now_ms()))
            if not wrong or when.now_ms() > deadline:
                return wrong
            await asyncio.sleep(LOOK_AGAIN_S)


class Screens:
    """Readers of the hub's pages: a hall screen that is told of every change, and a look at the devices' page."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.bytes_read = self.looks = 0

    async def run(self) -> None:
        """Read all that a hall screen is told, for ever; a hub that was started anew is asked anew."""
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                try:
                    writer.write(b"GET /events HTTP/1.1\r\nHost: hub\r\n\r\n")
                    while data := await reader.read(65536):
                        self.bytes_read += len(data)
                finally:
                    writer.close()
            await asyncio.sleep(0.2)

    async def look(self) -> None:
        """Ask for the page of devices once."""
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
            try:
                writer.write(b"GET /devices HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n")
                self.looks += b"200 OK" in await reader.read()
            finally:
                writer.close()
