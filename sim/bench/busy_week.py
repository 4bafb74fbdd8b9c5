"""A week behind a large hall, written by the rules that ship into a real journal; its last day stops at its peak."""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from hardware.contract import KeyPressed
from hub.config import Hall, load_hall
from hub.journal import Body, Entry, Journal
from hub.rules import commands
from hub.rules.apply import apply
from hub.rules.decide import Refusal, decide
from hub.rules.state import State
from sim.bench.busy_hall import COUNTERS, DISPENSERS, SERVICES, clerk_of, holder_of

DAYS = 7
TICKETS = 500
FIRST_DAY = datetime(2026, 11, 16, 8, 30)  # noqa: DTZ001 - the hall's own zone is given to it
PEAK_AFTER = 300
"""Tickets of the last day at which the journal ends."""
WAITING = 60
"""How many wait while the hall is at its peak."""
TOGETHER = 500
"""Entries in one commit; each by itself would take the disk a minute."""
STEP_MS = 8_000
EVERY_MS = 60_000


class Week:
    """A hall that lives fast. rows: entries that were kept."""

    def __init__(self, hall: Hall, journal: Journal) -> None:
        self._hall, self._journal = hall, journal
        self._chance = Random(7)  # noqa: S311 - a figure must be had again
        self._state, self._entries, self._seq = State(), list[Entry](), 0
        self._now = 0
        self.rows = 0

    def live(self) -> datetime:
        """Write it all; return when it ends, in the hall's time."""
        for nth in range(DAYS):
            morning = (FIRST_DAY + timedelta(days=nth)).replace(tzinfo=self._hall.zone)
            self._now = round(morning.timestamp() * 1000)
            self._day(morning, PEAK_AFTER if nth == DAYS - 1 else TICKETS)
        self._keep()
        return datetime.fromtimestamp(self._now / 1000, self._hall.zone)

    def _day(self, morning: datetime, tickets: int) -> None:
        self._order(commands.OpenDay(day=f"{morning:%Y%m%d}"))
        for counter in range(1, COUNTERS + 1):
            self._order(commands.SignIn(counter=counter, person=clerk_of(counter)))
        for nth in range(tickets):
            self._one_more(nth)
            self._now += EVERY_MS - self._now % STEP_MS
        if tickets == TICKETS:
            self._empty()

    def _one_more(self, nth: int) -> None:
        """One comes, and one is served where enough wait; now and then a device fails, and somebody looks."""
        name = DISPENSERS[nth % len(DISPENSERS)]
        self._order(commands.TakeTicket(dispenser=name, key="take", boot=1, service=self._service()), name, "take")
        job = self._state.under_way.get(name)
        if job:
            self._order(commands.ConfirmPrint(dispenser=name, job=job))
        if nth >= WAITING:
            self._serve(nth % COUNTERS + 1)
        if nth % 100 == 50:
            self._fail(f"lintel-{nth // 100 + 1}")
        for role in ("viewer", "complaints", "duty"):
            self._order(commands.NoteAccess(person=holder_of(role), action="archive-see", subject=f"{nth}"))

    def _service(self) -> str:
        return self._chance.choices(list(SERVICES), (4, 3, 2, 1))[0]

    def _serve(self, counter: int) -> None:
        pad, chance = f"pad-{counter}", self._chance.random()
        if not self._order(commands.CallNext(counter=counter), pad, "next"):
            return
        if chance < 0.2:
            self._order(commands.Recall(counter=counter), pad, "recall")
        if chance < 0.05:
            self._order(commands.MarkNoShow(counter=counter), pad, "no-show")
            return
        self._order(commands.Begin(counter=counter), pad, "begin")
        if chance > 0.95:
            self._order(
                commands.Transfer(counter=counter, to_counter=counter % COUNTERS + 1, reason="1"), pad, "transfer"
            )
            return
        self._order(commands.Finish(counter=counter), pad, "finish")
        if self._chance.random() < 0.4:
            level = self._chance.choices((5, 4, 3, 2, 1), (60, 30, 8, 1, 1))[0]
            self._order(commands.Rate(counter=counter, level=level), f"rating-{counter}", f"r{level}")

    def _fail(self, device: str) -> None:
        self._order(commands.ReportDevice(device=device, state="lost", boot=1, alerts={}))
        self._now += 2 * EVERY_MS
        self._order(commands.ReportDevice(device=device, state="ready", boot=1, alerts={}))

    def _empty(self) -> None:
        """At the end of the day everybody who waits is served, and everybody goes home."""
        counter = 0
        while any(self._state.waiting.values()):
            counter = counter % COUNTERS + 1
            self._serve(counter)
        for counter in range(1, COUNTERS + 1):
            self._order(commands.SignOut(counter=counter))

    def _order(self, command: commands.Command, device: str = "", key: str = "") -> bool:
        """Decide and keep, as the desk does; tell whether the rules allowed it."""
        self._now += STEP_MS // 8
        answer = decide(self._state, self._hall.plan, command, self._now)
        facts, why = ((), answer.reason) if isinstance(answer, Refusal) else (tuple(answer), "")
        self.rows += 1
        for fact in facts:
            apply(self._state, fact, self.rows)
        self._seq += 1
        pressed = KeyPressed(boot=1, seq=self._seq, turn=self._seq, key=key) if device else None
        self._entries.append(Entry(at=self._now, body=Body(message=pressed, facts=facts, refused=why)))
        if len(self._entries) >= TOGETHER:
            self._keep()
        return not why

    def _keep(self) -> None:
        self._journal.append(self._entries)
        self._entries = []


def write_week(file: Path, journal: Path) -> tuple[int, datetime]:
    """Write a week behind the hall of a file; return its rows, and when it ends in the hall's time."""
    kept = Journal(journal)
    try:
        week = Week(load_hall(file), kept)
        end = week.live()
    finally:
        kept.close()
    return week.rows, end
