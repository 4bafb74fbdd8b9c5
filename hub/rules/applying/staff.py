"""What becomes of the people who work in the hall: sessions, absences, posts, duty."""

from typing import Any

from hub.rules import events
from hub.rules.applying.moving import act
from hub.rules.state import Absence, State


def _signed_in(state: State, fact: events.SignedIn, row: int) -> None:
    counter = act(state, fact.counter, fact.at, row)
    counter.person, counter.post, counter.locked = fact.person, fact.post, False


def _signed_out(state: State, fact: events.SignedOut, row: int) -> None:
    counter = act(state, fact.counter, fact.at, row)
    counter.person, counter.locked, counter.away, counter.left_at = "", False, None, fact.at


def _session_locked(state: State, fact: events.SessionLocked, row: int) -> None:
    act(state, fact.counter, fact.at, row).locked = True


def _session_unlocked(state: State, fact: events.SessionUnlocked, row: int) -> None:
    act(state, fact.counter, fact.at, row).locked = False


def _counter_paused(state: State, fact: events.CounterPaused, row: int) -> None:
    counter = act(state, fact.counter, fact.at, row)
    counter.away = Absence(reason=fact.reason, back_at=fact.back_at, phone=fact.phone, since=fact.at)


def _counter_resumed(state: State, fact: events.CounterResumed, row: int) -> None:
    counter = act(state, fact.counter, fact.at, row)
    counter.away, counter.locked = None, False


def _services_set(state: State, fact: events.ServicesSet, row: int) -> None:
    counter = state.counter(fact.counter)
    counter.services, counter.turn = frozenset(fact.services) or None, row


def _enlisted(state: State, fact: events.Enlisted, row: int) -> None:
    counter = state.counter(fact.counter)
    counter.posts, counter.turn = fact.posts, row


def _dismissed(state: State, fact: events.Dismissed, row: int) -> None:
    counter = state.counter(fact.counter)
    counter.posts, counter.turn = fact.posts, row


def _came_on_duty(state: State, fact: events.CameOnDuty, row: int) -> None:
    state.on_duty[fact.device] = fact.person
    state.dispenser(fact.device).turn = row


def _went_off_duty(state: State, fact: events.WentOffDuty, row: int) -> None:
    state.on_duty.pop(fact.device, None)
    state.dispenser(fact.device).turn = row


APPLIERS: dict[type[events.Event], Any] = {
    events.SignedIn: _signed_in,
    events.SignedOut: _signed_out,
    events.SessionLocked: _session_locked,
    events.SessionUnlocked: _session_unlocked,
    events.CounterPaused: _counter_paused,
    events.CounterResumed: _counter_resumed,
    events.ServicesSet: _services_set,
    events.Enlisted: _enlisted,
    events.Dismissed: _dismissed,
    events.CameOnDuty: _came_on_duty,
    events.WentOffDuty: _went_off_duty,
}
