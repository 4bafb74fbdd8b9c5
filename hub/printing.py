"""Sends each printer the job that it has under way, and again until it has answered; what waits, the state knows."""

import asyncio
from collections.abc import Callable

from msgspec.structs import replace

from hardware.contract import Topics, encode, split_job
from hardware.link import Link
from hardware.logs import Log
from hub.config import Hall
from hub.desk import Desk
from hub.rules.state import Slip, Ticket

log = Log(__name__)

RESEND_AFTER_S = 5.0


class Printing:
    """The jobs that printers have; which they are, follows from the facts alone (hub/rules/applying/spool.py).

    ticket_of, slip_of: the bytes of a ticket, and of a slip.
    """

    def __init__(
        self, hall: Hall, desk: Desk, *, ticket_of: Callable[[Ticket], bytes], slip_of: Callable[[Slip], bytes]
    ) -> None:
        self._desk = desk
        self._ticket_of = ticket_of
        self._slip_of = slip_of
        self._topics = Topics(hall.id)
        self._loop = asyncio.get_running_loop()
        self._link: Link | None = None
        self._sent_at: dict[tuple[str, str], float] = {}
        self._present: set[str] = set()

    def attach(self, link: Link) -> None:
        """Say through which link to publish."""
        self._link = link

    def came_up(self) -> None:
        """Take it that nobody has got anything, and wait until each device has said of itself what it is now.

        One that was started anew while the hub was away would print once more, unmarked, what it has forgotten.
        """
        self._sent_at.clear()
        self._present.clear()

    def heard(self, printer: str, *, older_than_s: float) -> None:
        """Send a device that has said what it is what it owes, unless that was sent just now.

        What the broker says in its place, that it is lost, tells nothing of the start that comes next: one that is just
        coming hears the job before the hub hears of the start.
        """
        if self._desk.state.report(printer).state == "ready":
            self._present.add(printer)
            self.resend(printer, older_than_s=older_than_s)
        else:
            self._present.discard(printer)

    def follow(self) -> None:
        """Send what printers have under way since the last look, and has not been sent."""
        under_way = self._desk.state.under_way
        if not under_way:
            return
        for printer, job in under_way.items():
            if (printer, job) not in self._sent_at:
                self._send(printer, job)

    def resend(self, printer: str | None = None, *, older_than_s: float = 0.0) -> None:
        """Send again, under its own id, what is unanswered: of one printer or of all.

        A device does a job once and answers every asking, so nothing is printed twice by it.
        """
        state = self._desk.state
        owed = [*state.under_way.items(), *((one.printer, one.job) for one in self._askable())]
        self._sent_at = {one: at for one, at in self._sent_at.items() if one in owed}
        for one, job in owed:
            if printer in (None, one) and self._is_due((one, job), older_than_s):
                self._send(one, job)

    def _askable(self) -> list[Ticket]:
        """Return the doubted tickets whose device is back as it was, and so knows what became of them."""
        state = self._desk.state
        lost = [one for one in state.doubted.values() if one.doubt == "lost"]
        reports = ((one, state.report(one.printer)) for one in lost)
        return [one for one, report in reports if report.state == "ready" and report.boot == one.boot]

    def _is_due(self, one: tuple[str, str], older_than_s: float) -> bool:
        return self._loop.time() - self._sent_at.get(one, float("-inf")) >= older_than_s

    def _bytes_of(self, slip: Slip) -> bytes:
        if slip.what != "copy":
            return self._slip_of(slip)
        ticket = self._desk.state.tickets[slip.serial]
        return self._ticket_of(replace(ticket, printer=slip.device, copies=ticket.copies + 1, asked_by=slip.asked_by))

    def _is_forgotten(self, ticket: Ticket) -> bool:
        """A device that has started since it got the job does not know any more what became of it: people are asked.

        A slip that comes out twice does no harm, so a printer that forgot it simply gets it again.
        """
        report = self._desk.state.report(ticket.printer)
        return report.state == "ready" and report.boot != ticket.boot

    def _send(self, printer: str, job: str) -> None:
        state = self._desk.state
        if printer in state.devices and printer not in self._present:
            return
        slip = state.slips.get(job)
        if not slip and self._is_forgotten(state.tickets[int(job.split("-")[1])]):
            return
        self._desk.counts.resent += (printer, job) in self._sent_at
        self._sent_at[printer, job] = self._loop.time()
        try:
            data = self._bytes_of(slip) if slip else self._ticket_of(state.tickets[int(job.split("-")[1])])
            parts = split_job(job, data)
        except Exception:  # such as a missing font: neither presses nor other printers may wait for this paper
            log.exception("not-printable", "a job cannot be printed, so it runs out of time", device=printer, why=job)
            return
        for part in parts:
            if self._link:
                self._link.publish(self._topics.job(printer), encode(part))
