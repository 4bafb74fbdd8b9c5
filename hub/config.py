"""The hall's file, hall.toml: decoded strictly, checked as a whole, and refused with file, line and remedy."""

import functools
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct

from displays.face_table import Faces
from hardware.board import Board
from hardware.kinds import kind_words
from hub.checks import MAINTAINER, Checker, HallError
from hub.hall_file import Counter, Device, HallFile, HoursTable, Service, Somebody
from hub.people import hash_badge
from hub.plans import DUTY_MENU, DUTY_MORE, GUIDE_MENU, GUIDE_MORE, KEYS, MENU, MORE_MENU, class_names, plan_of
from hub.rules.plan import Plan
from printers.profile import Profile, profile

__all__ = ["MAINTAINER", "Counter", "Device", "Hall", "HallError", "Service", "kept_hall", "load_hall"]


class Hall(Struct, kw_only=True):
    """A hall's file that was found sound. boards: each device's parts. plan: what the rules need of it.

    faces: what every kind of device shows in every state. text: of the file as it was read. Whoever has the hall of a
    running hub has the present one: it changes whole, between two turns of the loop, by `become`.
    """

    path: Path
    file: HallFile
    boards: dict[str, Board]
    zone: ZoneInfo
    plan: Plan
    faces: Faces
    text: str = ""

    def become(self, other: "Hall") -> None:
        """Be another hall from now on, for all who have this one."""
        for field in self.__struct_fields__:
            setattr(self, field, getattr(other, field))

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

    def place_of(self, name: str) -> str:
        """Return what people call a dispenser or printer: its label, 1号窗打印机, or 2号取号机, the second of its kind.

        A device that is older than the hall's present file has its name.
        """
        device = next((one for one in self.devices if one.name == name), None)
        if device is None:
            return name
        if device.label:
            return device.label
        if device.counter is not None:
            return f"{device.counter}号窗打印机"
        of_its_kind = [one.name for one in self.devices if one.kind == device.kind]
        return f"{of_its_kind.index(name) + 1}号{'取号机' if device.kind == 'dispenser' else '打印机'}"

    def device_words(self, name: str) -> str:
        """Return what people call any device: its label, 1号窗门楣屏, or 2号取号机; a page where it was a page."""
        device = next((one for one in self.devices if one.name == name), None)
        if device is None:
            return "工作页面" if name.startswith("page") else name
        words = kind_words(device.kind)
        if device.label or device.counter is not None:
            return device.label or f"{device.counter}号窗{words}"
        return f"{[one.name for one in self.devices if one.kind == device.kind].index(name) + 1}号{words}"

    def service_name(self, code: str) -> str:
        """Return the words for a service code; the code itself where a ticket is older than the hall's present file."""
        return next((service.name for service in self.services if service.code == code), code)

    def counters_for(self, code: str) -> str:
        """Return the words for the counters that call a service: 1至5号窗口, 2、4号窗口."""
        numbers = sorted(
            number for number, one in self.plan.counters.items() if any(code in tier for tier in one.serves)
        )
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

    @property
    def hours(self) -> HoursTable | None:
        """When tickets are given; None: always."""
        return self.file.hours

    @property
    def day_begins(self) -> str:
        """The hour, HH:MM, at which numbers start anew."""
        return self.file.day.begins

    @property
    def appointments(self) -> Path | None:
        """The list of appointments, None without one."""
        table = self.file.appointments
        return self.path.parent / table.file if table else None

    @property
    def forms(self) -> Path:
        """The folder of the hall's own templates of papers, beside its file; it need not be there."""
        return self.path.parent / "forms"

    @property
    def printers(self) -> tuple[Profile, ...]:
        """The profiles of the hall's printers, each once."""
        names = {board.printer.profile for board in self.boards.values() if board.printer}
        return tuple(profile(name) for name in sorted(names))

    @property
    def clips(self) -> Path | None:
        """The folder of recorded words, None without one."""
        return self.path.parent / self.file.voice.clips if self.file.voice.clips else None

    @property
    def pad_keys(self) -> dict[str, str]:
        """What the keys of pads and desks do: key to action."""
        return KEYS | self.file.pad.keys

    @property
    def words(self) -> dict[str, str]:
        """The hall's own words for refusals."""
        return self.file.pad.words

    @property
    def class_codes(self) -> tuple[str, ...]:
        """The classes in the order in which keypads count them, from 1."""
        return tuple(class_names(self.file))

    def menu(self, device: Device) -> dict[str, str]:
        """Return the functions of a keypad's menu: digit to action."""
        pad = self.file.pad
        if device.kind == "guide":
            return GUIDE_MENU | pad.guide_menu
        return DUTY_MENU | pad.duty_menu if device.kind == "duty" else MENU | pad.menu

    def more(self, device: Device) -> dict[str, str]:
        """Return the further functions of a keypad, which 功能 pressed twice offers: digit to action."""
        pad = self.file.pad
        if device.kind == "guide":
            return GUIDE_MORE | pad.guide_more
        return DUTY_MORE | pad.duty_more if device.kind == "duty" else MORE_MENU | pad.more

    @property
    def has_administrator(self) -> bool:
        """Whether somebody can come in as 系统管理员; without one nobody could give anybody a role."""
        return any("system" in one.roles and one.qualified for one in self.file.people)

    def person(self, number: str) -> Somebody | None:
        """Return somebody by his number, None where nobody has it."""
        return next((one for one in self.file.people if one.id == number), None)

    def person_of_badge(self, badge: str) -> Somebody | None:
        """Return whose badge has this number, None where it is nobody's."""
        hashed = hash_badge(badge, self.id)
        return next((one for one in self.file.people if one.badge == hashed), None)

    def class_name(self, klass: str) -> str:
        """Return the words for a class; never shown in public (M18)."""
        return class_names(self.file).get(klass, klass)

    def reasons(self, of: str) -> tuple[str, ...]:
        """Return the hall's list of reasons: special, transfer, absence or refused."""
        found: tuple[str, ...] = getattr(self.file.reasons, of)
        return found

    def reason_name(self, of: str, code: str) -> str:
        """Return the words for a reason's code; the code itself where the list has become shorter since."""
        words = self.reasons(of)
        return words[int(code) - 1] if code.isdecimal() and 1 <= int(code) <= len(words) else code

    def result_name(self, code: str) -> str:
        """Return the words for a result's code; the code itself where there is none any more."""
        return next((one.name for one in self.file.results if one.code == code), code)


def load_hall(path: str | Path) -> Hall:
    """Return the hall of a file; raise HallError with file, line and remedy where it is not sound."""
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        remedy = "begin with sudo" if isinstance(error, PermissionError) else "name a hall's file"
        raise HallError(f"{path}: cannot be read: {error.strerror}; {remedy}") from error
    return hall_of(path, data)


def hall_of(path: Path, data: bytes) -> Hall:
    """Return the hall of what stands, or is to stand, in a file; raise HallError as `load_hall` does."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise HallError(f"{path}:{line}: cannot be read: not UTF-8; save the file as UTF-8") from error
    file, boards, zone, faces = Checker(path, text.removeprefix("\ufeff").replace("\r\n", "\n")).check()
    return Hall(path=path, file=file, boards=boards, zone=zone, plan=plan_of(file), faces=faces, text=text)


def kept_hall(path: Path) -> Hall:
    """Return the hall of a file, which is read anew only where it is another one than the last time."""
    found = path.stat()
    return _kept_hall(path, (found.st_mtime_ns, found.st_size, found.st_ino))


@functools.lru_cache(maxsize=1)
def _kept_hall(path: Path, _stamp: tuple[int, int, int]) -> Hall:
    return load_hall(path)
