"""Chooses one of the two firmwares on the flash, and counts the starts of one on trial; never changed over the air.

The file slot says which: ``a``, or ``a b 3`` while b is on trial and has 3 starts left to prove itself, or
``a failed`` when b did not. Names are those that the firmware has anyway: each one more takes memory for good.
"""

# ruff: noqa: T201  (print is a node's console)

import os
import sys

import machine


def read():
    """Return the words in the file, [] where there is none that can be read."""
    try:
        with open("slot") as file:
            return file.read().split()
    except (OSError, ValueError):
        return []


def put(text):
    """Write the file so that a power cut leaves either the old one or the new one, whole (littlefs, "rename")."""
    with open("slot" + ".new", "w") as file:
        file.write(text)
        file.flush()
    if hasattr(os, "sync"):
        os.sync()
    os.rename("slot" + ".new", "slot")
    if hasattr(os, "sync"):
        os.sync()


def whole(name):
    """Return whether a slot has its manifest, which is written last."""
    try:
        return os.stat("%s/manifest" % name)[6] > 0
    except OSError:
        return False


def on_trial(found):
    """Return the slot on trial, None where there is none or its last start was in vain; found: words of the file."""
    if len(found) != 3 or not found[2].isdigit():
        return None
    name, other, times = found[0], found[1], int(found[2])
    is_lost = times == 0 or not whole(other)
    try:
        put("%s failed" % name if is_lost else " ".join((name, other, str(times - 1))))
    except OSError as error:
        # A start that cannot be counted would never be the last.
        print("the flash does not take it: %s" % error)
        return None
    return None if is_lost else other


def start():
    """Let the firmware be found that is to run now, and return whether there is one."""
    found = read()
    other = on_trial(found)
    for name in [other] + found[:1] + list("ab"):
        if name and whole(name):
            # From here on nothing that fails or hangs stays so.
            machine.WDT(timeout=8000)
            sys.path.insert(0, name)
            return True
    print("there is no whole firmware on this node; give it one with: lintel flash")
    return False
