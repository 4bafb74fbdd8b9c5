"""Papers other than tickets: what came of a service, why somebody was not served."""

from hub.rules import events
from hub.rules.case import Answer, Case
from hub.rules.plan import ResultPlan
from hub.rules.state import Ticket
from hub.rules.steps import may

SLIPS_FROM = 500_000
"""Serial numbers of slips in job ids begin here, above any day's tickets."""


def slip_ordered(
    case: Case,
    device: str,
    what: str,
    *,
    count: int = 1,
    ticket: Ticket | None = None,
    service: str = "",
    counter: int = 0,
    notice: str = "",
    by: str = "",
) -> events.SlipOrdered:
    """Return the order of a slip at a device's printer, the count-th from now on."""
    return events.SlipOrdered(
        job=f"{case.state.day}-{SLIPS_FROM + case.state.slips_made + count:06}",
        device=device,
        boot=case.state.report(device).boot,
        what=what,
        serial=ticket.serial if ticket else 0,
        service=ticket.service if ticket else service,
        counter=counter,
        notice=notice,
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
    """Return the slip about what came of a service, where the hall prints one (M16, M36, M45)."""
    printer = case.plan.counters[counter].printer
    if not (plan and plan.prints and printer):
        return []
    return [slip_ordered(case, printer, "result", ticket=ticket, counter=counter, by=case.counter(counter).person)]
