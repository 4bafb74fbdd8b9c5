"""Says in words what a decoder found wrong with the hall's file: which key, what stands there, and what may."""

import difflib
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct, inspect

from hub.hall_file import HallFile

_STEP = re.compile(r"\.([A-Za-z0-9_-]+)|\[(\d+|\.\.\.)\]")
_SECRET = ("pin", "badge")
"""Keys of which what stands there is not repeated."""
_BOUNDS = {"<=": "at most", ">=": "at least", "<": "less than", ">": "more than"}
_KINDS = {
    "str": "text, in quotes",
    "int": "a whole number, without quotes",
    "float": "a number, without quotes",
    "bool": "true or false, without quotes",
    "array": "a list, in [ ]",
    "object": "a table",
}
_FORMS: dict[str, str] = {
    "[A-Z]": "one capital letter, such as A",
    "[0-9]": "one digit, in quotes",
    "[0-9]{4,8}": "4 to 8 digits, in quotes",
    "[0-9]{4}-": "a date such as 2026-10-01, in quotes",
    "([0-9]{4}-": "a date such as 2026-10-01, in quotes",
    "([01][0-9]|2[0-3]):[0-5][0-9]": "an hour such as 08:30",
    "(([01]": "spans of hours, such as 08:30-12:00 14:00-17:30",
    "[a-z][a-z0-9-]": "small letters, digits and dashes, a letter first, at most 32",
    "[a-z][a-z-]": "small letters and dashes, at most 16",
    "[a-z-]": "small letters and dashes, at most 20",
    "[A-Za-z]": "a key of its board, such as A or next",
    "scrypt": "the line that lintel pin prints",
    "(scrypt": "the line that lintel pin --badge prints",
}
"""How a text has to look, by the longest beginning of its pattern that stands here."""


class Mistake(Struct, frozen=True):
    """What is wrong. place: a path such as ``$.services[1]``. key: the key in it that is too much, None for none."""

    sentence: str
    place: str
    key: str | None = None


def mistake_of(error: msgspec.ValidationError, written: object) -> Mistake:
    """Return what a decoder's error means. written: the file as it was read."""
    message, _, place = str(error).partition(" - at `")
    place = place.rstrip("`") or "$"
    if place.startswith("key` in `"):
        place = place.removeprefix("key` in `")
        return Mistake(f"a key of {_last(place)} has to be {_form(message)}; correct it", place)
    for pattern, say in _SAYINGS:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            sentence, key = say(found, place, _value(written, place))
            return Mistake(sentence, place, key)
    return Mistake(f"{message} (at {place})", place)


Said = tuple[str, str | None]


def _unknown(found: re.Match[str], place: str, _value: object) -> Said:
    kind, key = _type_at(place), found[1]
    known = [field.encode_name for field in kind.fields] if isinstance(kind, inspect.StructType) else []
    near = difflib.get_close_matches(key, known, n=1)
    may = f"did you mean {near[0]}?" if near else f"there is {', '.join(known)}"
    return f"unknown key; remove or correct the key {key!r} ({may})", key


def _missing(found: re.Match[str], place: str, _value: object) -> Said:
    where = "the file" if place == "$" else _last(place)
    return f"missing required field `{found[1]}`: add it to {where}", None


def _bound(found: re.Match[str], place: str, value: object) -> Said:
    return f"{_last(place)}{_is(place, value)}; it has to be {_BOUNDS[found[1]]} {found[2].removesuffix('.0')}", None


def _length(found: re.Match[str], place: str, value: object) -> Said:
    has = f" has {len(value)}" if isinstance(value, str | list) else ""
    unit = "characters" if found[1].startswith("str") else "entries"
    return f"{_last(place)}{has} {unit}; it has to have {_BOUNDS[found[2]]} {found[3]}".replace("  ", " "), None


def _pattern(found: re.Match[str], place: str, value: object) -> Said:
    return f"{_last(place)}{_is(place, value)}; write {_form(found[0])}", None


def _choice(_found: re.Match[str], place: str, value: object) -> Said:
    kind = _type_at(place)
    choices = [one for one in kind.values if one != ""] if isinstance(kind, inspect.LiteralType) else []
    return f"{_last(place)}{_is(place, value)}; write one of {', '.join(map(str, choices))}", None


def _kind(found: re.Match[str], place: str, value: object) -> Said:
    wanted = found[1].removesuffix(" | null")
    return f"{_last(place)}{_is(place, value)}; write {_KINDS.get(wanted, wanted)}", None


_SAYINGS: tuple[tuple[str, Callable[[re.Match[str], str, object], Said]], ...] = (
    (r"Object contains unknown field `(.*)`", _unknown),
    (r"Object missing required field `(.*)`", _missing),
    (r"Expected `(?:int|float)[^`]*` ([<>]=?) (.*)", _bound),
    (r"Expected `(str|array)[^`]*` of length ([<>]=?) (.*)", _length),
    (r"Expected `str[^`]*` matching regex .*", _pattern),
    (r"Invalid enum value .*", _choice),
    (r"Expected `(.*)`, got `.*`", _kind),
)


def _form(message: str) -> str:
    """Return in words the pattern that a message names."""
    pattern = message.partition(" regex ")[2].strip("'\"").removeprefix("^").replace("\\\\", "\\").removesuffix("\\Z")
    known = [form for form in _FORMS if pattern.startswith(form)]
    return _FORMS[max(known, key=len)] if known else pattern


def _is(place: str, value: object) -> str:
    """Return what stands there: not of a secret, nor of what is too large to be repeated."""
    if _last(place) in _SECRET or not isinstance(value, str | int | float):
        return " cannot be so"
    return f" has {value!r}" if place.endswith("]") else f" is {value!r}"


def _last(place: str) -> str:
    """Return the last name of a path, as people call it: code, services, the file."""
    names = [name for name, _at in _STEP.findall(place) if name]
    return names[-1] if names else "the file"


def _value(written: object, place: str) -> object:
    """Return what the file has at a path, None where the path does not say."""
    for name, at in _STEP.findall(place):
        if name and isinstance(written, dict):
            written = written.get(name)
        elif at.isdecimal() and isinstance(written, list):
            written = written[int(at)]
        else:
            return None
    return written


@lru_cache(maxsize=1)
def _file_type() -> inspect.Type:
    return inspect.type_info(HallFile)


def _type_at(place: str) -> inspect.Type:
    """Return the type that the file has to have at a path."""
    kind = _plain(_file_type())
    for name, _at in _STEP.findall(place):
        kind = _plain(_inner(kind, name))
    return kind


def _inner(kind: Any, name: str) -> inspect.Type:
    if isinstance(kind, inspect.StructType):
        return next(field.type for field in kind.fields if field.encode_name == name)
    found: inspect.Type = kind.value_type if isinstance(kind, inspect.DictType) else kind.item_type
    return found


def _plain(kind: inspect.Type) -> inspect.Type:
    """Return a type without what is said about it, and without that it may be left out."""
    while isinstance(kind, inspect.Metadata | inspect.UnionType):
        kind = kind.type if isinstance(kind, inspect.Metadata) else kind.types[0]
    return kind
