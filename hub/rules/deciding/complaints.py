"""Complaints and low ratings: opened, taken over, called back about, settled; never by who served (M46, S16, N 6.3.1).

An item outlives the day: what is open when a new one begins is told to it again, so nobody searches old days for it.
"""

from typing import Any

from msgspec.structs import replace

from hub.rules import commands, events
from hub.rules.case import Answer, Case, Refusal
from hub.rules.complaints import Complaint
from hub.rules.state import Ticket


def opened_by_rating(case: Case, rated: events.TicketRated) -> list[events.Fact]:
    """Return the work item that a low rating opens, where the hall has somebody who may handle it."""
    if not any("complaints" in person.roles for person in case.plan.people.values()):
        return []
    ticket = case.state.tickets[rated.serial]
    item = _new(case, "rating", _of_ticket(ticket, rated.by) | {"counter": rated.counter, "level": rated.level})
    return [events.ComplaintOpened(item=item, at=case.at)]


def aspect_named(case: Case, serial: int, aspect: int) -> list[events.Fact]:
    """Return what the item of a low rating is told of the citizen's reason."""
    item = case.state.complaints.of_ticket(serial, case.state.day)
    return [events.ComplaintAspectNamed(complaint=item.id, aspect=aspect, at=case.at)] if item else []


def still_open(case: Case) -> list[events.Fact]:
    """Return what a day that opens has to be told of work that is not done."""
    items = case.state.complaints.open()
    return [events.ComplaintsCarried(items=items, at=case.at)] if items else []


def _new(case: Case, channel: str, fields: dict[str, Any]) -> Complaint:
    plan = case.plan.complaints
    return Complaint(
        id=f"{case.state.day}-T{case.state.complaints.opened + 1:03}",
        channel=channel,  # type: ignore[arg-type]
        at=case.at,
        contact_by=_within(case, plan.contact_days),
        settle_by=_within(case, plan.settle_days),
        **fields,
    )


def _of_ticket(ticket: Ticket, *people: str) -> dict[str, Any]:
    """Return what a ticket says: everybody who served it is kept from handling the item."""
    served = dict.fromkeys((*ticket.served_by, *people))
    return {
        "service": ticket.service,
        "counter": ticket.counter,
        "number": ticket.number,
        "serial": ticket.serial,
        "served_by": tuple(person for person in served if person),
    }


def _within(case: Case, days: int) -> str:
    """Return the last of so many working days of the hall after today; empty where the day knows of none."""
    ahead = case.state.working_days[:days]
    return ahead[-1] if ahead else ""


def _enter(case: Case, command: commands.EnterComplaint) -> Answer:
    if not _is_handler(case, command.by):
        return Refusal("not-authorised")
    if not case.state.day:
        return Refusal("closed")
    if command.channel == "rating" or not (command.words or command.reference):
        return Refusal("needs-reason")
    if command.about and command.about not in case.plan.people:
        return Refusal("unknown-person")
    if command.service and command.service not in case.plan.services:
        return Refusal("no-such-service")
    if command.counter and command.counter not in case.plan.counters:
        return Refusal("no-such-counter")
    fields: dict[str, Any] = {"service": command.service, "counter": command.counter}
    fields["served_by"] = (command.about,) if command.about else ()
    if command.number:
        ticket = case.state.by_number.get(command.number)
        if ticket is None:
            return Refusal("no-such-number")
        fields = _of_ticket(ticket, _who_has(case, ticket), command.about)
    item = _new(case, command.channel, fields | {"reference": command.reference, "words": command.words})
    return [events.ComplaintOpened(item=item, by=command.by, at=case.at)]


def _who_has(case: Case, ticket: Ticket) -> str:
    """Return who has called the ticket and still has it."""
    here = case.counter(ticket.counter)
    return here.person if here.ticket and here.ticket.serial == ticket.serial else ""


def _is_handler(case: Case, by: str) -> bool:
    person = case.plan.people.get(by)
    return person is not None and "complaints" in person.roles


def _mine(case: Case, command: Any, *, is_owner: bool = True) -> Complaint | Refusal:
    """Return an open item that somebody may handle, or why he may not."""
    if not _is_handler(case, command.by):
        return Refusal("not-authorised")
    item = case.state.complaints.known.get(command.complaint)
    if item is None:
        return Refusal("no-complaint")
    if command.by in item.served_by:
        return Refusal("own-matter")
    if not item.is_open:
        return Refusal("settled")
    return Refusal("not-owner") if is_owner and item.owner != command.by else item


def _take_over(case: Case, command: commands.TakeOverComplaint) -> Answer:
    item = _mine(case, command, is_owner=False)
    if isinstance(item, Refusal) or item.owner == command.by:
        return item if isinstance(item, Refusal) else []
    return [events.ComplaintTakenOver(complaint=item.id, by=command.by, at=case.at)]


def _call_back(case: Case, command: commands.NoteCallBack) -> Answer:
    item = _mine(case, command)
    if isinstance(item, Refusal):
        return item
    return [
        events.ComplaintCalledBack(
            complaint=item.id, result=command.result, words=command.words, by=command.by, at=case.at
        )
    ]


def _plan(case: Case, command: commands.PlanRectification) -> Answer:
    item = _mine(case, command)
    if isinstance(item, Refusal):
        return item
    if not command.words:
        return Refusal("needs-reason")
    if not 1 <= command.days <= case.plan.complaints.rectify_days:
        return Refusal("no-such-time")
    return [
        events.ComplaintRectificationPlanned(
            complaint=item.id,
            words=command.words,
            settle_by=_within(case, command.days),
            by=command.by,
            at=case.at,
        )
    ]


def _settle(case: Case, command: commands.SettleComplaint) -> Answer:
    item = _mine(case, command)
    if isinstance(item, Refusal):
        return item
    if item.appeal == "lodged":
        return Refusal("appealed")
    if not command.words or (command.outcome == "rectified" and not item.plan):
        return Refusal("needs-reason")
    return [
        events.ComplaintSettled(
            complaint=item.id, outcome=command.outcome, words=command.words, by=command.by, at=case.at
        )
    ]


def _reopen(case: Case, command: commands.ReopenComplaint) -> Answer:
    """Who reopens an item has to settle it, in a new time."""
    if not _is_handler(case, command.by):
        return Refusal("not-authorised")
    item = case.state.complaints.known.get(command.complaint, command.known)
    if item is None or item.id != command.complaint:
        return Refusal("no-complaint")
    if command.by in item.served_by:
        return Refusal("own-matter")
    if item.is_open:
        return Refusal("not-settled")
    if not command.words:
        return Refusal("needs-reason")
    again = replace(
        item,
        owner=command.by,
        outcome=None,
        settled_at=None,
        plan="",
        settle_by=_within(case, case.plan.complaints.settle_days),
        reopened=item.reopened + 1,
    )
    return [events.ComplaintReopened(item=again, words=command.words, by=command.by, at=case.at)]


def _appeal(case: Case, command: commands.LodgeAppeal) -> Answer:
    item = case.state.complaints.known.get(command.complaint)
    person = case.plan.people.get(command.by)
    if item is None or item.channel != "rating":
        return Refusal("no-complaint")
    if person is None or not (command.by in item.served_by or "business" in person.roles):
        return Refusal("not-authorised")
    if not item.is_open:
        return Refusal("settled")
    if item.appeal:
        return Refusal("appealed")
    if not command.words:
        return Refusal("needs-reason")
    return [
        events.ComplaintAppealed(
            complaint=item.id, grounds=command.grounds, words=command.words, by=command.by, at=case.at
        )
    ]


def _decide_appeal(case: Case, command: commands.DecideAppeal) -> Answer:
    item = _mine(case, command)
    if isinstance(item, Refusal):
        return item
    if item.appeal != "lodged":
        return Refusal("not-appealed")
    if not command.words:
        return Refusal("needs-reason")
    return [
        events.ComplaintAppealDecided(
            complaint=item.id, accepted=command.accepted, words=command.words, by=command.by, at=case.at
        )
    ]


def _keep_contact(case: Case, command: commands.KeepContact) -> Answer:
    item = case.state.complaints.known.get(command.complaint)
    if command.by and not _is_handler(case, command.by):
        return Refusal("not-authorised")
    if item is None:
        return Refusal("no-complaint")
    if command.by and command.by in item.served_by:
        return Refusal("own-matter")
    if not item.is_open:
        return Refusal("settled")
    return [events.ComplaintContactKept(complaint=item.id, by=command.by, at=case.at)]


def _erase_contacts(case: Case, command: commands.EraseContacts) -> Answer:
    erased = events.ComplaintContactsErased(complaints=command.complaints, at=case.at)
    return [erased] if command.complaints else []


DECIDERS: dict[type[commands.Command], Any] = {
    commands.EnterComplaint: _enter,
    commands.TakeOverComplaint: _take_over,
    commands.NoteCallBack: _call_back,
    commands.PlanRectification: _plan,
    commands.SettleComplaint: _settle,
    commands.ReopenComplaint: _reopen,
    commands.LodgeAppeal: _appeal,
    commands.DecideAppeal: _decide_appeal,
    commands.KeepContact: _keep_contact,
    commands.EraseContacts: _erase_contacts,
}
