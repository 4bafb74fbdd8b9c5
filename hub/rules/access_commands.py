"""What is asked of the record itself: to keep who has seen, changed or taken away what."""

from hub.rules.command import Command


class NoteAccess(Command, frozen=True, kw_only=True):
    """Keep that somebody used a page or a record, or tried to (M26). person: empty, nobody has said who he is.

    action: name of the permission, such as archive-export. subject: what it was about, nothing private.
    refused: why it was not allowed; empty: it was.
    """

    person: str
    action: str
    subject: str = ""
    refused: str = ""
