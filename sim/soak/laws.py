"""What must hold after a week: what was acknowledged is in the journal once, nothing was done twice, views are true.

The journal is read as it lies on the disk, by the laws of sim/theatre; what a view must be is worked out anew.
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
from hub.rules.events import DayOpened, PrintRepeated, TicketTaken
from hub.rules.state import State
from hub.views import face
from sim.soak.player import Player
from sim.theatre.court import Court
from sim.theatre.laws import AcknowledgedIsKept, CalledOnceInOrder, NoNumberTwice
from sim.theatre.seen import RowSeen


class Findings(NamedTuple):
    """What a journal has of what devices were promised, and what was done twice or out of turn, each as a sentence."""

    lost: list[str]
    duplicated: list[str]
    tickets: int
    rows: int


class Audit:
    """A journal read from its first row to its last, by the laws of a hall, and against what its devices know."""

    def __init__(self, hall: Hall) -> None:
        tiers = {number: counter.serves for number, counter in hall.plan.counters.items()}
        laws = AcknowledgedIsKept(), NoNumberTwice(), CalledOnceInOrder(tiers)
        self._court = Court(laws, hall.plan.head_start_ms)
        self._papers: set[str] = set()
        self._rows = 0

    def read(self, journal: Path) -> None:
        """Take all rows."""
        for row in read_rows(journal):
            self._rows += 1
            facts = row.content().facts
            self._court.see(RowSeen(row=row.row, facts=facts, device=row.device, boot=row.boot, seq=row.seq))
            self._papers.update(fact.job for fact in facts if isinstance(fact, TicketTaken | PrintRepeated))

    def findings(self, journal: Path, players: Iterable[Player]) -> Findings:
        """Return what is missing and what is there twice; a chain that does not hold has lost something."""
        known = list(players)
        lost = [str(one) for one in breaks(journal)]
        for player in known:
            lost += self._missing(player)
        done = Counter(job for player in known for job in player.papers if not is_lease(job))
        twice = [str(one) for one in self._court.broken]
        twice += [f"job {job} was done {count} times" for job, count in done.items() if count > 1]
        twice += [f"job {job} was done, and the journal knows nothing of it" for job in done if job not in self._papers]
        return Findings(lost, twice, sum(self._court.ledger.given.values()), self._rows)

    def _missing(self, player: Player) -> Iterator[str]:
        """What was acknowledged, and what still waits at the end, is of one start from its first number on."""
        heard = self._court.ledger.heard
        for boot, count in player.kept.items():
            for seq in range(1, count + 1):
                if (player.name, boot, seq) not in heard:
                    yield f"{player.name} was promised its event {boot}.{seq}"
        for event in player.waiting:
            yield f"{player.name} still waits for an answer to {event.boot}.{event.seq}"


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
