"""What waits at the printers: each has one job under way, and the rest in the order in which they came.

Which job is under way follows from the facts alone, so a hub that starts again goes on where it was.
"""

from hub.rules.state import State, Ticket


def enqueue(state: State, printer: str, job: str) -> None:
    """Put a job behind those that a printer has to do."""
    state.spool.setdefault(printer, []).append(job)
    start_next(state, printer)


def dequeue(state: State, printer: str, job: str) -> None:
    """Take a job away from a printer, done or not; the next one is then under way."""
    waiting = state.spool.get(printer, [])
    if job in waiting:
        waiting.remove(job)
    if not waiting:
        state.spool.pop(printer, None)
    if state.under_way.get(printer) == job:
        del state.under_way[printer]
    start_next(state, printer)


def start_next(state: State, printer: str) -> None:
    """Have a printer begin with its next job, if it has none and its device is there; what waits was surely not sent.

    A device that never said anything may be there; one that is lost is not.
    """
    waiting = state.spool.get(printer)
    report = state.devices.get(printer)
    if not waiting or printer in state.under_way or (report and report.state != "ready"):
        return
    job = state.under_way[printer] = waiting[0]
    if ticket := state.jobs.get(job):
        ticket.sent_at = state.clock
        ticket.boot = max(ticket.boot, report.boot) if report else ticket.boot
    elif slip := state.slips.get(job):
        slip.sent_at = state.clock


def print_on(state: State, ticket: Ticket, printer: str) -> None:
    """Have a printer print a ticket's present job."""
    ticket.printer, ticket.boot, ticket.sent_at = printer, state.report(printer).boot, None
    if printer not in ticket.tried:
        ticket.tried = (*ticket.tried, printer)
    state.jobs[ticket.job] = ticket
    enqueue(state, printer, ticket.job)


def release(state: State, ticket: Ticket) -> None:
    """Take a ticket from printers, panels and questions: what was to become of its paper is known."""
    state.jobs.pop(ticket.job, None)
    state.doubted.pop(ticket.serial, None)
    dequeue(state, ticket.printer, ticket.job)
    here = state.dispenser(ticket.dispenser)
    for keys in (here.printing, here.asked):
        if keys.get(ticket.cap) is ticket:
            del keys[ticket.cap]
    if here.shown is ticket:
        here.shown = None
