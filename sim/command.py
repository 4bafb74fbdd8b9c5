"""``lintel sim``: runs a whole simulated hall, with a page on which everything can be pressed."""

import argparse
import asyncio
import logging
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import HallStartError
from sim.own_copy import own_copy

if TYPE_CHECKING:
    from hub.config import Hall as HallPlan

EXAMPLE = Path(__file__).parents[1] / "examples" / "five-counters.toml"
PORT = 8600
OTHER_PORTS = 20
"""How many ports after the usual one are tried when none was asked for."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

STEPS = {"hub": "starting hub and broker ...", "devices": "starting a MicroPython node for every device ..."}

EPILOG = """example:
  lintel sim
  lintel sim examples/two-counters.toml --port 8700

Nothing real is touched. The page is for this machine only (127.0.0.1). Ctrl-C ends the hall. What is changed on the
staff's pages is changed in a copy of the hall's file, which goes with the hall; with --state in the file itself."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "sim",
        help="run a simulated hall with a page",
        description="Run a whole hall without devices: hub, broker, a MicroPython node for every device, and a page.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", nargs="?", type=Path, help="the hall's file (default: a hall with five counters)")
    parser.add_argument("--port", type=int, help=f"port of the page (default: {PORT}, or the next free one)")
    parser.add_argument("--state", type=Path, help="folder that keeps journal and nodes (default: a fresh one)")
    parser.add_argument("--tls", action="store_true", help="TLS between devices and broker, whatever the file says")
    parser.add_argument("--at", help="play another hour: the hall's time at the start, such as 2026-11-23T08:20:00")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM; raise PageError where the port is taken. 1: the hall did not come up."""
    from hub.config import load_hall

    logging.getLogger().setLevel(logging.WARNING)  # that the simulator's own links are there is no news to a visitor
    file = args.file or EXAMPLE
    plan = load_hall(file)
    can_run, who = plan.file.broker.own, _who(plan)
    with tempfile.TemporaryDirectory(prefix="lintel-hall-") as folder:
        played = own_copy(file, Path(folder)) if can_run and not args.state else file
        try:
            return asyncio.run(_serve(played, who, args.port, args.state, args.at, args.tls))
        except HallStartError as error:
            print(f"lintel: {error}", file=sys.stderr)
            return 1


async def _serve(file: Path, who: str, port: int | None, state: Path | None, at: str | None, tls: bool) -> int:
    from sim.hall import Hall  # what it needs takes half a second, which other commands need not pay
    from sim.web import Page

    hall = Hall(file, state=state, at=at, tls=tls)
    page = Page(hall)
    _end_on_signals()
    try:
        page.listen(PORT if port is None else port, others=0 if port is not None else OTHER_PORTS)
        await hall.start(lambda step: print(STEPS[step], flush=True))
        await page.start()
        print(f"the simulated hall is open: {page.url}\nits hall screen: {hall.screen_url}", flush=True)
        print(f"its staff's pages: {hall.screen_url}staff{who}", flush=True)
        print(f"{_first(hall.state)}Ctrl-C ends it", flush=True)
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        print("closing ...", flush=True)
    finally:
        await page.close()
        await hall.close()
    return 0


def _who(hall: "HallPlan") -> str:
    """Say who may sign in; a simulated hall's PINs stand in the first lines of its file."""
    people = hall.file.people
    return f" (sign in as {people[0].id} to {people[-1].id}; their PINs are in the file)" if people else ""


def _first(state: Path) -> str:
    """Say with which code somebody may become the administrator, where nobody is."""
    code = state / "first-code"
    return f"nobody is administrator yet: its setup code is {code.read_text()}\n" if code.is_file() else ""


def _end_on_signals() -> None:
    """Let the first signal cancel the task that runs; a second one must not disturb the clearing up."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()

    def end() -> None:
        for number in SIGNALS:
            loop.add_signal_handler(number, lambda: None)
        if task:
            task.cancel()

    for number in SIGNALS:
        loop.add_signal_handler(number, end)
