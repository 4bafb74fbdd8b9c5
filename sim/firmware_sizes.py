"""Writes docs/node-memory.md: which modules of the firmware each kind of node carries, and how large they are.

``python -m sim.firmware_sizes`` makes the page again. All modules are on every flash; a node loads some.
"""

import ast
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from hub.firmware_files import FIRMWARE, ROOT, compiled

PAGE = ROOT / "docs" / "node-memory.md"
BOARDS = ROOT / "hardware" / "boards"
MOST_BYTES = 120 * 1024
FIRST = "run"
_CHOOSERS = ("build", "nics", "nics.wired")
"""Modules that load what the board file asks for."""
KINDS = ("keys", "lamps", "panel", "tone", "printer", "reader", "arrow")
HEAD = """# What a node carries

Bytes of bytecode, made by `python -m sim.firmware_sizes`. It is the same for every chip, since none of it is native
code. Every node has all of it on its flash ({whole} bytes of at most {most}) and loads what its board file asks for.
Private names are shortened before (`hub/firmware_names.py`). What is loaded for a while, at the start or when the hub
is away, is forgotten afterwards. `lintel bench node` measures how much memory is in use while it runs.

## Every node

| module | bytes |
|---|---|
{common}

## By kind of node

| board file | parts | modules beside those above | bytes in all |
|---|---|---|---|
{kinds}
"""


def sizes() -> dict[str, int]:
    """Return the bytes of every module by its name, such as parts.keys; raise FirmwareBuildError."""
    folder = compiled(FIRMWARE)
    found = {path.relative_to(folder).with_suffix(""): path.stat().st_size for path in sorted(folder.rglob("*.mpy"))}
    return {".".join(name.parts).removesuffix(".__init__"): size for name, size in found.items()}


def boards() -> dict[str, dict[str, Any]]:
    """Return the shipped board files of nodes that run this firmware, by name."""
    chips = _chips()
    found = {path.stem: json.loads(path.read_bytes()) for path in sorted(BOARDS.glob("*.json"))}
    return {name: board for name, board in found.items() if board["chip"] in chips}


def common() -> set[str]:
    """Return the modules that every node loads at some time, whatever its board file says."""
    return _closure({FIRST})


def carried(board: dict[str, Any]) -> set[str]:
    """Return the modules that a node loads for its board file, beside those that every node loads."""
    wanted = set()
    for kind in KINDS:
        part = board.get(kind)
        if part:
            wanted |= _modules_of(kind, part)
    wanted |= {"nics.wifi"} if "wifi" in _nic_of(board["chip"]) else {"nics.wired"}
    if board["chip"] == "wt32-eth01":
        wanted.add("nics.lan8720")
    return (_closure(wanted) | {"parts"}) - common()


def page() -> str:
    """Return the page."""
    known, base = sizes(), common()
    lines = [f"| {name} | {known[name]} |" for name in sorted(base)]
    lines.append(f"| **together** | **{sum(known[name] for name in base)}** |")
    kinds = [_line(name, board, known, base) for name, board in boards().items()]
    whole, most = sum(known.values()), MOST_BYTES
    return HEAD.format(whole=whole, most=most, common="\n".join(lines), kinds="\n".join(kinds))


def _line(name: str, board: dict[str, Any], known: dict[str, int], base: set[str]) -> str:
    mine = carried(board)
    parts = ", ".join(kind for kind in KINDS if board.get(kind))
    return f"| {name} | {parts} | {', '.join(sorted(mine))} | {sum(known[one] for one in base | mine)} |"


def _modules_of(kind: str, part: dict[str, Any]) -> set[str]:
    """Return what firmware/build.py loads for a part."""
    if kind == "panel":
        driver = "parts." + part["driver"].replace("-", "_")
        has_dots = "self.window" in (FIRMWARE / (driver.replace(".", "/") + ".py")).read_text()
        return {driver, "parts.panel"} if has_dots else {driver}
    if kind == "printer":
        return {"parts.printer", "parts.flow"} if part.get("flow", "none") != "none" else {"parts.printer"}
    return {"parts.matrix"} if part.get("matrix") else {f"parts.{kind}"}


def _nic_of(chip: str) -> str:
    return "wifi" if chip in ("pico-w", "esp32-s3") else "wired"


def _chips() -> tuple[str, ...]:
    tree = ast.parse((FIRMWARE / "config.py").read_text())
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CHIPS":
            return tuple(ast.literal_eval(node.value))
    raise ValueError("firmware/config.py has no CHIPS; it says which chips run this firmware")


def _closure(names: set[str]) -> set[str]:
    """Return these modules and all that they import, at any time."""
    found: set[str] = set()
    while names:
        found |= names
        names = {one for name in names for one in _imports(name)} - found
    return found


@lru_cache(maxsize=256)
def _imports(name: str) -> frozenset[str]:
    path = _path(name)
    wanted = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            wanted |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            wanted.add(node.module)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            # A module may be loaded by its name; more are listed than are loaded where a word is called as a module.
            wanted.add(node.value)
    # What is chosen by the board is loaded for its board, and not because it could be.
    return frozenset(one for one in wanted if _path(one).exists() and not (name in _CHOOSERS and "." in one))


def _path(name: str) -> Path:
    plain = FIRMWARE / (name.replace(".", "/") + ".py")
    return plain if plain.exists() else FIRMWARE / name.replace(".", "/") / "__init__.py"


if __name__ == "__main__":
    PAGE.write_text(page())
