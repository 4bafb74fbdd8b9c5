"""What a disk holds, and what it may hold after a power cut: all that was synced, and of the rest what luck left.

Harder than life: of what was written and not synced any sectors of 512 bytes, or any pages of 4096, may be there and
others not, whatever the order; a file may have any of the lengths that it had since; names that were made, moved or
removed since their folder was synced may be so or not, one by one. ext4 with data=ordered allows less (it writes names
in order); other file systems promise no more than this.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from sim.disk.record import Cut, Op, Opened, Removed, Renamed, Sought, Synced, Written

UNITS = (512, 4096)
KEPT_SHARES = (0.0, 0.5, 1.0)


class Content:
    """The bytes of a file. length: how many; those behind the end of ``data`` are zeros, which nobody needs to keep."""

    def __init__(self, data: bytes | bytearray = b"", length: int = 0) -> None:
        self.data = bytearray(data).rstrip(b"\0")
        self.length = max(length, len(data))

    def put(self, at: int, data: bytes) -> None:
        """Write some bytes somewhere."""
        self.length = max(self.length, at + len(data))
        if at >= len(self.data):
            data = data.rstrip(b"\0")
            self.data.extend(bytes(at - len(self.data)) if data else b"")
        self.data[at : at + len(data)] = data

    def cut(self, length: int) -> None:
        """Make it this long."""
        del self.data[length:]
        self.length = length

    def whole(self) -> bytes:
        """Return all of it."""
        return bytes(self.data).ljust(self.length, b"\0")


class _Put(NamedTuple):
    at: int
    data: bytes


class _File:
    """A file: what of it is durable, and what has happened since. place: of the next write."""

    def __init__(self, content: Content | None = None) -> None:
        self.durable = content or Content()
        self.since: list[_Put | Cut] = []
        self.length = self.durable.length
        self.place = 0
        self.appends = True  # a descriptor that nobody has seen being opened is that of a log

    def write(self, at: int | None, data: bytes) -> None:
        if at is None:
            at = self.length if self.appends else self.place
            self.place = at + len(data)
        self.since.append(_Put(at, data))
        self.length = max(self.length, at + len(data))

    def cut(self, length: int) -> None:
        self.since.append(Cut("", length))
        self.length = length

    def sync(self) -> None:
        _apply(self.durable, self.since)
        self.since.clear()

    def now(self) -> Content:
        content = Content(self.durable.data, self.durable.length)
        _apply(content, self.since)
        return content

    def after_cut(self, chance: random.Random) -> Content:
        """Return what may be left of it: of each sector, what it was at some moment since it was durable."""
        content = Content(self.durable.data, self.durable.length)
        if not self.since:
            return content
        unit, kept = chance.choice(UNITS), chance.choice((*KEPT_SHARES, chance.random()))
        lengths, of_sector = [content.length], defaultdict[int, list[tuple[int, bytes]]](list)
        for op in self.since:
            for at, piece in _pieces(op, lengths[-1], unit):
                of_sector[at // unit].append((at, piece))
            lengths.append(op.length if isinstance(op, Cut) else max(lengths[-1], op.at + len(op.data)))
        for pieces in of_sector.values():
            for at, piece in pieces if chance.random() < kept else pieces[: chance.randrange(len(pieces))]:
                content.put(at, piece)
        content.cut(lengths[-1] if kept == 1 else chance.choice(lengths))
        return content


class Disk:
    """The files below some folders. base: path to content, as it was before the first `apply`; all of it durable."""

    def __init__(self, base: Mapping[str, Content], folders: Iterable[str]) -> None:
        self._folders = tuple(f"{folder.rstrip('/')}/" for folder in folders)
        self._names = {path: _File(content) for path, content in base.items()}
        self._durable = dict(self._names)
        self._since: list[Callable[[dict[str, _File]], None]] = []
        self._of_folder: list[set[str]] = []

    def apply(self, op: Op) -> None:
        """Let something happen; what is not below our folders does not matter."""
        match op:
            case Opened():
                self._open(op)
            case Written() | Cut() | Sought() if file := self._names.get(op.path):
                self._change(file, op)
            case Synced():
                self._sync(op.path)
            case Renamed() if file := self._names.get(op.path):
                self._name({_folder(op.path), _folder(op.to)}, _moved(op.path, op.to, file))
            case Removed() if op.path in self._names:
                self._name({_folder(op.path)}, _gone(op.path))
            case _:
                pass

    def now(self) -> dict[str, Content]:
        """Return path to content as whoever reads it now sees it."""
        return {path: file.now() for path, file in self._names.items()}

    def after_cut(self, chance: random.Random) -> dict[str, Content]:
        """Return path to content as a power cut at this moment may leave it. chance: whose luck decides."""
        names, kept = dict(self._durable), chance.choice((*KEPT_SHARES, chance.random()))
        for change in self._since:
            if chance.random() < kept:
                change(names)
        return {path: file.after_cut(chance) for path, file in names.items()}

    def _open(self, op: Opened) -> None:
        if not op.path.startswith(self._folders):
            return
        file = self._names.get(op.path)
        if file is None:
            if not op.creates:
                return
            file = _File()
            self._name({_folder(op.path)}, _made(op.path, file))
        file.place, file.appends = 0, op.appends
        if op.empties and file.length:
            file.cut(0)

    def _change(self, file: _File, op: Written | Cut | Sought) -> None:
        match op:
            case Written():
                file.write(op.at, op.data)
            case Cut():
                file.cut(op.length)
            case Sought():
                file.place = op.at

    def _sync(self, path: str) -> None:
        if file := self._names.get(path):
            file.sync()
            return
        folder = f"{path.rstrip('/')}/"
        later: list[Callable[[dict[str, _File]], None]] = []
        folders: list[set[str]] = []
        for change, of in zip(self._since, self._of_folder, strict=True):
            if folder in of:
                change(self._durable)
            else:
                later.append(change)
                folders.append(of)
        self._since, self._of_folder = later, folders

    def _name(self, folders: set[str], change: Callable[[dict[str, _File]], None]) -> None:
        change(self._names)
        self._since.append(change)
        self._of_folder.append(folders)


def _made(path: str, file: _File) -> Callable[[dict[str, _File]], None]:
    return lambda names: names.update({path: file})


def _gone(path: str) -> Callable[[dict[str, _File]], None]:
    def remove(names: dict[str, _File]) -> None:
        names.pop(path, None)

    return remove


def _moved(path: str, to: str, file: _File) -> Callable[[dict[str, _File]], None]:
    def move(names: dict[str, _File]) -> None:
        names.pop(path, None)
        names[to] = file

    return move


def _folder(path: str) -> str:
    return f"{path.rpartition('/')[0]}/"


def _apply(content: Content, ops: Iterable[_Put | Cut]) -> None:
    for op in ops:
        if isinstance(op, _Put):
            content.put(op.at, op.data)
        else:
            content.cut(op.length)


def _pieces(op: _Put | Cut, length: int, unit: int) -> Iterable[tuple[int, bytes]]:
    """Yield what a change means for each sector that it touches, as (place, bytes); what is cut off becomes zeros."""
    at, data = (op.length, bytes(max(0, length - op.length))) if isinstance(op, Cut) else (op.at, op.data)
    begin, end = at, at + len(data)
    while at < end:
        next_at = min(end, (at // unit + 1) * unit)
        yield at, data[at - begin : next_at - begin]
        at = next_at


def write_files(files: Mapping[str, Content], *, of: Path, to: Path) -> None:
    """Write the files below one folder, as `Disk.after_cut` has them, into another; zeros at an end take no space.

    A file that is there as it should be is left alone: that of the hall may be read by others.
    """
    for path, content in files.items():
        target = to / Path(path).relative_to(of)
        if target.is_file() and target.stat().st_size == content.length and target.read_bytes() == content.whole():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch(mode=0o600)
        with target.open("wb") as file:
            file.write(content.data)
            file.truncate(content.length)
