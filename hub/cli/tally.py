"""``lintel tally``: what a journal comes to in figures, per counter, person, service or unit."""

import argparse
import unicodedata
from pathlib import Path
from typing import Any, get_args

import msgspec

from hub.config import Hall, load_hall
from hub.journal import read_rows
from hub.rules.tally import By, Figures, Rows, Tally, tally

TITLES: dict[By, str] = {"counter": "窗口", "person": "人员", "service": "业务", "unit": "单位"}
COLUMNS = ("呼叫量", "办理量", "弃号量", "平均等待", "最长等待", "平均办理", "最长办理", "评价")
LEVELS = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "tally",
        help="say what a journal comes to: calls, waits, services, ratings",
        description="Count a journal's calls, waits, services and ratings per counter, person, service or unit.",
        epilog="example:\n  lintel tally ~/.local/state/lintel/donghu/journal.db --by service --hall hall.toml",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, help="the journal, journal.db in a hub's state folder")
    parser.add_argument("--by", choices=get_args(By), default="counter", help="one line for each (default counter)")
    parser.add_argument("--hall", type=Path, help="the hall's file: names and units stand in it")
    parser.add_argument("--day", help="this business day only, YYYYMMDD (default: every day of the journal)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the figures; ValueError where they cannot be had."""
    if args.by == "unit" and not args.hall:
        raise ValueError("--by unit needs --hall FILE: which unit has which service stands in the hall's file")
    hall = load_hall(args.hall) if args.hall else None
    units = {code: service.unit for code, service in hall.plan.services.items()} if hall else {}
    total = tally(_rows(args.file), units, args.day)
    if args.day and args.day not in total.days:
        raise ValueError(f"--day {args.day}: not in this journal; it has {', '.join(total.days) or 'no day'}")
    lines = [(name, _name(args.by, name, hall), figures) for name, figures in _sorted(total, args.by)]
    if args.json:
        print(msgspec.json.encode(_content(total, args, lines)).decode())
    else:
        print(_words(total, args.by, lines))
    return 0


def _rows(path: Path) -> Rows:
    for row in read_rows(path):
        yield row.row, row.at, row.content().facts


def _sorted(total: Tally, by: By) -> list[tuple[str, Figures]]:
    """Counters stand in the order of their numbers, all others in that of their codes."""
    return sorted(total.figures[by].items(), key=lambda one: (int(one[0]) if one[0].isdecimal() else 0, one[0]))


def _name(by: By, name: str, hall: Hall | None) -> str:
    if by == "counter":
        return f"{name}号"
    if hall and by == "service":
        return f"{name} {hall.service_name(name)}"
    if hall and by == "person" and name in hall.plan.people:
        return hall.plan.people[name].name
    return name or "—"


def _content(total: Tally, args: argparse.Namespace, lines: list[tuple[str, str, Figures]]) -> dict[str, Any]:
    return {
        "by": args.by,
        "days": [args.day] if args.day else total.days,
        "as_of": total.as_of,
        "delayed_closings": total.delayed_closings,
        "overtime_ms": total.overtime_ms,
        "lines": [{"id": name, "name": words} | _figures(one) for name, words, one in lines],
    }


def _figures(one: Figures) -> dict[str, Any]:
    return {
        "taken": one.taken,
        "called": one.called,
        "served": one.served,
        "no_show": one.no_show,
        "wait_mean_ms": one.waits.mean_ms,
        "wait_max_ms": one.waits.longest_ms,
        "service_mean_ms": one.services.mean_ms,
        "service_max_ms": one.services.longest_ms,
        "ratings": {str(level): one.ratings.get(level, 0) for level in LEVELS},
        "unrated": one.unrated,
        "notices": one.notices,
        "oral_notices": one.oral,
    }


def _words(total: Tally, by: By, lines: list[tuple[str, str, Figures]]) -> str:
    taken = by in ("service", "unit")
    table = [(TITLES[by], *(("取号量",) if taken else ()), *COLUMNS)]
    table += [(words, *((str(one.taken),) if taken else ()), *_cells(one)) for _, words, one in lines]
    widths = [max(map(_width, column)) for column in zip(*table, strict=True)]
    words = ["  ".join(map(_padded, line, widths)).rstrip() for line in table]
    if total.delayed_closings:
        words.append(f"延时服务 {total.delayed_closings} 次，共 {_span(total.overtime_ms)}")
    if told := [one for _, _, one in lines if one.notices]:
        words.append(f"一次性告知 {sum(one.notices for one in told)} 次，其中口头 {sum(one.oral for one in told)} 次")
    return "\n".join(words)


def _cells(one: Figures) -> tuple[str, ...]:
    rated = [f"{words} {one.ratings[level]}" for level, words in LEVELS.items() if one.ratings.get(level)]
    rated += [f"未评 {one.unrated}"] if one.unrated else []
    spans = [
        _span(span, spans.count) for spans in (one.waits, one.services) for span in (spans.mean_ms, spans.longest_ms)
    ]
    return str(one.called), str(one.served), str(one.no_show), *spans, "，".join(rated) or "—"


def _span(length_ms: int, count: int = 1) -> str:
    """Return a length of time in words, a dash where none was measured."""
    if not count:
        return "—"
    minutes, seconds = divmod(round(length_ms / 1000), 60)
    return f"{minutes}分{seconds:02}秒"


def _width(text: str) -> int:
    """Chinese characters are as wide as two others."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
