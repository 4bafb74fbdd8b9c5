"""The drill: brings the hall back from its copy into a folder that is thrown away, and has the hub start there.

What it finds wrong is what a restore would find, on the day on which nobody has time for it.
"""

import shutil
import sys
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from hub.clock import steady_ms, wall_ms
from hub.config import load_hall
from hub.copies.gather import DRILL, PRIVATE, Source, place_of
from hub.copies.known import Drilled
from hub.copies.restore import Copy, fetch, leave_out, open_copy
from hub.copies.starting import start_once
from hub.copies.trouble import CopyError
from hub.journal import read_rows

BEHIND_MS = 30_000
"""A copy that lacks rows which are older than this is no copy of the last second."""
WORDS_MAX = 300


def drill(source: Source, folder: Path, code: str) -> Drilled:
    """Bring a hall back from one of its copies and start its hub there, seen by nobody; return what came of it."""
    began = steady_ms()
    sweep(source.state)
    with tempfile.TemporaryDirectory(prefix=DRILL, dir=source.state, ignore_cleanup_errors=True) as place:
        try:
            rows, files = _drill(source, open_copy(folder, code), Path(place))
        except (OSError, ValueError) as error:
            words = f"the drill with {folder} failed: {error}"[:WORDS_MAX]
            return Drilled(at=wall_ms(), folder=str(folder), is_well=False, words=words, took_ms=steady_ms() - began)
    took_ms = steady_ms() - began
    same = f"{rows} rows and {files} files are as in the hall"
    return Drilled(
        at=wall_ms(),
        folder=str(folder),
        is_well=True,
        words=f"the drill with {folder} went well: {same}, and a hub was ready on them in {took_ms} ms",
        rows=rows,
        files=files,
        took_ms=took_ms,
    )


def _drill(source: Source, copy: Copy, place: Path) -> tuple[int, int]:
    state, settings = place / "state", place / "hall"
    state.mkdir(mode=0o700)
    file = fetch(copy, state, settings)
    rows = _compare_rows(source.journal, state / "journal.db")
    files = _compare_files(source, copy)
    hall = load_hall(file)
    leave_out(hall, state, lost_s=0, now=wall_ms())
    start_once((sys.executable, "-P", "-m", "hub.cli"), file, state)
    return rows, files


def _compare_rows(live: Path, copy: Path) -> int:
    """Return the copy's last row: it is the hall's own, and so is all before it, by the chain; more is new."""
    last = next(iter(deque(read_rows(copy), maxlen=1)), None)
    if last is None:
        raise CopyError("damaged", "the copy has no rows")
    with closing(read_rows(live, last.row)) as rows:
        here, beyond = next(rows, None), next(rows, None)
    if here != last:
        raise CopyError("lost-rows", f"row {last.row} of the copy is not that of the hall")
    if beyond and wall_ms() - beyond.at > BEHIND_MS:
        raise CopyError("silent", f"the copy ends with row {last.row}, and the hall went on long ago")
    return last.row


def _compare_files(source: Source, copy: Copy) -> int:
    """What was changed since the copy may be another; what the hall forgets in time may be gone."""
    kept = copy.index.files if copy.index and copy.files else ()
    for one in kept:
        place = place_of(source, one.path)
        with suppress(FileNotFoundError):
            is_new = wall_ms() - place.stat().st_mtime_ns // 1_000_000 < BEHIND_MS
            if not is_new and one.path not in PRIVATE and copy.files and copy.files.open(one) != place.read_bytes():
                raise CopyError("damaged", f"{one.path} of the copy is not that of the hall")
    return len(kept)


def sweep(state: Path) -> None:
    """Remove what a drill that was cut off has left."""
    for left in state.glob(f"{DRILL}*"):
        shutil.rmtree(left, ignore_errors=True)


def drills(source: Source, folders: tuple[str, ...], code: str) -> Iterator[Drilled]:
    """Yield what came of a drill with each copy that is there; with none of them there, of the first."""
    there = [one for one in folders if (Path(one) / "lintel-copy.json").exists()]
    for one in there or folders[:1]:
        yield drill(source, Path(one), code)
