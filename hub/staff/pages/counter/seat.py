"""At which counter a browser stands, and whether a press there is about what its presser saw."""

from typing import TypeVar

from msgspec import Struct

from hub.presses import turn_at
from hub.rules.state import CounterState, Ticket
from hub.staff.house import Told, refused
from hub.staff.visit import Visit

NOWHERE = 0
OLD = 412
"""HTTP's word for a condition that does not hold any more."""


class Turned(Struct, frozen=True, kw_only=True):
    """What every form of a counter sends. turn: that of the counter as it was shown, as with the keys of a pad."""

    turn: int = -1


T = TypeVar("T", bound=Turned)


def seat_of(visit: Visit) -> int:
    """Return the counter that was chosen here, or else where the visitor is signed in; `NOWHERE` without either."""
    if visit.session.seat in visit.house.hall.plan.counters:
        return visit.session.seat
    counters = visit.house.state.counters
    return next((number for number, one in counters.items() if one.person == visit.by), NOWHERE)


def counter_of(visit: Visit) -> CounterState:
    """Return the counter where this browser stands; raise Told where none was chosen."""
    number = seat_of(visit)
    if number == NOWHERE:
        raise refused("请先选择窗口")
    return visit.house.state.counter(number)


def look_twice(visit: Visit, sent: Turned) -> CounterState:
    """Return the counter; raise Told where its keys now act on something else than its presser saw."""
    counter = counter_of(visit)
    if sent.turn != turn_at(visit.house.state, seat_of(visit)):
        visit.house.note(visit.by, "counter-serve", f"counter {seat_of(visit)}", why_not="old-turn")
        raise old_turn(visit)
    return counter


def old_turn(visit: Visit) -> Told:
    """Return the answer to a press about something that is not there any more; its form is to be closed."""
    return refused(visit.house.words("old-turn"), OLD)


def own(visit: Visit, sent: Turned) -> CounterState:
    """Return the counter as `look_twice` does; raise Told where another works there: nobody acts in his name (M13)."""
    counter = look_twice(visit, sent)
    if counter.person == visit.by:
        return counter
    if not counter.person:
        raise refused(visit.house.words("not-signed-in"))
    raise refused(f"本窗口现由{name_of(visit, counter.person)}登录，不能代为操作")


def ticket_of(visit: Visit, counter: CounterState) -> Ticket:
    """Return the ticket that a counter has; raise Told where it has none."""
    if counter.ticket is None:
        raise refused(visit.house.words("no-ticket"))
    return counter.ticket


async def pressed(visit: Visit, kind: type[T]) -> tuple[T, CounterState]:
    """Return what a form of the visitor's own counter sent, and that counter; raise Told as `own` does."""
    sent = await visit.form(kind)
    return sent, own(visit, sent)


def name_of(visit: Visit, person: str) -> str:
    """Return who has a number; the number where nobody has it any more."""
    somebody = visit.house.hall.person(person)
    return somebody.name if somebody else person
