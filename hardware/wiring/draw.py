"""Draws WireViz documents, with the program ``wireviz``; it is started as a program since its licence is the GPL."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

LIMIT_S = 300
Format = Literal["svg", "png"]
LETTERS: dict[Format, str] = {"svg": "s", "png": "p"}


class DrawError(OSError):
    """A picture that could not be drawn, with the remedy."""


def draw(documents: Mapping[str, str], folder: Path, formats: tuple[Format, ...] = ("svg", "png")) -> list[Path]:
    """Write each document as NAME.yml with its pictures into a folder; return the pictures' paths.

    Raises DrawError where wireviz or Graphviz is missing, or refuses a document.
    """
    program = _program()
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{name}.yml" for name in documents]
    for file, text in zip(files, documents.values(), strict=True):
        file.write_text(text, "utf-8")
    letters = "".join(LETTERS[wanted] for wanted in formats)
    done = subprocess.run(
        [program, "-f", letters, *map(str, files)], capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    pictures = [file.with_suffix(f".{wanted}") for file in files for wanted in formats]
    if done.returncode or not all(picture.is_file() for picture in pictures):
        raise DrawError(f"wireviz could not draw {', '.join(documents)}: {_last(done.stderr or done.stdout)}")
    return pictures


def _program() -> str:
    if not shutil.which("dot"):
        raise DrawError("the program dot is missing: apt install graphviz")
    beside = Path(sys.executable).with_name("wireviz")
    found = str(beside) if beside.is_file() else shutil.which("wireviz")
    if not found:
        raise DrawError("the program wireviz is missing; in Lintel's folder run make setup, or pip install '.[wiring]'")
    return found


def _last(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it said nothing"
