"""What maintenance reads from the journal and writes into it, beside what the queue does there."""

from collections.abc import Callable, Iterator
from pathlib import Path

from hardware.logs import Log
from hub.chain_watch import ChainWatch
from hub.clock import HallClock
from hub.config import Hall
from hub.desk import Desk
from hub.journal import Body, Entry, Journal, JournalError
from hub.maintenance import Maintenance
from hub.refused import RefusedInput
from hub.rules import events
from hub.upkeep import FOLLOWED_MS

log = Log(__name__)

FOLLOWED = (
    events.DeviceReported,
    events.HealthFound,
    events.SelfTestMade,
    events.FaultDeclared,
    events.FaultCleared,
    events.OutageNoted,
)
"""What faults begin and end with."""


def maintenance_with(
    journal: Journal, hall: Hall, folder: Path, clock: HallClock, desk: Desk, refused: RefusedInput
) -> Maintenance:
    """Return the maintainer's part of a hub that knows the faults of the last days."""
    note, chain = noting(journal, clock.now), ChainWatch(journal.path)
    made = Maintenance(hall, folder, clock, desk, note=note, refused=refused, chain=chain)
    made.upkeep.read(past_faults(journal, clock.now()))
    return made


def past_faults(journal: Journal, now: int) -> Iterator[tuple[int, tuple[events.Fact, ...]]]:
    """Yield moment and facts of what faults were made from in the last days; a row that nobody can read ends it."""
    try:
        for at, body in journal.told(now - FOLLOWED_MS, [f'"{kind.__name__}"' for kind in FOLLOWED]):
            yield at, body.facts
    except JournalError as error:
        log.warning("fault-log-anew", "the fault log begins anew", why=error)


def noting(journal: Journal, now: Callable[[], int]) -> Callable[[str], None]:
    """Return what writes a sentence into the journal; one that cannot be written stands in the log."""

    def note(words: str) -> None:
        try:
            journal.append([Entry(at=now(), body=Body(note=words))])
        except JournalError as error:
            log.warning("note-not-kept", f"not noted in the journal: {words}", why=error)

    return note
