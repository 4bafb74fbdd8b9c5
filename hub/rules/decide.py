"""What follows from a command: facts, or a refusal with its reason; step 4 of a press."""

from collections.abc import Callable
from typing import Any, Literal

from msgspec import Struct

from hub.rules import commands, events
from hub.rules.order import ahead_of, first_in_line
from hub.rules.plan import Plan
from hub.rules.state import State, Ticket

Reason = Literal["old-turn", "no-such-key", "calling", "nobody-waits", "no-ticket", "printing", "printer"]

COPIES_MAX = 3
"""A printer that never confirms must not empty its roll on one ticket."""


class Refusal(Struct, frozen=True):
    """Nothing follows. The reason has words that a pad can show."""

    reason: Reason


Answer = list[events.Fact] | Refusal


def decide(state: State, plan: Plan, command: commands.Command, now: int) -> Answer:
    """Return the facts that follow from a command at ``now`` (ms since 1970), or a Refusal; change nothing."""
    return _DECIDERS[type(command)](state, plan, command, now)


def _open_day(state: State, _plan: Plan, command: commands.OpenDay, _now: int) -> Answer:
    """A day only ever follows an earlier one, so a clock that jumps back opens none again."""
    return [events.DayOpened(day=command.day)] if command.day > state.day else []


def _take_ticket(state: State, plan: Plan, command: commands.TakeTicket, now: int) -> Answer:
    if state.report(command.dispenser).alerts.get("printer"):
        return Refusal("printer")
    if command.key in state.dispenser(command.dispenser).printing:
        return Refusal("printing")
    serial = state.taken + 1
    key = now - plan.head_start_ms[command.klass]
    taken = events.TicketTaken(
        serial=serial,
        number=f"{command.service}{state.numbers.get(command.service, 0) + 1:03}",
        service=command.service,
        klass=command.klass,
        dispenser=command.dispenser,
        boot=command.boot,
        cap=command.key,
        job=f"{state.day}-{serial:06}",
        ahead=ahead_of(state, plan, command.service, key),
        key=key,
        at=now,
    )
    return [taken]


def _confirm_print(state: State, _plan: Plan, command: commands.ConfirmPrint, now: int) -> Answer:
    ticket = _on_its_way(state, command.dispenser, command.job)
    if ticket is None:
        return []
    return [events.TicketPrinted(serial=ticket.serial, at=now)]


def _fail_print(state: State, _plan: Plan, command: commands.FailPrint, now: int) -> Answer:
    """A first copy that surely did not come out voids its number; after that somebody may hold it."""
    ticket = _on_its_way(state, command.dispenser, command.job)
    if ticket is None or ticket.job != command.job or ticket.state == "doubted":
        return []
    if command.in_doubt or ticket.copies > 1:
        return [events.PrintDoubted(serial=ticket.serial, at=now)]
    return [events.TicketVoided(serial=ticket.serial, why=command.why, at=now)]


def _repeat_print(state: State, _plan: Plan, command: commands.RepeatPrint, now: int) -> Answer:
    ticket = _on_its_way(state, command.dispenser, command.job)
    if ticket is None or ticket.copies >= COPIES_MAX:
        return []
    job = f"{state.day}-{ticket.serial:06}-{ticket.copies + 1}"
    return [events.PrintRepeated(serial=ticket.serial, job=job, boot=command.boot, at=now)]


def _call_next(state: State, plan: Plan, command: commands.CallNext, now: int) -> Answer:
    if _just_called(state, plan, command.counter, now):
        return Refusal("calling")
    ticket, candidates = first_in_line(state, plan, command.counter)
    if ticket is None:
        return Refusal("nobody-waits")
    call = events.TicketCalled(serial=ticket.serial, counter=command.counter, candidates=candidates, at=now)
    present = state.counter(command.counter).ticket
    if present is None:
        return [call]
    return [events.TicketFinished(serial=present.serial, counter=command.counter, at=now), call]


def _recall(state: State, plan: Plan, command: commands.Recall, now: int) -> Answer:
    ticket = state.counter(command.counter).ticket
    if ticket is None:
        return Refusal("no-ticket")
    if _just_called(state, plan, command.counter, now):
        return Refusal("calling")
    return [events.TicketRecalled(serial=ticket.serial, counter=command.counter, at=now)]


def _mark_no_show(state: State, _plan: Plan, command: commands.MarkNoShow, now: int) -> Answer:
    ticket = state.counter(command.counter).ticket
    if ticket is None:
        return Refusal("no-ticket")
    return [events.TicketNotShown(serial=ticket.serial, counter=command.counter, at=now)]


def _finish(state: State, _plan: Plan, command: commands.Finish, now: int) -> Answer:
    ticket = state.counter(command.counter).ticket
    if ticket is None:
        return Refusal("no-ticket")
    return [events.TicketFinished(serial=ticket.serial, counter=command.counter, at=now)]


def _report_device(state: State, _plan: Plan, command: commands.ReportDevice, _now: int) -> Answer:
    known = state.report(command.device)
    if (known.state, known.boot, known.alerts) == (command.state, command.boot, command.alerts):
        return []
    return [events.DeviceReported(device=command.device, state=command.state, boot=command.boot, alerts=command.alerts)]


def _just_called(state: State, plan: Plan, counter: int, now: int) -> bool:
    """A clock that has jumped back must not hold a counter, so only a call that is not in the future counts."""
    called_at = state.counter(counter).called_at
    return called_at is not None and 0 <= now - called_at < plan.call_pause_ms


def _on_its_way(state: State, dispenser: str, job: str) -> Ticket | None:
    """Return the ticket of any of its job ids (day-serial, day-serial-copy) whose paper this dispenser still owes."""
    day, serial, *_ = job.split("-")
    ticket = state.tickets.get(int(serial)) if day == state.day else None
    owed = ticket is not None and ticket.dispenser == dispenser and ticket.state in ("issued", "doubted")
    return ticket if owed else None


_DECIDERS: dict[type[commands.Command], Callable[[State, Plan, Any, int], Answer]] = {
    commands.OpenDay: _open_day,
    commands.TakeTicket: _take_ticket,
    commands.ConfirmPrint: _confirm_print,
    commands.FailPrint: _fail_print,
    commands.RepeatPrint: _repeat_print,
    commands.CallNext: _call_next,
    commands.Recall: _recall,
    commands.MarkNoShow: _mark_no_show,
    commands.Finish: _finish,
    commands.ReportDevice: _report_device,
}
