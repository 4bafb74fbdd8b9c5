"""A ticket in pieces, for a device that prints it while nobody is there to lay it out: it puts them in order.

What every ticket has in common is bytes, the service's name too; number and time are ASCII, which every printer sets.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from printers import escpos
from printers.layout import Align, Columns, Cut, Document, Element, Qr, Rule, Text
from printers.native import FRESH, State, change, encoder
from printers.profile import Profile
from printers.raster import bands, rows_of

NUMBER, TIME = "J0Q7", "2907-03-19 07:43"
"""What stands for a number and for a time in the documents that are taken apart: as wide as these are."""
_FIELDS: dict[str, "Kind"] = {NUMBER: "number", TIME: "time"}
Kind = Literal["raw", "number", "service", "time"]


class LocalForm(Struct, frozen=True):
    """A ticket's pieces in the order of printing, bytes of those that are raw. names: service to its own bytes."""

    pieces: tuple[tuple[Kind, bytes], ...]
    names: dict[str, bytes]

    def print_bytes(self, service: str, number: str, time: str) -> bytes:
        """Return a ticket as a device prints it."""
        told = {"number": number.encode("ascii"), "time": time.encode("ascii"), "service": self.names.get(service, b"")}
        return b"".join(raw or told[kind] for kind, raw in self.pieces)


def local_form(documents: Mapping[str, Document], printer: Profile) -> LocalForm:
    """Return a ticket's pieces. documents: service to its ticket, with `NUMBER` and `TIME` in the place of these.

    All that differs between services comes at once, where the first of it stands. Raises ValueError where the tickets
    of two services do not have the same lines.
    """
    rows = list(zip(*documents.values(), strict=True))
    own = [at for at, row in enumerate(rows) if len(set(row)) > 1]
    setter = _Setter(printer)
    for at, row in enumerate(rows):
        if at in own[:1]:
            setter.names({service: tuple(document[one] for one in own) for service, document in documents.items()})
        elif at not in own:
            setter.element(row[0])
    return LocalForm(setter.merged(), setter.of_services)


class _Setter:
    """Sets a document piece by piece."""

    def __init__(self, printer: Profile) -> None:
        self._printer = printer
        self._state = FRESH
        self._pieces: list[tuple[Kind, bytes]] = [("raw", escpos.INIT + printer.starting)]
        self.of_services: dict[str, bytes] = {}

    def merged(self) -> tuple[tuple[Kind, bytes], ...]:
        """Return the pieces, no two raw ones next to each other and none of them empty."""
        found: list[tuple[Kind, bytes]] = []
        for kind, data in self._pieces:
            if kind == "raw" and found and found[-1][0] == "raw":
                found[-1] = ("raw", found[-1][1] + data)
            elif kind != "raw" or data:
                found.append((kind, data))
        return tuple(found)

    def names(self, own: Mapping[str, Document]) -> None:
        """Set what each service has of its own; the printer is then told what it was told before."""
        before = self._state
        for service, elements in own.items():
            state, data = before, b""
            for element in elements:
                more, state = self._encoded(_without(element), state)
                data += more
            self.of_services[service] = data + change(state, before)
        self._pieces.append(("service", b""))
        for element in next(iter(own.values())):
            self._fields(element)

    def element(self, element: Element) -> None:
        """Set what all tickets have in common, with number and time where they belong."""
        if not any(_has(element, field) for field in _FIELDS):
            self._raw(element)
        elif not (self._printer.native and self._split(element)):
            rest = _without(element)
            if not isinstance(rest, Qr) and rest != Text(""):
                self._raw(rest)
            self._fields(element)

    def _raw(self, element: Element) -> None:
        data, self._state = self._encoded(element, self._state)
        self._pieces.append(("raw", data))

    def _encoded(self, element: Element, state: State) -> tuple[bytes, State]:
        if element == Text(""):
            return b"", state
        if self._printer.native:
            return encoder(self._printer)(element, state)
        if isinstance(element, Cut):
            return escpos.cut(self._printer, is_full=element.is_full), state
        return b"".join(bands(rows_of(element, self._printer), self._printer)), state

    def _split(self, element: Element) -> bool:
        """Set an element around its fields; return whether each was found in it, once."""
        data, state = self._encoded(element, self._state)
        fields = [field for field in _FIELDS if _has(element, field)]
        if any(data.count(field.encode("ascii")) != 1 for field in fields):
            return False
        for field in sorted(fields, key=lambda one: data.index(one.encode("ascii"))):
            before, _, data = data.partition(field.encode("ascii"))
            self._pieces += [("raw", before), (_FIELDS[field], b"")]
        self._pieces.append(("raw", data))
        self._state = state
        return True

    def _fields(self, element: Element) -> None:
        """Set the fields of an element alone, each in a line; in the picture of a QR code none can be."""
        for field, kind in _FIELDS.items():
            if _has(element, field) and not isinstance(element, Qr):
                align, width, height = _style(element)
                told = State(align, width, height)
                begin, end = change(self._state, told), escpos.LF + change(told, self._state)
                self._pieces += [("raw", begin), (kind, b""), ("raw", end)]


def _style(element: Element) -> tuple[Align, int, int]:
    return (element.align, element.width, element.height) if isinstance(element, Text) else ("left", 1, 1)


def _texts(element: Element) -> Iterator[str]:
    if isinstance(element, Text | Qr):
        yield element.text
    elif isinstance(element, Columns):
        yield from (one.text for one in element.columns)
    elif isinstance(element, Rule):
        yield element.char


def _has(element: Element, field: str) -> bool:
    return any(field in text for text in _texts(element))


def _without(element: Element) -> Element:
    """Return an element without its fields; an empty text where nothing else is in it."""
    if not any(_has(element, field) for field in _FIELDS):
        return element
    if isinstance(element, Qr):
        return Text("")
    words = " ".join(_texts(element))
    for field in _FIELDS:
        words = words.replace(field, "")
    rest = words.strip()
    return replace(element, text=rest) if isinstance(element, Text) and rest else Text(rest)
