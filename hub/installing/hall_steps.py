"""The steps that bring a hall's own files to /etc/lintel: its file, boards, pictures, papers and recorded words."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hub.config import Hall
from hub.installing.machine import Machine
from hub.installing.names import HALL_FILE, SETTINGS, USER
from hub.installing.record import Book, Entry
from hub.installing.steps import MakeFolder, Place, Step, write_whole

FOLDER_MODE, FILE_MODE = 0o750, 0o640


@dataclass(frozen=True, kw_only=True)
class GiveFile(Place):
    """A file of the hall's. Where there is another one already it stays, unless it is to be replaced."""

    data: bytes
    is_replaced: bool = False

    def words(self, machine: Machine) -> str:
        """Say so, with new or replaced."""
        return f"{'replace' if self.differs(machine) else 'file'} {self.path}"

    def differs(self, machine: Machine) -> bool:
        """Tell whether there is another one, such as one that people have changed on the hall's pages."""
        path = machine.path(self.path)
        return path.is_file() and path.read_bytes() != self.data

    def is_done(self, machine: Machine) -> bool:
        """Tell whether it is there as it should be, or is left as it is."""
        if not machine.path(self.path).is_file() or (self.is_replaced and self.differs(machine)):
            return False
        return self._is_settled(machine)

    def do(self, machine: Machine, book: Book) -> None:
        """Write it, and keep the one that it replaces beside it."""
        path = machine.path(self.path)
        if not book.record.has("hall", SETTINGS) and not book.record.has("hall", self.path):
            self._note(machine, book)
        if self.differs(machine) and self.is_replaced:
            path.replace(path.with_name(f"{path.name}.before"))
        if not path.exists():
            write_whole(machine, self.path, self.data)
        self._settle(machine)

    def _note(self, machine: Machine, book: Book) -> None:
        """Keep, where the folder was somebody's before, that this file is ours, or how it was."""
        if machine.path(self.path).exists():
            self._note_mode(machine, book)
        else:
            book.note(Entry(kind="hall", name=self.path))


def hall_steps(hall: Hall, *, is_replaced: bool) -> list[Step]:
    """Return the steps for a hall's file and everything that belongs beside it."""
    files = [("hall.toml", hall.path.read_bytes())] + [(name, path.read_bytes()) for name, path in _beside(hall)]
    folders = sorted({str(parent) for name, _ in files for parent in Path(name).parents if str(parent) != "."})
    steps: list[Step] = [MakeFolder(path=SETTINGS, mode=FOLDER_MODE, user=USER, group=USER, kind="hall")]
    steps += [
        MakeFolder(path=f"{SETTINGS}/{name}", mode=FOLDER_MODE, user=USER, group=USER, kind="hall") for name in folders
    ]
    return steps + [
        GiveFile(path=f"{SETTINGS}/{name}", mode=FILE_MODE, user=USER, group=USER, data=data, is_replaced=is_replaced)
        for name, data in files
    ]


def kept_words(steps: list[Step], machine: Machine, source: Path) -> list[str]:
    """Return a sentence for each of the hall's files that is left as it is."""
    kept = [one.path for one in steps if isinstance(one, GiveFile) and not one.is_replaced and one.differs(machine)]
    return [f"{path} is another one than {_source(path, source)} and was left; --replace takes yours" for path in kept]


def _source(path: str, hall: Path) -> str:
    return str(hall if path == HALL_FILE else hall.parent / path.removeprefix(f"{SETTINGS}/"))


def _beside(hall: Hall) -> Iterator[tuple[str, Path]]:
    """Yield the files, by their name from the hall's folder on, that its file speaks of and that are there."""
    folder = hall.path.parent
    names = [f"{device.board}.json" for device in hall.devices]
    names += [one.photo for one in hall.file.people] + [hall.file.screen.safety_sign, hall.file.broker.ca or ""]
    names += [hall.file.web.certificate, hall.file.web.key]
    names += [hall.file.wifi.password_file] if hall.file.wifi else []
    names += [hall.file.appointments.file] if hall.file.appointments else []
    found = {folder / name for name in names if name and (folder / name).is_file()}
    for tree in filter(None, (hall.forms, hall.clips)):
        found |= {path for path in tree.rglob("*") if path.is_file()}
    for path in sorted(found):
        if path.resolve().is_relative_to(folder.resolve()):
            yield path.relative_to(folder).as_posix(), path
