"""What maintenance reads from the journal and writes into it, beside what the queue does there."""

import logging
from collections.abc import Callable, Iterator

from hub.journal import Body, Entry, Journal, JournalError
from hub.rules import events
from hub.upkeep import FOLLOWED_MS

log = logging.getLogger(__name__)

FOLLOWED = (
    events.DeviceReported,
    events.HealthFound,
    events.SelfTestMade,
    events.FaultDeclared,
    events.FaultCleared,
    events.OutageNoted,
)
"""What faults begin and end with."""


def past_faults(journal: Journal, now: int) -> Iterator[tuple[int, tuple[events.Fact, ...]]]:
    """Yield moment and facts of what faults were made from in the last days; a row that nobody can read ends it."""
    try:
        for at, body in journal.told(now - FOLLOWED_MS, [f'"{kind.__name__}"' for kind in FOLLOWED]):
            yield at, body.facts
    except JournalError as error:
        log.warning("the fault log begins anew: %s", error)


def noting(journal: Journal, now: Callable[[], int]) -> Callable[[str], None]:
    """Return what writes a sentence into the journal; one that cannot be written stands in the log."""

    def note(words: str) -> None:
        try:
            journal.append([Entry(at=now(), body=Body(note=words))])
        except JournalError as error:
            log.warning("%s (%s)", words, error)

    return note
