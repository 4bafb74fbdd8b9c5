"""Stands for MicroPython's ``network`` on a W5500-EVB-Pico: the cable is in, and the sockets are the host's own."""

import time

_LINK_MS = 50


class WIZNET5K:
    """The Ethernet chip, which finds its link a little after it is switched on."""

    def active(self, _is_active):
        """Switch the chip on."""
        self._up_at = time.ticks_add(time.ticks_ms(), _LINK_MS)

    def ifconfig(self, address):
        """Take address, mask, gateway and name server."""
        if len(address) != 4:
            raise ValueError("an address has four fields")

    def isconnected(self):
        """Return whether there are a link and an address."""
        return time.ticks_diff(time.ticks_ms(), self._up_at) >= 0
