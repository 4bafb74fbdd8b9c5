"""``lintel bench pages``: how fast people's pages are while the hall is at its peak, and what they cost the presses.

A hub as it ships with real mosquitto, a busy week behind it, twelve counters, somebody of every role at his pages.
"""

import argparse
import asyncio
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import msgspec

from hub.clock import wall_ms
from hub.outside.tokens import SCOPES, make_token
from hub.progress_codes import code_of
from hub.secrets import load_secrets
from sim.bench.bench_hall import Device
from sim.bench.busy_hall import COUNTERS, DISPENSERS, HALL, busy_hall
from sim.bench.busy_week import PEAK_AFTER, write_week
from sim.bench.page_rounds import Crowd
from sim.bench.press import under_load
from sim.bench.visitors import Visitor
from sim.hub_process import HubProcess
from sim.processes import free_port

ROUNDS = 7
FLOOR_PATH = "/staff/static/staff.css"
FLOOR_TRIPS = 50
BURST_S = 1.0
"""Presses go on in bursts until the pages have been asked for."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "pages",
        help="how fast people's pages are at the hall's peak, and what they cost the presses",
        description=__doc__,
        epilog="example:\n  lintel bench pages --json",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of words")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"how often each page is asked for ({ROUNDS})")
    parser.add_argument("--rate", type=float, default=10.0, help="presses a second (default 10)")
    parser.add_argument("--seconds", type=float, default=10.0, help="of presses in each part (default 10)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure and print; 1 where a press was lost."""
    if min(args.rounds, args.rate, args.seconds) <= 0:
        raise ValueError("--rounds, --rate and --seconds are above 0")
    with tempfile.TemporaryDirectory(prefix="lintel-bench-") as name:
        result = measure(Path(name), rounds=args.rounds, rate=args.rate, seconds=args.seconds)
    print(msgspec.json.encode(result).decode() if args.json else _words(result))
    return 1 if result["lost"] else 0


def measure(folder: Path, *, rounds: int = ROUNDS, rate: float = 10.0, seconds: float = 10.0) -> dict[str, Any]:
    """Return pages to their milliseconds, the floor of the same run, presses without and with pages, and memory, MB.

    press: alone. with_pages: while all pages are asked for and all that changes by itself is open. with_heavy: while
    the slowest page is asked for again and again.
    """
    return asyncio.run(_measure(folder, rounds, rate, seconds))


async def _measure(folder: Path, rounds: int, rate: float, seconds: float) -> dict[str, Any]:
    _say("a busy week")
    async with _busy_hub(folder) as (hub, rows, code):
        began_mb = _memory_mb(hub.pid)
        devices = _devices(folder / "state", hub)
        token = make_token(folder / "state", "bench", SCOPES, wall_ms())
        crowd = Crowd(hub.web_port or 0, token, code)
        try:
            pressing = Pressing(devices, rate, seconds)
            found = await asyncio.to_thread(_parts, pressing, crowd, hub.web_port or 0, rounds)
        finally:
            await asyncio.to_thread(crowd.close)
            for device in devices:
                device.wire.close()
        return found | {
            "rows": rows,
            "hub_start_mb": began_mb,
            "hub_mb": _memory_mb(hub.pid),
            "worker_mb": max(map(_memory_mb, _workers(hub.pid)), default=0.0),
        }


class Pressing:
    """Presses of one part after another. lost: presses that nobody has answered."""

    def __init__(self, devices: list[Device], rate: float, seconds: float) -> None:
        self._devices, self._rate, self._seconds = devices, rate, seconds
        self.lost = 0

    def beside(self, act: Any) -> dict[str, float]:
        """Return median and p99, ms, of presses while something is done; it is done again until there are enough."""
        spans: list[float] = []
        is_over = threading.Event()
        until = time.monotonic() + self._seconds

        def press() -> None:
            while not is_over.is_set() or time.monotonic() < until:
                found, lost = under_load(self._devices, max(1, round(self._rate * BURST_S)), 1 / self._rate)
                spans.extend(one / 1000 for one in found)
                self.lost += lost

        thread = threading.Thread(target=press)
        thread.start()
        try:
            act(until)
        finally:
            is_over.set()
            thread.join()
        return {"ms": round(median(spans), 2), "p99_ms": round(quantiles(spans, n=100)[98], 2), "presses": len(spans)}


def _parts(pressing: Pressing, crowd: Crowd, port: int, rounds: int) -> dict[str, Any]:
    _say("presses without pages")
    alone = pressing.beside(lambda _until: None)
    floor_ms = _floor_ms(port)
    crowd.come_in()
    streams = crowd.open_pages()
    _say("pages beside presses")

    def look(until: float) -> None:
        done = 0
        while done <= rounds or time.monotonic() < until:
            crowd.go_round()
            done += 1

    with_pages = pressing.beside(look)
    pages = crowd.figures()
    worst = max(pages, key=lambda one: pages[one]["ms"])
    _say(f"presses beside {worst}")

    def again(until: float) -> None:
        while time.monotonic() < until:
            crowd.ask(worst)

    with_heavy = pressing.beside(again)
    return {
        "floor_ms": floor_ms,
        "pages": pages,
        "worst": worst,
        "worst_ms": pages[worst]["ms"],
        "streams": streams,
        "press": alone,
        "with_pages": with_pages,
        "with_heavy": with_heavy,
        "lost": pressing.lost,
    }


@asynccontextmanager
async def _busy_hub(folder: Path) -> AsyncIterator[tuple[HubProcess, int, str]]:
    """Run a hub at the end of a busy week; yield it, the rows behind it, and the code of a ticket that waits."""
    file, state, port = folder / "hall.toml", folder / "state", free_port()
    file.write_text(busy_hall(), encoding="utf-8")
    state.mkdir()
    rows, end = await asyncio.to_thread(write_week, file, state / "journal.db")
    code = code_of(load_secrets(state / "secrets.json", ["hub"]), f"{end:%Y%m%d}", PEAK_AFTER)
    at = end.replace(tzinfo=None).isoformat(timespec="seconds")
    hub = HubProcess(
        file=file, state=state, broker_port=port, on_state=lambda _state: None, at=at, web_port=free_port()
    )
    try:
        await hub.start()
        yield hub, rows, code
    finally:
        await hub.close()


def _devices(state: Path, hub: HubProcess) -> list[Device]:
    """Return dispensers and pads in turn, so that as many are called as come."""
    passwords = msgspec.json.decode((state / "secrets.json").read_bytes())["passwords"]
    port = hub.broker_port
    found = []
    for n in range(1, COUNTERS + 1):
        if n <= len(DISPENSERS):
            name = DISPENSERS[n - 1]
            found.append(Device(port=port, name=name, key="A", password=passwords[name], hall=HALL))
        found.append(Device(port=port, name=f"pad-{n}", key="next", password=passwords[f"pad-{n}"], hall=HALL))
    for device in found:
        while not device.is_free():  # a view that came with the subscription lies there already, and wakes nobody
            device.hear()
    return found


def _floor_ms(port: int) -> float:
    """What a file takes that is only read and sent: no page can be faster by much."""
    visitor = Visitor(port)
    try:
        return round(median(visitor.get(FLOOR_PATH).ms for _ in range(FLOOR_TRIPS)), 2)
    finally:
        visitor.close()


def _memory_mb(pid: int | None) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return round(next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024, 1)


def _workers(pid: int | None) -> list[int]:
    """Return the processes that the hub has for work that would hold presses up."""
    children = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [one for one in children if b"hub.apart" in Path(f"/proc/{one}/cmdline").read_bytes().split(b"\0")]


def _say(words: str) -> None:
    print(f"measuring {words} …", file=sys.stderr)


def _words(result: dict[str, Any]) -> str:
    lines = [f"floor {result['floor_ms']} ms (a file that is read and sent, on this machine, now)"]
    pages = sorted(result["pages"].items(), key=lambda one: -one[1]["ms"])
    lines += [
        f"{one['ms']:>8.1f} ms  first {one['first_ms']:>7.1f}  {one['status']}  {one['kb']:>7.1f} kB  {path}"
        for path, one in pages
    ]
    for name, words in (
        ("press", "presses alone"),
        ("with_pages", "with pages"),
        ("with_heavy", f"with {result['worst']}"),
    ):
        lines.append(f"{words}: median {result[name]['ms']} ms, p99 {result[name]['p99_ms']} ms")
    lines.append(
        f"hub {result['hub_start_mb']} MB at its start, {result['hub_mb']} MB after all pages; "
        f"worker {result['worker_mb']} MB; {result['rows']} rows; lost {result['lost']}"
    )
    return "\n".join(lines)
