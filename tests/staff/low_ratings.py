"""Low ratings as citizens give them, for the tests of the pages of whoever handles them."""

from hub.rules import commands
from hub.rules.complaints import Complaint
from tests.staff.house import CHEN, Pages

READY = commands.ReportDevice(device="dispenser-1", state="ready", boot=1, alerts={})


def rated(pages: Pages, level: int = 1, aspect: int = 0, *, by: str = CHEN) -> Complaint | None:
    """Have a ticket taken, served by somebody at counter 1, and rated; return the item that it opened."""
    ask, state = pages.house.ask, pages.house.state
    ask(READY)
    if not state.counters.get(1) or state.counters[1].person != by:
        ask(commands.SignIn(counter=1, person=by))
    ask(commands.TakeTicket(dispenser="dispenser-1", key="A", boot=1, service="A"))
    (job,) = state.jobs
    ask(commands.ConfirmPrint(dispenser="dispenser-1", job=job))
    for step in (commands.CallNext, commands.Begin, commands.Finish):
        ask(step(counter=1))
    ask(commands.Rate(counter=1, level=level))
    if aspect:
        ask(commands.NameAspect(counter=1, aspect=aspect))
    known = list(state.complaints.known.values())
    return known[-1] if known and level <= 2 else None


def complained(pages: Pages, **kwargs: int) -> str:
    """Have somebody rate badly; return the item's id."""
    item = rated(pages, **kwargs)
    if item is None:
        raise AssertionError("a low rating opens an item")
    return item.id
