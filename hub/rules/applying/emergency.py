"""What becomes of a declared fault, and of numbers that were served by hand."""

from typing import Any

from hub.rules import events
from hub.rules.applying.moving import move
from hub.rules.state import Fault, State


def _fault_declared(state: State, fact: events.FaultDeclared, row: int) -> None:
    """Who presses at the same moment saw no fault yet: his press must not end it, so the turn is a new one."""
    state.fault, state.fault_turn = Fault(device=fact.device, by=fact.by, since=fact.at), row


def _fault_cleared(state: State, _fact: events.FaultCleared, row: int) -> None:
    state.fault, state.fault_turn = None, row


def _served_by_hand(state: State, fact: events.ServedByHand, _row: int) -> None:
    ticket = state.tickets[fact.serial]
    move(state, ticket, fact, fact.at)
    ticket.counter = fact.counter


def _outage_noted(_state: State, _fact: events.OutageNoted, _row: int) -> None:
    """It is over when it is noted; only the record of incidents asks for it."""


APPLIERS: dict[type[events.Event], Any] = {
    events.FaultDeclared: _fault_declared,
    events.FaultCleared: _fault_cleared,
    events.ServedByHand: _served_by_hand,
    events.OutageNoted: _outage_noted,
}
