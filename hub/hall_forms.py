"""The forms of a hall while it is open: a template that is changed is taken when it is sound, and only then."""

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from hardware.logs import Log
from hub.form_checks import read_sound
from printers.forms import FORM_FIELDS, Forms, TemplateError
from printers.profile import Profile

log = Log(__name__)

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
        self._seen: dict[Path, Stamp] = {}
        self._taken: dict[Path, Stamp] = {}
        self._complaint = ""

    def follow_hall(self, profiles: Iterable[Profile]) -> None:
        """Ask of every template that it fits on these printers; those that were read are read again."""
        self._profiles = tuple(profiles)
        self._taken.clear()

    def look(self, *, at_once: bool = False) -> None:
        """Take what is new in the folder; each mistake goes into the log, once.

        A file counts when it is the same at two looks one after the other, so that none is read while it is written;
        at_once: at the first.
        """
        try:
            found = _stamps(self._folder)
        except OSError as error:
            self._complain(f"{self._folder}: {error.strerror}; make it a folder that the hub may read")
            return
        self._complaint = ""
        before, self._seen = self._seen, found
        for gone in self._taken.keys() - found.keys() - before.keys():
            del self._taken[gone]
            self._take_shipped(gone)
        for path, stamp in found.items():
            if self._taken.get(path) != stamp and (at_once or before.get(path) == stamp):
                self._taken[path] = stamp
                self._take(path)

    def _complain(self, sentence: str) -> None:
        if sentence != self._complaint:
            log.warning("forms-unreadable", sentence)
        self._complaint = sentence

    def _take(self, path: Path) -> None:
        try:
            self._templates[path.stem] = read_sound(path, self._profiles)
        except TemplateError as error:
            log.warning("form-refused", f"{error}; what was sound before is still printed")
        else:
            log.info("form-taken", f"{path}: taken")

    def _take_shipped(self, path: Path) -> None:
        if path.stem in FORM_FIELDS:
            self._templates[path.stem] = self._shipped[path.stem]
            log.info("form-gone", f"{path}: gone; the shipped template is printed again")


def _stamps(folder: Path) -> dict[Path, Stamp]:
    """Return the templates of a folder and what tells when one has changed; none where there is no folder."""
    found = {}
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".txt"):
                with contextlib.suppress(FileNotFoundError):  # while it is saved, it may be gone for a moment
                    found[folder / entry.name] = _stamp(entry)
    return dict(sorted(found.items()))


def _stamp(entry: os.DirEntry[str]) -> Stamp:
    """One that cannot be looked at, such as a link to itself, is no reason to overlook the others."""
    try:
        stat = entry.stat()
    except FileNotFoundError:
        raise
    except OSError:
        return 0, 0, 0
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
