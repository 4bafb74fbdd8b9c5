"""The hall's file, hall.toml: decoded strictly, checked as a whole, and refused with file, line and remedy."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta, Struct

from hardware.board import Board, BoardError, load_board
from hardware.contract import HUB, KeyName, Name
from hub.places import line_of
from hub.rules.plan import ORDINARY, Plan

Code = Annotated[str, Meta(pattern=r"^[A-Z]\Z", description="one capital letter, the first of the ticket's number")]
Label = Annotated[str, Meta(min_length=1, max_length=20)]
PAD_KEYS = ("next", "recall", "no-show", "finish")
MAINTAINER = "maintainer"


class HallError(ValueError):
    """A hall's file that cannot be used: the sentence names file, line and remedy."""


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all tables of the file have in common: nothing is changed, nothing unknown is let through."""


class HallTable(Section, frozen=True, kw_only=True):
    """``[hall]``. id: how the hall is called in topics. name: on tickets. timezone: IANA name."""

    id: Name
    name: Label
    timezone: str = "Asia/Shanghai"


class RulesTable(Section, frozen=True, kw_only=True):
    """``[rules]``. call_pause_s: how long a counter that has just called refuses another call (正在呼叫)."""

    call_pause_s: Annotated[float, Meta(ge=0, le=60)] = 3.0


class TicketTable(Section, frozen=True, kw_only=True):
    """``[ticket]``: the texts of the ticket's foot. supervision: what the 码上监督 QR code says; none without it."""

    rule: Annotated[str, Meta(max_length=60)] = "号码当日有效，过号作废"
    hours: Annotated[str, Meta(max_length=60)] = ""
    enquiry_phone: Annotated[str, Meta(max_length=30)] = ""
    complaint_phone: Annotated[str, Meta(max_length=30)] = ""
    supervision: Annotated[str, Meta(max_length=200)] = ""
    paper_mm: Literal[58, 80] = 58


class BrokerTable(Section, frozen=True, kw_only=True):
    """``[broker]``. own: Lintel starts mosquitto itself; otherwise one already runs at host and port."""

    own: bool = True
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535)] = 1883
    ca: str | None = None


class Service(Section, frozen=True, kw_only=True):
    """``[[services]]``. code: letter of its tickets and of its key. name: 户籍."""

    code: Code
    name: Label


class TicketClass(Section, frozen=True, kw_only=True):
    """``[[classes]]``: a kind of ticket that may pass those who came up to head_start_min minutes before it."""

    id: Annotated[str, Meta(pattern=r"^[a-z][a-z-]{0,15}\Z")]
    head_start_min: Annotated[int, Meta(ge=0, le=240)]


class Counter(Section, frozen=True, kw_only=True):
    """``[[counters]]``. serves: service codes of a dedicated counter (专窗); left out, all of them (综窗)."""

    number: Annotated[int, Meta(ge=1, le=99)]
    serves: Annotated[tuple[Code, ...], Meta(min_length=1)] | None = None
    name: Label | None = None


class KeyTicket(Section, frozen=True, kw_only=True):
    """What a dispenser's key gives, where it is not the ordinary ticket of the service whose letter it bears."""

    service: Code
    klass: str = msgspec.field(name="class", default=ORDINARY)


class Device(Section, frozen=True, kw_only=True):
    """``[[devices]]``. board: name of a board file. counter: of a pad or lintel. keys: a dispenser's other keys."""

    name: Name
    kind: Literal["dispenser", "pad", "lintel"]
    board: str
    counter: int | None = None
    keys: dict[KeyName, KeyTicket] = {}


class HallFile(Section, frozen=True, kw_only=True):
    """The file as it is written."""

    hall: HallTable
    services: Annotated[tuple[Service, ...], Meta(min_length=1)]
    counters: Annotated[tuple[Counter, ...], Meta(min_length=1)]
    devices: tuple[Device, ...] = ()
    classes: tuple[TicketClass, ...] = ()
    rules: RulesTable = RulesTable()
    ticket: TicketTable = TicketTable()
    broker: BrokerTable = BrokerTable()


class Hall(Struct, frozen=True, kw_only=True):
    """A hall's file that was found sound. boards: each device's parts. plan: what the rules need of it."""

    path: Path
    file: HallFile
    boards: dict[str, Board]
    zone: ZoneInfo
    plan: Plan

    @property
    def id(self) -> str:
        """The hall's name in topics."""
        return self.file.hall.id

    @property
    def name(self) -> str:
        """The hall's name for people."""
        return self.file.hall.name

    @property
    def services(self) -> tuple[Service, ...]:
        """The services, in the order of the file."""
        return self.file.services

    @property
    def counters(self) -> tuple[Counter, ...]:
        """The counters, in the order of the file."""
        return self.file.counters

    @property
    def devices(self) -> tuple[Device, ...]:
        """The devices, in the order of the file."""
        return self.file.devices

    def device(self, name: str) -> Device:
        """Return the device of that name, or raise HallError."""
        for device in self.devices:
            if device.name == name:
                return device
        known = ", ".join(device.name for device in self.devices)
        raise HallError(f"{self.path}: no device {name!r}; the file has {known}")

    def service_name(self, code: str) -> str:
        """Return the words for a service code; the code itself where a ticket is older than the hall's present file."""
        return next((service.name for service in self.services if service.code == code), code)

    def counters_for(self, code: str) -> str:
        """Return the words for the counters that call a service: 1至5号窗口, 2、4号窗口."""
        numbers = sorted(number for number, codes in self.plan.serves.items() if code in codes)
        if not numbers:
            return "本厅窗口"
        if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
            return f"{numbers[0]}至{numbers[-1]}号窗口"
        return f"{'、'.join(map(str, numbers))}号窗口"

    def counter_name(self, number: int) -> str:
        """Return what a counter is called: its own name, 户籍专窗 for a dedicated one, 综合业务 otherwise."""
        counter = next(counter for counter in self.counters if counter.number == number)
        if counter.name:
            return counter.name
        if counter.serves and len(counter.serves) == 1:
            return f"{self.service_name(counter.serves[0])}专窗"
        return "综合业务"


def load_hall(path: str | Path) -> Hall:
    """Return the hall of a file; raise HallError with file, line and remedy where it is not sound."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise HallError(f"{path}: cannot be read: {error}") from error
    return _Checker(path, text).check()


class _Checker:
    """Decodes one file, then looks for what types alone cannot say."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text

    def check(self) -> Hall:
        file = self._decode()
        self._check_services(file)
        self._check_counters(file)
        self._check_classes(file)
        boards = {device.name: self._check_device(file, at) for at, device in enumerate(file.devices)}
        return Hall(path=self._path, file=file, boards=boards, zone=self._zone(file), plan=_plan(file))

    def _refuse(self, sentence: str, path: str, key: str | None = None) -> NoReturn:
        raise HallError(f"{self._path}:{line_of(self._text, path, key)}: {sentence}")

    def _decode(self) -> HallFile:
        try:
            return msgspec.convert(tomllib.loads(self._text), HallFile)
        except tomllib.TOMLDecodeError as error:
            raise HallError(f"{self._path}: not TOML: {error}") from error
        except msgspec.ValidationError as error:
            sentence, _, place = str(error).partition(" - at `")
            unknown = sentence.split("`")[1] if sentence.startswith("Object contains unknown field") else None
            remedy = (
                f"; remove or correct the key {unknown!r}" if unknown else f" (at {place.rstrip('`') or 'the top'})"
            )
            self._refuse(sentence + remedy, place.rstrip("`") or "$", unknown)

    def _check_services(self, file: HallFile) -> None:
        seen: set[str] = set()
        for at, service in enumerate(file.services):
            if service.code in seen:
                self._refuse(f"service {service.code} stands here twice; give one another letter", f"$.services[{at}]")
            seen.add(service.code)

    def _check_counters(self, file: HallFile) -> None:
        codes = {service.code for service in file.services}
        seen: set[int] = set()
        for at, counter in enumerate(file.counters):
            if counter.number in seen:
                self._refuse(f"counter {counter.number} stands here twice; renumber one", f"$.counters[{at}]")
            seen.add(counter.number)
            for code in set(counter.serves or ()) - codes:
                self._refuse(f"counter {counter.number} serves {code}, which is no service", f"$.counters[{at}].serves")
        for at, service in enumerate(file.services):
            if not any(counter.serves is None or service.code in counter.serves for counter in file.counters):
                self._refuse(f"no counter serves {service.code} {service.name}; add it to one", f"$.services[{at}]")

    def _check_classes(self, file: HallFile) -> None:
        ids = [klass.id for klass in file.classes]
        for at, name in enumerate(ids):
            if name == ORDINARY or ids.index(name) != at:
                self._refuse(f"class {name} exists already; take another id", f"$.classes[{at}].id")

    def _check_device(self, file: HallFile, at: int) -> Board:
        device, place = file.devices[at], f"$.devices[{at}]"
        if device.name in (HUB, MAINTAINER) or any(device.name == other.name for other in file.devices[:at]):
            self._refuse(f"the name {device.name} is taken; give this device another", place + ".name")
        try:
            board = load_board(device.board, self._path.parent)
        except BoardError as error:
            self._refuse(str(error), place + ".board")
        if device.kind == "dispenser":
            self._check_dispenser(file, device, board, place)
        else:
            self._check_bound(file, device, board, place)
        return board

    def _check_dispenser(self, file: HallFile, device: Device, board: Board, place: str) -> None:
        codes = {service.code for service in file.services}
        classes = {ORDINARY} | {klass.id for klass in file.classes}
        if device.counter is not None:
            self._refuse(f"dispenser {device.name} belongs to no counter; remove the key", place + ".counter")
        if not board.printer or not board.keys:
            self._refuse(f"board {device.board} has no printer or no keys; a dispenser needs both", place + ".board")
        for key, gives in device.keys.items():
            if key not in board.keys.pins:
                self._refuse(f"board {device.board} has no key {key}", place + ".keys")
            if gives.service not in codes or gives.klass not in classes:
                self._refuse(f"key {key}: no such service or class; name one of this file", place + ".keys")

    def _check_bound(self, file: HallFile, device: Device, board: Board, place: str) -> None:
        numbers = {counter.number for counter in file.counters}
        if device.counter not in numbers:
            self._refuse(f"{device.kind} {device.name} needs the number of a counter of this file", place + ".counter")
        if device.keys:
            self._refuse(f"keys are for dispensers; remove them from {device.name}", place + ".keys")
        if device.kind == "lintel" and not board.panel:
            self._refuse(f"board {device.board} has no panel; a lintel needs one", place + ".board")
        if device.kind == "pad" and (not board.keys or "next" not in board.keys.pins):
            self._refuse(f"board {device.board} has no key next; a pad needs it", place + ".board")

    def _zone(self, file: HallFile) -> ZoneInfo:
        try:
            return ZoneInfo(file.hall.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            self._refuse(f"no time zone {file.hall.timezone!r}; take one such as Asia/Shanghai", "$.hall.timezone")


def _plan(file: HallFile) -> Plan:
    every = frozenset(service.code for service in file.services)
    return Plan(
        services=every,
        serves={counter.number: frozenset(counter.serves) if counter.serves else every for counter in file.counters},
        head_start_ms={ORDINARY: 0} | {klass.id: klass.head_start_min * 60_000 for klass in file.classes},
        call_pause_ms=round(file.rules.call_pause_s * 1000),
    )
