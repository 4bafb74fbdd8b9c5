"""From a ticket of the rules to the bytes of its paper, with the texts of the hall's file."""

from hub.clock import local
from hub.config import Hall
from hub.rules.state import Ticket
from hub.secrets import Secrets
from printers import ticket as paper


def foot_of(hall: Hall) -> paper.Foot:
    """Return what stands on every ticket of a hall."""
    texts = hall.file.ticket
    return paper.Foot(
        rule=texts.rule,
        hours=texts.hours,
        enquiry=texts.enquiry_phone,
        complaint=texts.complaint_phone,
        supervision=texts.supervision,
        paper_mm=texts.paper_mm,
    )


def slip_of(hall: Hall, secrets: Secrets, ticket: Ticket) -> bytes:
    """Return the bytes of a ticket's paper; a second copy says so."""
    day, serial, *_ = ticket.job.split("-")
    return paper.ticket_bytes(
        paper.Ticket(
            hall=hall.name,
            number=ticket.number,
            service=hall.service_name(ticket.service),
            ahead=ticket.ahead,
            taken_at=local(ticket.taken_at, hall.zone),
            counters=hall.counters_for(ticket.service),
            serial=f"{day}-{serial}",
            check=secrets.check_code(day, ticket.number),
            is_copy=ticket.copies > 1,
        ),
        foot_of(hall),
    )
