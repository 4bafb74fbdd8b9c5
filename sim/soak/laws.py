"""What must hold after a week: what was acknowledged is in the journal once, nothing was done twice, views are true.

The journal is read as it lies on the disk, and what a view must be is worked out anew by the rules.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from hardware.contract import View
from hub.config import Hall
from hub.faces.content import Looked
from hub.handing_over import is_lease
from hub.journal import breaks, read_rows
from hub.rules.apply import apply
from hub.rules.events import DayOpened, PrintRepeated, TicketCalled, TicketTaken
from hub.rules.fact import Event
from hub.rules.state import State
from hub.views import face
from sim.soak.player import Player


class Findings(NamedTuple):
    """What a journal has of what devices were promised, and what it has twice, each as a sentence."""

    lost: list[str]
    duplicated: list[str]
    tickets: int
    rows: int


class Audit:
    """A journal read from its first row to its last, against what its devices know."""

    def __init__(self) -> None:
        self._events: Counter[tuple[str, int, int]] = Counter()
        self._papers: set[str] = set()
        self._twice: list[str] = []
        self._numbers: Counter[str] = Counter()
        self._calls: Counter[int] = Counter()
        self._day = ""
        self._tickets = self._rows = 0

    def read(self, journal: Path) -> None:
        """Take all rows; a chain that does not hold is a thing that is lost."""
        for row in read_rows(journal):
            self._rows += 1
            if row.device and row.boot and row.seq:
                self._events[row.device, row.boot, row.seq] += 1
            for fact in row.content().facts:
                self._take(fact)
        self._end_day()

    def findings(self, journal: Path, players: Iterable[Player]) -> Findings:
        """Return what is missing and what is there twice."""
        known = list(players)
        lost = [str(one) for one in breaks(journal)]
        for player in known:
            lost += self._missing(player)
        twice = [f"{event} stands in the journal {count} times" for event, count in self._events.items() if count > 1]
        done = Counter(job for player in known for job in player.papers if not is_lease(job))
        twice += [f"job {job} was done {count} times" for job, count in done.items() if count > 1]
        twice += [f"job {job} was done, and the journal knows nothing of it" for job in done if self._is_strange(job)]
        return Findings(lost, twice + self._twice, self._tickets, self._rows)

    def _missing(self, player: Player) -> Iterator[str]:
        """What was acknowledged, and what still waits at the end, is of one start from its first number on."""
        for boot, count in player.kept.items():
            for seq in range(1, count + 1):
                if (player.name, boot, seq) not in self._events:
                    yield f"{player.name} was promised its event {boot}.{seq}"
        for event in player.waiting:
            yield f"{player.name} still waits for an answer to {event.boot}.{event.seq}"

    def _is_strange(self, job: str) -> bool:
        return job not in self._papers

    def _take(self, fact: Event) -> None:
        match fact:
            case DayOpened():
                self._end_day()
                self._day = fact.day
            case TicketTaken():
                self._tickets += 1
                self._numbers[fact.number] += 1
                self._papers.add(fact.job)
            case PrintRepeated():
                self._papers.add(fact.job)
            case TicketCalled():
                self._calls[fact.serial] += 1

    def _end_day(self) -> None:
        """Nobody is sent away or comes back in this hall, so each is called once; a recall is no call."""
        self._twice += [f"{self._day}: number {one} was given twice" for one, n in self._numbers.items() if n > 1]
        self._twice += [f"{self._day}: ticket {one} was called twice" for one, n in self._calls.items() if n > 1]
        self._numbers, self._calls = Counter(), Counter()


class Rules:
    """The hall as its journal says that it is, followed row by row."""

    def __init__(self, hall: Hall, journal: Path) -> None:
        self._hall, self._journal = hall, journal
        self._row, self.state = 0, State()

    def follow(self) -> None:
        """Take what is new."""
        for row in read_rows(self._journal, self._row + 1):
            facts = row.content().facts
            opened = next((at for at, fact in enumerate(facts) if isinstance(fact, DayOpened)), None)
            if opened is not None:
                self.state, facts = State(), facts[opened:]
            for fact in facts:
                apply(self.state, fact, row.row)
            self._row = row.row

    def wrong(self, views: Mapping[str, View], now: int) -> list[str]:
        """Return a sentence for each device whose retained view is not what it must show at this moment, ms."""
        return [words for device in self._hall.devices if (words := self._wrong(device.name, views, now))]

    def _wrong(self, name: str, views: Mapping[str, View], now: int) -> str:
        shown = views.get(name)
        if shown is None:
            return f"{name} has no view"
        device = self._hall.device(name)
        must = face(Looked(hall=self._hall, state=self.state, device=device, now=now))
        found = {
            part: (getattr(shown, part), getattr(must, part))
            for part in ("turn", "lamps", "panel", "stale", "arrow", "light", "calls")
            if getattr(shown, part) != getattr(must, part)
        }
        return f"{name} shows {found}, which is not what it must" if found else ""
