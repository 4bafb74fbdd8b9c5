"""What is left of rows that were removed after archiving: seals, which the chain covers as it covers rows.

A seal has the hashes before and after its rows, so that the chain goes on over the gap. A row of its own (`RowsSealed`)
tells of it, with a sum over this seal and all before it: the last of these rows is always there, whatever is removed.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec
from msgspec import Struct

from hub.journal_file import JournalError
from hub.journal_rows import GENESIS, Row, chain
from hub.rules.events import RowsSealed

_COLUMNS = "first, last, before, after, manifest, by, at"
_TOLD = '"RowsSealed"'
_HEARD = """
INSERT INTO heard SELECT device, boot, seq FROM (
    SELECT device, boot, seq, row_number() OVER (PARTITION BY device ORDER BY boot DESC, seq DESC) AS place
    FROM journal WHERE row BETWEEN ? AND ? AND device IS NOT NULL
) WHERE place = 1
ON CONFLICT (device) DO UPDATE SET boot = excluded.boot, seq = excluded.seq
WHERE (excluded.boot, excluded.seq) > (heard.boot, heard.seq)"""


class Seal(Struct, frozen=True, kw_only=True):
    """Stands for the rows first to last. manifest: SHA-256 of that of the archive which has them, in hex."""

    first: int
    last: int
    before: bytes
    after: bytes
    manifest: str
    by: str
    at: int

    @property
    def count(self) -> int:
        """How many rows were removed."""
        return self.last - self.first + 1


BreakKind = Literal[
    "missing", "changed", "unreadable", "not-indexed", "seal-astray", "seal-needless", "seal-untold", "seal-other"
]
_SENTENCES: dict[BreakKind, str] = {
    "missing": "rows {first} to {last} are missing",
    "changed": "row {first} does not follow from the row before it: one of the two was changed",
    "unreadable": "row {first} of the journal cannot be read",
    "not-indexed": "row {first} is not in the index of events: what comes again would not be recognised",
    "seal-astray": "the seal of rows {first} to {last} does not follow from what stands before it",
    "seal-needless": "the seal of rows {first} to {last} stands where no rows were removed",
    "seal-untold": "no row tells of the seal of rows {first} to {last}: the rows were removed by no Lintel",
    "seal-other": "the seal of rows {first} to {last} is not the one that row {told_by} tells of",
}


class Break(Struct, frozen=True, kw_only=True):
    """Where a journal does not hold. first, last: the rows, or those of a seal. told_by: the row that tells of it."""

    kind: BreakKind
    first: int
    last: int
    told_by: int = 0

    def __str__(self) -> str:
        """Return it as a sentence."""
        return _SENTENCES[self.kind].format(first=self.first, last=self.last, told_by=self.told_by)


def read_seals(db: sqlite3.Connection) -> list[Seal]:
    """Return the seals of a journal, in the order of their rows; none of one that is older than they are."""
    if not db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'seals'").fetchone():
        return []
    rows = db.execute(f"SELECT {_COLUMNS} FROM seals ORDER BY first")  # noqa: S608
    return [Seal(**dict(zip(_COLUMNS.split(", "), row, strict=True))) for row in rows]


def sums(seals: Iterable[Seal]) -> list[str]:
    """Return for each seal the sum over itself and all before it, in hex."""
    last, found = GENESIS, []
    for seal in seals:
        last = hashlib.sha256(last + msgspec.json.encode(seal)).digest()
        found.append(last.hex())
    return found


def take_out(db: sqlite3.Connection, first: int, last: int, *, manifest: str, by: str, at: int) -> RowsSealed:
    """Put a seal in the place of rows, within a transaction; return the fact that has to be journalled in it.

    Raises JournalError where not every one of the rows is there, or what stands before them is not.
    """
    seals = read_seals(db)
    count = db.execute("SELECT count(*) FROM journal WHERE row BETWEEN ? AND ?", (first, last)).fetchone()[0]
    before = next((one.after for one in seals if one.last == first - 1), None) or _hash_of(db, first - 1)
    after = _hash_of(db, last)
    if first > last or count != last - first + 1 or before is None or after is None:
        raise JournalError(f"rows {first} to {last} are not all in the journal; verify it: lintel journal verify")
    seal = Seal(first=first, last=last, before=before, after=after, manifest=manifest, by=by, at=at)
    db.execute(_HEARD, (first, last))
    db.execute("DELETE FROM journal WHERE row BETWEEN ? AND ?", (first, last))
    db.execute(f"INSERT INTO seals ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", msgspec.structs.astuple(seal))  # noqa: S608
    return RowsSealed(
        first=first,
        last=last,
        before=before.hex(),
        after=after.hex(),
        manifest=manifest,
        seals=sums([*seals, seal])[-1],
        by=by,
        at=at,
    )


def _hash_of(db: sqlite3.Connection, row: int) -> bytes | None:
    found = db.execute("SELECT hash FROM journal WHERE row = ?", (row,)).fetchone()
    return found[0] if found else None


class Links:
    """Follows a journal's rows in order, over the gaps for which there are seals, and says where it does not hold."""

    def __init__(self, seals: list[Seal]) -> None:
        self._seals = seals
        self._open = {seal.first: seal for seal in seals}
        self._sums = {seal.last: one for seal, one in zip(seals, sums(seals), strict=True)}
        self._told: set[int] = set()
        self._last, self._expected = GENESIS, 1

    def follow(self, row: Row) -> Iterator[Break]:
        """Take the next row; yield everything that is wrong with it."""
        while row.row > self._expected and (seal := self._open.pop(self._expected, None)):
            if seal.before != self._last:
                yield Break(kind="seal-astray", first=seal.first, last=seal.last)
            self._last, self._expected = seal.after, seal.last + 1
        if row.row != self._expected:
            yield Break(kind="missing", first=self._expected, last=row.row - 1)
        self._expected = row.row + 1
        if not row.has_its_types:
            self._last = b""
            yield Break(kind="unreadable", first=row.row, last=row.row)
            return
        if chain(self._last, row.cells) != row.hash:
            yield Break(kind="changed", first=row.row, last=row.row)
        self._last = row.hash
        if _TOLD in row.body:
            yield from self._told_by(row)

    def end(self) -> Iterator[Break]:
        """Yield what is wrong with the seals after the last row."""
        for seal in self._open.values():
            yield Break(kind="seal-needless", first=seal.first, last=seal.last)
        if self._seals and (last := self._seals[-1]).last not in self._told:
            yield Break(kind="seal-untold", first=last.first, last=last.last)

    def _told_by(self, row: Row) -> Iterator[Break]:
        try:
            told = [fact for fact in row.content().facts if isinstance(fact, RowsSealed)]
        except JournalError:
            yield Break(kind="unreadable", first=row.row, last=row.row)
            return
        for fact in told:
            self._told.add(fact.last)
            if self._sums.get(fact.last) != fact.seals:
                yield Break(kind="seal-other", first=fact.first, last=fact.last, told_by=row.row)
