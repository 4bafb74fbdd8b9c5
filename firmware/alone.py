"""A dispenser without its hub: it gives tickets from its lease, notes them, and hands them over (docs/protocol.md).

It is loaded when the hub has been lost or tickets wait on the flash, and forgotten when there is nothing more to do.
"""

# ruff: noqa: T201  (print is a node's console)

import time

import taken
from lease import Lease
from micropython import const

_HOLD_MS = const(3000)
"""How long a picture stays that answers one press."""

_WELL = (None, "near-end")


class Alone:
    """What gives tickets and hands them over. hub: `hub_watch.HubWatch`. panel, lamps: None where there is none.

    refuse: sounds what a press gets that comes to nothing.
    """

    def __init__(self, *, hub, outbox, printer, panel, lamps, refuse):
        self._hub = hub
        self._outbox = outbox
        self._printer = printer
        self._panel = panel
        self._lamps = lamps
        self._refuse = refuse
        self._lease = None
        self._is_looked_for = False
        self._key = None
        self._is_well = True
        self._held = None
        self._held_at = 0
        self._shown = None
        self._event = None
        self._at = 0
        self._day = None
        # Tickets from here on are of this life, and their times of its clock, which the next beat may correct.
        self._own_at = taken.size()
        self._began = time.ticks_ms()
        self._began_ms = hub.hall_ms(self._began)

    async def step(self, alert):
        """Do what is next; return whether there may be more to do. alert: what is wrong with the printer, or None."""
        if not self._hub.is_lost:
            self._lease, self._is_looked_for, self._shown = None, False, None
            return self._hand_over()
        self._is_well = alert in _WELL
        if not self._is_looked_for:
            self._is_looked_for = True
            self._look_for_lease()
        if self._lease and self._now_ms() >= self._lease.until:
            self._end_day()
        if self._lease:
            await self._serve()
        return self._lease is not None or taken.size() > 0

    def press(self, key):
        """A key went down while the hub is away; return whether a ticket will come of it."""
        if not self._hub.is_lost or not self._lease or self._key or not self._lease.has(key):
            return False
        if key not in self._lease.keys():
            self._hold("used-up")
            return False
        self._key = key
        return True

    def show(self):
        """Draw the picture that is due, and light the keys that have numbers left."""
        if not self._lease or not self._hub.is_lost:
            return
        self._shown = self._due()
        if self._lamps:
            self._lamps.show({} if self._key else {key: "on" for key in self._lease.keys()})
        if hasattr(self._panel, "lay"):
            self._lease.picture(self._shown)
            self._panel.lay(self._lease.bits, self._lease.w, self._lease.h)

    def _look_for_lease(self):
        try:
            self._lease = Lease(taken.given)
        except OSError:
            pass
        except (ValueError, KeyError, TypeError) as error:
            print("the lease is of no use: %r" % error)
        if self._lease and self._began_ms is None:
            self._began = time.ticks_ms()
            self._began_ms = self._hub.hall_ms(self._began) or self._lease.last_ms

    def _end_day(self):
        """Give no more: what the panel shows from now on is what it shows at any device without a hub."""
        self._lease = None
        if self._lamps:
            self._lamps.show({})
        if self._panel:
            self._panel.show(True)

    async def _serve(self):
        if self._key:
            await self._give(self._key)
            self._key = None
        if self._held and time.ticks_diff(time.ticks_ms(), self._held_at) >= _HOLD_MS:
            self._held = None
        if self._due() != self._shown:
            self.show()

    async def _give(self, key):
        """Print a ticket; its number is on the flash before, and how it ended after. Where nothing can, none is used."""
        self.show()
        if await self._printer.check() not in _WELL or not await self._put_out(key):
            self._hold("no-paper")
            self._refuse()

    async def _put_out(self, key):
        """Return whether a ticket came out, as far as anybody can tell."""
        lease, at_ms = self._lease, self._hub.hall_ms(time.ticks_ms())
        number = lease.take(key)
        try:
            taken.note(lease.day, number, key, str(self._now_ms()))
        except OSError as error:
            print("ticket %s: the flash does not take it: %s" % (number, error))
            return False
        try:
            why = await self._printer.put_out(lease.chunks(key, number, at_ms), lease.size(key, number))
            taken.note(number, {None: "out", taken.IN_DOUBT: why}.get(why, "failed"))
        except OSError as error:
            print("ticket %s: %s" % (number, error))
            return False
        return why is None

    def _due(self):
        if self._key:
            return "printing"
        if self._held or not self._is_well:
            return self._held or "no-paper"
        return "ready" if self._lease.keys() else "used-up"

    def _hold(self, name):
        self._held, self._held_at = name, time.ticks_ms()

    def _now_ms(self):
        """Return the hall's time by this life's clock, which goes on from the last time known where there is no other."""
        return self._began_ms + time.ticks_diff(time.ticks_ms(), self._began)

    def _hand_over(self):
        """Say of one ticket after another what became of it; return whether there are more."""
        now_ms = self._hub.hall_ms(time.ticks_ms())
        if now_ms is None or (self._event and self._outbox.holds(self._event)):
            return True
        found = taken.ticket(self._at) if taken.size() else None
        if not found:
            return self._forget()
        (day, number, key, at_ms, paper, place), after = found
        shift_ms = now_ms - self._now_ms() if place >= self._own_at else 0
        event = {"do": "taken", "number": number, "key": key, "paper": paper}
        if self._outbox.offer(event, int(at_ms) + shift_ms):
            self._event, self._at, self._day = event, after, day
        return True

    def _forget(self):
        """All is handed over."""
        try:
            if taken.size():
                taken.forget(self._day)
        except OSError as error:
            print("the tickets stay on the flash, and will be handed over again: %s" % error)
        return False
