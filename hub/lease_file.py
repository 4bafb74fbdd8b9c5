"""What a dispenser keeps to give tickets alone: numbers, a paper in pieces, pictures (docs/protocol.md, "lease")."""

import hashlib
from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from displays.face_table import Cell, picture
from hardware.board import StripCard
from hardware.contract import JOB_PART_BYTES, JOB_WHOLE_BYTES, Panel
from hardware.lease import LEASE_HEAD, Lease
from hub.clock import local
from hub.config import Device, Hall
from hub.slips import hall_values, profile_of
from printers.forms import Forms
from printers.layout import Cut, Document, Text
from printers.local import NUMBER, TIME, LocalForm, local_form
from printers.profile import Profile

MARK = "（离线取号）"
WAITING_WORDS = "本号有效，请在大厅等候叫号"
PICTURES = {"ready": "idle", "printing": "printing", "used-up": "stale", "no-paper": "paper-out"}
"""What a dispenser shows while it is alone, and the state of its face that has the words for it."""

Numbers = Mapping[str, tuple[str, str, int, int]]
"""Key to (service, letter, first, last)."""


class Content(Struct, frozen=True):
    """All of a lease but its id and when it was given. header: the JSON's. pieces: the bytes behind it."""

    header: dict[str, object]
    pieces: bytes

    @property
    def digest(self) -> str:
        """What tells it from another."""
        return hashlib.sha256(msgspec.json.encode(self.header) + self.pieces).hexdigest()[:16]


class TooLargeError(ValueError):
    """A lease of more bytes than a device takes as one job."""


def content_of(
    hall: Hall, device: Device, numbers: Numbers, form: LocalForm, *, day: str, until: int, now: int
) -> Content:
    """Return what a dispenser keeps. until: from when on it gives no more, ms. now: for the hall's hour."""
    pictures, w, h = _pictures(hall, device)
    names = [form.names.get(service, b"") for service, *_ in numbers.values()]
    kinds = [(kind, len(raw)) for kind, raw in form.pieces]
    raw = [data for kind, data in form.pieces if kind == "raw"]
    header: dict[str, object] = {
        "day": day,
        "until": until,
        "utc_offset_s": _offset_s(now, hall.zone),
        "services": {
            key: [letter, first, last, len(name)]
            for (key, (_service, letter, first, last)), name in zip(numbers.items(), names, strict=True)
        },
        "form": kinds,
        "pictures": {name: len(bits) for name, bits in pictures.items()},
        "w": w,
        "h": h,
    }
    return Content(header, b"".join([*names, *raw, *pictures.values()]))


def file_of(content: Content, *, lease: str, given: int) -> bytes:
    """Return the bytes that a device keeps. Raises TooLargeError."""
    header = {"id": lease, "day": content.header["day"], "given": given} | content.header
    data = LEASE_HEAD + msgspec.json.encode(header) + b"\n" + content.pieces
    if len(data) > JOB_WHOLE_BYTES:
        raise TooLargeError(f"lease {lease}: {len(data)} bytes, more than the {JOB_WHOLE_BYTES} allowed")
    return data


def parts_of(lease: str, data: bytes) -> Iterator[Lease]:
    """Yield the messages that take a lease to its device, in order."""
    chunks = [data[at : at + JOB_PART_BYTES] for at in range(0, len(data), JOB_PART_BYTES)]
    for part, chunk in enumerate(chunks, 1):
        yield Lease(do="lease", id=lease, data=chunk, part=part, parts=len(chunks))


def form_of(hall: Hall, forms: Forms, device: Device) -> LocalForm:
    """Return a dispenser's paper in pieces: the hall's ticket, marked, without what only the hub could know.

    A template that has no place for a number, or other lines for other services, is replaced by the shipped one.
    """
    printer = profile_of(hall, device.name)
    for fill in (forms.fill, forms.fill_shipped):
        documents = {one.code: _marked(fill("ticket", _values(hall, one.code))) for one in hall.services}
        if found := _in_pieces(documents, printer):
            return found
    return local_form({one: (Text(NUMBER, "centre"), *document) for one, document in documents.items()}, printer)


def _in_pieces(documents: Mapping[str, Document], printer: Profile) -> LocalForm | None:
    try:
        form = local_form(documents, printer)
    except ValueError:
        return None
    return form if any(kind == "number" for kind, _raw in form.pieces) else None


def _values(hall: Hall, service: str) -> dict[str, str]:
    return hall_values(hall) | {
        "number": NUMBER,
        "service": hall.service_name(service),
        "ahead": "",
        "ahead_words": WAITING_WORDS,
        "expected": "",
        "counters": hall.counters_for(service),
        "time": TIME,
        "serial": "",
        "check": "",
        "copy": MARK,
    }


def _marked(document: Document) -> Document:
    """Return a ticket that says that it was given without the hub, whatever its template has room for."""
    if any(isinstance(one, Text) and MARK in one.text for one in document):
        return document
    at = next((at for at, one in enumerate(document) if isinstance(one, Cut)), len(document))
    return (*document[:at], Text(MARK, "centre"), *document[at:])


def _pictures(hall: Hall, device: Device) -> tuple[dict[str, bytes], int, int]:
    """Return the pictures for a dispenser's panel, with its size; a card that draws text itself gets none."""
    panel = hall.boards[device.name].panel
    if panel is None or isinstance(panel, StripCard):
        return dict.fromkeys(PICTURES, b""), 0, 0
    faces = hall.faces["dispenser"]
    return {name: still(faces[state], panel.w, panel.h) for name, state in PICTURES.items()}, panel.w, panel.h


def still(cell: Cell, w: int, h: int) -> bytes:
    """Return a face as one picture of exactly this size: the fullest of its texts that stands still there."""
    panels = [picture(Cell(text=text, small=cell.small), {}, panel_w_px=w, panel_h_px=h) for text in cell.texts]
    fit = next((one for one in panels if one.w <= w), panels[-1])
    return _fitted(fit, w, h)


def _fitted(panel: Panel, w: int, h: int) -> bytes:
    """Return a picture in the middle of white of this size; of a wider one its first page."""
    wide, left, top = (panel.w + 7) // 8, max(0, w - panel.w) // 2, max(0, h - panel.h) // 2
    rows = [0] * h
    for y in range(min(h, panel.h)):
        row = int.from_bytes(panel.bits[y * wide : (y + 1) * wide], "big") >> (wide * 8 - panel.w)
        rows[top + y] = row << w - panel.w - left if panel.w <= w else row >> panel.w - w
    shift = (w + 7) // 8 * 8 - w
    return b"".join((row << shift).to_bytes((w + 7) // 8, "big") for row in rows)


def _offset_s(at_ms: int, zone: ZoneInfo) -> int:
    offset = local(at_ms, zone).utcoffset()
    return round(offset.total_seconds()) if offset else 0
