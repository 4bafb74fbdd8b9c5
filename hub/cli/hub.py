"""``lintel hub``: runs the hub of a hall."""

import argparse
import asyncio
import gc
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.cli.options import add_log_option, add_state_option, address_of, default_state
from hub.clock import wall_ms, wrong_by
from hub.config import Hall, load_hall
from hub.guarding import keep_to_itself
from hub.notify import Notify

EPILOG = """example:
  lintel hub hall.toml
  lintel hub hall.toml --state /var/lib/lintel --broker 127.0.0.1:1883
  lintel hub hall.toml --log json

Ends cleanly on SIGTERM and Ctrl-C. Killed at any moment, it goes on where it was when it is started again."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "hub",
        help="run the hub of a hall",
        description="Run a hall's hub, and mosquitto with it unless the hall's file names a broker that already runs.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", help="the hall's file, hall.toml")
    add_state_option(parser, "folder of the journal and the secrets")
    parser.add_argument("--broker", help="HOST:PORT instead of the hall's file's [broker]")
    parser.add_argument("--web", type=int, metavar="PORT", help="port of the hall screen instead of the file's [web]")
    parser.add_argument("--tls", action="store_true", help="TLS with Lintel's own broker, whatever the file says")
    add_log_option(parser)
    parser.add_argument("--at", help="play another hour: the hall's time at the start, such as 2026-11-23T08:20:00")
    parser.add_argument(
        "--clock", type=Path, metavar="FILE", help="by how many seconds a simulated hall's clock is wrong"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop."""
    gc.disable()  # what a start makes stays: looking through it again and again is a tenth of the start
    from hub.run import Wanted, run_hub  # half the start-up time, which other commands need not pay

    keep_to_itself()
    hall = load_hall(args.file)
    folder = args.state or default_state(hall)
    address, shift_ms = address_of(hall, args.broker), shift_of(hall, args.at)
    out = _Out()
    wanted = Wanted(
        on_ready=out.ready,
        say=out.say,
        notify=Notify.of(os.environ),
        shift_ms=shift_ms,
        wall=wrong_by(args.clock) if args.clock else wall_ms,
        web_port=hall.file.web.port if args.web is None else args.web,
        tls=args.tls,
    )
    asyncio.run(run_hub(hall, folder=folder, address=address, wanted=wanted))
    return 0


def shift_of(hall: Hall, at: str | None) -> int:
    """Return how far, in ms, hall time is from the computer's when it is to begin at a local date and time."""
    if at is None:
        return 0
    try:
        wanted = datetime.fromisoformat(at)
    except ValueError:
        raise ValueError(f"--at {at}: give it as date and time, such as 2026-11-23T08:20:00") from None
    if wanted.tzinfo is None:
        wanted = wanted.replace(tzinfo=hall.zone)
    return round(wanted.timestamp() * 1000) - wall_ms()


class _Out:
    """What the hub prints: that it is ready first of all, for whoever starts it waits for that line."""

    def __init__(self) -> None:
        self._waiting: list[str] | None = []

    def ready(self) -> None:
        """Print that, and what had to wait for it."""
        waiting, self._waiting = self._waiting or [], None
        for words in ("ready", *waiting):
            print(words, flush=True)

    def say(self, words: str) -> None:
        """Print a sentence, not before the hub is ready."""
        if self._waiting is None:
            print(words, flush=True)
        else:
            self._waiting.append(words)
