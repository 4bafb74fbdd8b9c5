"""What becomes of complaints and low ratings; the record of past days is made from the same facts."""

from typing import Any

from hub.rules import events
from hub.rules.complaints import REACHED, Complaints
from hub.rules.state import State


def take(known: Complaints, fact: events.Event) -> bool:
    """Take a fact into what is known; return whether it was about complaints.

    Who follows more than one day keeps what was settled; a day's own state forgets it when the day ends.
    """
    match fact:
        case events.ComplaintOpened() | events.ComplaintReopened():
            known.known[fact.item.id] = fact.item
            known.opened += isinstance(fact, events.ComplaintOpened)
        case events.ComplaintsCarried():
            known.known.update({item.id: item for item in fact.items})
        case events.ComplaintContactsErased():
            pass
        case _ if isinstance(complaint := getattr(fact, "complaint", None), str):
            if complaint in known.known:
                known.change(complaint, **_changes(known, fact))
        case _:
            return False
    return True


def _changes(known: Complaints, fact: events.Event) -> dict[str, object]:
    """Return the fields of a complaint that a fact about it changes."""
    match fact:
        case events.ComplaintAspectNamed():
            return {"aspect": fact.aspect}
        case events.ComplaintTakenOver():
            return {"owner": fact.by}
        case events.ComplaintCalledBack():
            return _called(known, fact)
        case events.ComplaintRectificationPlanned():
            return {"plan": fact.words, "settle_by": fact.settle_by}
        case events.ComplaintSettled():
            return {"outcome": fact.outcome, "settled_at": fact.at}
        case events.ComplaintAppealed():
            return {"appeal": "lodged", "grounds": fact.grounds}
        case events.ComplaintAppealDecided():
            return {"appeal": "accepted" if fact.accepted else "rejected"}
        case events.ComplaintContactKept():
            return {"has_contact": True}
    return {}


def _called(known: Complaints, fact: events.ComplaintCalledBack) -> dict[str, object]:
    """Only the first counts for the deadline, and the first that reached him."""
    before = known.known[fact.complaint]
    called: dict[str, object] = {"called_at": fact.at if before.called_at is None else before.called_at}
    if fact.result in REACHED and before.reached_at is None:
        return called | {"reached_at": fact.at}
    return called


def _apply(state: State, fact: events.Event, _row: int) -> None:
    take(state.complaints, fact)


APPLIERS: dict[type[events.Event], Any] = dict.fromkeys(
    (
        events.ComplaintOpened,
        events.ComplaintAspectNamed,
        events.ComplaintTakenOver,
        events.ComplaintCalledBack,
        events.ComplaintRectificationPlanned,
        events.ComplaintSettled,
        events.ComplaintReopened,
        events.ComplaintAppealed,
        events.ComplaintAppealDecided,
        events.ComplaintContactKept,
        events.ComplaintContactsErased,
        events.ComplaintsCarried,
    ),
    _apply,
)
