"""Facts about papers other than tickets: slips and notices."""

from hub.rules.fact import Event


class SlipOrdered(Event, frozen=True, kw_only=True):
    """A slip of paper was sent to a printer.

    what: the form that it is printed in. serial: of the ticket that it is about, 0: of none. service: that it is about.
    counter: that ordered it, 0: none. own_serial: what stands on it as its own, or empty. by: whose name stands on it.
    sheet: of a notice with many items, 1 the first. copy_of: job of the slip that is printed once more, asked_by: who
    asked for that.
    """

    job: str
    device: str
    boot: int
    what: str
    serial: int
    at: int
    service: str = ""
    counter: int = 0
    own_serial: str = ""
    by: str = ""
    sheet: int = 1
    copy_of: str = ""
    asked_by: str = ""


class SlipEnded(Event, frozen=True, kw_only=True):
    """A slip is out, or will not come out. why: empty when it is out."""

    job: str
    why: str
    at: int


class NoticeGiven(Event, frozen=True, kw_only=True):
    """Somebody was told what is missing (M15); his name stands nowhere in here (M40).

    own_serial: of the notice. serial: of his ticket, 0: he had none. oral: without paper (M37). by: 接待责任人.
    """

    own_serial: str
    serial: int
    counter: int
    service: str
    items: tuple[str, ...]
    oral: bool = False
    by: str
    at: int


class NoticesLookedUp(Event, frozen=True, kw_only=True):
    """Somebody has looked for notices (M26); what he looked for as in the command."""

    by: str
    serial: str = ""
    first: str = ""
    last: str = ""
    at: int
