"""Facts about papers other than tickets: slips and notices."""

from hub.rules.fact import Event


class SlipOrdered(Event, frozen=True, kw_only=True):
    """A slip of paper was sent to a printer.

    what: the form that it is printed in. serial: of the ticket that it is about, 0: of none. service: that it is about.
    counter: that ordered it, 0: none. notice: serial of the notice that it is, or empty. by: whose name stands on it.
    copy_of: job of the slip that is printed once more, asked_by: who asked for that.
    """

    job: str
    device: str
    boot: int
    what: str
    serial: int
    at: int
    service: str = ""
    counter: int = 0
    notice: str = ""
    by: str = ""
    copy_of: str = ""
    asked_by: str = ""


class SlipEnded(Event, frozen=True, kw_only=True):
    """A slip is out, or will not come out. why: empty when it is out."""

    job: str
    why: str
    at: int
