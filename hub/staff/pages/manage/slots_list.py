"""The list of appointments in the hub's folder: read, compared with another, written, and told to the rules at once."""

import asyncio
import csv
import hashlib
import os
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path

from msgspec import Struct

from hub.appointments import COLUMNS, AppointmentError, read_appointments
from hub.cells import harmless
from hub.clock import local
from hub.config import Hall
from hub.durable import settle
from hub.edits.kinds import Put
from hub.rules import commands
from hub.rules.commands import Appointment
from hub.staff.house import House, refused
from hub.staff.pages.manage.common import STALE, change
from hub.staff.pages.manage.slots_import import COLUMNS as WORDS
from hub.staff.visit import Visit

FILE = "appointments.csv"
KEPT_MS = 86_400_000
"""An appointment that is over for a day leaves the list with its next change; the journal has it."""


class Listed(Struct, frozen=True, kw_only=True):
    """The list as it is. digest: of the file. mistake: why it cannot be read, empty where it can."""

    appointments: tuple[Appointment, ...]
    digest: str
    mistake: str = ""


class Differences(Struct, frozen=True, kw_only=True):
    """What another list would change."""

    new: tuple[Appointment, ...]
    changed: tuple[tuple[Appointment, Appointment], ...]
    gone: tuple[Appointment, ...]
    same: int


async def listed(house: House) -> Listed:
    """Return the list of the hall."""
    return await asyncio.to_thread(_read, house.hall)


def _read(hall: Hall) -> Listed:
    path = hall.appointments
    if path is None or not path.exists():
        return Listed(appointments=(), digest="")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    try:
        return Listed(appointments=tuple(read_appointments(path, hall.zone)), digest=digest)
    except AppointmentError as error:
        return Listed(appointments=(), digest=digest, mistake=str(error).replace(str(path), path.name))


def merged(before: Sequence[Appointment], wanted: Sequence[Appointment], *, keeps: bool) -> tuple[Appointment, ...]:
    """Return the list that comes of an import. keeps: what it does not name stays."""
    found = {one.code: one for one in before} if keeps else {}
    return in_order((found | {one.code: one for one in wanted}).values())


def in_order(listed: Iterable[Appointment]) -> tuple[Appointment, ...]:
    """Return appointments by their hours."""
    return tuple(sorted(listed, key=lambda one: (one.start, one.code)))


def compare(before: Iterable[Appointment], after: Iterable[Appointment]) -> Differences:
    """Return what is new, changed and gone."""
    old, new = ({one.code: one for one in each} for each in (before, after))
    return Differences(
        new=tuple(one for code, one in new.items() if code not in old),
        changed=tuple((old[code], one) for code, one in new.items() if code in old and old[code] != one),
        gone=tuple(one for code, one in old.items() if code not in new),
        same=sum(old.get(code) == one for code, one in new.items()),
    )


async def keep(visit: Visit, appointments: Iterable[Appointment], digest: str) -> None:
    """Write the list and have it hold at once; raise Told where somebody else has changed it meanwhile.

    digest: of the file that was looked at.
    """
    house = visit.house
    since = house.clock.now() - KEPT_MS
    living = in_order(one for one in appointments if one.end > since)
    text = await asyncio.to_thread(as_file, living, house.hall)
    async with house.drafts.saving:
        if (await listed(house)).digest != digest:
            raise refused(STALE)
        path = house.hall.appointments
        if path is None or path.exists() or living:
            await asyncio.to_thread(_write, path or house.hall.path.parent / FILE, text)
        if path is None:
            await change(visit, [Put(at=("appointments",), value={"file": FILE})], to="")
        visit.ask(commands.ListAppointments(appointments=living))


def as_file(appointments: Iterable[Appointment], hall: Hall) -> str:
    """Return the list as its file has it."""
    return _table(COLUMNS, ((one.code, one.service, *_hours(one, hall)) for one in appointments))


def as_table(appointments: Iterable[Appointment], hall: Hall) -> bytes:
    """Return the list for a spreadsheet, in the columns that an import takes."""
    rows = ((one.code, hall.service_name(one.service), *_hours(one, hall)) for one in appointments)
    return _table(list(WORDS.values()), ([harmless(cell) for cell in row] for row in rows)).encode("utf-8-sig")


def _hours(one: Appointment, hall: Hall) -> tuple[str, str]:
    first, last = (f"{local(at, hall.zone):%Y-%m-%d %H:%M}" for at in (one.start, one.end))
    return first, last


def _table(titles: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(titles)
    writer.writerows(rows)
    return out.getvalue()


def _write(path: Path, text: str) -> None:
    """Replace the file whole, durably: whoever reads it meanwhile reads the one or the other."""
    new = path.with_name(f".{path.name}.new")
    with new.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    settle(path.parent)
