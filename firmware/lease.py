"""Reads the lease on the flash: which numbers a dispenser may give alone, and what its tickets look like.

The file (docs/protocol.md, "lease") is a line of JSON and then the bytes of names, form and pictures in that order. Of
these only the places are kept. alone.py forgets this module when they are known.
"""

# ruff: noqa: T201  (print is a node's console)

import json

import taken

FILE = "lease"
_MARK = b"LEASE1\n"


def read():
    """Return what the file says, with what was given of it already; None where there is no lease that is of use.

    The day, when it ends in ms, the last time known in ms, the hall's offset from UTC in s, services by key (letter,
    next number, last number, place and size of the name), form (kind, size, place), pictures' places, their w and h.
    """
    try:
        return _read()
    except OSError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        print("the lease is of no use: %r" % error)
        return None


def _read():
    with open(FILE, "rb") as file:
        if file.readline() != _MARK:
            raise ValueError
        line = file.readline().decode()
        at = file.tell()
    head = json.loads(line)
    services, form, pictures = head["services"], head["form"], head["pictures"]
    numbers, last_ms = taken.given(head["day"])
    for key in _in_order(line, "services", services):
        service = services[key]
        service[1] = max(service[1], numbers.get(key + service[0], 0) + 1)
        service.insert(3, at)
        at += service[4]
    for piece in form:
        piece.append(at)
        if piece[0] == "raw":
            at += piece[1]
    for name in _in_order(line, "pictures", pictures):
        size, pictures[name] = pictures[name], at
        at += size
    last_ms = max(last_ms, head["given"])
    return head["day"], head["until"], last_ms, head["utc_offset_s"], services, form, pictures, head["w"], head["h"]


def _in_order(line, group, names):
    """Return names in the order in which the line has them: a dictionary here keeps none."""
    start = line.find('"%s"' % group)
    return sorted(names, key=lambda name: line.find('"%s":' % name, start))
