"""The day: opened, ended before its end, and what is agreed or handed in for it."""

from typing import Any

from hub.rules import commands, events
from hub.rules.case import Answer, Case, Refusal
from hub.rules.deciding.complaints import still_open
from hub.rules.deciding.emergency import still_declared
from hub.rules.deciding.health import still_found
from hub.rules.deciding.slips import report_ordered, slips_of_left
from hub.rules.phase import phase_at
from hub.rules.state import State, Ticket
from hub.rules.steps import may


def _open_day(case: Case, command: commands.OpenDay) -> Answer:
    """A day only ever follows an earlier one, so a clock that jumps back opens none again."""
    if command.day <= case.state.day:
        return []
    left: list[events.Fact] = [events.TicketLeft(serial=one.serial, at=case.at) for one in _living(case.state)]
    opened = events.DayOpened(
        day=command.day,
        spans=command.spans,
        working_days=command.working_days,
        received=(*case.state.received, *_still_to_do(case.state)),
        at=case.at,
    )
    return [*left, opened, *still_declared(case), *_devices(case), *still_found(case), *still_open(case)]


def _devices(case: Case) -> list[events.Fact]:
    """Return what is known of devices: from a day's own journal alone a hub that starts again takes its hall."""
    return [
        events.DeviceReported(device=name, state=one.state, boot=one.boot, alerts=one.alerts, at=case.at)
        for name, one in case.state.devices.items()
    ]


def _end_day(case: Case, command: commands.EndDay) -> Answer:
    """Whoever still waits gets a slip that says why and what to do (M28)."""
    state = case.state
    if state.ended:
        return Refusal("closed")
    living = _living(state)
    left: list[events.Fact] = [events.TicketLeft(serial=one.serial, at=case.at) for one in living]
    slips = slips_of_left(case, living)
    report = report_ordered(case, command.by, len(slips) + 1)
    return [events.DayEnded(by=command.by, at=case.at), *left, *slips, *report]


def _still_to_do(state: State) -> list[events.Received]:
    """Return what was handed in and not dealt with: nobody can come back for it, so it is carried over (M25)."""
    return [
        events.Received(service=one.service, by=one.taken_by, at=one.taken_at)
        for one in state.tickets.values()
        if not (one.job or one.is_reserve) and (one.state == "left" or may(one.state, events.TicketLeft))
    ]


def _living(state: State) -> list[Ticket]:
    return [ticket for ticket in state.tickets.values() if may(ticket.state, events.TicketLeft)]


def _list_appointments(case: Case, command: commands.ListAppointments) -> Answer:
    known = [one for one in command.appointments if one.service in case.plan.services]
    used = {ticket.appointment for ticket in case.state.tickets.values()}
    fresh = {one.code: one for one in known if one.code not in used}
    if fresh == case.state.appointments:
        return []
    return [events.AppointmentsListed(appointments=tuple(known), at=case.at)]


def _receive_item(case: Case, command: commands.ReceiveItem) -> Answer:
    """In opening hours one takes a ticket instead."""
    if command.service not in case.plan.services:
        return Refusal("no-such-service")
    if phase_at(case.state, case.now) == "open":
        return Refusal("open-hours")
    return [events.ItemReceived(service=command.service, by=command.by, at=case.at)]


def _report_device(case: Case, command: commands.ReportDevice) -> Answer:
    known = case.state.report(command.device)
    if (known.state, known.boot, known.alerts) == (command.state, command.boot, command.alerts):
        return []
    return [
        events.DeviceReported(
            device=command.device, state=command.state, boot=command.boot, alerts=command.alerts, at=case.at
        )
    ]


DECIDERS: dict[type[commands.Command], Any] = {
    commands.OpenDay: _open_day,
    commands.EndDay: _end_day,
    commands.ListAppointments: _list_appointments,
    commands.ReceiveItem: _receive_item,
    commands.ReportDevice: _report_device,
}
