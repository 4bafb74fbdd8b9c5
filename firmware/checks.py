"""Checks of values that came from outside; each raises BadMessageError with the name of what is not as it must be.

A name and not a sentence: sentences for all that can be wrong would take memory that views and jobs need.
"""

# ruff: noqa: B904  (there is no exception chaining in MicroPython)

import binascii
import json

from lift import lift

COUNT_MAX = 2**53 - 1


class BadMessageError(ValueError):
    """A message that is not of the contract."""


def parsed(payload, scratch):
    """Return the dictionary that a payload's JSON is, and the bytes that were lifted from it, for `base64`.

    None is a payload that was too large to keep. Both payload and scratch, as of `lift`, are written over.
    """
    if payload is None:
        raise BadMessageError("size")
    try:
        text, lifted = lift(payload, scratch)
        found = json.loads(text)
    except (ValueError, MemoryError):
        raise BadMessageError("JSON")
    if type(found) is not dict:
        raise BadMessageError("object")
    return found, lifted


def of_kind(found, key, kind, default=None):
    """Return what is under a key, of exactly this type."""
    value = found.get(key, default)
    if type(value) is not kind:
        raise BadMessageError(key)
    return value


def whole(found, key, low, high, default=None):
    """Return the whole number under a key, within bounds."""
    return number(found.get(key, default), key, low, high)


def number(value, key, low, high):
    """Return a value that is a whole number within bounds; true and 1.0 are none."""
    if type(value) is not int or not low <= value <= high:
        raise BadMessageError(key)
    return value


def base64(found, key, lifted):
    """Return the bytes that the text under a key stands for, decoded here or lifted before; they can be written to."""
    text = of_kind(found, key, str)
    try:
        if text[:1] == "@":
            return lifted[int(text[1:])]
        data = bytearray(binascii.a2b_base64(text))
    except (ValueError, IndexError):
        raise BadMessageError(key)
    # The decoder passes over strange characters, and the length tells.
    if len(text) % 4 or len(data) != len(text) // 4 * 3 - text[-2:].count("="):
        raise BadMessageError(key)
    return data
