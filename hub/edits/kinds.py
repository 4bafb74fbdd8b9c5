"""The kinds of change that the hall's file can be asked for, and how a place in it is named.

A place is named as people name it: ``("services", "A", "guide", "fee")``, ``("counters", 3, "serves")``; an element of
an array of tables by what tells it from the others.
"""

import copy
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

Place = tuple[str | int, ...]

IDENTITY: dict[Place, str] = {
    ("services",): "code",
    ("counters",): "number",
    ("people",): "id",
    ("devices",): "name",
    ("classes",): "id",
    ("results",): "code",
    ("light",): "from",
    ("screen", "pages"): "title",
}
"""Array of tables to the key by which its elements are told apart."""


class NoSuchPlaceError(ValueError):
    """The file has not what a change names."""


class Put(Struct, frozen=True, kw_only=True, tag="put", forbid_unknown_fields=True):
    """Let a place have this value: a key, a whole table, or a whole element; what is the same in it is not touched."""

    at: Place
    value: Any


class Remove(Struct, frozen=True, kw_only=True, tag="remove", forbid_unknown_fields=True):
    """Take a key, a table or an element out."""

    at: Place


class Add(Struct, frozen=True, kw_only=True, tag="add", forbid_unknown_fields=True):
    """Add an element to an array of tables. before: which one it comes before; None: at the end."""

    to: Place
    value: dict[str, Any]
    before: str | int | None = None


Edit = Put | Remove | Add


def identity_of(array: Place, element: dict[str, Any], index: int) -> str | int:
    """Return what an element of an array of tables is called: by its key, or its place from 1."""
    found = element.get(IDENTITY.get(array, ""), index + 1)
    return found if isinstance(found, str | int) else index + 1


def index_of(array: Place, elements: list[Any], which: str | int) -> int:
    """Return the place, from 0, of an element; raise NoSuchPlaceError where none is called so."""
    key = IDENTITY.get(array)
    for at, one in enumerate(elements):
        if key and isinstance(one, dict) and one.get(key) == which:
            return at
    if isinstance(which, int) and key != "number" and 1 <= which <= len(elements):
        return which - 1
    raise NoSuchPlaceError(f"{name_of((*array, which))}: the file has no such entry")


def name_of(place: Place) -> str:
    """Return a place in words for an error."""
    return ".".join(map(str, place))


def found(data: Any, place: Place) -> tuple[str | int, ...]:
    """Return the path, with places from 0, that a place has in the data; of what is not there too, if it may be there.

    Raises NoSuchPlaceError for an element that is not there, or for a key of what is no table.
    """
    path: tuple[str | int, ...] = ()
    named: Place = ()
    for step in place:
        if isinstance(data, list):
            index = index_of(named, data, step)
            path, data = (*path, index), data[index]
        elif isinstance(data, dict) and isinstance(step, str):
            path, named, data = (*path, step), (*named, step), data.get(step, {})
        else:
            raise NoSuchPlaceError(f"{name_of(place)}: there is no table")
    return path


def value_at(data: Any, path: Iterable[str | int]) -> Any:
    """Return what stands at a path, None where nothing does."""
    for step in path:
        is_there = 0 <= int(step) < len(data) if isinstance(data, list) else isinstance(data, dict) and step in data
        if not is_there:
            return None
        data = _inside(data, step)
    return data


def changed(data: dict[str, Any], edit: Edit) -> dict[str, Any]:
    """Return the data of a file as they are to be after a change."""
    data = copy.deepcopy(data)
    if isinstance(edit, Add):
        path = found(data, edit.to)
        elements = _made(data, path[:-1]).setdefault(path[-1], [])
        if not isinstance(elements, list):
            raise NoSuchPlaceError(f"{name_of(edit.to)}: there is no list of tables")
        at = len(elements) if edit.before is None else index_of(edit.to, elements, edit.before)
        elements.insert(at, copy.deepcopy(edit.value))
        return data
    path = found(data, edit.at)
    if not path:
        raise NoSuchPlaceError("name a place of the file")
    if isinstance(edit, Put):
        _made(data, path[:-1])[path[-1]] = copy.deepcopy(edit.value)
        return data
    if value_at(data, path) is None:
        raise NoSuchPlaceError(f"{name_of(edit.at)}: the file has no such entry")
    del value_at(data, path[:-1])[path[-1]]
    if isinstance(path[-1], int) and not value_at(data, path[:-1]):
        del value_at(data, path[:-2])[path[-2]]  # an array of tables without any cannot be written
    return data


def _made(data: Any, path: Iterable[str | int]) -> Any:
    for step in path:
        data = _inside(data, step) if isinstance(data, list) else data.setdefault(step, {})
    return data


def _inside(data: Any, step: str | int) -> Any:
    return data[int(step) if isinstance(data, list) else step]
