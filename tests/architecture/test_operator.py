"""docs/operator.md says of everything that can be wrong what to do; alerts.yml names nothing that is not there."""

import ast
import re
from collections import Counter
from pathlib import Path
from typing import get_args

import yaml

from hub.rules import alerts
from hub.upkeep_file import FaultKind
from hub.words import ALERTS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGE = (DOCS / "operator.md").read_text("utf-8")
LEVELS = ("warning", "error", "critical", "exception")
QUIET = ("debug", "info")
SOURCES = [
    path for package in ("hardware", "displays", "printers", "hub") for path in sorted((ROOT / package).rglob("*.py"))
]
_NAME = re.compile(r"[a-z]+(-[a-z]+)*")


def rows(title: str) -> list[list[str]]:
    """Return the cells of the first table below a heading whose rows begin with a name in code."""
    part = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line] for line in lines]


def names(title: str, columns: int) -> list[str]:
    """Return the names that a table explains, each with as many cells, of which the middle ones say something."""
    found = [row for row in rows(title) if len(row) >= columns - 1]
    assert [row[0] for row in found if not all(row[1:4])] == [], "nobody is told what to do"
    return [row[0].strip("`") for row in found]


def events(levels: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return (event, file) of every line that the program can write into its log with one of these levels."""
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if isinstance(node.func.value, ast.Name) and node.func.value.id == "log" and node.func.attr in levels:
                first = node.args[0]
                event = first.value if isinstance(first, ast.Constant) else ast.unparse(first)
                found.append((str(event), str(path.relative_to(ROOT))))
    return found


def test_every_line_of_the_log_has_a_name() -> None:
    every = events((*LEVELS, *QUIET))
    assert len(every) > 60
    assert [one for one in every if not _NAME.fullmatch(one[0])] == []


def test_every_line_that_asks_for_somebody_says_what_to_do() -> None:
    told = [name for name in names("What the log says", 5) if name not in ("info", "warning", "error", "critical")]
    assert [name for name, count in Counter(told).items() if count > 1] == []
    assert set(told) == {event for event, _path in events(LEVELS)}


def test_every_fault_and_every_alert_says_what_to_do() -> None:
    assert names("What devices report", 5) == list(get_args(FaultKind))
    assert sorted(names("What the duty officer is told", 4)) == sorted(ALERTS)
    raised = set(re.findall(r'(?:yield \(|\(\()"([a-z-]+)", ', Path(alerts.__file__).read_text("utf-8")))
    assert {"empty", "peak", "windows"} <= raised <= set(ALERTS)


def rules() -> list[dict[str, str]]:
    (group,) = yaml.safe_load((DOCS / "alerts.yml").read_text("utf-8"))["groups"]
    found: list[dict[str, str]] = group["rules"]
    return found


def test_every_alert_of_prometheus_says_what_to_do() -> None:
    assert names("What Prometheus warns of", 4) == [rule["alert"] for rule in rules()]
    assert [rule["alert"] for rule in rules() if not rule.get("annotations") or not rule.get("labels")] == []
