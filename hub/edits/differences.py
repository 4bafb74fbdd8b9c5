"""What is different between two texts of a hall's file: place by place, whatever their order and their comments."""

import tomllib
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from hub.edits.kinds import Place, identity_of

BYTE_ORDER_MARK = "\ufeff"
"""What some editors of texts write before everything else."""
Leaves = dict[Place, Any]


class Difference(Struct, frozen=True):
    """A place whose value is another. before, after: None where there was, or is, nothing."""

    at: Place
    before: Any
    after: Any


def leaves(text: str) -> Leaves:
    """Return every value of a file by its place; lists are values, tables and their arrays are not."""
    return dict(_leaves(tomllib.loads(text.removeprefix(BYTE_ORDER_MARK)), ()))


def differences(before: str, after: str) -> list[Difference]:
    """Return what is different, in the order of the later text, what is gone last."""
    old, new = leaves(before), leaves(after)
    places = [*new, *(place for place in old if place not in new)]
    return [Difference(at, old.get(at), new.get(at)) for at in places if not _same(old.get(at), new.get(at))]


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _leaves(data: Any, at: Place) -> Iterator[tuple[Place, Any]]:
    if isinstance(data, dict) and data:
        for key, one in data.items():
            yield from _leaves(one, (*at, key))
    elif isinstance(data, list) and data and all(isinstance(one, dict) for one in data):
        for index, one in enumerate(data):
            yield from _leaves(one, (*at, identity_of(tuple(at), one, index)))
    else:
        yield at, data
