"""The record of a ticket (M26), made from the facts of its business day; the same facts make the same record."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, field

from hub.archive.steps import Step, is_unnamed, step_of
from hub.rules import events
from hub.rules.plan import APPOINTMENT, ORDINARY, RECEIVED, RETURNING
from hub.rules.steps import FINAL, STEPS

NOT_ASKED, UNRATED = "not-asked", "unrated"
NEUTRAL = (ORDINARY, APPOINTMENT, RETURNING, RECEIVED)
"""Classes that say nothing of who somebody is."""
Rows = Iterable[tuple[int, Sequence[events.Fact]]]
"""(row, facts) of a journal, in order."""


class Record(Struct, kw_only=True):
    """All that is kept of one ticket. Moments are ms since 1970, None: it did not come to that.

    service: that it had at last, first_service: that it was taken for. has_priority: whether somebody of a
    class had its head start (M18); which class, that would say what he is or has, is not in here.
    identity_read: whether an identity card was read; nothing of it is in here. told_at: when a dispenser gave it alone.
    appointment: its code; slot_from, slot_to: the hour that was agreed. first_counter, first_person: 首问责任人 (M14).
    outcome: a final state of `hub.rules.steps`, or open. waited_ms: until the first call. served_ms: from coming to the
    counter, or from the last call, to the end. fee: whether one was taken, which no device knows: the unit adds it.
    rating: 5 to 1, unrated, or not-asked where it could not be rated. unnamed: steps by hand of which nobody knows who
    made them (M13). complaints: ids of those that were opened about it.
    """

    day: str
    serial: int
    number: str
    service: str
    first_service: str
    has_priority: bool
    identity_read: bool
    dispenser: str
    taken_by: str
    taken_at: int
    told_at: int | None = None
    is_reserve: bool = False
    appointment: str = ""
    slot_from: int | None = None
    slot_to: int | None = None
    called_at: int | None = None
    begun_at: int | None = None
    ended_at: int | None = None
    waited_ms: int | None = None
    served_ms: int | None = None
    calls: int = 0
    recalls: int = 0
    missed: int = 0
    parked: int = 0
    transfers: int = 0
    counters: tuple[int, ...] = ()
    staff: tuple[str, ...] = ()
    first_counter: int = 0
    first_person: str = ""
    outcome: str = "open"
    result: str = ""
    reason: str = ""
    promised: str = ""
    deadline: str = ""
    fee: bool | None = None
    rating: str = NOT_ASKED
    aspect: int = 0
    complaints: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    unnamed: int = 0
    steps: list[Step] = field(default_factory=list)


class Records:
    """Reads a journal's rows, in order, and gives the records of each business day when it is over.

    What stands before a day's opening in the same row is still of the day before.
    """

    def __init__(self) -> None:
        self._day = ""
        self._made: dict[int, Record] = {}
        self._slots: dict[str, tuple[int, int]] = {}

    def add(self, row: int, facts: Sequence[events.Fact]) -> list[Record]:
        """Take a row; return the records of a day that ends with it."""
        over: list[Record] = []
        for fact in facts:
            if isinstance(fact, events.DayOpened):
                over += self.rest()
                self._day = fact.day
            elif self._day:
                self._add(row, fact)
        return over

    def rest(self) -> list[Record]:
        """Return the records of the day under way, in the order of their numbers, and forget them."""
        made, self._made, self._slots = list(self._made.values()), {}, {}
        return made

    def _add(self, row: int, fact: events.Fact) -> None:
        if isinstance(fact, events.AppointmentsListed):
            self._slots.update((one.code, (one.start, one.end)) for one in fact.appointments)
            return
        if isinstance(fact, events.ComplaintOpened):
            self._complained(fact)
            return
        if isinstance(fact, events.TicketTaken):
            self._made[fact.serial] = self._begun(fact)
        record, step = self._made.get(getattr(fact, "serial", 0)), step_of(row, fact)
        if record and step:
            _note(record, step)
            _go_on(record, fact)

    def _complained(self, fact: events.ComplaintOpened) -> None:
        record = self._made.get(fact.item.serial)
        if record and fact.item.number in ("", record.number):
            record.complaints = (*record.complaints, fact.item.id)

    def _begun(self, fact: events.TicketTaken) -> Record:
        slot = self._slots.get(fact.appointment, (None, None))
        return Record(
            day=self._day,
            serial=fact.serial,
            number=fact.number,
            service=fact.service,
            first_service=fact.service,
            has_priority=fact.klass not in NEUTRAL,
            identity_read=bool(fact.identity),
            dispenser=fact.dispenser,
            taken_by=fact.by,
            taken_at=fact.at,
            told_at=fact.told_at or None,
            is_reserve=fact.is_reserve,
            appointment=fact.appointment,
            slot_from=slot[0],
            slot_to=slot[1],
        )


def _note(record: Record, step: Step) -> None:
    record.steps.append(step)
    record.unnamed += is_unnamed(step)
    if step.by and step.by not in record.staff:
        record.staff = (*record.staff, step.by)
    if step.counter and step.counter not in record.counters:
        record.counters = (*record.counters, step.counter)


def _go_on(record: Record, fact: events.Fact) -> None:
    """Follow a ticket; what is here only as a step is not named."""
    if STEPS.get(type(fact), ((), ""))[1] in FINAL:
        record.outcome, record.ended_at = STEPS[type(fact)][1], getattr(fact, "at", None)
    match fact:
        case events.TicketCalled():
            _called(record, fact)
        case events.TicketRecalled():
            record.recalls += 1
        case events.ServiceBegun():
            record.begun_at = fact.at
            _be_first(record, fact.counter, fact.by)
        case events.TicketFinished():
            _finished(record, fact)
        case events.TicketMissed():
            record.missed += 1
        case events.TicketParked():
            record.parked += 1
            _be_first(record, fact.counter, fact.by)
        case events.TicketTransferred():
            record.transfers, record.service = record.transfers + 1, fact.service
            _be_first(record, fact.counter, fact.by)
        case events.ClassGiven():
            record.has_priority = fact.klass not in NEUTRAL
        case _:
            _afterwards(record, fact)


def _afterwards(record: Record, fact: events.Fact) -> None:
    match fact:
        case events.TicketRated():
            record.rating = str(fact.level)
        case events.AspectNamed():
            record.aspect = fact.aspect
        case events.NoticeGiven():
            record.notices = (*record.notices, fact.own_serial)
        case events.SlipOrdered(copy_of="") if fact.own_serial and fact.own_serial not in record.notices:
            record.papers = (*record.papers, fact.own_serial)


def _called(record: Record, fact: events.TicketCalled) -> None:
    record.calls, record.begun_at = record.calls + 1, None
    if record.called_at is None:
        record.called_at = fact.at
        record.waited_ms = max(0, fact.at - record.taken_at)


def _finished(record: Record, fact: events.TicketFinished) -> None:
    _be_first(record, fact.counter, fact.by)
    called = next((step.at for step in reversed(record.steps) if step.what == "called"), fact.at)
    record.served_ms = max(0, fact.at - (called if record.begun_at is None else record.begun_at))
    record.result, record.reason = fact.result, fact.reason
    record.promised, record.deadline = fact.promised, fact.deadline
    if fact.rating_until is not None:
        record.rating = UNRATED


def _be_first(record: Record, counter: int, person: str) -> None:
    """As `hub.rules.applying` has it: who first has somebody before him answers for him (M14)."""
    if not record.first_counter:
        record.first_counter, record.first_person = counter, person


def records_of(rows: Rows) -> Iterator[Record]:
    """Yield the records of a journal's rows, day by day; the last day's too, as far as it has come."""
    made = Records()
    for row, facts in rows:
        yield from made.add(row, facts)
    yield from made.rest()
