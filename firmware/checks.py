"""Checks of values that came from outside; each raises BadMessageError, in words, for what is not as it must be."""

import binascii
import json

from lift import lift

COUNT_MAX = 2**53 - 1


class BadMessageError(ValueError):
    """A message that is not of the contract."""


def parsed(payload):
    """Return the dictionary that a payload's JSON is, and the bytes that were lifted from it, for `base64`.

    None is a payload that was too large to keep. The payload is written over; the bytes stay in it.
    """
    if payload is None:
        raise BadMessageError("it is too large")
    try:
        text, lifted = lift(payload)
        found = json.loads(text)
    except ValueError:
        raise BadMessageError("it is not JSON")
    except MemoryError:
        raise BadMessageError("it needs more memory than there is")
    if type(found) is not dict:
        raise BadMessageError("it is not an object")
    return found, lifted


def of_kind(found, key, kind, default=None):
    """Return what is under a key, of exactly this type."""
    value = found.get(key, default)
    if type(value) is not kind:
        raise BadMessageError("%s has a wrong type" % key)
    return value


def whole(found, key, low, high, default=None):
    """Return the whole number under a key, within bounds."""
    return number(found.get(key, default), key, low, high)


def number(value, key, low, high):
    """Return a value that is a whole number within bounds; true and 1.0 are none."""
    if type(value) is not int or not low <= value <= high:
        raise BadMessageError("%s is not a whole number from %d to %d" % (key, low, high))
    return value


def base64(text, lifted):
    """Return the bytes that a text stands for, decoded here or lifted before."""
    if text[:1] == "@":
        return _lifted(text, lifted)
    try:
        data = binascii.a2b_base64(text)
    except ValueError:
        raise BadMessageError("it has wrong base64")
    # The decoder passes over strange characters, and the length tells.
    if len(text) % 4 or len(data) != len(text) // 4 * 3 - text[-2:].count("="):
        raise BadMessageError("it has wrong base64")
    return data


def _lifted(text, lifted):
    try:
        return lifted[int(text[1:])]
    except (ValueError, IndexError):
        raise BadMessageError("it has wrong base64")
