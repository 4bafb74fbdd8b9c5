"""Makes what carries the network on a board; only the driver that the board needs is loaded, and this is forgotten."""

# ruff: noqa: B904  (there is no exception chaining in MicroPython)

import sys

from limits import ConfigError

_DRIVERS = {
    "w5500-evb-pico": "w5500",
    "w5500-evb-pico2": "w5500",
    "wt32-eth01": "lan8720",
    "pico-w": "wifi",
    "esp32-s3": "wifi",
}


def nic(chip, net):
    """Return the carrier of a board, switched on; raise ConfigError where the settings are not for one.

    chip: as in board.json. net: as in settings.json. A carrier has `isconnected`, which is asked before every attempt
    to reach the broker; `why`, which says in words what is missing; `again`, which begins the network anew since its
    chip may hang; and `rssi`, the strength of its radio in dBm or None.
    """
    driver = _DRIVERS[chip]
    if (driver == "wifi") != ("ssid" in net):
        raise ConfigError(
            "settings.json: a %s has %s Wi-Fi; %s ssid, password and country in net"
            % (chip, "only" if driver == "wifi" else "no", "give" if driver == "wifi" else "leave out")
        )
    name = "nics." + driver
    __import__(name)
    try:
        return sys.modules[name].carrier(net)
    except (OSError, ValueError) as error:
        raise ConfigError("settings.json: net does not suit this board (%s); correct it" % error)
