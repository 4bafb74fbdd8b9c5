"""Has the use of the archive journalled (M26): by the hub that runs with a folder, or by whoever holds its lock."""

from pathlib import Path

from hub.archive.rights import Act, is_open_to_all, may
from hub.clock import wall_ms
from hub.config import Hall
from hub.door import NobodyThereError, send_order
from hub.journal import Body, Entry, Journal, read_rows
from hub.lock import locked
from hub.orders import NoteUse, Reply
from hub.people import pin_matches
from hub.rules.events import AccessNoted
from hub.words import REFUSED


class NotAllowedError(PermissionError):
    """Whoever asks may not; the sentence is the hub's."""


def note_use(hall: Hall, journal: Path, person: str, pin: str, order: NoteUse) -> None:
    """Have a look or an export journalled before it is made; raise NotAllowedError for who may not."""
    try:
        reply = send_order(journal.parent, person, pin, order)
    except NobodyThereError:
        with locked(journal.parent):
            reply = note_alone(hall, journal, person, pin, order.act, order.subject)
    if not reply.is_done:
        raise NotAllowedError(reply.words)


def note_alone(hall: Hall, path: Path, person: str, pin: str, act: Act, subject: str) -> Reply:
    """Write it into the journal oneself, and say whether it may be; whoever calls holds the folder's lock."""
    is_open, known = is_open_to_all(hall), hall.person(person)
    if not is_open and (known is None or not pin_matches(pin, known.pin)):
        return Reply(is_done=False, words=REFUSED["wrong-pin"])
    next(read_rows(path), None)  # a path that is no journal must not become one
    refused = "" if may(hall, person, act) else "not-authorised"
    journal = Journal(path)
    try:
        at = max(wall_ms(), journal.last_at)
        noted = AccessNoted(person="" if is_open else person, action=act, subject=subject, refused=refused, at=at)
        journal.append([Entry(at=at, body=Body(facts=(noted,)))])
    finally:
        journal.close()
    return Reply(is_done=not refused, words=REFUSED["not-authorised"] if refused else "")
