"""Facts about tickets: taken, printed, called, served, rated."""

from msgspec import Struct

from hub.rules.fact import Event


class TicketTaken(Event, frozen=True, kw_only=True):
    """A number was given and its paper sent to the printer; nobody waits until the paper is out.

    serial: the day's ticket count. number: A012. cap: the key that gave it. ahead: how many are before it at any
    counter that could call it. boot: the dispenser's start number. key: arrival minus head start, milliseconds; the
    smallest is called first. entered_at: the arrival that counts. job empty: there is no paper to wait for. printer:
    the device that prints it, empty: the dispenser. is_reserve: the paper was printed beforehand and given by hand, at
    that moment (M41). told_at: the dispenser gave it alone, at that moment as it tells it, ms; 0: the hub gave it.
    """

    serial: int
    number: str
    service: str
    klass: str
    dispenser: str
    boot: int
    cap: str
    job: str
    ahead: int
    key: int
    at: int
    entered_at: int = 0
    claim: str = ""
    identity: str = ""
    appointment: str = ""
    by: str = ""
    printer: str = ""
    is_reserve: bool = False
    told_at: int = 0


class TicketPrinted(Event, frozen=True, kw_only=True):
    """The paper is out: the ticket is in the queue. expected_ms: the wait that stands on it, None where none does."""

    serial: int
    at: int
    expected_ms: int | None = None


class TicketVoided(Event, frozen=True, kw_only=True):
    """No paper came out, or nobody holds it: nobody has this number. by: who says so, empty: the printer."""

    serial: int
    why: str
    at: int
    by: str = ""


class PrintDoubted(Event, frozen=True, kw_only=True):
    """Nobody can know whether the paper came out, so people are asked.

    why: in-doubt (the printer says so), lost (the device is gone), restarted (it has forgotten), late (no answer).
    """

    serial: int
    at: int
    why: str = "in-doubt"


class DoubtPassedOn(Event, frozen=True, kw_only=True):
    """Nobody answered at the dispenser and no copy can be printed: the desks go on asking."""

    serial: int
    at: int


class PrintMoved(Event, frozen=True, kw_only=True):
    """The ticket, of which surely nothing came out, goes to another printer. why: what was wrong with the first."""

    serial: int
    printer: str
    why: str
    at: int


class PrintRepeated(Event, frozen=True, kw_only=True):
    """The ticket is printed again, marked 补打, under a new job id.

    printer: the device, empty: the one that had it. by: who asked for it, empty: nobody, but nobody answered.
    """

    serial: int
    job: str
    boot: int
    at: int
    printer: str = ""
    by: str = ""


class NumberShown(Event, frozen=True, kw_only=True):
    """No paper came out; the number is shown, and waits for somebody to say that he keeps it in mind (M41)."""

    serial: int
    why: str
    at: int


class TicketVouched(Event, frozen=True, kw_only=True):
    """The citizen knows his number without paper: the ticket is in the queue."""

    serial: int
    by: str
    at: int


class TicketCancelled(Event, frozen=True, kw_only=True):
    """The citizen gave his number back."""

    serial: int
    by: str
    at: int


class ClassGiven(Event, frozen=True, kw_only=True):
    """A waiting ticket has another class, and so another place in the line. key: its new one."""

    serial: int
    klass: str
    key: int
    by: str
    at: int


class TicketPrechecked(Event, frozen=True, kw_only=True):
    """The citizen's papers were looked at."""

    serial: int
    by: str
    at: int


class Candidate(Struct, frozen=True, array_like=True):
    """One who could have been called, with the key that decided."""

    number: str
    key: int


class TicketCalled(Event, frozen=True, kw_only=True):
    """A counter called a ticket. candidates: the first of each line it looked at, the called one first.

    why: next, number or automatic. reason: code, of a special call.
    """

    serial: int
    counter: int
    candidates: tuple[Candidate, ...]
    at: int
    by: str = ""
    why: str = "next"
    reason: str = ""


class TicketRecalled(Event, frozen=True, kw_only=True):
    """A counter called its ticket once more."""

    serial: int
    counter: int
    at: int
    by: str = ""


class ServiceBegun(Event, frozen=True, kw_only=True):
    """The called citizen is at the counter."""

    serial: int
    counter: int
    at: int
    by: str = ""


class TicketFinished(Event, frozen=True, kw_only=True):
    """A counter is done with a ticket. rating_until: how long the rating pad takes a rating, None: not at all.

    promised: the day, YYYYMMDD, on which what was accepted will be ready. items: what is still missing, deadline: the
    day until which it has to be there (M23).
    """

    serial: int
    counter: int
    at: int
    by: str = ""
    result: str = ""
    reason: str = ""
    promised: str = ""
    deadline: str = ""
    items: tuple[str, ...] = ()
    rating_until: int | None = None


class TicketMissed(Event, frozen=True, kw_only=True):
    """The called citizen did not come, but may still: after so many calls of his service, or until a moment."""

    serial: int
    counter: int
    at: int
    by: str = ""
    calls: int = 0
    until: int | None = None


class TicketNotShown(Event, frozen=True, kw_only=True):
    """The called citizen did not come (弃号), and his number is over. counter: 0 when the time to come back ran out."""

    serial: int
    counter: int
    at: int
    by: str = ""


class TicketParked(Event, frozen=True, kw_only=True):
    """The ticket was put aside until its citizen is back."""

    serial: int
    counter: int
    at: int
    by: str = ""
    reason: str = ""


class TicketReturned(Event, frozen=True, kw_only=True):
    """A ticket that was put aside or missed is in the line again."""

    serial: int
    klass: str
    key: int
    at: int
    by: str = ""


class TicketTransferred(Event, frozen=True, kw_only=True):
    """A counter passed its ticket on. to_counter: 0 for any counter of the service."""

    serial: int
    counter: int
    service: str
    to_counter: int
    reason: str
    klass: str
    key: int
    at: int
    by: str = ""


class TicketLeft(Event, frozen=True, kw_only=True):
    """The day ended before the ticket's turn came."""

    serial: int
    at: int


class TicketRated(Event, frozen=True, kw_only=True):
    """A citizen judged a service: 5 非常满意 to 1 非常不满意. by: the clerk who is judged."""

    serial: int
    counter: int
    level: int
    at: int
    by: str = ""


class AspectNamed(Event, frozen=True, kw_only=True):
    """A citizen said what was bad."""

    serial: int
    counter: int
    aspect: int
    at: int


class RatingClosed(Event, frozen=True, kw_only=True):
    """The time to rate is over; no rating is a value of its own."""

    serial: int
    counter: int
    at: int
