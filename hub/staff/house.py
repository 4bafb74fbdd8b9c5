"""What the pages stand on: the hall as it is now, its rules to be asked, its record to be written to."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from hardware.logs import Log
from hub.apart import Apart
from hub.clock import HallClock
from hub.config import Hall
from hub.desk import Desk, Outcome
from hub.journal import JournalError
from hub.orders import Orders
from hub.rules import commands
from hub.rules.events import Fact
from hub.rules.state import State
from hub.service import Service
from hub.staff.checklists import Checklists
from hub.staff.drafts import Drafts
from hub.staff.waits import Waits
from hub.tries import Tries
from hub.words import REFUSED
from hub.works import Works

log = Log(__name__)


class Told(Exception):  # noqa: N818 - it is an answer, not a mistake
    """What came of something that was asked for, in words for whoever asked. to: the page that shows it.

    parts: of the page, as a stream has them, so that what is pressed next is what is there now; only where set.
    is_secret: the words must stand in no address, so they are a page of their own.
    """

    def __init__(
        self, words: str, *, is_done: bool = True, to: str = "", status: int = 200, is_secret: bool = False
    ) -> None:
        super().__init__(words)
        self.words = words
        self.is_done = is_done
        self.to = to
        self.status = status
        self.is_secret = is_secret
        self.parts: Mapping[str, str] = {}


def desk_of(person: str) -> str:
    """Return how the journal names the page at which somebody is on duty, where a desk's device would stand."""
    return f"page-{person}"


def refused(words: str, status: int = 409) -> Told:
    """Return an answer that says why not."""
    return Told(words, is_done=False, status=status)


class House:
    """The hub as its pages see it. folder: the hub's state. apart: where heavy work is done."""

    def __init__(self, works: Callable[[], Works], folder: Path, clock: HallClock, apart: Apart) -> None:
        self._works = works
        self.folder = folder
        self.clock = clock
        self.apart = apart
        self.tries = Tries(lambda: self.hall)
        self.checklists = Checklists()
        self.drafts = Drafts()
        self.waits = Waits(lambda: (self.hall, self.state, self.works.feed.changes, self.clock.now()))

    @property
    def works(self) -> Works:
        """What runs now; another after the hall's file was changed."""
        return self._works()

    @property
    def hall(self) -> Hall:
        """The hall's file as it is now."""
        return self.works.hall

    @property
    def journal(self) -> Path:
        """The hall's record, for what is read from it in the worker process."""
        return self.folder / "journal.db"

    @property
    def desk(self) -> Desk:
        """Who decides."""
        return self.works.desk

    @property
    def state(self) -> State:
        """The hall at this moment."""
        return self.works.desk.state

    @property
    def service(self) -> Service:
        """Who keeps what was decided."""
        return self.works.service

    @property
    def orders(self) -> Orders:
        """Who carries out what people ask for by name."""
        return self.works.orders

    def ask(self, command: commands.Command, told: Callable[[Iterable[Fact]], None] | None = None) -> Outcome:
        """Have a command decided and kept; raise Told where it is refused or cannot be kept."""
        try:
            outcome = self.service.ask(command, told or _nobody)
        except JournalError as error:
            log.warning("page-order-not-kept", "a page's order was not kept", why=error)
            raise refused("系统故障：数据暂时无法保存，请稍后再试", 503) from error
        if outcome.refused:
            raise refused(self.words(outcome.refused))
        return outcome

    def words(self, reason: str) -> str:
        """Return a refusal in the words of this hall."""
        return self.hall.file.pad.words.get(reason) or REFUSED[reason]  # type: ignore[index]

    def note(self, person: str, action: str, subject: str = "", why_not: str = "") -> None:
        """Keep who has seen, changed or taken away what, or tried to (M26)."""
        self.ask(commands.NoteAccess(person=person, action=action, subject=subject[:200], refused=why_not))


def _nobody(_facts: Iterable[Fact]) -> None:
    """Nobody has to be told before the others."""
