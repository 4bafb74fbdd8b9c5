"""Stands for Ethernet chips; the sockets are the host's own."""

import time

import network_wall

PHY_LAN8720 = 1
_LINK_MS = 50


class WIZNET5K:
    """A W5500, which finds its link a little after it is switched on."""

    _statuses = (0, 2, 2)

    def __init__(self):
        self._up_at = None
        self._is_fixed = False

    def active(self, is_active):
        """Switch the chip on, or off."""
        self._up_at = time.ticks_add(time.ticks_ms(), _LINK_MS) if is_active else None

    def ifconfig(self, address):
        """Take address, mask, gateway and name server."""
        if len(address) != 4:
            raise ValueError("an address has four fields")
        self._is_fixed = True

    def isconnected(self):
        """Return whether there are a link and an address."""
        return self._state() == 2

    def status(self):
        """Return the chip's own number for how far it is."""
        return self._statuses[self._state()]

    def _state(self):
        """Return 0 without a link, 1 without an address, 2 with both."""
        wall = network_wall.now()
        if self._up_at is None or time.ticks_diff(time.ticks_ms(), self._up_at) < 0 or not wall.get("cable", True):
            return 0
        return 2 if self._is_fixed or wall.get("dhcp", True) else 1


class LAN(WIZNET5K):
    """The Ethernet of an ESP32 with a LAN8720, whose pins must be those of the board."""

    _statuses = (4, 3, 5)

    def __init__(self, *, mdc, mdio, power, ref_clk, ref_clk_mode, phy_type, phy_addr):
        if (mdc.number, mdio.number, power.number, ref_clk.number, phy_addr) != (23, 18, 16, 0, 1):
            raise OSError("no PHY answers on these pins")
        super().__init__()
