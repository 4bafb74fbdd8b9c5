"""``lintel bench soak``: a week of a busy hall at real message counts, with faults, as fast as the hub goes.

Twelve counters, four dispensers, forty devices that keep the contract; real hub, real mosquitto, real journal. The
hub's time runs faster than life, so that midnight, the hours and all that waits for something keep their proportions.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

DAYS, SPEED = 7, 12.0


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "soak",
        help="a week of a busy hall with faults: nothing lost, nothing twice, no view wrong, no memory gone",
        description=__doc__,
        epilog="example:\n  lintel bench soak --json\n  lintel bench soak --days 1 --until 09:30 --tickets 1500",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of words")
    parser.add_argument("--days", type=int, default=DAYS, help=f"how many (default {DAYS})")
    parser.add_argument("--until", default="", help="hour at which the last day ends, such as 09:30 (default: night)")
    parser.add_argument("--tickets", type=int, help="of each day (default: 500 to 3000, another number each day)")
    parser.add_argument("--speed", type=float, default=SPEED, help=f"tickets a second of life (default {SPEED:g})")
    parser.add_argument("--seed", type=int, default=1, help="of citizens and faults (default 1)")
    parser.add_argument("--dir", type=Path, default=Path(), help="where the journal is written (default: this folder)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Live through it and print; 1 where anything was lost, done twice or shown wrongly."""
    if args.days <= 0 or args.speed <= 0 or (args.tickets is not None and args.tickets <= 0):
        raise ValueError("--days, --speed and --tickets are above 0")
    with tempfile.TemporaryDirectory(dir=args.dir, prefix="lintel-bench-") as name:
        asked = {"days": args.days, "speed": args.speed, "tickets": args.tickets, "until": args.until}
        result = measure(Path(name), **asked, seed=args.seed)
    print(msgspec.json.encode(result).decode() if args.json else _words(result))
    return 1 if result["lost"] or result["duplicated"] or result["stale_views"] else 0


def measure(
    folder: Path,
    *,
    days: int = DAYS,
    speed: float = SPEED,
    tickets: int | None = None,
    until: str = "",
    seed: int = 1,
) -> dict[str, Any]:
    """Return hours of the hall, presses, what was lost, duplicated and shown wrongly, and the hub's memory, MB.

    rss_mb: after the hub's last start, at the end of each day, at the end. rss_growth_mb: from the end of the first day
    on, or from the start where there was no whole one; rss_first_day_mb: until then.
    """
    from sim.soak.week import Week  # what it needs takes half a second, which other commands need not pay

    async def live() -> dict[str, Any]:
        return await Week(folder, days=days, speed=speed, tickets=tickets, until=until, seed=seed, say=_say).live()

    return asyncio.run(live())


def _say(words: str) -> None:
    print(words, file=sys.stderr)


def _words(result: dict[str, Any]) -> str:
    return (
        f"{result['hours_simulated']} hours, {result['tickets']} tickets, {result['presses']} presses, "
        f"{result['rows']} rows; hub killed {result['hub_kills']} times, broker {result['broker_kills']}, "
        f"{result['cuts']} cables cut, {result['power_cycles']} devices without power\n"
        f"lost {result['lost']}, duplicated {result['duplicated']}, "
        f"wrong views {result['stale_views']} of {result['view_checks']} looks at all of them\n"
        f"hub: {result['rss_growth_mb']} MB more at the end than after its first day ({result['rss_mb']} MB), "
        f"{result['hub_cpu_s']} s of work"
    )
