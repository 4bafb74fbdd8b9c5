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
    if hasattr(os, "sync"):
        os.sync()
    os.rename(name + ".new", name)
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
