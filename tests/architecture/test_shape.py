"""The shape of the house: what may name whom, how long things are, and that the papers agree with the code."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("hardware", "displays", "printers", "hub", "sim")
LIBRARIES = {
    "paho": ["hardware/quick_client.py"],
    "sqlite3": [
        "hub/journal.py",
        "hub/journal_copy.py",
        "hub/journal_file.py",
        "hub/journal_log.py",
        "hub/journal_read.py",
        "hub/journal_seals.py",
        "hub/reports/store.py",
    ],  # what is derived has a file of its own
    "fpdf": ["hub/reports/to_pdf.py"],
    "xlsxwriter": ["hub/sheet.py"],
    "luma": ["displays/luma_panel.py"],
    "escpos": ["printers/transport.py"],
    "gpiozero": ["hardware/gpio.py"],
    "prometheus_client": ["hub/watch/metrics.py"],
}
SOURCES = [path for package in (*PACKAGES, "firmware") for path in sorted((ROOT / package).rglob("*.py"))]


@cache
def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("library", sorted(LIBRARIES))
def test_a_library_is_named_in_one_place_only(library: str) -> None:
    naming = [str(path.relative_to(ROOT)) for path in SOURCES if library in imported(path)]
    assert naming == LIBRARIES[library]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is_for_and_is_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "the first line says what the module is for"
    assert text.count("\n") <= 300, "one thing per module: at most 300 lines"
    long = [
        f"{node.name}: {length} lines"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > 40
    ]
    assert long == []


def test_no_assert_outside_tests() -> None:
    asserting = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(path.read_text())))
    ]
    assert asserting == []


def test_a_topic_is_spelt_in_the_contract_only() -> None:
    spelling = re.compile(r"""f?["']hall/""")
    found = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if "firmware" not in path.parts and spelling.search(path.read_text())
    ]
    assert found == ["hardware/topics.py"]


def test_dependencies_are_ranges_with_an_upper_end() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    every = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    assert [one for one in every if "<" not in one and not one.startswith("lintel[")] == []


PURE = {"bisect", "collections", "functools", "heapq", "itertools", "math", "operator", "typing", "msgspec"}


def test_the_rules_import_nothing_that_could_see_the_world() -> None:
    foreign = {
        (str(path.relative_to(ROOT)), name)
        for path in SOURCES
        if path.is_relative_to(ROOT / "hub" / "rules")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in modules_of(node)
        if name.split(".")[0] not in PURE and not name.startswith("hub.rules")
    }
    assert foreign == set()


def modules_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
