"""The lease on the flash: which numbers a dispenser may give without its hub, and what their tickets look like.

The file (docs/protocol.md, "lease") is a line of JSON and then the bytes of names, form and pictures in that order.
"""

import json
import time

from micropython import const

FILE = "lease"
_MARK = b"LEASE1\n"
_PIECE_BYTES = const(64)
_UNIX_YEAR = const(1970)
_S_1970_TO_2000 = const(946_684_800)


class Lease:
    """What the file says. given: function of the day that returns the highest number by letter, as `taken.given`.

    day, until: as in the file. last_ms: when the lease was made or the last ticket given, whichever is later.

    Raises OSError where there is no lease, and ValueError, KeyError or TypeError where it is none.
    """

    def __init__(self, given):
        with open(FILE, "rb") as file:
            if file.readline() != _MARK:
                raise ValueError("no lease")
            line = file.readline().decode()
            at = file.tell()
        head = json.loads(line)
        self.day, self.until = head["day"], head["until"]
        self._utc_offset_s = head["utc_offset_s"]
        numbers, last_ms = given(self.day)
        self.last_ms = max(last_ms, head["given"])
        self._services, self._pictures = {}, {}
        for key in _in_order(line, "services", head["services"]):
            letter, first, last, size = head["services"][key]
            self._services[key] = [letter, max(first, numbers.get(letter, 0) + 1), last, at, size]
            at += size
        self._form, self._form_at = head["form"], at
        for kind, size in self._form:
            at += size if kind == "raw" else 0
        for name in _in_order(line, "pictures", head["pictures"]):
            self._pictures[name] = at
            at += head["pictures"][name]
        self.w, self.h = head["w"], head["h"]
        self.bits = bytearray((self.w + 7) // 8 * self.h)

    def keys(self):
        """Return the keys that have a number left."""
        return [key for key, (_, first, last, _, _) in self._services.items() if first <= last]

    def has(self, key):
        """Return whether this key gives tickets at all."""
        return key in self._services

    def take(self, key):
        """Return the next number of a key, such as A801, which nobody gets again."""
        service = self._services[key]
        service[1] += 1
        return "%s%03d" % (service[0], service[1] - 1)

    def picture(self, name):
        """Put a picture into ``bits``."""
        with open(FILE, "rb") as file:
            file.seek(self._pictures[name])
            file.readinto(self.bits)

    def size(self, key, number):
        """Return how many bytes a ticket has at most."""
        size = 0
        for kind, length in self._form:
            size += {"raw": length, "service": self._services[key][4], "number": len(number)}.get(kind, 16)
        return size

    def chunks(self, key, number, at_ms):
        """Yield a ticket's bytes in small pieces. at_ms: the hall's time, None is unknown."""
        raw_at = self._form_at
        with open(FILE, "rb") as file:
            for kind, size in self._form:
                if kind == "raw":
                    yield from _pieces(file, raw_at, size)
                    raw_at += size
                elif kind == "service":
                    yield from _pieces(file, *self._services[key][3:])
                else:
                    yield (number if kind == "number" else self._time(at_ms)).encode()

    def _time(self, at_ms):
        if at_ms is None:
            return " " * 16
        # Chips count from 1970 or from 2000.
        past_s = 0 if time.gmtime(0)[0] == _UNIX_YEAR else _S_1970_TO_2000
        return "%04d-%02d-%02d %02d:%02d" % time.gmtime(at_ms // 1000 + self._utc_offset_s - past_s)[:5]


def _pieces(file, at, size):
    file.seek(at)
    while size > 0:
        piece = file.read(min(size, _PIECE_BYTES))
        if not piece:
            raise OSError("the lease is cut short")
        yield piece
        size -= len(piece)


def _in_order(line, group, names):
    """Return names in the order in which the line has them: a dictionary here keeps none."""
    start = line.find('"%s"' % group)
    return sorted(names, key=lambda name: line.find('"%s":' % name, start))
