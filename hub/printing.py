"""Sends print jobs and sends them again until a printer has answered; a copy that may be a second one says 补打."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator

from hardware.contract import Topics, encode, split_job
from hardware.link import Link
from hub.config import Hall
from hub.desk import Desk
from hub.rules import commands
from hub.rules.events import Fact, PrintRepeated, SlipOrdered, TicketTaken
from hub.rules.state import Slip, Ticket

log = logging.getLogger(__name__)

RESEND_AFTER_S = 5.0


class Printing:
    """The jobs that no printer has answered yet; which they are, the desk's state knows.

    ticket_of, slip_of: the bytes of a ticket, and of a slip about a ticket.
    """

    def __init__(
        self, hall: Hall, desk: Desk, *, ticket_of: Callable[[Ticket], bytes], slip_of: Callable[[Slip, Ticket], bytes]
    ) -> None:
        self._hall = hall
        self._desk = desk
        self._ticket_of = ticket_of
        self._slip_of = slip_of
        self._topics = Topics(hall.id)
        self._loop = asyncio.get_running_loop()
        self._link: Link | None = None
        self._sent_at: dict[str, float] = {}

    def attach(self, link: Link) -> None:
        """Say through which link to publish."""
        self._link = link

    def follow(self, facts: Iterable[Fact]) -> None:
        """Send the jobs that new facts ask for."""
        for fact in facts:
            if isinstance(fact, TicketTaken | PrintRepeated) and fact.job:
                self._send_ticket(self._desk.state.tickets[fact.serial])
            elif isinstance(fact, SlipOrdered) and fact.job in self._desk.state.slips:
                self._send_slip(self._desk.state.slips[fact.job])

    def resend(self, dispenser: str | None = None, *, older_than_s: float = 0.0) -> None:
        """Send again, under its own id, what is unanswered: of one dispenser or of all."""
        for job, ticket in self._desk.state.jobs.items():
            is_asked = dispenser in (None, ticket.dispenser)
            if is_asked and self._is_due(job, older_than_s) and not self._is_forgotten(ticket):
                self._send_ticket(ticket)
        for job, slip in self._desk.state.slips.items():
            if self._is_due(job, older_than_s) and dispenser in (None, slip.device):
                self._send_slip(slip)

    def repeats(self) -> Iterator[commands.RepeatPrint]:
        """Yield what has to be printed anew, because its printer has started anew or is well again after a doubt."""
        state = self._desk.state
        for ticket in [*state.jobs.values(), *state.doubted.values()]:
            report = state.report(ticket.dispenser)
            well = report.state == "ready" and not report.printer_stops
            if well and (ticket.state == "doubted" or self._is_forgotten(ticket)):
                yield commands.RepeatPrint(dispenser=ticket.dispenser, job=ticket.job, boot=report.boot)

    def _is_forgotten(self, ticket: Ticket) -> bool:
        """A device that has started since it got the job does not know any more what became of it."""
        report = self._desk.state.report(ticket.dispenser)
        return report.state == "ready" and report.boot != ticket.boot

    def _is_due(self, job: str, older_than_s: float) -> bool:
        return self._loop.time() - self._sent_at.get(job, 0.0) >= older_than_s

    def _send_ticket(self, ticket: Ticket) -> None:
        self._send(ticket.job, ticket.dispenser, self._ticket_of(ticket))

    def _send_slip(self, slip: Slip) -> None:
        """A slip that comes out twice does no harm, so a printer that forgot it simply gets it again."""
        self._send(slip.job, slip.device, self._slip_of(slip, self._desk.state.tickets[slip.serial]))

    def _send(self, job: str, device: str, data: bytes) -> None:
        state = self._desk.state
        self._sent_at = {one: at for one, at in self._sent_at.items() if one in state.jobs or one in state.slips}
        self._sent_at[job] = self._loop.time()
        for part in split_job(job, data):
            if self._link:
                self._link.publish(self._topics.job(device), encode(part))
