"""Which printer gets a paper, and what becomes of papers that did not come out or of which nobody knows."""

from hub.rules import events
from hub.rules.case import Case
from hub.rules.state import Slip, State, Ticket
from hub.rules.steps import RESTORED

COPIES_MAX = 3
"""A printer that never confirms must not empty its roll on one ticket."""


def is_well(state: State, printer: str) -> bool:
    """Return whether a printer's device is there and nothing keeps it from printing."""
    report = state.report(printer)
    return report.state == "ready" and not report.printer_stops


def is_unwell(state: State, printer: str) -> bool:
    """Return whether a printer is known not to print; one that never said anything is not."""
    return printer in state.devices and not is_well(state, printer)


def other_printer(case: Case, ticket_printer: str, tried: tuple[str, ...] = ()) -> str:
    """Return the well printer of the zone that has least to do and room for more, empty where there is none."""
    state, plan = case.state, case.plan
    fit = [one for one in plan.printing.neighbours.get(ticket_printer, ()) if one not in tried and is_well(state, one)]
    return min((one for one in fit if has_room(case, one)), key=lambda one: len(state.spool.get(one, ())), default="")


def has_room(case: Case, printer: str) -> bool:
    """Return whether another job may wait at a printer."""
    return len(case.state.spool.get(printer, ())) < case.plan.printing.jobs_max


def after_failure(case: Case, ticket: Ticket, why: str) -> events.Fact:
    """Return what becomes of a first copy of which surely nothing came out; nobody waits two minutes for one."""
    if _is_old(case, ticket.taken_at):
        return events.TicketVoided(serial=ticket.serial, why=why, at=case.at)
    if other := other_printer(case, ticket.dispenser, ticket.tried):
        return events.PrintMoved(serial=ticket.serial, printer=other, why=why, at=case.at)
    if case.plan.paperless and not case.state.dispenser(ticket.dispenser).shown:
        return events.NumberShown(serial=ticket.serial, why=why, at=case.at)
    return events.TicketVoided(serial=ticket.serial, why=why, at=case.at)


def repeated(case: Case, ticket: Ticket, by: str = "", where: str = "") -> events.PrintRepeated | None:
    """Return another copy of a ticket on a well printer; None where none is well.

    That is the one where it is wanted, if any was named, and else the one that had it.
    """
    fit = dict.fromkeys((where, ticket.printer, ticket.dispenser, other_printer(case, ticket.dispenser)))
    printer = next((one for one in fit if one and is_well(case.state, one) and has_room(case, one)), None)
    if printer is None:
        return None
    return events.PrintRepeated(
        serial=ticket.serial,
        job=f"{case.state.day}-{ticket.serial:06}-{case.state.copies_apart + ticket.copies + 1}",
        boot=case.state.report(printer).boot,
        printer=printer,
        by=by,
        at=case.at,
    )


def looked_after(case: Case) -> list[events.Fact]:
    """Return what time and the state of devices have brought about for papers; at most one fact for each ticket."""
    jobs = [fact for ticket in case.state.jobs.values() if (fact := _of_job(case, ticket))]
    doubts = [fact for ticket in case.state.doubted.values() if (fact := _of_doubt(case, ticket))]
    slips = [_too_late(case, slip) for slip in case.state.slips.values() if _is_too_late(case, slip)]
    return [*jobs, *doubts, *slips]


def _is_too_late(case: Case, slip: Slip) -> bool:
    """A printer that does not answer must not hold up tickets, nor print a name hours later, when nobody waits for it.

    What waits at a printer that works on is not late: at the end of a day, there may be many.
    """
    if slip.sent_at is not None:
        return _is_old(case, slip.sent_at)
    return is_unwell(case.state, slip.device) and _is_old(case, slip.at)


def _too_late(case: Case, slip: Slip) -> events.Fact:
    return events.SlipEnded(job=slip.job, why="late", at=case.at)


def _of_job(case: Case, ticket: Ticket) -> events.Fact | None:
    if case.state.under_way.get(ticket.printer) == ticket.job:
        return _of_job_under_way(case, ticket)
    if is_unwell(case.state, ticket.printer) and (other := other_printer(case, ticket.dispenser, ticket.tried)):
        return events.PrintMoved(serial=ticket.serial, printer=other, why="waited", at=case.at)
    if not _is_old(case, ticket.since):
        return None
    if ticket.copies > 1:
        return events.PrintDoubted(serial=ticket.serial, why="late", at=case.at)
    return events.TicketVoided(serial=ticket.serial, why="late", at=case.at)


def _of_job_under_way(case: Case, ticket: Ticket) -> events.Fact | None:
    """A device that is gone, has started anew or does not answer knows nothing that it could tell of the job."""
    report = case.state.devices.get(ticket.printer)
    why = ""
    if report and report.state != "ready":
        why = "lost"
    elif report and report.boot != ticket.boot:
        why = "restarted"
    elif _is_old(case, ticket.since if ticket.sent_at is None else ticket.sent_at):
        why = "late"
    return events.PrintDoubted(serial=ticket.serial, why=why, at=case.at) if why else None


def _of_doubt(case: Case, ticket: Ticket) -> events.Fact | None:
    """Who has been asked and says nothing gets a copy, as long as he may still stand there.

    Where the printer has stopped and another goes on, he gets it at once: a second paper does no harm, waiting does.
    """
    if ticket.doubt == RESTORED:
        return None  # its paper is out, or people will say so: what nobody knows is whether it was called
    if ticket.is_from_alone:
        return None  # it was given while the hub was away: who holds it does not stand there any more
    is_asked = case.state.dispenser(ticket.dispenser).asked.get(ticket.cap) is ticket
    has_stopped = case.state.report(ticket.printer).printer_stops and other_printer(case, ticket.printer)
    if is_asked and not has_stopped and 0 <= case.now - ticket.since < case.plan.printing.doubt_ms:
        return None
    if ticket.copies < COPIES_MAX and not _is_old(case, ticket.taken_at) and (again := repeated(case, ticket)):
        return again
    return events.DoubtPassedOn(serial=ticket.serial, at=case.at) if is_asked else None


def _is_old(case: Case, since: int) -> bool:
    return case.now - since >= case.plan.printing.within_ms
