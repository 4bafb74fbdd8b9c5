"""``lintel bench report``: how long a report over ten years of a busy hall takes to open, and how much memory it needs.

The figures of the days are drawn from a seed and written by the store itself; a report is made in a fresh process each.
"""

import argparse
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any, get_args

import msgspec

FIRST = date(2026, 1, 1)
YEARS = 10
COUNTERS = 12
CLERKS = 30
GUIDES = 2
SERVICES = "ABCDEF"
CLASSES = ("ordinary", "ordinary", "ordinary", "elderly", "disabled", "pregnant", "appointment")
OPENING_HOUR, HOURS = 8, 10
MEAN_WAIT_MS, MEAN_SERVICE_MS = 480_000, 360_000
DAYS_AT_ONCE = 50
GUIDED, NO_SHOWS, UNRATED = 0.2, 0.05, 0.5
"""Shares of all tickets."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What a report costs. s: by the clock; cpu_s: of the processor, whatever else it does; mb: at the peak."""

    s: float
    cpu_s: float
    mb: float


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "report",
        help="time and memory of reports over ten years of a busy hall",
        description=__doc__,
        epilog="example:\n  lintel bench report --json",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of words")
    parser.add_argument("--tickets", type=int, default=1_500_000, help="of all years together (default 1500000)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure and print."""
    if args.tickets <= 0:
        raise ValueError("--tickets is above 0")
    result = measure(args.tickets)
    print(msgspec.json.encode(result).decode() if args.json else _words(result))
    return 0


def measure(tickets: int) -> dict[str, Any]:
    """Return the figures: seconds from the first import to the report, megabytes at the peak, of every view."""
    with tempfile.TemporaryDirectory(prefix="lintel-bench-") as name:
        folder = Path(name)
        begun = time.perf_counter()
        days, taken = _generate(folder, tickets)
        generated_s = time.perf_counter() - begun
        views = _views(folder)
        store_mb = (folder / "reports.db").stat().st_size / 1e6
    slowest = max(views, key=lambda name: views[name].s)
    return {
        "tickets": taken,
        "days": days,
        "slowest": slowest,
        "slowest_s": views[slowest].s,
        "slowest_cpu_s": max(view.cpu_s for view in views.values()),
        "peak_mb": max(view.mb for view in views.values()),
        "store_mb": round(store_mb, 1),
        "generated_s": round(generated_s, 1),
        "views": {name: msgspec.to_builtins(view) for name, view in views.items()},
    }


def _generate(folder: Path, tickets: int) -> tuple[int, int]:
    """Write a hall's file, a journal of one row, and the figures of all days before it; return days and tickets."""
    from hub.config import load_hall
    from hub.journal import Body, Entry, Journal
    from hub.reports.fill import fill
    from hub.reports.store import Store
    from hub.rules.events import DayOpened

    (folder / "hall.toml").write_text(_hall_file(), encoding="utf-8")
    every = [FIRST + timedelta(days=count) for count in range(YEARS * 365)]
    working = [day for day in every if day.weekday() < 5]
    after = FIRST.replace(year=FIRST.year + YEARS)
    opened = DayOpened(day=after.strftime("%Y%m%d"), at=_moment(after))
    journal = Journal(folder / "journal.db")
    journal.append([Entry(at=opened.at, body=Body(facts=(opened,)))])
    journal.close()
    store, random = Store(folder / "reports.db"), Random(1)  # noqa: S311
    place = fill(store, folder / "journal.db", load_hall(folder / "hall.toml")).place
    each = max(1, round(tickets / len(working)))
    for begin in range(0, len(working), DAYS_AT_ONCE):
        days = [_day(day, each, random) for day in working[begin : begin + DAYS_AT_ONCE]]
        store.write(days, place, place)
    store.close()
    return len(working), each * len(working)


def _day(day: date, tickets: int, random: Random) -> Any:
    """Return the figures of a day whose citizens come as they like."""
    from hub.reports.days import DayFigures, DeviceDay

    figures = DayFigures(day=int(day.strftime("%Y%m%d")), overtime_ms=random.randrange(900_000), late_closings=1)
    for _ in range(tickets):
        for mark in _marks(_moment(day), random):
            figures.add(mark, OPENING_HOUR + random.randrange(HOURS))
    figures.devices = [DeviceDay(device="dispenser-1", up_ms=86_000_000, known_ms=86_400_000, faults=1)]
    return figures


def _marks(at: int, random: Random) -> list[Any]:
    from hub.rules.courses import Mark

    service, klass, clerk = random.choice(SERVICES), random.choice(CLASSES), random.randrange(CLERKS)
    guide = f"9{random.randrange(GUIDES):05}" if random.random() < GUIDED else ""

    def mark(what: Any, length_ms: int = 0, level: int = 0) -> Any:
        counter, person = clerk % COUNTERS + 1, f"0{clerk:05}"
        where: dict[str, Any] = {"at": at, "service": service, "klass": klass, "length_ms": length_ms, "level": level}
        return Mark(what=what, counter=counter, person=person, **where)

    marks = [Mark(what="taken", at=at, service=service, klass=klass, person=guide), mark("called")]
    marks.append(mark("wait", int(random.expovariate(1 / MEAN_WAIT_MS))))
    if random.random() < NO_SHOWS:
        return [*marks, mark("no_show")]
    marks += [mark("served"), mark("service", int(random.expovariate(1 / MEAN_SERVICE_MS)))]
    return [*marks, mark("unrated") if random.random() < UNRATED else mark("rating", level=random.randrange(1, 6))]


def _views(folder: Path) -> dict[str, View]:
    """Return what every kind of line costs, over a month, a year and all years."""
    from hub.reports.question import By, Span

    last = date(FIRST.year + YEARS - 1, 12, 31)
    spans = {
        "month": Span(first=last.replace(day=1), last=last, kind="month"),
        "year": Span(first=last.replace(month=1, day=1), last=last, kind="year"),
        "ten years": Span(first=FIRST, last=last),
    }
    found = {}
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as processes:
        for name, span in spans.items():
            for by in get_args(By):
                found[f"{name} by {by}"] = processes.submit(_open_report, folder, span, by).result()
    return found


def _open_report(folder: Path, span: Any, by: Any) -> View:
    """Make one report, in a process that has done nothing yet."""
    begun, worked = time.perf_counter(), time.process_time()
    from hub.reports.make import make_report
    from hub.reports.question import Question

    report = make_report(folder, folder / "hall.toml", Question(span=span, by=by))
    if not report.total.now.served:
        raise ValueError("the report is empty; its figures were not written")
    taken_s, worked_s = time.perf_counter() - begun, time.process_time() - worked
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    peak_kb = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    return View(s=round(taken_s, 2), cpu_s=round(worked_s, 2), mb=round(peak_kb / 1024, 1))


def _moment(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400_000


def _hall_file() -> str:
    parts = ['[hall]\nid = "busy"\nname = "忙碌的大厅"\n']
    parts += [
        f'[[services]]\ncode = "{code}"\nname = "业务{code}"\nunit = "{"甲乙"[at % 2]}"\n'
        for at, code in enumerate(SERVICES)
    ]
    parts += [f"[[counters]]\nnumber = {number}\n" for number in range(1, COUNTERS + 1)]
    return "\n".join(parts)


def _words(result: dict[str, Any]) -> str:
    lines = [
        f"{name}: {one['s']} s ({one['cpu_s']} s of work), {one['mb']} MB" for name, one in result["views"].items()
    ]
    lines.append(f"{result['tickets']} tickets on {result['days']} days, store {result['store_mb']} MB")
    lines.append(f"slowest: {result['slowest']}, {result['slowest_s']} s; peak {result['peak_mb']} MB")
    return "\n".join(lines)
