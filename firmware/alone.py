"""A dispenser without its hub: it gives tickets from its lease, each noted on the flash before its paper moves.

It is loaded when the hub has been lost, and forgotten when it is found again; then handover.py tells of the tickets.
What is printed and shown is read from the lease in small pieces: there is no form in memory, and no font.
"""

# ruff: noqa: T201  (print is a node's console)

import binascii
import os
import time

import store
from micropython import const

_HOLD_MS = const(3000)
"""How long a picture stays that answers one press."""

_PIECE_BYTES = const(64)
_UNIX_YEAR = const(1970)
_S_1970_TO_2000 = const(946_684_800)
_TICKETS_FILE = "tickets"
_WELL = (None, "near-end")


class Alone:
    """What gives tickets. lease: as of `lease.read`. hub: `hub_watch.HubWatch`. parts: the node's.

    refuse: sounds what a press in vain gets.
    life: empty, or as it was left before: where this life's records begin, and ticks and ms when its clock began. Their
    times are by that clock, which goes on from the last time known where there is no other, until a beat corrects it.
    """

    def __init__(self, lease, hub, parts, refuse, life):
        self._day, self._until_ms, last_ms, self._utc_offset_s, self._services, *rest = lease
        self._form, self._pictures, *self._size = rest
        self._hub = hub
        self._parts = parts
        self._refuse = refuse
        self._life = life
        self._key = None
        self._is_well = True
        self._held = None
        self._held_at = 0
        self._shown = None
        if not life:
            now = time.ticks_ms()
            life += [_size(), now, hub.hall_ms(now) or last_ms]

    def press(self, key):
        """A key went down; return whether a ticket will come of it, which it does not while one is being printed."""
        service = self._services.get(key)
        if self._key or not service:
            return False
        if service[1] > service[2]:
            self._hold("used-up")
            return False
        self._key = key
        return True

    async def step(self, alert):
        """Do what is next; return whether there is a lease at all. alert: what is wrong with the printer, or None."""
        self._is_well = alert in _WELL
        if self._services and self._now_ms() >= self._until_ms:
            self._services = {}
            # From now on it is a device without a hub, as any other.
            for name, dark in (("lamps", {}), ("panel", True)):
                if name in self._parts:
                    self._parts[name].show(dark)
        if self._key and self._services:
            await self._give(self._key)
            self._key = None
        if self._held and time.ticks_diff(time.ticks_ms(), self._held_at) >= _HOLD_MS:
            self._held = None
        if self._due() != self._shown:
            self.show()
        return bool(self._services)

    def show(self):
        """Draw the picture that is due, and light the keys that have numbers left."""
        if not self._services or not self._hub.is_lost:
            return
        self._shown = self._due()
        lamps, panel = self._parts.get("lamps"), self._parts.get("panel")
        if lamps:
            lamps.show({} if self._key else dict.fromkeys(self._left(), "on"))
        if hasattr(panel, "lay"):
            with open("lease", "rb") as file:
                file.seek(self._pictures[self._shown])
                panel.lay(file, *self._size)

    async def _give(self, key):
        """Print a ticket; where nothing can be printed, no number is used."""
        self.show()
        if await self._parts["printer"].check() not in _WELL or not await self._put_out(*self._services[key]):
            self._hold("no-paper")
            self._refuse()

    async def _put_out(self, letter, next_, _last, _at, name_size):
        """Return whether a ticket came out. Its number is on the flash before, and how it ended after."""
        number = "%s%03d" % (letter, next_)
        self._services[self._key][1] += 1
        chunks = self._chunks(number)
        try:
            _note(self._day, number, self._key, str(self._now_ms()))
            size = name_size + sum([size for _, size, _ in self._form])
            why = await self._parts["printer"].put_out(chunks, size)
            _note(number, {None: "out", "in-doubt": why}.get(why, "failed"))
        except OSError as error:
            print("ticket %s: %s" % (number, error))
            return False
        finally:
            # Where the printer took only some of them the lease is still open.
            chunks.close()
        return why is None

    def _chunks(self, number):
        """Yield a ticket's bytes in small pieces."""
        at_ms = self._hub.hall_ms(time.ticks_ms())
        with open("lease", "rb") as file:
            for kind, size, at in self._form:
                if kind == "number":
                    yield number.encode()
                    continue
                if kind == "time":
                    yield self._time(at_ms).encode()
                    continue
                if kind == "service":
                    at, size = self._services[self._key][3:]
                file.seek(at)
                while size > 0:
                    piece = file.read(min(size, _PIECE_BYTES))
                    if not piece:
                        raise OSError("the lease is cut short")
                    yield piece
                    size -= len(piece)

    def _time(self, at_ms):
        if at_ms is None:
            return " " * 16
        # Chips count from 1970 or from 2000.
        past_s = 0 if time.gmtime(0)[0] == _UNIX_YEAR else _S_1970_TO_2000
        return "%04d-%02d-%02d %02d:%02d" % time.gmtime(at_ms // 1000 + self._utc_offset_s - past_s)[:5]

    def _left(self):
        return [key for key, (_, first, last, _, _) in self._services.items() if first <= last]

    def _due(self):
        if self._key:
            return "printing"
        if self._held or not self._is_well:
            return self._held or "no-paper"
        return "ready" if self._left() else "used-up"

    def _hold(self, name):
        self._held, self._held_at = name, time.ticks_ms()

    def _now_ms(self):
        _, began, began_ms = self._life
        return began_ms + time.ticks_diff(time.ticks_ms(), began)


def _note(*fields):
    """Write a record and return when it is safe on the flash; raise OSError. fields: texts without blanks."""
    text = " ".join(fields)
    with open(_TICKETS_FILE, "a") as file:
        file.write("\n%s %08x\n" % (text, binascii.crc32(text.encode())))
    store.sync()


def _size():
    """Return where the next record begins."""
    try:
        return os.stat(_TICKETS_FILE)[6]
    except OSError:
        return 0
