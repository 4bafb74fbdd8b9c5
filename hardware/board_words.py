"""Says in words what a decoder found wrong with a board file: where, what, and what may stand there."""

import re
from collections.abc import Collection

_KINDS = {"int": "a whole number, without quotes", "str": "text, in quotes", "object": "a table, in { }"}
_SAYINGS = (
    (r"Object missing required field `(.*)`", r"`\1` is missing; add it"),
    (r"Object contains unknown field `(.*)`", r"unknown key `\1`; remove or correct it"),
    (r"Expected `int` <= (.*)", r"has to be at most \1; correct it"),
    (r"Expected `int` >= (.*)", r"has to be at least \1; correct it"),
)


def board_words(error: Exception, chips: Collection[str]) -> str:
    """Return a sentence with the remedy. chips: the names that a board file may give."""
    message, _, place = str(error).partition(" - at `$")
    where = place.strip("`.") + ": " if place.strip("`.") else ""
    for pattern, words in _SAYINGS:
        if found := re.fullmatch(pattern, message):
            return where + found.expand(words)
    if found := re.fullmatch(r"Expected `(\w+).*`, got `(\w+)`", message):
        return f"{where or 'the file: '}has to be {_KINDS.get(found[1], found[1])}, not {found[2]}; correct it"
    if message.startswith(("Invalid enum value", "Invalid value")):
        may = f"take one of {', '.join(chips)}" if where == "chip: " else "take another; docs/boards.md has examples"
        return f"{where}{message[0].lower()}{message[1:]}; {may}"
    if "malformed" in message or "truncated" in message or "utf-8" in message:
        return f"that is no JSON ({message}); correct it, or begin with a copy of a shipped board file"
    return where + message
