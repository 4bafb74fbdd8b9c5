"""Stands for MicroPython's ``network``: each kind of chip is in a module of its own, since it takes a node's memory."""

_HOMES = {"WIZNET5K": "network_wired", "LAN": "network_wired", "PHY_LAN8720": "network_wired"}


def __getattr__(name):
    """Return what a driver asks for; a name that no chip has is an AttributeError, as on a board."""
    return getattr(__import__(_HOMES.get(name, "network_wifi")), name)
