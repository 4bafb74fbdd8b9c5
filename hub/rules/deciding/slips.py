"""Papers other than tickets: what came of a service, what is missing, what a service asks, what the day came to."""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from hub.rules import commands, events
from hub.rules.case import Answer, Case, Refusal, barred
from hub.rules.plan import DUE, ResultPlan
from hub.rules.state import Slip, Ticket
from hub.rules.steps import may

SLIPS_FROM = 500_000
"""Serial numbers of slips in job ids begin here, above any day's tickets."""
ITEMS_MAX = 20
ITEMS_A_SHEET = 6
"""As many lines as the form has; what is more goes on further sheets."""
LETTERS = {"notice": "G", "commitment": "C", "supplement": "R"}
"""Form to the letter of its own serials: 告知, 承诺, 容缺."""


def slip_ordered(
    case: Case,
    device: str,
    what: str,
    *,
    count: int = 1,
    ticket: Ticket | None = None,
    service: str = "",
    counter: int = 0,
    own_serial: str = "",
    by: str = "",
) -> events.SlipOrdered:
    """Return the order of a slip at a device's printer, the count-th from now on."""
    return events.SlipOrdered(
        job=f"{case.state.day}-{SLIPS_FROM + case.state.slips_made + count:06}",
        device=device,
        boot=case.state.report(device).boot,
        what=what,
        serial=ticket.serial if ticket else 0,
        service=service or (ticket.service if ticket else ""),
        counter=counter,
        own_serial=own_serial,
        by=by,
        at=case.at,
    )


def is_slip(job: str) -> bool:
    """Return whether a job id is a slip's."""
    return int(job.split("-")[1]) > SLIPS_FROM


def slip_ended(case: Case, device: str, job: str, why: str = "") -> Answer:
    """Return the end of a slip that this device's printer owes. why: of one that did not come out."""
    slip = case.state.slips.get(job)
    return [events.SlipEnded(job=job, why=why, at=case.at)] if slip and slip.device == device else []


def slips_of_left(case: Case, left: list[Ticket]) -> list[events.Fact]:
    """Return the slips that tell who holds a paper and was not served why, and what to do (M28)."""
    holders = [one for one in left if one.job and may(one.state, events.TicketLeft) and one.state != "issued"]
    return [slip_ordered(case, one.dispenser, "left", count=at, ticket=one) for at, one in enumerate(holders, 1)]


def slips_of_result(case: Case, counter: int, ticket: Ticket, plan: ResultPlan | None) -> list[events.Fact]:
    """Return the slip about what came of a service, where the hall prints one (M16, M23, M36, M45)."""
    printer = case.plan.counters[counter].printer
    if not (plan and plan.prints and printer):
        return []
    own_serial = _own_serial(case, plan.form) if plan.form in DUE else ""
    by = case.counter(counter).person
    return [slip_ordered(case, printer, plan.form, ticket=ticket, counter=counter, own_serial=own_serial, by=by)]


def report_ordered(case: Case, by: str, count: int = 1) -> list[events.Fact]:
    """Return the order of the day's report, where the hall has a printer for it."""
    printer = case.plan.report_printer
    return [slip_ordered(case, printer, "report", count=count, by=by)] if printer else []


def _own_serial(case: Case, form: str) -> str:
    letter = LETTERS[form]
    return f"{case.state.day}-{letter}{case.state.own_serials.get(letter, 0) + 1:03}"


def _can_print(case: Case, device: str) -> bool:
    """Who waits for a paper at a counter is told at once that none will come."""
    report = case.state.report(device)
    return bool(device) and report.state == "ready" and not report.printer_stops


def _give_notice(case: Case, command: commands.GiveNotice) -> Answer:
    """The receiving officer is who works at the counter: nobody gives a notice in another's name."""
    refusal = barred(case, command.counter)
    if refusal:
        return refusal
    here, printer = case.counter(command.counter), case.plan.counters[command.counter].printer
    if command.by and here.person not in ("", command.by):
        return Refusal("not-authorised")
    ticket = here.ticket if here.ticket and command.service in ("", here.ticket.service) else None
    service = ticket.service if ticket else command.service
    if service not in case.plan.services:
        return Refusal("no-such-service" if service else "no-ticket")
    if not command.items or len(command.items) > ITEMS_MAX:
        return Refusal("no-such-code")
    if not command.oral and not _can_print(case, printer):
        return Refusal("no-printer")
    given = events.NoticeGiven(
        own_serial=_own_serial(case, "notice"),
        serial=ticket.serial if ticket else 0,
        counter=command.counter,
        service=service,
        items=command.items,
        oral=command.oral,
        by=command.by or here.person,
        at=case.at,
    )
    return [given] if command.oral else [given, *_of_notice(case, printer, given, ticket)]


def _of_notice(
    case: Case, printer: str, given: events.NoticeGiven, ticket: Ticket | None
) -> Iterator[events.SlipOrdered]:
    """Yield a slip for each sheet: none is too long for a job, even as a picture."""
    for sheet in range(1, sheets_of(given) + 1):
        one = slip_ordered(
            case,
            printer,
            "notice",
            count=sheet,
            ticket=ticket,
            service=given.service,
            counter=given.counter,
            own_serial=given.own_serial,
            by=given.by,
        )
        yield replace(one, sheet=sheet)


def sheets_of(given: events.NoticeGiven) -> int:
    """Return how many sheets a notice has."""
    return -(-len(given.items) // ITEMS_A_SHEET)


def _repeat_slip(case: Case, command: commands.RepeatSlip) -> Answer:
    """A counter prints again what it has printed, and what told a citizen that he was not served."""
    refusal = barred(case, command.counter)
    if refusal:
        return refusal
    slip = _last_slip(case, command)
    if slip is None:
        return Refusal("no-slip")
    printer = case.plan.counters[command.counter].printer
    if not _can_print(case, printer):
        return Refusal("no-printer")
    given = case.state.notices.get(slip.own_serial)
    return [_again(case, command.counter, printer, slip, at) for at in range(sheets_of(given) if given else 1)]


def _again(case: Case, counter: int, printer: str, slip: Slip, at: int) -> events.SlipOrdered:
    return events.SlipOrdered(
        job=f"{case.state.day}-{SLIPS_FROM + case.state.slips_made + 1 + at:06}",
        device=printer,
        boot=case.state.report(printer).boot,
        what=slip.what,
        serial=slip.serial,
        service=slip.service,
        counter=counter,
        own_serial=slip.own_serial,
        by=slip.by,
        sheet=1 + at,
        copy_of=slip.copy_of or slip.job,
        asked_by=case.counter(counter).person,
        at=case.at,
    )


def _last_slip(case: Case, command: commands.RepeatSlip) -> Slip | None:
    ticket = case.state.by_number.get(command.number)
    if command.number and ticket is None:
        return None
    for slip in reversed(case.state.slips_ended.values()):
        is_ours = slip.counter == command.counter or (ticket and not slip.counter)
        if is_ours and (ticket is None or slip.serial == ticket.serial):
            return slip
    return None


def _print_guide(case: Case, command: commands.PrintGuide) -> Answer:
    """A key that is held down must not empty the roll: the next guide is printed when the last one is out."""
    service = case.plan.services.get(command.service)
    if service is None:
        return Refusal("no-such-service")
    if not service.has_guide:
        return Refusal("no-guide")
    if not _can_print(case, command.device):
        return Refusal("no-printer")
    if any(slip.device == command.device and slip.what == "guide" for slip in case.state.slips.values()):
        return Refusal("printing")
    return [slip_ordered(case, command.device, "guide", service=command.service, by=command.by)]


def _make_report(case: Case, command: commands.MakeReport) -> Answer:
    return report_ordered(case, command.by) or Refusal("no-printer")


def _look_up_notices(case: Case, command: commands.LookUpNotices) -> Answer:
    """Only a 办件查看员 may look, and whoever does is noted (M15, M26)."""
    person = case.plan.people.get(command.by)
    if person is None or "viewer" not in person.roles:
        return Refusal("not-authorised")
    looked = events.NoticesLookedUp(
        by=command.by, serial=command.serial, first=command.first, last=command.last, at=case.at
    )
    return [looked]


DECIDERS: dict[type[commands.Command], Any] = {
    commands.GiveNotice: _give_notice,
    commands.RepeatSlip: _repeat_slip,
    commands.PrintGuide: _print_guide,
    commands.MakeReport: _make_report,
    commands.LookUpNotices: _look_up_notices,
}
