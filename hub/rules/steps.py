"""What a ticket can go through: every legal step, in one table; whatever is not here cannot happen to a ticket."""

from collections.abc import Mapping
from typing import Literal

from hub.rules import events

TicketState = Literal[
    "issued",
    "doubted",
    "shown",
    "waiting",
    "called",
    "serving",
    "parked",
    "missed",
    "done",
    "no-show",
    "cancelled",
    "void",
    "left",
]
FINAL: frozenset[TicketState] = frozenset({"done", "no-show", "cancelled", "void", "left"})
LIVING: tuple[TicketState, ...] = ("issued", "doubted", "shown", "waiting", "called", "serving", "parked", "missed")
AT_COUNTER: tuple[TicketState, ...] = ("called", "serving")
RESTORED = "restored"
"""The doubt of a ticket of which nobody knows whether it was called; of all others nobody knows whether it came out."""
UNPRINTED: tuple[TicketState, ...] = ("issued", "doubted")

Step = tuple[tuple[TicketState, ...], TicketState]

STEPS: Mapping[type[events.Event], Step] = {
    events.TicketPrinted: (UNPRINTED, "waiting"),
    events.PrintDoubted: (UNPRINTED, "doubted"),
    events.DoubtPassedOn: (("doubted",), "doubted"),
    events.CallDoubted: (("issued", "waiting"), "doubted"),
    events.PrintMoved: (UNPRINTED, "issued"),
    events.PrintRepeated: (("issued", "doubted", "shown"), "issued"),
    events.NumberShown: (UNPRINTED, "shown"),
    events.TicketVoided: (("issued", "doubted", "shown"), "void"),
    events.TicketVouched: (("issued", "doubted", "shown"), "waiting"),
    events.TicketCalled: (("waiting", "parked", "missed"), "called"),
    events.TicketRecalled: (("called", "serving"), "called"),
    events.ServiceBegun: (("called",), "serving"),
    events.TicketFinished: (AT_COUNTER, "done"),
    events.TicketMissed: (AT_COUNTER, "missed"),
    events.TicketNotShown: (("called", "serving", "missed"), "no-show"),
    events.TicketParked: (AT_COUNTER, "parked"),
    events.TicketReturned: (("parked", "missed"), "waiting"),
    events.TicketTransferred: (AT_COUNTER, "waiting"),
    events.TicketCancelled: (("waiting", "parked", "missed"), "cancelled"),
    events.ServedByHand: (("issued",), "done"),
    events.TicketLeft: (LIVING, "left"),
}
"""Fact to the states that a ticket may be in before it, and the one that it is in after it."""


class IllegalStepError(ValueError):
    """A fact that cannot follow from a ticket's state: the journal was not written by these rules."""


def may(state: TicketState, fact: type[events.Event]) -> bool:
    """Return whether a fact may happen to a ticket in this state."""
    return state in STEPS[fact][0]


def after(state: TicketState, fact: events.Event, number: str) -> TicketState:
    """Return the state of a ticket after a fact; raise IllegalStepError where it is no legal step."""
    froms, to = STEPS[type(fact)]
    if state not in froms:
        raise IllegalStepError(f"ticket {number} is {state}, so {type(fact).__name__} cannot happen to it")
    return to
