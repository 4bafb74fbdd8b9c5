"""``lintel bench pages``: how fast people's pages are while the hall is at its peak, and what they cost the presses.

A hub as it ships with real mosquitto, a busy week behind it, twelve counters, somebody of every role at his pages.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from hub.clock import wall_ms
from hub.outside.tokens import SCOPES, make_token
from hub.progress_codes import code_of
from hub.secrets import load_secrets
from sim.bench.busy_hall import busy_hall
from sim.bench.busy_week import PEAK_AFTER, write_week
from sim.bench.page_rounds import Crowd
from sim.bench.pressing import Pressing
from sim.bench.visitors import Visitor
from sim.hub_process import HubProcess
from sim.ports import free_port

ROUNDS = 7
FLOOR_PATH = "/staff/static/staff.css"
FLOOR_TRIPS = 50


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

    alone: presses without pages, before and after. with_pages: while all pages are asked for and all that changes by
    itself is open. with_worst: while the slowest page is asked for again and again.
    """
    return asyncio.run(_measure(folder, rounds, rate, seconds))


async def _measure(folder: Path, rounds: int, rate: float, seconds: float) -> dict[str, Any]:
    _say("a busy week")
    async with _busy_hub(folder) as (hub, rows, code):
        began_mb = _memory_mb(hub.pid)
        token = make_token(folder / "state", "bench", SCOPES, wall_ms())
        found = await asyncio.to_thread(_parts, hub, folder / "state", (token, code), rounds, rate, seconds)
        return found | {"rows": rows, "hub_start_mb": began_mb}


def _parts(
    hub: HubProcess, state: Path, shown: tuple[str, str], rounds: int, rate: float, seconds: float
) -> dict[str, Any]:
    """Press alone, beside all pages, beside the slowest, and alone again: the machine may change meanwhile."""
    port = hub.web_port or 0
    crowd = Crowd(port, *shown)
    with closing(Pressing(hub.broker_port, state, rate)) as pressing, closing(crowd):
        _say("presses without pages")
        alone = pressing.beside(lambda: time.sleep(seconds / 2))
        floor_ms = _floor_ms(port)
        crowd.come_in()
        streams = crowd.open_pages()
        _say("pages beside presses")
        with_pages = pressing.beside(lambda: _again(crowd.go_round, seconds, rounds + 1, seconds / (rounds + 1)))
        pages = crowd.figures()
        worst = max(pages, key=lambda one: pages[one]["ms"])
        _say(f"presses beside {worst}")
        with_worst = pressing.beside(lambda: _again(lambda: crowd.ask(worst), seconds))
        memory = {"hub_mb": _memory_mb(hub.pid), "worker_mb": max(map(_memory_mb, _workers(hub.pid)), default=0.0)}
        crowd.close()
        _say("presses without pages")
        alone += pressing.beside(lambda: time.sleep(seconds / 2))
    return memory | {
        "floor_ms": floor_ms,
        "pages": pages,
        "worst": worst,
        "worst_ms": pages[worst]["ms"],
        "streams": streams,
        "alone": alone.figures(),
        "with_pages": with_pages.figures(),
        "with_worst": with_worst.figures(),
        "lost": alone.lost + with_pages.lost + with_worst.lost,
    }


def _again(act: Callable[[], object], seconds: float, times: int = 1, every_s: float = 0.0) -> None:
    """Do something so often at least, and for so long; as often as people would."""
    began, done = time.monotonic(), 0
    while done < times or time.monotonic() < began + seconds:
        act()
        done += 1
        time.sleep(max(0.0, began + done * every_s - time.monotonic()))


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
    pages = sorted(result["pages"].items(), key=lambda one: -one[1]["ms"])
    parts = (("alone", "presses alone"), ("with_pages", "with pages"), ("with_worst", f"with {result['worst']}"))
    return "\n".join(
        (
            f"floor {result['floor_ms']} ms (a file that is read and sent, on this machine, now)",
            *(
                f"{one['ms']:>8.1f} ms  first {one['first_ms']:>7.1f}  {one['status']}  {one['kb']:>7.1f} kB  {path}"
                for path, one in pages
            ),
            *(
                f"{words}: median {result[name]['ms']} ms, p99 {result[name]['p99_ms']} ms of {result[name]['presses']}"
                for name, words in parts
            ),
            f"hub {result['hub_start_mb']} MB at its start, {result['hub_mb']} MB after all pages; "
            f"worker {result['worker_mb']} MB; {result['rows']} rows; lost {result['lost']}",
        )
    )
