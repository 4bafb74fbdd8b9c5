"""Facts about the record itself."""

from hub.rules.fact import Event


class AccessNoted(Event, frozen=True, kw_only=True):
    """Somebody used a page or a record, or tried to (M26). refused: why it was not allowed; empty: it was."""

    person: str
    action: str
    subject: str = ""
    refused: str = ""
    at: int


class RowsSealed(Event, frozen=True, kw_only=True):
    """Rows of the journal were removed after archiving (M26). before, after: hashes before the first and of the last.

    manifest: SHA-256 of that of the archive. seals: sum over this seal and all before it. All of them in hex.
    """

    first: int
    last: int
    before: str
    after: str
    manifest: str
    seals: str
    by: str
    at: int
