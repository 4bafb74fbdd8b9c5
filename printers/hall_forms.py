"""The forms of a hall while it is open: a template that is changed is taken when it is sound, and only then (DM7)."""

from collections.abc import Iterable
from os import stat_result
from pathlib import Path

from printers.form_checks import read_sound
from printers.forms import FORM_FIELDS, Forms, TemplateError
from printers.profile import Profile

FOLDER = "forms"
"""Beside the hall's file."""

Stamp = tuple[int, int, int]


class HallForms(Forms):
    """The shipped forms, replaced one by one by those of a folder, which may change at any time.

    folder: where the hall's own ``NAME.txt`` are; it need not be there. profiles: the hall's printers, on each of which
    a template has to fit. Nothing is raised for a template with a mistake: the last good one stays, at the start the
    shipped one.
    """

    def __init__(self, folder: Path, profiles: Iterable[Profile]) -> None:
        super().__init__(None)
        self._folder = folder
        self._profiles = tuple(profiles)
        self._shipped = dict(self._templates)
        self._seen: dict[Path, Stamp] = {}
        self._taken: dict[Path, Stamp] = {}
        self._complaint = ""

    def look(self, *, at_once: bool = False) -> list[str]:
        """Take what is new in the folder and return a sentence for each mistake, once.

        A file counts when it is the same at two looks one after the other, so that none is read while it is written;
        at_once: at the first.
        """
        try:
            found = _stamps(self._folder)
        except OSError as error:
            return self._complain(f"{self._folder}: {error.strerror}; make it a folder that the hub may read")
        self._complaint = ""
        before, self._seen = self._seen, found
        for gone in self._taken.keys() - found.keys() - before.keys():
            del self._taken[gone]
            self._take_shipped(gone.stem)
        changed = [path for path, stamp in found.items() if self._taken.get(path) != stamp]
        settled = [path for path in changed if at_once or before.get(path) == found[path]]
        return [sentence for path in settled if (sentence := self._take(path, found[path]))]

    def _complain(self, sentence: str) -> list[str]:
        is_new, self._complaint = sentence != self._complaint, sentence
        return [sentence] if is_new else []

    def _take(self, path: Path, stamp: Stamp) -> str:
        """Take one file; return what is wrong with it, nothing where it is sound."""
        self._taken[path] = stamp
        try:
            self._templates[path.stem] = read_sound(path, self._profiles)
        except TemplateError as error:
            return str(error)
        return ""

    def _take_shipped(self, name: str) -> None:
        if name in FORM_FIELDS:
            self._templates[name] = self._shipped[name]


def _stamps(folder: Path) -> dict[Path, Stamp]:
    """Return the templates of a folder and what tells when one has changed; none where there is no folder."""
    if not folder.exists():
        return {}
    return {path: _stamp(path.stat()) for path in sorted(folder.iterdir()) if path.suffix == ".txt"}


def _stamp(stat: stat_result) -> Stamp:
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
