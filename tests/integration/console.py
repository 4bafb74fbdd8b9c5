"""Reads a guide: its console blocks with what is typed and what comes, its files, and the acts between them."""

import re
from pathlib import Path

from msgspec import Struct

_PIECE = re.compile(r"^<!-- act: (?P<act>.+?) -->$|^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
ANYTHING = "…"


class Act(Struct, frozen=True):
    """Something that hands do, as a comment of the guide says it."""

    words: str


class File(Struct, frozen=True):
    """A block that is no command: a file that the reader writes."""

    kind: str
    text: str


class Command(Struct, frozen=True):
    """A line that is typed. comes: what the guide shows below it, with … for what it leaves out."""

    line: str
    comes: str

    def is_met_by(self, said: str) -> bool:
        """Whether what was said is what the guide shows; how wide a gap is does not count."""
        return re.fullmatch(_pattern(self.comes), said) is not None


def steps(page: Path) -> list[Act | File | Command]:
    """Return what a reader of the page does, in order."""
    found: list[Act | File | Command] = []
    for piece in _PIECE.finditer(page.read_text("utf-8")):
        if piece["act"]:
            found.append(Act(piece["act"]))
        elif piece["kind"] == "console":
            found += _commands(piece["text"])
        else:
            found.append(File(piece["kind"], piece["text"]))
    return found


def _commands(text: str) -> list[Command]:
    """Split a block at its prompts; raise ValueError where it does not begin with one."""
    before, *typed = re.split(r"^\$ ", text, flags=re.MULTILINE)
    if before:
        raise ValueError(f"a console block begins with {before!r}; begin it with '$ ' and a command")
    return [Command(line, comes) for line, _, comes in (one.partition("\n") for one in typed)]


def _pattern(comes: str) -> str:
    """A line that is only … stands for any lines; within a line it stands for anything."""
    lines = []
    for line in comes.splitlines():
        if line == ANYTHING:
            lines.append(r"(?:.*\n)*?")
            continue
        parts = [r"\s+".join(map(re.escape, part.split())) for part in line.split(ANYTHING)]
        lines.append(r"\s*.*\s*".join(parts) + r"\s*\n")
    return "".join(lines)
