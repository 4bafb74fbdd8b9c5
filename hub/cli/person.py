"""Asks on the command line who somebody is: a PIN is never a word of the command, which others could see."""

import getpass
import sys

from hub.words import REFUSED


def ask_person() -> tuple[str, str]:
    """Return the number and PIN that were typed, or the next two lines of what is no terminal."""
    return ask("工号: "), ask("密码: ", secret=True)


def ask(prompt: str, *, secret: bool = False) -> str:
    """Return a line; secret: one that is not shown while it is typed."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return (getpass.getpass(prompt) if secret else input(prompt)).strip()


def refusal(words: str, *, role: str = "") -> str:
    """Return the hub's refusal with what to do about it. role: which one is needed, empty: none is."""
    if words == REFUSED["wrong-pin"]:
        return f"{words}；请核对工号和密码，再运行一次"
    if words == REFUSED["not-authorised"] and role:
        return f'{words}；只有大厅文件中 roles 含 "{role}" 的人可以，改过大厅文件后请重启中枢'
    return words
