"""What an installation has made on a computer, kept so that it can be taken away again: a file of root's alone.

A thing is noted before it is made. An installation that was cut off is taken away like a whole one.
"""

from typing import Literal

import msgspec
from msgspec import Struct

from hub.installing.asked import Asked
from hub.installing.machine import InstallError, Machine
from hub.installing.names import NOTES
from hub.secrets import write_private

RECORD = f"{NOTES}/record.json"
PACKAGES_BEFORE, USERS_BEFORE, GROUPS_BEFORE = f"{NOTES}/packages", f"{NOTES}/users", f"{NOTES}/groups"
"""What was there before packages were installed, a name a line; until it is known what they have brought."""

Kind = Literal["file", "link", "folder", "tree", "hall", "mode", "packages", "user", "group", "member"]


class Entry(Struct, frozen=True, kw_only=True):
    """One thing that was made. name: a path, a user, a group, a user and a group, or packages with blanks between.

    hall: a folder with what people made, which is never thrown away unasked. before: of a mode, what it was: ``750
    root root``.
    """

    kind: Kind
    name: str
    before: str = ""


class Record(Struct, kw_only=True):
    """entries: in the order in which things were made. units: what is started.

    pending: what has changed and was not taken up yet by the programs that run. asked: by the last command line.
    """

    entries: list[Entry] = []
    units: list[str] = []
    pending: list[str] = []
    asked: Asked | None = None

    def has(self, kind: Kind, name: str) -> bool:
        """Tell whether a thing is Lintel's own."""
        return any(one.kind == kind and one.name == name for one in self.entries)


def make_notes(machine: Machine) -> None:
    """Make the folder of the record, for root alone."""
    path = machine.path(NOTES)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(exist_ok=True, mode=0o700)


class Book:
    """The record of a computer, written at every change."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._path = machine.path(RECORD)
        self.record = self._read()

    @property
    def is_there(self) -> bool:
        """Whether Lintel was installed here, or its installation was begun."""
        return self._path.is_file()

    def note(self, entry: Entry) -> None:
        """Keep that something is about to be made; a thing that was made twice is noted once."""
        if not self.record.has(entry.kind, entry.name):
            self.record.entries.append(entry)
            self._keep()

    def note_unit(self, unit: str) -> None:
        """Keep that a unit is about to be started."""
        if unit not in self.record.units:
            self.record.units.append(unit)
            self._keep()

    def note_change(self, path: str) -> None:
        """Keep that something is about to change, which has to be taken up even if this program is cut off."""
        if path not in self.record.pending:
            self.record.pending.append(path)
            self._keep()

    def note_asked(self, asked: Asked) -> None:
        """Keep what this installation is to be."""
        if self.record.asked != asked:
            self.record.asked = asked
            self._keep()

    def settle(self) -> None:
        """Keep that everything was taken up."""
        if self.record.pending:
            self.record.pending.clear()
            self._keep()

    def forget(self, entry: Entry) -> None:
        """Keep that a thing has been taken away."""
        self.record.entries.remove(entry)
        self._keep()

    def _keep(self) -> None:
        make_notes(self._machine)
        write_private(self._path, msgspec.json.format(msgspec.json.encode(self.record), indent=1))

    def _read(self) -> Record:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Record)
        except FileNotFoundError:
            return Record()
        except PermissionError as error:
            raise InstallError(f"{self._path}: cannot be read; call this as root: sudo lintel ...") from error
        except msgspec.MsgspecError as error:
            raise InstallError(f"{self._path}: {error}; restore it from a copy of this computer's disk") from error
