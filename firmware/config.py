"""Reads what a node is: ``board.json``, what it is made of, and ``settings.json``, where it belongs."""

# ruff: noqa: B904  (there is no exception chaining in MicroPython)

import json

from limits import ConfigError

CHIPS = ("w5500-evb-pico",)
PARTS = ("keys", "lamps", "panel", "tone", "printer", "reader", "arrow")

_SETTINGS = (("hall", str), ("device", str), ("password", str), ("host", str), ("port", int), ("keepalive_s", int))
_OPTIONAL = (("net", dict), ("ca", str), ("server_name", str), ("key", str))
_FIXED = ("address", "mask", "gateway", "dns")
_WIFI = ("ssid", "password", "country")
_NET_WORDS = "give it texts for a fixed address, for Wi-Fi, for both, or {} for a cable with DHCP"


def read_settings():
    """Return the dictionary in settings.json; raise ConfigError.

    hall, device, password, host, port, keepalive_s (5 to 600) must be there. net: ``{}`` is DHCP; address, mask,
    gateway and dns are a fixed address; ssid, password and country are for Wi-Fi, and for nothing else. ca: file of the
    authority whose brokers are trusted; without it there is no TLS. server_name: the name in the broker's certificate,
    where it is not ``host``. key: what this node's firmware is signed with, 64 hexadecimal digits; without it no update
    is taken.
    """
    settings = _read("settings.json")
    for key, kind in _SETTINGS:
        if type(settings.get(key)) is not kind:
            raise ConfigError("settings.json: %s must be there, as %s" % (key, _word(kind)))
    for key, kind in _OPTIONAL:
        if settings.get(key) is not None and type(settings[key]) is not kind:
            raise ConfigError("settings.json: %s must be %s, or not be there" % (key, _word(kind)))
    _check_net(settings.get("net") or {})
    if not 5 <= settings["keepalive_s"] <= 600:
        raise ConfigError("settings.json: keepalive_s must be from 5 to 600, it is %d" % settings["keepalive_s"])
    return settings


def _check_net(net):
    """Refuse half an address, half an access point, and what is neither."""
    for key in net:
        if key not in _FIXED + _WIFI or type(net[key]) is not str:
            raise ConfigError("settings.json: net knows no %r as it is there; %s" % (key, _NET_WORDS))
    for keys in (_FIXED, _WIFI):
        if 0 < len([key for key in keys if key in net]) < len(keys):
            raise ConfigError("settings.json: net must have all or none of %s; %s" % (", ".join(keys), _NET_WORDS))


def read_board():
    """Return the dictionary in board.json, in the format of Lintel's board files; raise ConfigError."""
    board = _read("board.json")
    if board.get("chip") not in CHIPS:
        raise ConfigError("board.json: chip is %r; this firmware knows %s" % (board.get("chip"), ", ".join(CHIPS)))
    for part in PARTS:
        if board.get(part) is not None and type(board[part]) is not dict:
            raise ConfigError("board.json: %s must be an object, or not be there" % part)
    return board


def _read(name):
    try:
        with open(name) as file:
            found = json.load(file)
    except OSError:
        raise ConfigError("%s is missing; copy it to the node's flash" % name)
    except ValueError:
        raise ConfigError("%s is not JSON; copy it to the node's flash again" % name)
    if type(found) is not dict:
        raise ConfigError("%s must hold one object; copy it to the node's flash again" % name)
    return found


def _word(kind):
    return {str: "a text", int: "a whole number", dict: "an object"}[kind]
