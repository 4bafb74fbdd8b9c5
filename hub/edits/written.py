"""How values are written in TOML: as Lintel's own examples are, lists over several lines where they are long."""

import difflib
import json
import math
import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from hub.edits.scan import Span, items

LINE = 110
INDENT = "    "
_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")


class UnwritableError(ValueError):
    """A value that TOML has no words for."""


def name(words: str) -> str:
    """Return a key as it is written."""
    return words if _BARE.match(words) else _string(words)


def value(one: Any, newline: str = "\n") -> str:
    """Return a value as it is written after ``key = ``; raise UnwritableError for what TOML does not have."""
    line = _one_line(one)
    if isinstance(one, list) and one and len(line) > LINE:
        return "".join(("[", newline, *(f"{INDENT}{_one_line(item)},{newline}" for item in one), "]"))
    return line


def changed_list(text: str, span: Span, before: Sequence[Any], after: Sequence[Any], newline: str) -> str:
    """Return a list over several lines with what is new in it; comments beside the other items stay."""
    whole, places = text[span[0] : span[1]], [(a - span[0], b - span[0]) for a, b in items(text, span)]
    old, new = [_one_line(one) for one in before], [_one_line(one) for one in after]
    opcodes = difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    for kind, a, b, c, d in reversed(opcodes):
        if kind == "equal":
            continue
        shared = min(b - a, d - c)
        if shared < d - c:
            whole = _with(whole, places, a + shared, new[c + shared : d], newline)
        for at in reversed(range(a + shared, b)):
            whole = _without(whole, places[at])
        for at in reversed(range(shared)):
            begin, end = places[a + at]
            whole = whole[:begin] + new[c + at] + whole[end:]
    return whole


def _with(whole: str, places: list[Span], at: int, new: Sequence[str], newline: str) -> str:
    """Put items before the one at a place, each in a line of its own."""
    lines = "".join(f"{INDENT}{one},{newline}" for one in new)
    if at < len(places):
        begin = whole.rfind("\n", 0, places[at][0]) + 1
        return whole[:begin] + lines + whole[begin:]
    last = places[-1][1] if places else 1
    if places and not whole[last:].lstrip().startswith(","):
        whole = whole[:last] + "," + whole[last:]
    begin = whole.find("\n", last) + 1
    return whole[:begin] + lines + whole[begin:]


def _without(whole: str, place: Span) -> str:
    """Take an item out, with its line where it has one for itself."""
    begin, end = whole.rfind("\n", 0, place[0]) + 1, place[1]
    while whole[end] in " \t,":
        end += 1
    over = whole.find("\n", end)
    is_alone = not whole[begin : place[0]].strip() and (whole[end] == "#" or not whole[end:over].strip())
    return whole[:begin] + whole[over + 1 :] if is_alone else whole[: place[0]] + whole[end:]


def _one_line(one: Any) -> str:
    if isinstance(one, bool):
        return "true" if one else "false"
    if isinstance(one, str):
        return _string(one)
    if isinstance(one, int):
        return str(one)
    if isinstance(one, float) and math.isfinite(one):
        return repr(one)
    if isinstance(one, datetime | date | time):
        return one.isoformat()
    if isinstance(one, list | tuple):
        return f"[{', '.join(_one_line(item) for item in one)}]"
    if isinstance(one, dict):
        inside = ", ".join(f"{name(str(key))} = {_one_line(item)}" for key, item in one.items())
        return f"{{ {inside} }}" if inside else "{}"
    raise UnwritableError(f"{one!r} has no words in TOML")


def _string(words: str) -> str:
    """JSON's strings are those of TOML, but for one character and for halves of characters."""
    if any("\ud800" <= letter <= "\udfff" for letter in words):
        raise UnwritableError("a text with half a character cannot be written")
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")
