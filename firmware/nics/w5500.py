"""The network over the W5500 of a W5500-EVB-Pico or -Pico2, whose pins MicroPython knows."""

import network

from nics.wired import Wired

_LINKED = 2
"""extmod/network_wiznet5k.c, "status": a cable is in, and the chip is switched on."""


def carrier(net):
    """Return the board's carrier. net: as in settings.json."""
    return Wired(network.WIZNET5K(), net, _LINKED)
