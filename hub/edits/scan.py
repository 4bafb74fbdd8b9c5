"""Where everything stands in a TOML text, to the character, so that a change touches nothing else of it.

For texts that tomllib has read: what is wrong with one, tomllib says better. A path leads to a value from the root:
names of tables and keys, and the place, from 0, of an element of an array of tables.
"""

import re
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

Path = tuple[str | int, ...]
Span = tuple[int, int]

_BLANK = re.compile(r"[ \t]*(#[^\n]*)?(\r?\n|\Z)")
_SPACE = re.compile(r"[ \t]*")
_LINE_END = re.compile(r"[ \t]*(#[^\n]*)?(\r?\n|\Z)")
_NAME = re.compile(r"[ \t]*(?:(?P<bare>[A-Za-z0-9_-]+)|\"(?P<basic>(?:[^\"\\]|\\.)*)\"|'(?P<literal>[^']*)')[ \t]*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_ATOM = re.compile(r"[^\s,\]}#]+(?: [0-9][0-9:.+Z-]*)?")
_BETWEEN = re.compile(r"(?:[\s,]|#[^\n]*)*")


class Statement(Struct, frozen=True, kw_only=True):
    """One header, or one key with its value. span: its lines whole. value: of a key, the characters of its value.

    owner: place, among the statements, of the header under which a key stands; -1: before the first.
    """

    kind: Literal["table", "element", "key"]
    path: Path
    span: Span
    owner: int
    value: Span = (0, 0)


def statements(text: str) -> list[Statement]:
    """Return the headers and keys of a sound TOML text, in its order."""
    found: list[Statement] = []
    counts: dict[Path, int] = {}
    home: Path = ()
    owner, at = -1, 0
    while at < len(text):
        blank = _BLANK.match(text, at)
        if blank and blank.end() > at:
            at = blank.end()
            continue
        inside = _SPACE.match(text, at).end()  # type: ignore[union-attr]
        if text[inside] == "[":
            kind: Literal["table", "element"] = "element" if text.startswith("[[", inside) else "table"
            names, end = _names(text, inside + (2 if kind == "element" else 1))
            home = _home(names, counts, is_element=kind == "element")
            end = _line_end(text, end + (2 if kind == "element" else 1))
            owner = len(found)
            found.append(Statement(kind=kind, path=home, span=(at, end), owner=owner))
        else:
            names, end = _names(text, inside)
            begin = _SPACE.match(text, end + 1).end()  # type: ignore[union-attr]
            over = value_end(text, begin)
            end = _line_end(text, over)
            path = (*home, *names)
            found.append(Statement(kind="key", path=path, span=(at, end), owner=owner, value=(begin, over)))
        at = end
    return found


def items(text: str, array: Span) -> list[Span]:
    """Return where the items of an array stand."""
    return list(_items(text, array))


def value_end(text: str, at: int) -> int:
    """Return where a value that begins here is over."""
    if string := _STRING.match(text, at):
        return string.end()
    if text[at] not in "[{":
        return _ATOM.match(text, at).end()  # type: ignore[union-attr]
    at += 1
    while True:
        at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]
        if text[at] in "]}":
            return at + 1
        at = at + 1 if text[at] == "=" else value_end(text, at)


def _items(text: str, array: Span) -> Iterator[Span]:
    at = array[0] + 1
    while True:
        at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]
        if text[at] == "]":
            return
        end = value_end(text, at)
        yield at, end
        at = end


def _names(text: str, at: int) -> tuple[list[str], int]:
    """Return a dotted name and where it is over."""
    names = []
    while True:
        name = _NAME.match(text, at)
        if name is None:
            raise ValueError(f"no name at {at}")
        names.append(_unquoted(name))
        at = name.end()
        if text[at] != ".":
            return names, at
        at += 1


def _unquoted(name: re.Match[str]) -> str:
    if name["basic"] is not None:
        from tomllib import loads  # a quoted name is rare

        return str(loads(f'name = "{name["basic"]}"')["name"])
    return str(name["bare"] if name["bare"] is not None else name["literal"])


def _home(names: list[str], counts: dict[Path, int], *, is_element: bool) -> Path:
    path: Path = ()
    for at, name in enumerate(names, 1):
        path += (name,)
        if at == len(names) and is_element:
            counts[path] = counts.get(path, 0) + 1
        if path in counts:
            path += (counts[path] - 1,)
    return path


def _line_end(text: str, at: int) -> int:
    end = _LINE_END.match(text, at)
    if end is None:
        raise ValueError(f"no end of a line at {at}")
    return end.end()
