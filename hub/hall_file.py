"""The hall's file as it is written: every table and key of hall.toml with its bounds; see docs/hall-file.md."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from hardware.contract import Direction, KeyName, Name
from hub.alerts_file import AlertsTable
from hub.appointments import AppointmentsTable
from hub.archive_file import ArchiveTable
from hub.complaints_file import ComplaintsTable
from hub.copies_file import CopiesTable
from hub.net_file import FixedAddress, WifiTable
from hub.offline_file import OfflineTable
from hub.outside_file import BrokerTable, InterfaceTable, ProgressTable
from hub.pad_file import Digit, Label, PadTable, ReasonsTable
from hub.paper_file import Materials, NoticesTable, ReportTable, SlipForm, TicketTable
from hub.rules.plan import ORDINARY, Kind
from hub.rules.roles import Role
from hub.screen_file import Arrow, FileName, Guide, ScreenTable, WebTable
from hub.spans import HOUR, Spans
from hub.staff_file import StaffTable
from hub.upkeep_file import UpdateTable, UpkeepTable
from hub.voice_file import VoiceTable, ZoneName

Code = Annotated[str, Meta(pattern=r"^[A-Z]\Z", description="one capital letter, the first of the ticket's number")]
HallName = Annotated[str, Meta(min_length=1, max_length=40)]
PersonId = Annotated[str, Meta(pattern=r"^[0-9]{4,8}\Z", description="police number or that of the unit")]
ClassId = Annotated[str, Meta(pattern=r"^[a-z][a-z-]{0,15}\Z")]
_SALT_AND_HASH = "([0-9a-f]{2})+\\$([0-9a-f]{2})+"
Date = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
Hour = Annotated[str, Meta(pattern=rf"^{HOUR}\Z")]
DeviceKind = Literal["dispenser", "pad", "lintel", "face", "rating", "guide", "duty", "table", "printer", "speaker"]


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all tables of the file have in common: nothing is changed, nothing unknown is let through."""


class HallTable(Section, frozen=True, kw_only=True):
    """``[hall]``. id: how the hall is called in topics. name: on tickets. timezone: IANA name."""

    id: Name
    name: HallName
    timezone: str = "Asia/Shanghai"


class RulesTable(Section, frozen=True, kw_only=True):
    """``[rules]``: how the queue is run; see `hub.rules.plan.Plan`.

    sign_in: clerks sign in before they work; left out: where the file has people. no_show: void, back or keep.
    offer_after_min: from which expected wait on `Service.elsewhere` is offered (S10).
    """

    call_pause_s: Annotated[float, Meta(ge=0, le=60)] = 3.0
    arrival_s: Annotated[float, Meta(ge=0, le=600)] = 0.0
    recalls_max: Annotated[int, Meta(ge=0, le=99)] = 3
    no_show: Literal["void", "back", "keep"] = "void"
    no_show_calls: Annotated[int, Meta(ge=1, le=99)] = 3
    no_show_minutes: Annotated[float, Meta(gt=0, le=600)] = 30.0
    no_show_again: Annotated[int, Meta(ge=1, le=9)] = 1
    paperless: bool = False
    lock_min: Annotated[float, Meta(ge=0, le=600)] = 0.0
    sign_in: bool | None = None
    rating_s: Annotated[float, Meta(ge=1, le=600)] = 60.0
    appointment_letter: Code = "Y"
    reserve_letter: Code = "H"
    appointment_late_min: Annotated[int, Meta(ge=0, le=240)] = 10
    day_volume: Annotated[int, Meta(ge=0, le=100_000)] = 0
    jobs_max: Annotated[int, Meta(ge=1, le=50)] = 6
    doubt_s: Annotated[float, Meta(ge=1, le=600)] = 20.0
    print_within_s: Annotated[float, Meta(ge=10, le=3600)] = 120.0
    offer_after_min: Annotated[int, Meta(ge=1, le=600)] = 15


class HoursTable(Section, frozen=True, kw_only=True):
    """``[hours]``: when tickets are given. mon to sun: spans such as 08:30-12:00 14:00-17:30; empty: closed.

    lunch: closed, or tickets also between a day's spans (S12). holidays: closed; workdays: open as a Monday or, where
    the weekday has spans of its own, as that (调休). self_test_min: before opening.
    """

    mon: Spans = ""
    tue: Spans = ""
    wed: Spans = ""
    thu: Spans = ""
    fri: Spans = ""
    sat: Spans = ""
    sun: Spans = ""
    lunch: Literal["closed", "tickets"] = "closed"
    holidays: tuple[Date, ...] = ()
    workdays: tuple[Date, ...] = ()
    self_test_min: Annotated[float, Meta(ge=0, le=120)] = 10.0

    def weekly(self) -> tuple[str, ...]:
        """Return the spans of Monday to Sunday."""
        return self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun


class DayTable(Section, frozen=True, kw_only=True):
    """``[day]``. begins: the hour at which numbers start anew."""

    begins: Hour = "00:00"


class Service(Section, frozen=True, kw_only=True):
    """``[[services]]``. code: letter of its tickets and of its key. name: 户籍. unit: whose it is in a shared hall.

    minutes: usual time at the counter. real_name: an identity card is asked for. guide: what it asks and costs (M35).
    materials: what may be missing, from which a clerk chooses by number (M15). elsewhere: how it is had without waiting
    here, at a machine or online (S10).
    """

    code: Code
    name: Label
    unit: Annotated[str, Meta(max_length=20)] = ""
    minutes: Annotated[float, Meta(gt=0, le=240)] = 5.0
    real_name: bool = False
    guide: Guide | None = None
    materials: Materials = ()
    elsewhere: Annotated[str, Meta(max_length=60, pattern=r"^[^\x00-\x1f\x7f]*\Z")] = ""


class TicketClass(Section, frozen=True, kw_only=True):
    """``[[classes]]``: a kind of ticket that may pass those who came up to head_start_min minutes before it."""

    id: ClassId
    head_start_min: Annotated[int, Meta(ge=0, le=240)]
    name: Annotated[str, Meta(max_length=20)] = ""


class Counter(Section, frozen=True, kw_only=True):
    """``[[counters]]``. serves: service codes of a dedicated counter (专窗); left out, all of them (综窗).

    then: what it serves when nobody of its own waits. auto: calls by itself while idle. post_a, post_b: who works here.
    profile: open, or lounge (会客厅) without lintel. printer: device that prints its slips. zone: where it is (S2).
    arrow: the way there from the hall screen (S25).
    """

    number: Annotated[int, Meta(ge=1, le=99)]
    serves: Annotated[tuple[Code, ...], Meta(min_length=1)] | None = None
    then: tuple[Code, ...] = ()
    name: Label | None = None
    auto: bool = False
    post_a: PersonId | None = None
    post_b: PersonId | None = None
    profile: Literal["open", "lounge"] = "open"
    printer: str = ""
    zone: Annotated[str, Meta(max_length=20)] = ""
    arrow: Arrow = ""


class Somebody(Section, frozen=True, kw_only=True):
    """``[[people]]``: who works here. pin, badge: as ``lintel pin`` prints them. services: authorised; left out: all.

    supervisor: of an auxiliary (辅警), the 民警 who has to be on duty. phone: that of the office, never one's own.
    photo: picture beside this file, for the hall screen (M20). roles: granted beside those that the kind brings (M43).
    """

    id: PersonId
    name: Label
    pin: Annotated[str, Meta(pattern=rf"^scrypt\${_SALT_AND_HASH}\Z")]
    badge: Annotated[str, Meta(pattern=rf"^(scrypt\${_SALT_AND_HASH})?\Z")] = ""
    kind: Kind = "police"
    qualified: bool = True
    services: tuple[Code, ...] | None = None
    supervisor: str = ""
    phone: Annotated[str, Meta(max_length=30)] = ""
    photo: FileName = ""
    roles: tuple[Role, ...] = ()


class Result(Section, frozen=True, kw_only=True):
    """``[[results]]``: how a service may end. reason: one has to be given; promise: a date may be; print: a slip.

    form: of that slip; left out, that of a promise, of a reason, or the plain one.
    """

    code: Digit
    name: Label
    reason: bool = False
    promise: bool = False
    print: bool = False
    form: SlipForm = ""


class KeyTicket(Section, frozen=True, kw_only=True):
    """What a dispenser's key gives, where it is not the ordinary ticket of the service whose letter it bears.

    guide: the service whose guide it prints instead (M35). claim: the class has to be confirmed by a clerk.
    anonymous: no identity card is asked for.
    """

    service: Code = ""
    guide: Code = ""
    klass: str = msgspec.field(name="class", default=ORDINARY)
    claim: bool = False
    anonymous: bool = False


class Device(Section, frozen=True, kw_only=True):
    """``[[devices]]``. board: name of a board file. counter: of what stands at one. keys: a dispenser's other keys.

    prints: of a guide's desk, the device that prints for it. arrow: of a lintel, the one that is lit while it calls.
    zone: of a speaker (S2), or of printers that stand in for each other. label: what people call it: 东门取号机.
    net: of a node, its fixed address; left out, DHCP gives it one.
    """

    name: Name
    kind: DeviceKind
    board: str
    counter: int | None = None
    keys: dict[KeyName, KeyTicket] = {}
    prints: str = ""
    arrow: Direction | None = None
    zone: ZoneName = ""
    label: Annotated[str, Meta(max_length=12)] = ""
    net: FixedAddress | None = None


class LightStep(Section, frozen=True, kw_only=True):
    """``[[light]]``: how bright the panels are from an hour on, 0 to 15, until the next step or tomorrow's first."""

    start: Hour = msgspec.field(name="from")
    level: Annotated[int, Meta(ge=0, le=15)]


class HallFile(Section, frozen=True, kw_only=True):
    """The file as it is written. faces: ``[faces.KIND]``, state to what is shown; see `displays.face_table`."""

    hall: HallTable
    services: Annotated[tuple[Service, ...], Meta(min_length=1)]
    counters: Annotated[tuple[Counter, ...], Meta(min_length=1)]
    devices: tuple[Device, ...] = ()
    light: tuple[LightStep, ...] = ()
    classes: tuple[TicketClass, ...] = ()
    people: tuple[Somebody, ...] = ()
    results: tuple[Result, ...] = ()
    rules: RulesTable = RulesTable()
    day: DayTable = DayTable()
    hours: HoursTable | None = None
    alerts: AlertsTable = AlertsTable()
    reasons: ReasonsTable = ReasonsTable()
    pad: PadTable = PadTable()
    appointments: AppointmentsTable | None = None
    notices: NoticesTable = NoticesTable()
    complaints: ComplaintsTable = ComplaintsTable()
    report: ReportTable = ReportTable()
    voice: VoiceTable = VoiceTable()
    ticket: TicketTable = TicketTable()
    broker: BrokerTable = BrokerTable()
    offline: OfflineTable = OfflineTable()
    faces: dict[str, dict[str, Any]] = {}
    screen: ScreenTable = ScreenTable()
    web: WebTable = WebTable()
    progress: ProgressTable = ProgressTable()
    interface: InterfaceTable = InterfaceTable()
    upkeep: UpkeepTable = UpkeepTable()
    update: UpdateTable = UpdateTable()
    archive: ArchiveTable = ArchiveTable()
    copies: CopiesTable = CopiesTable()
    wifi: WifiTable | None = None
    staff: StaffTable = StaffTable()
