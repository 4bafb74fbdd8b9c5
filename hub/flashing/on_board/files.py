"""Runs on a board, over its REPL: says what the board is and what is on its flash. The host has read it from here."""

import sys

# Another firmware may have left modules that would stand in for MicroPython's own.
sys.path[:] = [place for place in sys.path if place not in ("", "lib", "/lib")]

import hashlib  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
from binascii import hexlify  # noqa: E402

try:
    import machine
except Exception:  # a board whose pins are wired to nothing
    machine = None
try:
    import network
except Exception:  # a MicroPython that knows of none
    network = None

_DIRECTORY = 0x4000
_WATCHDOG_MS = 8000
_watchdog = None


def feed():
    """Hold off the watchdog, which the node's own program may have started, and which cannot be stopped."""
    global _watchdog
    if _watchdog is None and hasattr(machine, "WDT"):
        _watchdog = machine.WDT(timeout=_WATCHDOG_MS)
    if _watchdog:
        _watchdog.feed()


def about():
    """Print what the board is, and whose it is, as one line of JSON."""
    try:
        with open("settings.json") as file:
            kept = json.load(file)
        owner = [kept["hall"], kept["device"]]
    except (OSError, ValueError, KeyError, TypeError):
        owner = None
    uid = hexlify(machine.unique_id()).decode() if hasattr(machine, "unique_id") else ""
    made = getattr(sys.implementation, "_machine", "")
    version = ".".join([str(part) for part in sys.implementation[1][:3]])
    said = {"platform": sys.platform, "machine": made, "version": version, "uid": uid, "owner": owner}
    said["bytecode"] = getattr(sys.implementation, "_mpy", 0) & 0xFF
    said["nics"] = [name for name in ("WIZNET5K", "LAN", "WLAN") if hasattr(network, name)]
    print(json.dumps(said))


def sums(folder=""):
    """Print path, size and SHA-256 of every file, one a line."""
    for entry in os.ilistdir(folder[:-1]) if folder else os.ilistdir():
        path = folder + entry[0]
        if entry[0] in (".", ".."):
            continue
        if entry[1] & _DIRECTORY:
            sums(path + "/")
        else:
            print("%s %d %s" % (_sum(path) + (path,)))


def _sum(path):
    digest, size, piece = hashlib.sha256(), 0, bytearray(512)
    view = memoryview(piece)
    with open(path, "rb") as file:
        count = file.readinto(piece)
        while count:
            digest.update(view[:count])
            size += count
            feed()
            count = file.readinto(piece)
    return hexlify(digest.digest()).decode(), size


def make_room(path):
    """Make the folders above a file."""
    parts = path.split("/")[:-1]
    for count in range(1, len(parts) + 1):
        try:
            os.mkdir("/".join(parts[:count]))
        except OSError:  # it is there
            pass


def remove(path):
    """Remove a file; one that is not there is no fault."""
    try:
        os.remove(path)
    except OSError:
        pass


def settle():
    """Return when what was written is on the flash, where the board has to be asked for that."""
    if hasattr(os, "sync"):
        os.sync()


def put(path):
    """Give a file that was written as PATH.new its name, so that a power cut leaves the old one or the new one."""
    settle()
    os.rename(path + ".new", path)
    settle()


def restart():
    """Start the chip anew."""
    machine.reset()
