"""From a ticket or slip of the rules to the bytes of its paper, with the texts of the hall's file."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from hardware.contract import JOB_WHOLE_BYTES
from hardware.logs import Log
from hub.clock import local
from hub.config import Device, Hall
from hub.desk import Desk
from hub.names import Names
from hub.offers import offer
from hub.progress_codes import address_of, code_of
from hub.rules.case import Reason
from hub.rules.events import DayOpened, Fact, SlipEnded
from hub.rules.forecast import told_minutes
from hub.rules.state import Slip, Ticket
from hub.secrets import Secrets
from hub.slip_fields import fields_of, form_of
from hub.words import copy_words
from printers.forms import Forms
from printers.layout import Cut, Document, Text
from printers.output import print_bytes
from printers.profile import Profile, profile
from printers.template import Value

log = Log(__name__)

Fill = Callable[[str, Mapping[str, Value]], Document]

PROGRESS = "progress"
"""The field that a paper without room for its code goes without."""
TOO_LONG = "内容过长，本机无法打印，请向工作人员索取。"


def profile_of(hall: Hall, device: str) -> Profile:
    """Return the profile of a device's printer; that of a usual one where it has none."""
    printer = hall.boards[device].printer if device in hall.boards else None
    return profile(printer.profile if printer else "generic-58")


def ticket_of(
    hall: Hall, forms: Forms, secrets: Secrets, ticket: Ticket, expected_ms: int | None, printer: Profile
) -> bytes:
    """Return the bytes of a ticket's paper; a second copy says so. expected_ms: the wait as forecast, or None."""
    day, serial, *_ = ticket.job.split("-")
    values = hall_values(hall) | {
        "number": ticket.number,
        "service": hall.service_name(ticket.service),
        "ahead": str(ticket.ahead),
        "ahead_words": ahead_words(ticket.ahead),
        "expected": expected_words(ticket.ahead, expected_ms),
        "elsewhere": offer(hall, ticket.service, expected_ms),
        "counters": hall.counters_for(ticket.service),
        "time": f"{local(ticket.taken_at, hall.zone):%Y-%m-%d %H:%M}",
        "serial": f"{day}-{serial}",
        "check": secrets.check_code(day, ticket.number),
        "copy": copy_words(ticket.copies, ticket.asked_by),
        PROGRESS: _progress(hall, secrets, day, ticket.serial) if printer.qr == "native" else "",
    }
    if ticket.appointment:
        return paper_of(forms, "appointment", values | {"slot": _slot_words(hall, ticket)}, printer)
    return paper_of(forms, "ticket", values, printer)


def paper_of(forms: Forms, form: str, values: Mapping[str, Value], printer: Profile) -> bytes:
    """Return the bytes of a form that a device takes as one job.

    What has no room for the code of its own queue is printed without. What the hall's own template makes too long with
    these texts is printed as shipped; what is too long for any template is said to be so, under the number that its
    holder has to know.
    """
    for fill, shown in _tries(forms, values):
        try:
            data = print_bytes(fill(form, shown), printer)
        except ValueError as error:
            log.error("form-not-printable", f"a {form} cannot be printed with its template", why=error)
            continue
        if len(data) <= JOB_WHOLE_BYTES:
            return data
        complaint = f"a {form} is too long; shorten it, or give it a printer with Chinese"
        log.error("form-too-long", complaint, why=f"{len(data)} bytes")
    told = [words for name in ("hall", "number", "serial") if isinstance(words := values.get(name), str)]
    return print_bytes((*map(Text, told), Text(TOO_LONG), Cut()), printer)


def _tries(forms: Forms, values: Mapping[str, Value]) -> Iterator[tuple[Fill, Mapping[str, Value]]]:
    """Yield the templates, and the values with each, in the order in which a paper is tried."""
    yield forms.fill, values
    if values.get(PROGRESS):
        values = {**values, PROGRESS: ""}
        yield forms.fill, values
    yield forms.fill_shipped, values


def _progress(hall: Hall, secrets: Secrets, day: str, serial: int) -> str:
    """Return the address of the page of a ticket's own queue (M38); empty where the hall has none.

    Only a printer that draws codes itself gets it: to draw another one for every ticket would hold up presses.
    """
    table = hall.file.progress
    return address_of(table.url, code_of(secrets, day, serial)) if table.enabled else ""


def _slot_words(hall: Hall, ticket: Ticket) -> str:
    """Return the hour that was agreed (M24)."""
    if ticket.slot is None:
        return ""
    start, end = (local(at, hall.zone) for at in ticket.slot)
    return f"{start:%H:%M}-{end:%H:%M}"


def hall_values(hall: Hall) -> dict[str, str]:
    """Return the fields that are the same on every ticket of a hall (M21, M38, S15)."""
    texts = hall.file.ticket
    return {
        "hall": hall.name,
        "rule": texts.rule,
        "hours": texts.hours,
        "enquiry_phone": texts.enquiry_phone,
        "complaint_phone": texts.complaint_phone,
        "query": texts.query,
        "supervision": texts.supervision,
    }


def ahead_words(ahead: int) -> str:
    """Return how many are before a ticket, as a sentence."""
    return f"您的前面还有{ahead}人在等待" if ahead else "您的前面无人等待，请留意叫号"


def expected_words(ahead: int, expected_ms: int | None) -> str:
    """Return the wait as forecast; empty where nobody could say, and for whoever is next and hardly waits."""
    minutes = told_minutes(ahead, expected_ms)
    return f"{minutes}分钟" if minutes else ""


class Slips:
    """The papers other than tickets: their bytes, the names on them, and word to a clerk whose slip is not out."""

    def __init__(
        self, hall: Hall, desk: Desk, forms: Forms, names: Names, *, tell: Callable[[Device, Reason], None]
    ) -> None:
        """tell: show somebody at a keypad that what he wanted came to nothing."""
        self._hall = hall
        self._desk = desk
        self._forms = forms
        self._names = names
        self._tell = tell

    def bytes_of(self, slip: Slip) -> bytes:
        """Return the bytes of a slip, for the printer that gets it."""
        form, printer = form_of(slip), profile_of(self._hall, slip.device)
        values = fields_of(self._hall, self._desk.state, slip, self._names.of(slip.own_serial))
        return paper_of(self._forms, form, values, printer)

    def follow(self, facts: Iterable[Fact]) -> None:
        """Forget the names that are out on paper, and tell a clerk whose slip did not come out."""
        state = self._desk.state
        for fact in facts:
            if isinstance(fact, DayOpened):
                self._names.begin_day(fact.day)
            elif isinstance(fact, SlipEnded) and (slip := state.slips_ended.get(fact.job)):
                self._names.printed(slip.own_serial)
                if fact.why:
                    self._tell_who_ordered(slip)

    def _tell_who_ordered(self, slip: Slip) -> None:
        """Guides and duty officers stand at desks; who pressed a dispenser's key sees himself that nothing comes."""
        for device in self._hall.devices:
            at_counter = device.kind == "pad" and device.counter == slip.counter
            at_desk = (device.kind, slip.what) in (("duty", "report"), ("guide", "guide")) and bool(slip.by)
            if at_counter or at_desk:
                self._tell(device, "not-printed")
