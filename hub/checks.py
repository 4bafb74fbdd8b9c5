"""Looks for what types alone cannot say of a hall's file: things that are there twice, or that name nothing."""

import re
import tomllib
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec.structs import replace

from displays.face_table import FaceError, Faces, shipped_faces, with_face
from hardware.board import Board, BoardError, load_board
from hardware.contract import HUB
from hub.archive_file import check_archive
from hub.broker_checks import check_broker
from hub.copies_checks import check_copies
from hub.hall_file import Device, HallFile
from hub.mistakes import mistake_of
from hub.outside_checks import check_outside
from hub.pad_checks import check_pad
from hub.people_checks import check_people
from hub.places import line_of
from hub.plans import CLASSES
from hub.rules.plan import DUE, ORDINARY
from hub.screen_checks import check_screen
from hub.ticket_rule import rule_words
from hub.voice_checks import check_voice
from printers.profile import profiles

MAINTAINER = "maintainer"
_AT_COUNTER = ("pad", "lintel", "face", "rating", "table")


class HallError(ValueError):
    """A hall's file that cannot be used: the sentence names file, line and remedy."""


class Checker:
    """Decodes one file, then looks for what types alone cannot say."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text

    def check(self) -> tuple[HallFile, dict[str, Board], ZoneInfo, Faces]:
        """Return the file, each device's board, the time zone and the faces; raise HallError if not sound."""
        file = self._decode()
        self._check_services(file)
        self._check_counters(file)
        check_people(file, self._refuse)
        self._check_classes(file)
        self._check_hours(file)
        self._check_light(file)
        boards = {device.name: self._check_device(file, at) for at, device in enumerate(file.devices)}
        self._check_printers(file, boards)
        check_broker(file, self._refuse)
        check_archive(file.archive, self._refuse)
        check_copies(file.copies, self._refuse)
        check_outside(file, self._refuse)
        check_pad(file, boards, self._refuse)
        check_screen(file, self._path.parent, self._refuse)
        check_voice(file, boards, self._refuse)
        return file, boards, self._zone(file), self._faces(file)

    def _refuse(self, sentence: str, path: str, key: str | None = None) -> NoReturn:
        raise HallError(f"{self._path}:{line_of(self._text, path, key)}: {sentence}")

    def _decode(self) -> HallFile:
        try:
            written = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"line (\d+)", str(error))
            raise HallError(f"{self._path}:{line[1] if line else '1'}: not TOML: {error}; correct the line") from error
        try:
            file = msgspec.convert(written, HallFile)
        except msgspec.ValidationError as error:
            mistake = mistake_of(error, written)
            self._refuse(mistake.sentence, mistake.place, mistake.key)
        ticket = file.ticket if file.ticket.rule else replace(file.ticket, rule=rule_words(file.rules))
        return replace(file, ticket=ticket)

    def _check_services(self, file: HallFile) -> None:
        seen: set[str] = set()
        for at, service in enumerate(file.services):
            if service.code in seen:
                self._refuse(f"service {service.code} stands here twice; give one another letter", f"$.services[{at}]")
            seen.add(service.code)
        if file.rules.appointment_letter in seen and file.appointments:
            letter = file.rules.appointment_letter
            self._refuse(
                f"{letter} is the letter of a service; give appointments another", "$.rules.appointment_letter"
            )

        reserve = file.rules.reserve_letter
        if reserve in seen or (file.appointments and reserve == file.rules.appointment_letter):
            self._refuse(
                f"{reserve} is a letter of other numbers; give reserve_letter, of numbers printed beforehand, another",
                "$.rules.reserve_letter",
            )

    def _check_counters(self, file: HallFile) -> None:
        codes = {service.code for service in file.services}
        seen: set[int] = set()
        for at, counter in enumerate(file.counters):
            if counter.number in seen:
                self._refuse(f"counter {counter.number} stands here twice; renumber one", f"$.counters[{at}]")
            seen.add(counter.number)
            for key, named in (("serves", counter.serves or ()), ("then", counter.then)):
                for code in sorted(set(named) - codes):
                    self._refuse(f"counter {counter.number}: {code} is no service", f"$.counters[{at}].{key}")
        for at, service in enumerate(file.services):
            if not any(one.serves is None or service.code in (*one.serves, *one.then) for one in file.counters):
                self._refuse(f"no counter serves {service.code} {service.name}; add it to one", f"$.services[{at}]")

    def _check_classes(self, file: HallFile) -> None:
        ids = [klass.id for klass in file.classes]
        for at, name in enumerate(ids):
            if name == ORDINARY or ids.index(name) != at:
                self._refuse(f"class {name} exists already; take another id", f"$.classes[{at}].id")
        for at, one in enumerate(file.results):
            if any(one.code == other.code for other in file.results[:at]):
                self._refuse(f"result {one.code} stands here twice; take another digit", f"$.results[{at}].code")

    def _check_hours(self, file: HallFile) -> None:
        for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun") if file.hours else ():
            ends = [hour for span in getattr(file.hours, day).split() for hour in span.split("-")]
            if ends != sorted(set(ends)):
                self._refuse(
                    f"{day}: spans end after they begin, follow each other and do not overlap; correct them",
                    f"$.hours.{day}",
                )
        for key in ("holidays", "workdays") if file.hours else ():
            for written in getattr(file.hours, key):
                self._check_date(written, f"$.hours.{key}")

    def _check_light(self, file: HallFile) -> None:
        for at, (step, later) in enumerate(pairwise(file.light), 1):
            if step.start >= later.start:
                self._refuse(f"light from {later.start} follows {step.start}; sort the hours", f"$.light[{at}]")

    def _check_date(self, written: str, place: str) -> None:
        try:
            date.fromisoformat(written)
        except ValueError:
            self._refuse(f"{written} is no day of the calendar; correct it", place)

    def _check_device(self, file: HallFile, at: int) -> Board:
        device, place = file.devices[at], f"$.devices[{at}]"
        if device.name in (HUB, MAINTAINER) or any(device.name == other.name for other in file.devices[:at]):
            self._refuse(f"the name {device.name} is taken; give this device another", place + ".name")
        try:
            board = load_board(device.board, self._path.parent)
        except BoardError as error:
            self._refuse(str(error), place + ".board")
        if device.arrow and (device.kind != "lintel" or (board.arrow and device.arrow not in board.arrow.groups)):
            self._refuse(
                f"{device.name}: an arrow {device.arrow} is for a lintel, and for LEDs that have it; remove the key",
                place + ".arrow",
            )
        if device.kind == "dispenser":
            self._check_dispenser(file, device, board, place)
        elif device.kind in _AT_COUNTER:
            self._check_bound(file, device, board, place)
        elif device.kind != "speaker":
            self._check_desk(device, board, place)
        return board

    def _check_dispenser(self, file: HallFile, device: Device, board: Board, place: str) -> None:
        codes = {service.code for service in file.services}
        classes = {ORDINARY} | set(CLASSES) | {klass.id for klass in file.classes}
        if device.counter is not None:
            self._refuse(f"dispenser {device.name} belongs to no counter; remove the key", place + ".counter")
        if not board.printer or not board.keys:
            self._refuse(f"board {device.board} has no printer or no keys; a dispenser needs both", place + ".board")
        guides = {service.code for service in file.services if service.guide}
        for key, gives in device.keys.items():
            if key not in board.keys.names():
                self._refuse(
                    f"board {device.board} has no key {key}; it has {', '.join(board.keys.names())}", place + ".keys"
                )
            if gives.guide:
                if gives.service or gives.guide not in guides:
                    self._refuse(f"key {key}: name one service, and give it a [services.guide]", place + ".keys")
                continue
            if gives.service not in codes or gives.klass not in classes:
                self._refuse(f"key {key}: no such service or class; name one of this file", place + ".keys")

    def _check_bound(self, file: HallFile, device: Device, board: Board, place: str) -> None:
        numbers = {counter.number for counter in file.counters}
        if device.counter not in numbers:
            self._refuse(f"{device.kind} {device.name} needs the number of a counter of this file", place + ".counter")
        if device.keys:
            self._refuse(f"keys are for dispensers; remove them from {device.name}", place + ".keys")
        if device.kind in ("lintel", "table", "face") and not board.panel:
            self._refuse(f"board {device.board} has no panel; a {device.kind} needs one", place + ".board")
        counter = next(one for one in file.counters if one.number == device.counter)
        wrong = {"open": "table", "lounge": "lintel"}[counter.profile]
        if device.kind == wrong:
            self._refuse(
                f"counter {counter.number} is of profile {counter.profile} and has no {wrong}", place + ".kind"
            )
        keys = board.keys.names() if board.keys else ()
        if device.kind == "rating" and not {f"r{n}" for n in range(1, 6)} <= set(keys):
            self._refuse(f"board {device.board} lacks keys r1 to r5; a rating pad needs them", place + ".board")
        if device.kind == "pad" and "next" not in keys:
            self._refuse(f"board {device.board} has no key next; a pad needs it", place + ".board")

    def _check_desk(self, device: Device, board: Board, place: str) -> None:
        if device.counter is not None:
            self._refuse(f"{device.kind} {device.name} belongs to no counter; remove the key", place + ".counter")
        if device.keys:
            self._refuse(f"keys are for dispensers; remove them from {device.name}", place + ".keys")
        if device.kind == "printer" and not board.printer:
            self._refuse(f"board {device.board} has no printer; a printer needs one", place + ".board")
        if device.kind == "guide" and not board.keys:
            self._refuse(f"board {device.board} has no keys; a guide's desk needs them", place + ".board")
        if device.kind == "duty" and not board.panel:
            self._refuse(f"board {device.board} has no panel; a duty desk needs one", place + ".board")

    def _check_printers(self, file: HallFile, boards: dict[str, Board]) -> None:
        printers = {name for name, board in boards.items() if board.printer}
        for at, device in enumerate(file.devices):
            named = device.prints or (device.name if device.kind == "guide" else "")
            if named and named not in printers:
                self._refuse(f"{device.name}: name in prints a device that has a printer", f"$.devices[{at}]", "prints")
        for at, counter in enumerate(file.counters):
            if counter.printer and counter.printer not in printers:
                self._refuse(f"counter {counter.number}: {counter.printer} has no printer", f"$.counters[{at}].printer")
        for at, result in enumerate(file.results):
            if result.form in DUE and not any(counter.printer for counter in file.counters):
                said = f"result {result.code} is told in writing; give a counter a printer"
                self._refuse(said, f"$.results[{at}].form")
        if file.report.printer and file.report.printer not in printers:
            self._refuse(f"{file.report.printer} has no printer; name a device that has one", "$.report.printer")
        for at, device in enumerate(file.devices):
            printer = boards[device.name].printer if device.name in boards else None
            if printer and printer.profile not in profiles():
                known = ", ".join(profiles())
                said = f"board {device.board}: no printer profile {printer.profile!r}; there is {known}"
                self._refuse(said, f"$.devices[{at}].board")

    def _faces(self, file: HallFile) -> Faces:
        faces = shipped_faces()
        for kind, states in file.faces.items():
            for state, written in states.items():
                try:
                    faces = with_face(faces, kind, state, written)
                except FaceError as error:
                    self._refuse(str(error), f"$.faces.{kind}.{state}")
        return faces

    def _zone(self, file: HallFile) -> ZoneInfo:
        try:
            return ZoneInfo(file.hall.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            self._refuse(f"no time zone {file.hall.timezone!r}; take one such as Asia/Shanghai", "$.hall.timezone")
