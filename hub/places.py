"""Where in a TOML text a value stands, so that an error can name its line."""

import re

_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?")
_KEY = re.compile(r"^\s*\"?([A-Za-z0-9_-]+)\"?\s*=")
_NESTED = re.compile(r"\$\.([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)(?:\[(\d+)\])?(?:\.([A-Za-z0-9_-]+))?")
_STEP = re.compile(r"\.?([A-Za-z0-9_-]+)|\[(\d+)\]")


def line_of(text: str, path: str, key: str | None = None) -> int:
    """Return the line, from 1, of the value at a msgspec path (``$.counters[2].serves``).

    key: a key inside the table at that path. The nearest enclosing table's line stands in where the value is not found.
    """
    table, index, rest = _split(path, text)
    wanted = key or rest
    best, inside, seen = 1, not table, -1
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header and not table and header[2] == key:
            return number
        if header:
            name = header[2] if "." in table else header[2].split(".")[0]
            seen += header[1] == "[[" and header[2] == table
            inside = name == table and (index is None or seen == index)
            best = number if inside and header[2] == table else best
        elif inside and wanted and (found := _KEY.match(line)) and found[1] == wanted:
            return number
    return best


def _split(path: str, text: str) -> tuple[str, int | None, str | None]:
    """Return table, its index among tables of that name, and the first key inside it.

    What has a header of its own inside a table, such as ``[[screen.pages]]``, is a table by itself.
    """
    nested = _NESTED.match(path)
    if nested and f"[{nested[1]}]" in text:
        return nested[1], int(nested[2]) if nested[2] else None, nested[3]
    steps = [(name, number) for name, number in _STEP.findall(path.removeprefix("$"))]
    names = [name for name, _ in steps if name]
    index = int(steps[1][1]) if len(steps) > 1 and steps[1][1] else None
    return (names[0] if names else ""), index, (names[1] if len(names) > 1 else None)
