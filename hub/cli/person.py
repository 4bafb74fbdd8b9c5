"""Asks on the command line who somebody is: a PIN is never a word of the command, which others could see."""

import getpass
import sys


def ask_person() -> tuple[str, str]:
    """Return the number and PIN that were typed, or the next two lines of what is no terminal."""
    return ask("工号: "), ask("密码: ", secret=True)


def ask(prompt: str, *, secret: bool = False) -> str:
    """Return a line; secret: one that is not shown while it is typed."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return (getpass.getpass(prompt) if secret else input(prompt)).strip()
