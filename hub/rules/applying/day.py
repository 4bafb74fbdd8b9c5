"""What becomes of the day: its opening and phases, what is agreed and alarming, and the devices of the hall."""

from typing import Any

from hub.rules import events
from hub.rules.applying.moving import move
from hub.rules.applying.spool import release, start_next
from hub.rules.device_report import DeviceReport
from hub.rules.state import Alert, State


def _day_opened(state: State, fact: events.DayOpened, row: int) -> None:
    """Everybody signs in anew, and what was set live is forgotten: a replay begins here, with nothing before it.

    A hall without hours opens at its first look too, where something was handed in before that has to stand in line.
    """
    fresh = State(day=fact.day, spans=fact.spans, working_days=fact.working_days, clock=max(state.clock, fact.at))
    fresh.received, fresh.opened_at, fresh.opened_in = fact.received, fact.at, row
    fresh.devices = state.devices
    fresh.health = state.health
    fresh.phase = "open" if fact.spans is None and not fact.received else "closed"
    for field in state.__struct_fields__:
        setattr(state, field, getattr(fresh, field))


def _phase_changed(state: State, fact: events.PhaseChanged, row: int) -> None:
    state.phase, state.phase_in = fact.phase, row
    if fact.phase == "open":
        state.received = ()
    for dispenser in state.dispensers.values():
        dispenser.turn = row


def _day_ended(state: State, _fact: events.DayEnded, _row: int) -> None:
    state.ended = True


def _self_test_made(state: State, fact: events.SelfTestMade, _row: int) -> None:
    state.tested_at, state.self_test_faults = fact.at, fact.faults


def _ticket_left(state: State, fact: events.TicketLeft, row: int) -> None:
    ticket = state.tickets[fact.serial]
    if ticket.state in ("called", "serving"):
        counter = state.counter(ticket.counter)
        counter.ticket, counter.turn = None, row
    release(state, ticket)
    move(state, ticket, fact, fact.at)


def _appointments_listed(state: State, fact: events.AppointmentsListed, _row: int) -> None:
    used = {ticket.appointment for ticket in state.tickets.values()}
    state.appointments = {one.code: one for one in fact.appointments if one.code not in used}


def _item_received(state: State, fact: events.ItemReceived, _row: int) -> None:
    state.received = (*state.received, events.Received(service=fact.service, by=fact.by, at=fact.at))


def _alert_raised(state: State, fact: events.AlertRaised, _row: int) -> None:
    state.alerts[fact.alert, fact.subject] = Alert(value=fact.value, since=fact.at)


def _alert_cleared(state: State, fact: events.AlertCleared, _row: int) -> None:
    state.alerts.pop((fact.alert, fact.subject), None)


def _device_reported(state: State, fact: events.DeviceReported, _row: int) -> None:
    state.devices[fact.device] = DeviceReport(state=fact.state, boot=fact.boot, alerts=fact.alerts)
    start_next(state, fact.device)


APPLIERS: dict[type[events.Event], Any] = {
    events.DayOpened: _day_opened,
    events.PhaseChanged: _phase_changed,
    events.DayEnded: _day_ended,
    events.SelfTestMade: _self_test_made,
    events.TicketLeft: _ticket_left,
    events.AppointmentsListed: _appointments_listed,
    events.ItemReceived: _item_received,
    events.AlertRaised: _alert_raised,
    events.AlertCleared: _alert_cleared,
    events.DeviceReported: _device_reported,
}
