"""The network over the LAN8720 of a WT32-ETH01."""

import network
from machine import Pin

from nics.wired import Wired

_LINKED = 3
"""ports/esp32/network_lan.c, "ETH_CONNECTED": a cable is in, and there is no address yet."""


def carrier(net):
    """Return the board's carrier. net: as in settings.json. The pins are the board's own (WT32-ETH01 datasheet, 3)."""
    chip = network.LAN(
        mdc=Pin(23),
        mdio=Pin(18),
        power=Pin(16),
        ref_clk=Pin(0),
        ref_clk_mode=Pin.IN,
        phy_type=network.PHY_LAN8720,
        phy_addr=1,
    )
    return Wired(chip, net, _LINKED)
