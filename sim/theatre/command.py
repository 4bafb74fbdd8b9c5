"""``lintel theatre``: plays days of faults in a simulated hall, by seed, and says which laws broke."""

import argparse
import asyncio
import logging
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec

from sim.errors import HallStartError
from sim.theatre.court import COMES_UP, Broken
from sim.theatre.play import FILE, Day, play, script_of

EPILOG = """example:
  lintel theatre --seed 7
  lintel theatre --seed 1 --days 500 --jobs 6
  lintel theatre examples/two-counters.toml --seed 7 --script

A day that broke a law is printed with its script and the command that plays it again. What the laws are, and what a
seed fixes, is in docs/laws.md."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "theatre",
        help="play days of faults in a simulated hall, and look whether every law holds",
        description="Play short days in which things break, each by its seed, and look whether every law holds.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", nargs="?", type=Path, default=FILE, help="the hall's file (default: a small hall)")
    parser.add_argument("--seed", type=int, required=True, help="of the first day")
    parser.add_argument("--days", type=int, default=1, help="how many, each with the seed after the last (default 1)")
    parser.add_argument(
        "--jobs", type=int, default=1, help="how many at once, each in processes of its own (default 1)"
    )
    parser.add_argument("--script", action="store_true", help="print the scripts, and play nothing")
    parser.add_argument("--json", action="store_true", help="print one JSON object a day instead of words")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Play and print; 1 where a law broke."""
    if args.days < 1 or args.jobs < 1:
        raise ValueError("--days and --jobs are at least 1")
    seeds = range(args.seed, args.seed + args.days)
    if args.script:
        print("\n\n".join(str(script_of(args.file, seed)) for seed in seeds))
        return 0
    broken = 0
    for day in days(args.file, seeds, args.jobs):
        broken += bool(day.broken)
        print(as_json(day) if args.json else as_words(day, args.file), flush=True)
    if not args.json:
        print(f"{args.days} days, {broken} with a broken law", flush=True)
    return 1 if broken else 0


def days(file: Path, seeds: range, jobs: int) -> Iterator[Day]:
    """Play the days of these seeds, so many at once, and yield each as it ends."""
    play_one = partial(played, file)
    if jobs == 1:
        yield from map(play_one, seeds)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for day in as_completed([pool.submit(play_one, seed) for seed in seeds]):
            yield day.result()


def played(file: Path, seed: int) -> Day:
    """Play the day of a seed; what the programs say of broken links and brokers is part of the play."""
    script = script_of(file, seed)
    logging.disable(logging.CRITICAL)
    try:
        return asyncio.run(play(script, file))
    except HallStartError as error:
        return Day(script=script, broken=(Broken(law=COMES_UP, what=str(error)),), rows=0, papers=0, calls=0)
    finally:
        logging.disable(logging.NOTSET)


def as_words(day: Day, file: Path) -> str:
    """Return a day as people read it: one line, or all that is needed where a law broke."""
    seed = day.script.seed
    line = f"day {seed}: {day.rows} rows, {day.papers} papers, {day.calls} calls"
    if not day.broken:
        return f"{line}; every law held"
    again = f"lintel theatre {'' if file == FILE else f'{file} '}--seed {seed}"
    return "\n".join([f"{line}; BROKEN:", *map(str, day.broken), "", str(day.script), "", f"again: {again}"])


def as_json(day: Day) -> str:
    """Return a day as one line of JSON."""
    plain = {
        "seed": day.script.seed,
        "rows": day.rows,
        "papers": day.papers,
        "calls": day.calls,
        "broken": [{"law": one.law, "what": one.what} for one in day.broken],
        "script": str(day.script).splitlines() if day.broken else [],
    }
    return msgspec.json.encode(plain).decode()
