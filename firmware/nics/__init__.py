"""Makes what carries the network on a board; only the driver that the board needs is loaded, and this is forgotten."""

# ruff: noqa: B904  (there is no exception chaining in MicroPython)

import sys

from limits import ConfigError

_WIFI = ("pico-w", "esp32-s3")


def nic(chip, net):
    """Return the carrier of a board, switched on; raise ConfigError where the settings are not for one.

    chip: as in board.json. net: as in settings.json. A carrier has `isconnected`, which is asked before every attempt
    to reach the broker; `why`, which says in words what is missing; `again`, which begins the network anew since its
    chip may hang; and `rssi`, the strength of its radio in dBm or None.
    """
    if (chip in _WIFI) != ("ssid" in net):
        what = "give" if chip in _WIFI else "leave out"
        raise ConfigError("settings.json: for a %s %s ssid, password and country in net" % (chip, what))
    name = "nics.wifi" if chip in _WIFI else "nics.wired"
    __import__(name)
    try:
        return sys.modules[name].carrier(chip, net)
    except (OSError, ValueError) as error:
        raise ConfigError("settings.json: net does not suit this board (%s); correct it" % error)
