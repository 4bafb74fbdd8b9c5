"""Brings a hall back from a copy: its files, its journal, and what keeps it from giving anything out twice."""

import os
import pwd
import shutil
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from hub.config import Hall, load_hall
from hub.copies import folder as disk
from hub.copies.code import keep_code
from hub.copies.folder import Index, Mark, SealedFiles, Whole
from hub.copies.gather import ASIDE, HALL, STATE, Read
from hub.copies.sealing import Sealer
from hub.copies.trouble import CopyError, of_system
from hub.desk import Desk
from hub.durable import settle
from hub.firmware_serial import last_serial, next_serial
from hub.journal import Body, Entry, Journal, JournalError, breaks, read_rows
from hub.journal_copy import skip_starts
from hub.journal_end import forget_end
from hub.leases import block_size, leased_keys
from hub.lock import locked
from hub.rounds import day_of
from hub.rules.commands import NoteRestored
from hub.secrets import write_private

ROWS_LEFT_OUT = 10_000
"""More rows than a hall writes in the seconds for which a copy may be behind: a row's number is a turn, and a key that
was pressed in a lost one must not fit another."""
STARTS_LEFT_OUT, FIRMWARE_LEFT_OUT = 10, 10
LOST_S = 2.0
"""A copy is behind for a second, and for as long as it takes to write it."""
MINE = ("journal.db", "journal.db-journal")
USER = "lintel"

Say = Callable[[str], None]


class Copy(Struct, frozen=True, kw_only=True):
    """A copy that was looked at. index: None without the code."""

    folder: Path
    mark: Mark
    whole: Whole | None
    files: SealedFiles | None
    index: Index | None


class Restored(Struct, frozen=True, kw_only=True):
    """What came of a restore. row, at: the copy's last. aside: folders with what was in the way."""

    file: Path
    state: Path
    row: int
    at: int
    files: int
    aside: tuple[Path, ...]


def open_copy(folder: Path, code: str | None, *, day: str = "") -> Copy:
    """Return a copy; raise CopyError or CodeError where there is none or the code does not open it.

    day: YYYYMMDD, the files as they were on that day; empty: the latest.
    """
    mark = disk.mark_of(folder)
    if mark is None:
        raise CopyError("stranger", f"{folder}: no copy of a hall is there; name the folder with {disk.MARK} in it")
    files = SealedFiles(folder, Sealer(code, bytes.fromhex(mark.copy))) if code else None
    index = (files.earlier(day) if day else files.index) if files else None
    if files and index is None:
        raise CopyError("damaged", f"{folder} has no files of the hall yet; only its journal can be had")
    return Copy(folder=folder, mark=mark, whole=disk.whole_of(folder), files=files, index=index)


def restore(
    copy: Copy, state: Path, hall_folder: Path, code: str, *, lost_s: float = LOST_S, now: int, say: Say = print
) -> Restored:
    """Bring a hall back into these folders; raise CopyError or JournalError, and then nothing in them was touched.

    What was there is put aside in them. lost_s: for how long the old hub may have gone on after the copy's last second.
    """
    state, hall_folder = state.resolve(), hall_folder.resolve()
    with locked(state):
        files = list(_files(copy))
        journal = state / "restored"
        row, at = _fetched(copy, journal)
        say(f"the copy is whole: {row} rows up to {_moment(at)}, {len(files)} files")
        aside = tuple(
            one for one in (_put_aside(state, journal, state / "lock"), _put_aside(hall_folder, state)) if one
        )
        for one in files:
            _put(state if one.path.startswith(f"{STATE}/") else hall_folder, one)
        for name in MINE:
            with suppress(FileNotFoundError):
                (journal / name).replace(state / name)
        journal.rmdir()
        keep_code(state, code)
        file = hall_folder / _hall_file(copy).removeprefix(f"{HALL}/")
        hall = load_hall(file)
        leave_out(hall, state, lost_s=lost_s, now=now)
        _own(state, hall_folder)
        settle(state)
    return Restored(file=file, state=state, row=row, at=at, files=len(files), aside=aside)


def leave_out(hall: Hall, state: Path, *, lost_s: float, now: int) -> None:
    """Have the restored hall never use again what the lost moments may have used, and ask whom it cannot know about."""
    with closing(Journal(state / "journal.db")) as journal:
        at, ended = journal.last_at, journal.last_at + round(lost_s * 1000)
        note = Body(note=f"restored from a copy; {ROWS_LEFT_OUT} rows are left out, for what it may lack")
        journal.append([Entry(at=at, body=note), *[Entry(at=at, body=Body())] * (ROWS_LEFT_OUT - 1)])
        desk = Desk(hall)
        desk.reload(journal)
        pause_s = max(1.0, hall.file.rules.call_pause_s)
        keys = [keys for one in hall.devices if (keys := leased_keys(hall, one))]
        noted = NoteRestored(
            until=max(ended, at),
            calls=1 + int(lost_s / pause_s),
            services=tuple(service for of_device in keys for _key, service in of_device),
            size=block_size(hall, keys),
        )
        moment = min(now, ended)
        orders = [*day_of(hall, desk.state, moment), noted] if desk.state.day else []
        for order in orders:
            desk.begin(journal.last_row)
            outcome = desk.order(order, desk.state.clock if order is noted else moment)
            journal.append([outcome.entry] if outcome else [])
    skip_starts(state / "journal.db", STARTS_LEFT_OUT, at)
    if last_serial(state):
        next_serial(state, FIRMWARE_LEFT_OUT)


def fetch(copy: Copy, state: Path, hall_folder: Path) -> Path:
    """Put a copy into empty folders as it is, for whoever only looks at it; return where the hall's file is."""
    for one in _files(copy):
        _put(state if one.path.startswith(f"{STATE}/") else hall_folder, one)
    _fetch_journal(copy, state)
    _checked(copy, state / "journal.db")
    return hall_folder / _hall_file(copy).removeprefix(f"{HALL}/")


def journal_only(copy: Copy, state: Path) -> int:
    """Bring back the journal alone, for a hall whose code is lost; return its last row."""
    if (state / "journal.db").exists():
        raise CopyError("source", f"{state} has a journal; name another folder with --state")
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    forget_end(state)
    _fetch_journal(copy, state)
    return _checked(copy, state / "journal.db")[0]


def _fetched(copy: Copy, journal: Path) -> tuple[int, int]:
    """Fetch a copy's journal into a folder of its own; where it is not whole, nothing is left of it."""
    try:
        _fetch_journal(copy, journal)
        return _checked(copy, journal / "journal.db")
    except JournalError:
        shutil.rmtree(journal, ignore_errors=True)
        raise


def _hall_file(copy: Copy) -> str:
    return copy.index.hall_file if copy.index else ""


def _files(copy: Copy) -> Iterable[Read]:
    """Yield every file of a copy, each as it was sealed; raise CodeError or CopyError where one is not."""
    for one in copy.index.files if copy.index and copy.files else ():
        try:
            data = copy.files.open(one) if copy.files else b""
        except OSError as error:
            raise of_system(copy.folder, error) from error
        found = Read(path=one.path, data=data, mode=one.mode)
        if found.sha256 != one.sha256 or ".." in Path(one.path).parts:
            raise CopyError("damaged", f"{copy.folder}: {one.path} is not as it was copied; take the other copy")
        yield found


def _fetch_journal(copy: Copy, to: Path) -> None:
    """With what SQLite left beside it, where the last write was cut off: it is taken back there, not on the stick."""
    to.mkdir(exist_ok=True, mode=0o700)
    try:
        for name in MINE:
            (to / name).unlink(missing_ok=True)
            if (copy.folder / name).exists():
                shutil.copyfile(copy.folder / name, to / name)
                (to / name).chmod(0o600)
                with (to / name).open("rb") as file:
                    os.fsync(file.fileno())
    except OSError as error:
        raise of_system(copy.folder, error) from error


def _checked(copy: Copy, journal: Path) -> tuple[int, int]:
    """Return last row and its moment of a journal from a copy; raise CopyError where it is not as it was."""
    for found in breaks(journal):
        raise CopyError("damaged", f"{copy.folder}: {found}; take the other copy, or an earlier one")
    last, at, is_as_told = 0, 0, copy.whole is None
    for row in read_rows(journal, max(1, copy.whole.row) if copy.whole else 1):
        last, at = row.row, row.at
        is_as_told = is_as_told or bool(copy.whole and (row.row, row.hash.hex()) == (copy.whole.row, copy.whole.hash))
    if not (last and is_as_told):
        raise CopyError("damaged", f"{copy.folder}: its journal lacks rows that it had; take the other copy")
    return last, at


def _put_aside(folder: Path, *besides: Path) -> Path | None:
    """Move what is in a folder into one of its own within it; None where there was nothing. besides: what stays."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = {one for path in besides for one in (path, *path.parents)}
    there = [one for one in folder.resolve().iterdir() if one not in kept and not _is_aside(one)]
    if not there:
        return None
    aside = folder / f"{ASIDE}{datetime.now(UTC):%Y%m%d-%H%M%S}"
    aside.mkdir(mode=0o700)
    for one in there:
        one.rename(aside / one.name)
    return aside


def _is_aside(path: Path) -> bool:
    return path.is_dir() and path.name.startswith(ASIDE)


def _put(folder: Path, one: Read) -> None:
    place = folder / one.path.partition("/")[2]
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(place, one.data)
    place.chmod(one.mode)


def _own(*folders: Path) -> None:
    """On an installed hub the hall is its own user's, whoever restores it."""
    if os.geteuid():
        return
    try:
        user = pwd.getpwnam(USER)
    except KeyError:
        return
    for folder in folders:
        for place in (folder, *folder.rglob("*")):
            os.chown(place, user.pw_uid, user.pw_gid, follow_symlinks=False)


def _moment(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000).astimezone():%Y-%m-%d %H:%M:%S}"
