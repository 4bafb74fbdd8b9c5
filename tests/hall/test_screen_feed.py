"""The stream of the hall screen from outside: whole snapshots, soon, not too often, and as a beat."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from hub.screen import ScreenNow
from sim import Hall
from sim.bench.floor import free_port
from tests.hall.staffed import StaffedHall, staffed_hall

LIMIT_S = 10.0


class Stream:
    """One screen's stream; takes snapshots as they come."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def next(self) -> ScreenNow:
        async with asyncio.timeout(LIMIT_S):
            while not (line := await self._reader.readline()).startswith(b"data: "):
                assert line, "the stream has ended"
        return msgspec.json.decode(line.removeprefix(b"data: "), type=ScreenNow)

    async def with_call(self, number: str) -> ScreenNow:
        while True:
            shown = await self.next()
            if [call.number for call in shown.calls] == [number]:
                return shown


@contextlib.asynccontextmanager
async def stream(port: int, query: str = "") -> AsyncIterator[Stream]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /events{query} HTTP/1.1\r\nHost: hall\r\n\r\n".encode())
    try:
        yield Stream(reader)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def call(hall: StaffedHall) -> None:
    await hall.ticket("A")
    await hall.press("pad-1", "next")


@pytest.mark.alone
async def test_a_change_is_told_at_once_and_silence_is_beaten(tmp_path: Path) -> None:
    port = free_port()
    async with (
        staffed_hall(tmp_path, who=(), more=f"[web]\nport = {port}\n") as hall,
        stream(port) as every,
    ):
        first = await every.next()
        assert (first.calls, first.hall) == ((), "满员厅")
        await call(hall)
        await hall.shows("lintel-1", "请A001号到1号窗")
        lit_at = asyncio.get_running_loop().time()
        assert (await every.with_call("A001")).counters[0].ticket == "A001"
        assert asyncio.get_running_loop().time() - lit_at < 0.5
        beat, next_beat = await every.next(), await every.next()
        assert 4_000 <= next_beat.at - beat.at <= 6_500
        assert msgspec.structs.replace(beat, at=0) == msgspec.structs.replace(next_beat, at=0)


async def test_many_changes_are_told_in_few_snapshots(tmp_path: Path) -> None:
    port = free_port()
    async with staffed_hall(tmp_path, who=(), more=f"[web]\nport = {port}\n") as hall:
        for _ in range(5):
            await hall.ticket("A")
        async with stream(port) as every:
            told = [await every.next()]
            for _ in range(5):
                await hall.press("pad-1", "next")
            while told[-1].counters[0].ticket != "A005":
                told.append(await every.next())
            gaps = [later.at - earlier.at for earlier, later in itertools.pairwise(told[1:])]
            assert [gap for gap in gaps if gap < 90] == []


async def test_a_hub_without_a_port_serves_nothing(tmp_path: Path) -> None:
    port = free_port()
    async with staffed_hall(tmp_path, who=()) as hall:
        assert hall.plan.file.web.port == 0
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)


async def test_a_port_that_is_taken_is_said_with_its_remedy(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda _r, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        with pytest.raises(Exception, match=f"port {port} of 127.0.0.1 cannot be served") as caught:
            async with staffed_hall(tmp_path, who=(), more=f"[web]\nport = {port}\n"):
                pass
        assert "name another in [web]" in str(caught.value)
    finally:
        server.close()
        await server.wait_closed()


async def test_the_simulated_hall_serves_its_screen_at_a_free_port_and_names_it() -> None:
    async with Hall(Path(__file__).parents[2] / "examples" / "one-counter.toml") as hall:
        assert hall.snapshot().screen == hall.screen_url
        async with stream(int(hall.screen_url.rstrip("/").rpartition(":")[2])) as every:
            assert (await every.next()).fault == ""
