"""Removes what jobs of an earlier start have left on the flash; loaded at the start, and forgotten."""

import os


def sweep():
    """Remove the files of spool.py."""
    for name in os.listdir():
        if name.startswith("spool-"):
            os.remove(name)
