"""One complaint or low rating: its ticket, its history, what may be done about it now; whom to call, on request."""

from typing import Any

from starlette.responses import Response

from hub.complaints_record import History
from hub.complaints_table import CALL_BACKS, CHANNELS, GROUNDS, OUTCOMES
from hub.contacts import Contact
from hub.journal import JournalError
from hub.rules.complaints import Complaint
from hub.staff.house import Told, refused
from hub.staff.pages.complaints.lines import line, steps
from hub.staff.pages.complaints.lists import UNREAD, today_of
from hub.staff.routing import Declared, Page
from hub.staff.visit import Visit

UNKNOWN = "无此工单"


async def history_of(visit: Visit, complaint: str) -> History:
    """Return an item with all that happened to it; raise Told where there is none of that id."""
    house = visit.house
    try:
        found = await house.works.complaints.record.one(house.apart, house.folder / "journal.db", complaint)
    except JournalError as error:
        raise refused(UNREAD, 503) from error
    known = house.state.complaints.known.get(complaint)  # its day may have been taken away with the old journal
    if known:
        return History(complaint=known, facts=found.facts if found else ())
    if found is None:
        raise refused(UNKNOWN, 404)
    return found


async def show(visit: Visit) -> Response:
    """Return the page."""
    return _page(visit, await history_of(visit, visit.request.path_params["complaint"]))


async def show_contact(visit: Visit) -> Response:
    """Return the page with whom to call back; that he looked is journalled with the item's id (M26)."""
    told = await history_of(visit, visit.request.path_params["complaint"])
    contact = contact_of(visit, told.complaint)
    if contact is None:
        return _page(visit, told, is_gone=True)
    return _page(visit, told, contact)


def contact_of(visit: Visit, one: Complaint) -> Contact | None:
    """Return whom to call back, None where it was never left or is erased; raise Told where he may not know."""
    office = visit.house.works.complaints
    try:
        contact = office.contact(one, visit.by)
    except JournalError as error:
        raise _unsaved() from error
    if not office.may_handle(one, visit.by):
        raise refused(visit.house.words("own-matter"), 403)
    return contact


def _unsaved() -> Told:
    return refused("系统故障：数据暂时无法保存，请稍后再试", 503)


def _page(visit: Visit, told: History, contact: Contact | None = None, *, is_gone: bool = False) -> Response:
    hall = visit.house.hall
    return visit.page(
        "complaint.html",
        one=line(hall, told.complaint, today_of(visit.house)),
        channel=CHANNELS[told.complaint.channel],
        steps=list(steps(hall, told.facts)),
        may=_may(visit, told.complaint),
        contact=contact,
        is_gone=is_gone,
        zone=hall.zone,
        **_choices(visit, told.complaint),
    )


def _choices(visit: Visit, one: Complaint) -> dict[str, Any]:
    """What forms let one choose: what is to be settled as 限期整改 has to have been planned."""
    return {
        "call_backs": CALL_BACKS,
        "outcomes": {name: words for name, words in OUTCOMES.items() if one.plan or name != "rectified"},
        "grounds": GROUNDS,
        "rectify_days": visit.house.hall.plan.complaints.rectify_days,
    }


def _may(visit: Visit, one: Complaint) -> frozenset[str]:
    """Return what somebody may do about an item now, as its forms are called."""
    if not visit.house.works.complaints.may_handle(one, visit.by):
        return frozenset()
    found = {"names"} if one.has_contact and visit.may("complaints-names") else set()
    if not visit.may("complaints-work"):
        return frozenset(found)
    if not one.is_open:
        return frozenset(found | {"reopen"})
    found |= {"contact"}
    if one.owner != visit.by:
        return frozenset(found | {"take-over"})
    return frozenset(found | {"call-back", "plan"} | ({"review"} if one.appeal == "lodged" else {"settle"}))


DECLARED: tuple[Declared, ...] = (
    Page(path="/staff/complaints/{complaint}", permission="complaints-see", show=show, noted=True),
    Page(path="/staff/complaints/{complaint}/contact", permission="complaints-names", show=show_contact),
)
