"""The LAN8720 of a WT32-ETH01."""

import network
from machine import Pin


def chip():
    """Return the chip. Its pins are the board's own (WT32-ETH01 datasheet, 3)."""
    return network.LAN(
        mdc=Pin(23),
        mdio=Pin(18),
        power=Pin(16),
        ref_clk=Pin(0),
        ref_clk_mode=Pin.IN,
        phy_type=network.PHY_LAN8720,
        phy_addr=1,
    )
