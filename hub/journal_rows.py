"""What a row of the journal is, and how it is chained to the row before it."""

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from hardware.contract import Event
from hub.journal_file import JournalError
from hub.rules.events import DayOpened, Fact

GENESIS = bytes(32)
COLUMNS = "row, at, device, boot, seq, opens, body, hash"


class Body(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a row tells. message: the device's event. refused: why no facts followed. note: the hub's own remark."""

    message: Event | None = None
    facts: tuple[Fact, ...] = ()
    refused: str = ""
    note: str = ""


class Entry(Struct, frozen=True, kw_only=True):
    """One row to be. device, boot, seq: the numbered event that was decided, or None for the hub's own decision."""

    at: int
    body: Body
    device: str | None = None
    boot: int | None = None
    seq: int | None = None


class Row(Struct, frozen=True, kw_only=True):
    """One row as it stands in the file."""

    row: int
    at: int
    device: str | None
    boot: int | None
    seq: int | None
    opens: str | None
    body: str
    hash: bytes

    @property
    def cells(self) -> tuple[object, ...]:
        """All columns but the hash."""
        return (self.row, self.at, self.device, self.boot, self.seq, self.opens, self.body)

    @property
    def has_its_types(self) -> bool:
        """Of a page that a bad disk has changed SQLite may make a value of any type, whatever the table says."""
        return isinstance(self.at, int) and isinstance(self.body, str) and isinstance(self.hash, bytes)

    def content(self) -> Body:
        """Return what the row tells; raise JournalError if it is not what this version writes."""
        try:
            return decode(self.body)
        except msgspec.MsgspecError as error:
            raise JournalError(f"row {self.row} of the journal cannot be read: {error}") from error


def row_of(cells: Iterable[Any]) -> Row:
    """Return a row of its columns, in the order of COLUMNS; a damaged page's values may be of any type."""
    row, at, device, boot, seq, opens, body, digest = cells
    return Row(row=row, at=at, device=device, boot=boot, seq=seq, opens=opens, body=body, hash=digest)


_encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Body).decode


def chain(last: bytes, cells: tuple[object, ...]) -> bytes:
    """Return the hash of a row (all columns but the hash) that follows one whose hash is ``last``."""
    return hashlib.sha256(last + _encode(cells)).digest()


def cells_of(row: int, entry: Entry) -> tuple[object, ...]:
    """Return the columns of a row to be, all but the hash."""
    opens = next((fact.day for fact in entry.body.facts if isinstance(fact, DayOpened)), None)
    return (row, entry.at, entry.device, entry.boot, entry.seq, opens, _encode(entry.body).decode())
