"""The list of appointments (M24): a CSV file with the columns code, service, from, to, and nothing personal."""

import csv
import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hub.rules.commands import Appointment
from hub.screen_file import Table

COLUMNS = ["code", "service", "from", "to"]


class AppointmentsTable(Table, frozen=True, kw_only=True):
    """``[appointments]``. file: a list with the columns code, service, from, to, beside the hall's file (M24)."""

    file: str


class AppointmentError(ValueError):
    """A list that cannot be used: the sentence names file, line and remedy."""


def read_appointments(path: Path, zone: ZoneInfo) -> list[Appointment]:
    """Return the appointments of a file; hours are local, 2026-11-23 09:00. Raises AppointmentError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _appointments(csv.DictReader(file), path, zone)
    except UnicodeDecodeError as error:  # a spreadsheet's own choice is often GBK
        raise AppointmentError(f"{path}: it is not UTF-8; save it as CSV UTF-8") from error
    except csv.Error as error:
        raise AppointmentError(f"{path}: it is not CSV: {error}; save it as CSV UTF-8") from error


def _appointments(reader: "csv.DictReader[str]", path: Path, zone: ZoneInfo) -> list[Appointment]:
    found: dict[str, Appointment] = {}
    if reader.fieldnames != COLUMNS:
        raise AppointmentError(f"{path}:1: the columns have to be {','.join(COLUMNS)}")
    for row in reader:
        one = _appointment(row, f"{path}:{reader.line_num}", zone)
        if one.code in found:
            raise AppointmentError(f"{path}:{reader.line_num}: code {one.code} stands here twice; take another")
        found[one.code] = one
    return list(found.values())


def _appointment(row: dict[str, str | None], place: str, zone: ZoneInfo) -> Appointment:
    code, service = row["code"] or "", row["service"] or ""
    if not re.fullmatch(r"[0-9]{4,6}", code):
        raise AppointmentError(f"{place}: code {code!r}; it has 4 to 6 digits")
    try:
        start, end = (datetime.fromisoformat(row[name] or "") for name in ("from", "to"))
    except ValueError:
        raise AppointmentError(f"{place}: from and to are written as 2026-11-23 09:00") from None
    first, last = (round(moment.replace(tzinfo=zone).timestamp() * 1000) for moment in (start, end))
    if last <= first:
        raise AppointmentError(f"{place}: the appointment ends before it begins; correct from or to")
    return Appointment(code=code, service=service, start=first, end=last)
