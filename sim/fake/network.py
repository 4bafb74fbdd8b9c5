"""Stands for MicroPython's ``network``: the W5500 is here; other chips are elsewhere, since each takes memory.

The sockets are the host's own. How the network is outside stands in a file, as words; sim/access.py writes it.
"""

import os
import time

_LINK_MS = 50


def outside():
    """Return what is wrong, as words; all is well where nobody has said anything."""
    try:
        with open(os.getenv("LINTEL_NET")) as file:
            return file.read().split()
    except OSError:
        return ()


class WIZNET5K:
    """The Ethernet chip, which finds its link a little after it is switched on."""

    def active(self, _is_active):
        """Switch the chip on, or off."""
        self._up_at = time.ticks_ms() + _LINK_MS
        self._address = None

    def ifconfig(self, address):
        """Take address, mask, gateway and name server."""
        self._address = address

    def isconnected(self):
        """Return whether there are a link and an address."""
        return self.status() and (self._address or "dhcp" not in outside())

    def status(self):
        """Return 2 while there is a link, and 0 while there is none."""
        return 0 if time.ticks_ms() < self._up_at or "cable" in outside() else 2


def __getattr__(name):
    """Return what only other chips have; a name that none has is an AttributeError, as on a board."""
    return getattr(__import__("network_lan" if name in ("LAN", "PHY_LAN8720") else "network_wifi"), name)
