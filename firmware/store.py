"""Small things that survive power loss: a file is written anew beside the old one and takes its place in one step."""

import json
import os

BOOT_FILE = "boot.json"


def next_boot():
    """Return the number of this start, one more than the last, after it is safe on the flash."""
    boot = _kept_boot() + 1
    keep_boot(boot)
    return boot


def keep_boot(boot):
    """Make sure that the next start gets a number above this one."""
    replace(BOOT_FILE, json.dumps({"boot": boot}))


def replace(name, text):
    """Write a file so that a power cut leaves either the old one or the new one, whole (littlefs, "rename")."""
    with open(name + ".new", "w") as file:
        file.write(text)
        file.flush()
    settle(name + ".new", name)


def settle(new, name):
    """Let a file that was written take the place of another in one step; both steps are safe when this returns."""
    sync()
    os.rename(new, name)
    sync()


def has(name):
    """Return whether there is such a file."""
    return name in os.listdir()


def sync():
    """Have the flash keep all that was written; littlefs has when a file is closed, and its port no such function."""
    if hasattr(os, "sync"):
        os.sync()


def _kept_boot():
    """Return the last number; 0 where none is kept: the first view's ack then tells where to go on."""
    try:
        with open(BOOT_FILE) as file:
            boot = json.load(file)["boot"]
    except (OSError, ValueError, KeyError, TypeError):
        return 0
    return boot if type(boot) is int and boot > 0 else 0
