"""What a start finds of changes that were cut off, or that were made while no hub worked: they are journalled now.

The file is the truth: either text of it is whole, and the hub has started with the one that it found.
"""

from msgspec.structs import replace

from hardware.logs import Log
from hub.config import Hall
from hub.edits.record import Record, RecordError, Records, sha256_of
from hub.journal import Body, Entry, Journal, JournalError
from hub.rules.events import HallChanged

log = Log(__name__)


def recover(hall: Hall, records: Records, journal: Journal, now: int) -> None:
    """Bring records and journal up to the file; to be called before the journal is read for the day.

    A change whose text never came into the file is forgotten, one that did and is not journalled is, and what was
    written by hand while no hub worked is a change as well.
    """
    try:
        _finish(hall, records, journal, now)
    except (RecordError, JournalError, OSError) as error:
        log.error("edit-not-taken-up", "changes of the hall's file are not taken up", why=error)


def _finish(hall: Hall, records: Records, journal: Journal, now: int) -> None:
    numbers = records.numbers()
    last = records.get(numbers[-1]) if numbers else None
    while last and last.after != hall.text and not last.is_kept and last.number not in _journalled(journal, last):
        records.drop(last.number)
        numbers.pop()
        last = records.get(numbers[-1]) if numbers else None
    if last is None:
        return
    for number in _open(records, numbers):
        _journal(records, records.get(number), journal, now)
    if last.after != hall.text:
        from hub.edits.differences import differences  # at few starts alone
        from hub.edits.prepare import words_of

        words = words_of(differences(last.after, hall.text), last.after, hall.text)
        by_hand = Record(number=last.number + 1, by="", at=now, words=words, before=last.after, after=hall.text)
        records.put(by_hand)
        _journal(records, by_hand, journal, now)


def _open(records: Records, numbers: list[int]) -> list[int]:
    """Return the changes since the last that is known to stand in the journal."""
    found: list[int] = []
    for number in reversed(numbers):
        if records.get(number).is_kept:
            break
        found.insert(0, number)
    return found


def _journal(records: Records, record: Record, journal: Journal, now: int) -> None:
    if record.number not in _journalled(journal, record):
        fact = HallChanged(
            person=record.by,
            summary=record.words,
            edit=record.number,
            sha256=sha256_of(record.after),
            undoes=record.undoes,
            at=now,
        )
        journal.append([Entry(at=now, body=Body(facts=(fact,)))])
    records.put(replace(record, is_kept=True))


def _journalled(journal: Journal, record: Record) -> set[int]:
    """Return the numbers of the changes that the journal has since a record was made."""
    told = journal.told(record.at, [f'"{HallChanged.__name__}"'])
    return {fact.edit for _at, body in told for fact in body.facts if isinstance(fact, HallChanged)}
