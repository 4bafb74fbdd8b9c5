"""What happens to a ticket, as steps of its record: who did what, where, when, and in which row of the journal."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from hub.rules import events


class Step(Struct, frozen=True, kw_only=True):
    """One step. row: of the journal. at: ms since 1970. what: a key of `hub.archive.words.STEPS`.

    by: number of the person who did it (M13), of a rating of the one who is judged; empty: nobody of the hall did it,
    or the hall has no sign-in. counter: 0: at none. detail: codes, as the journal has them.
    """

    row: int
    at: int
    what: str
    by: str = ""
    counter: int = 0
    detail: str = ""


def _no_detail(_fact: Any) -> str:
    return ""


def _called(fact: events.TicketCalled) -> str:
    return " ".join(filter(None, (fact.why, fact.reason)))


def _passed_on(fact: events.TicketTransferred) -> str:
    return f"{fact.service} {fact.to_counter or '-'} {fact.reason}".rstrip()


def _finished(fact: events.TicketFinished) -> str:
    return " ".join(filter(None, (fact.result, fact.reason)))


def _slip(fact: events.SlipOrdered) -> str:
    return " ".join(filter(None, (fact.what, fact.own_serial)))


def _why(fact: Any) -> str:
    return str(fact.why)


KINDS: Mapping[type[events.Event], tuple[str, Callable[[Any], str]]] = {
    events.TicketTaken: ("taken", lambda fact: fact.dispenser),
    events.TicketPrinted: ("printed", _no_detail),
    events.TicketVoided: ("voided", _why),
    events.PrintDoubted: ("print-doubted", _why),
    events.DoubtPassedOn: ("doubt-passed-on", _no_detail),
    events.CallDoubted: ("call-doubted", _no_detail),
    events.PrintMoved: ("print-moved", _why),
    events.PrintRepeated: ("print-repeated", _no_detail),
    events.NumberShown: ("number-shown", _why),
    events.TicketVouched: ("vouched", _no_detail),
    events.TicketCancelled: ("cancelled", _no_detail),
    events.ClassGiven: ("class-given", _no_detail),
    events.TicketPrechecked: ("prechecked", _no_detail),
    events.TicketCalled: ("called", _called),
    events.TicketRecalled: ("recalled", _no_detail),
    events.ServiceBegun: ("begun", _no_detail),
    events.TicketFinished: ("finished", _finished),
    events.TicketMissed: ("missed", _no_detail),
    events.TicketNotShown: ("no-show", _no_detail),
    events.TicketParked: ("parked", lambda fact: fact.reason),
    events.TicketReturned: ("returned", _no_detail),
    events.TicketTransferred: ("transferred", _passed_on),
    events.TicketLeft: ("left", _no_detail),
    events.ServedByHand: ("served-by-hand", _no_detail),
    events.TicketRated: ("rated", lambda fact: str(fact.level)),
    events.AspectNamed: ("aspect-named", lambda fact: str(fact.aspect)),
    events.RatingClosed: ("rating-closed", _no_detail),
    events.NoticeGiven: ("notice", lambda fact: fact.own_serial),
    events.SlipOrdered: ("slip", _slip),
}
"""Fact to its step's name and detail. Which class somebody has is not among them: no archive needs to know why."""

NAMED = ("recalled", "begun", "finished", "missed", "parked", "transferred", "class-given", "prechecked", "cancelled")
"""Steps that somebody of the hall always makes by hand; a call may be made by the hall itself."""


def step_of(row: int, fact: events.Fact) -> Step | None:
    """Return what a fact is in a ticket's record, None where it is nothing there."""
    kind = KINDS.get(type(fact))
    if kind is None:
        return None
    what, detail = kind
    return Step(
        row=row,
        at=getattr(fact, "at", 0),
        what=what,
        by=getattr(fact, "by", ""),
        counter=getattr(fact, "counter", 0),
        detail=detail(fact),
    )


def is_unnamed(step: Step) -> bool:
    """Tell whether a person made a step, and nothing says who (M13)."""
    if step.what == "called":
        return not step.by and not step.detail.startswith("automatic")
    return not step.by and (step.what in NAMED or (step.what == "no-show" and step.counter > 0))
