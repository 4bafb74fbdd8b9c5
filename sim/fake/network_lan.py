"""Stands for the Ethernet of an ESP32 with a LAN8720, as on a WT32-ETH01."""

import network

PHY_LAN8720 = 1


class LAN(network.WIZNET5K):
    """The Ethernet chip, whose pins must be those of the board."""

    def __init__(self, *, mdc, mdio, power, ref_clk, ref_clk_mode, phy_type, phy_addr):
        if (mdc.number, mdio.number, power.number, ref_clk.number, phy_addr) != (23, 18, 16, 0, 1):
            raise OSError("no PHY answers on these pins")

    def isconnected(self):
        """Return whether there are a link and an address."""
        return self.status() == 5

    def status(self):
        """Return 4 without a link, 3 without an address, 5 with both."""
        if not super().status():
            return 4
        return 5 if self._address or "dhcp" not in network.outside() else 3
