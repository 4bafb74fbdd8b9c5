"""What is asked while the hall cannot work as usual, and of the numbers on paper that were given by hand (M41)."""

from hub.rules.command import Command


class PressFault(Command, frozen=True, kw_only=True):
    """Tell everybody in the hall of a fault, or that it is over. counter: whose pad it was, 0: a desk's.

    by: who pressed, empty where nobody signs in.
    """

    device: str
    by: str
    counter: int = 0


class EnterTicket(Command, frozen=True, kw_only=True):
    """A number that was printed beforehand and given by hand enters the line. handed_at: when it was given, ms."""

    number: str
    service: str
    handed_at: int
    by: str


class EnterServed(Command, frozen=True, kw_only=True):
    """A number that was printed beforehand has been served by hand already: it counts, and nobody is called."""

    number: str
    service: str
    counter: int
    by: str


class NoteOutage(Command, frozen=True, kw_only=True):
    """The hub could not work from a moment on until now. what: hub, broker or journal. since: ms."""

    what: str
    since: int
