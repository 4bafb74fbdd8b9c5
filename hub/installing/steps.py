"""The steps of an installation that are files, folders and links: each knows whether it is done, and does it once."""

import os
import stat
from dataclasses import dataclass
from typing import Protocol

from hub.installing.machine import InstallError, Machine
from hub.installing.record import Book, Entry, Kind


class Step(Protocol):
    """One thing that an installation makes sure of. path: where it can be seen on the computer."""

    @property
    def path(self) -> str: ...

    def words(self, machine: Machine) -> str:
        """Say what will be made, in a line of the plan."""

    def is_done(self, machine: Machine) -> bool:
        """Tell whether nothing has to be done any more."""

    def do(self, machine: Machine, book: Book) -> None:
        """Make it, noting it first; raise InstallError where that cannot be."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A file or folder with its mode and owner. path: on the computer that is installed on."""

    path: str
    mode: int
    user: str = "root"
    group: str = "root"

    def _is_settled(self, machine: Machine) -> bool:
        found = stat.S_IMODE(machine.path(self.path).lstat().st_mode)
        return found == self.mode and machine.owners(self.path) in (("", ""), (self.user, self.group))

    def _settle(self, machine: Machine) -> None:
        if machine.path(self.path).is_symlink():
            raise InstallError(f"{self.path} is a link; remove it, and install again")
        machine.own(self.path, self.user, self.group)
        machine.path(self.path).chmod(self.mode)

    def _note_mode(self, machine: Machine, book: Book) -> None:
        """Keep how something that was here already is owned now."""
        mode = stat.S_IMODE(machine.path(self.path).lstat().st_mode)
        before = " ".join((f"{mode:o}", *machine.owners(self.path))).strip()
        book.note(Entry(kind="mode", name=self.path, before=before))


@dataclass(frozen=True, kw_only=True)
class MakeFolder(Place):
    """A folder. kind: folder: taken away when it is empty; tree: with all that is in it; hall: that is kept."""

    kind: Kind = "folder"

    def words(self, machine: Machine) -> str:
        """Say so."""
        return f"folder {self.path}, {self.mode:o}, of {self.user}"

    def is_done(self, machine: Machine) -> bool:
        """Tell whether it is there."""
        return machine.path(self.path).is_dir() and self._is_settled(machine)

    def do(self, machine: Machine, book: Book) -> None:
        """Make it with its parents, which are root's."""
        path = machine.path(self.path)
        if path.is_dir():
            if not book.record.has(self.kind, self.path):
                self._note_mode(machine, book)
        elif os.path.lexists(path):
            raise InstallError(f"{path} is no folder; move it away")
        else:
            for parent in [one for one in reversed(path.parents) if not one.exists()]:
                book.note(Entry(kind="folder", name=f"/{parent.relative_to(machine.root)}"))
                parent.mkdir(mode=0o755)
            book.note(Entry(kind=self.kind, name=self.path))
            path.mkdir(mode=0o700)
        self._settle(machine)


@dataclass(frozen=True, kw_only=True)
class WriteFile(Place):
    """A file of Lintel's own: it is written anew where it is another one."""

    data: bytes

    def words(self, machine: Machine) -> str:
        """Say so, with new or changed."""
        return f"{'change' if machine.path(self.path).exists() else 'file'} {self.path}"

    def is_done(self, machine: Machine) -> bool:
        """Tell whether it is there as it should be."""
        path = machine.path(self.path)
        return path.is_file() and path.read_bytes() == self.data and self._is_settled(machine)

    def do(self, machine: Machine, book: Book) -> None:
        """Write it whole; refuse where somebody else has made a file of that name."""
        path = machine.path(self.path)
        if os.path.lexists(path) and not book.record.has("file", self.path):
            raise InstallError(f"{path} is there already and is not Lintel's; move it away, and install again")
        if not path.parent.is_dir():
            MakeFolder(path=self.path.rpartition("/")[0], mode=0o755).do(machine, book)
        book.note(Entry(kind="file", name=self.path))
        write_whole(machine, self.path, self.data)
        self._settle(machine)


@dataclass(frozen=True, kw_only=True)
class MakeLink:
    """A symbolic link of Lintel's own."""

    path: str
    target: str

    def words(self, machine: Machine) -> str:
        """Say so."""
        return f"link {self.path} -> {self.target}"

    def is_done(self, machine: Machine) -> bool:
        """Tell whether it leads there."""
        path = machine.path(self.path)
        return path.is_symlink() and str(path.readlink()) == self.target

    def do(self, machine: Machine, book: Book) -> None:
        """Make it, in place of one that leads elsewhere; refuse where somebody else has made something of that name."""
        path = machine.path(self.path)
        if os.path.lexists(path) and not book.record.has("link", self.path):
            raise InstallError(f"{path} is there already and is not Lintel's; move it away, and install again")
        if not path.parent.is_dir():
            MakeFolder(path=self.path.rpartition("/")[0], mode=0o755).do(machine, book)
        book.note(Entry(kind="link", name=self.path))
        new = path.with_name(f".{path.name}.new")
        new.unlink(missing_ok=True)
        new.symlink_to(self.target)
        new.replace(path)


def write_whole(machine: Machine, name: str, data: bytes) -> None:
    """Replace a file whole, readable by its owner only until it is settled."""
    path = machine.path(name)
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise InstallError(f"{path}: {error.strerror}; make room, or look whether the disk can be written") from error
