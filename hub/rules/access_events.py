"""Facts about the record itself."""

from hub.rules.fact import Event


class AccessNoted(Event, frozen=True, kw_only=True):
    """Somebody used a page or a record, or tried to (M26). refused: why it was not allowed; empty: it was."""

    person: str
    action: str
    subject: str = ""
    refused: str = ""
    at: int
