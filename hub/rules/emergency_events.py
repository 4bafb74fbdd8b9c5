"""Facts about faults of the whole hall, and about numbers that were served without it (M41, M42)."""

from hub.rules.fact import Event


class FaultDeclared(Event, frozen=True, kw_only=True):
    """Somebody told the hall of a fault: nobody is called and no number is given until it is cleared.

    device: at which he pressed. A day that opens during a fault repeats it, dated with its beginning.
    """

    device: str
    by: str
    at: int


class FaultCleared(Event, frozen=True, kw_only=True):
    """Somebody ended the fault."""

    device: str
    by: str
    at: int


class ServedByHand(Event, frozen=True, kw_only=True):
    """A number that was given by hand was served by hand too. by: who says so, not who served."""

    serial: int
    counter: int
    by: str
    at: int


class OutageNoted(Event, frozen=True, kw_only=True):
    """The hub could not work for a while. what: hub (it did not run), broker or journal. since, at: first and last
    moment, ms.
    """

    what: str
    since: int
    at: int
