"""From a ticket of the rules to the bytes of its paper, with the texts of the hall's file."""

from hub.clock import local
from hub.config import Hall
from hub.rules.forecast import expected_minutes
from hub.rules.state import Slip, Ticket
from hub.secrets import Secrets
from printers import slip as note
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


def ticket_of(hall: Hall, secrets: Secrets, ticket: Ticket, expected_ms: int | None) -> bytes:
    """Return the bytes of a ticket's paper; a second copy says so. expected_ms: the wait as forecast, or None."""
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
            expected_min=None if expected_ms is None else expected_minutes(expected_ms),
        ),
        foot_of(hall),
    )


def slip_of(hall: Hall, slip: Slip, ticket: Ticket) -> bytes:
    """Return the bytes of a slip about a ticket."""
    at = local(ticket.ended_at if ticket.ended_at is not None else ticket.taken_at, hall.zone)
    is_result = slip.what == "result"
    return note.slip_bytes(
        note.Slip(
            hall=hall.name,
            title="办理结果" if is_result else "未能办理说明",
            number=ticket.number,
            lines=_result_lines(hall, ticket) if is_result else _left_lines(hall, ticket),
            at=at,
            enquiry=hall.file.ticket.enquiry_phone,
            paper_mm=hall.file.ticket.paper_mm,
        )
    )


def _result_lines(hall: Hall, ticket: Ticket) -> tuple[str, ...]:
    """Say what came of it (M45), why not (M36), and when it will be ready (M16)."""
    lines = [f"{hall.service_name(ticket.service)} {hall.result_name(ticket.result)}"]
    if ticket.reason:
        lines.append(f"理由：{hall.reason_name('refused', ticket.reason)}")
    if ticket.promised:
        day = ticket.promised
        lines.append(f"承诺办结日期：{day[:4]}年{int(day[4:6])}月{int(day[6:])}日")
    lines.append(f"{ticket.counter}号窗口")
    return tuple(lines)


def _left_lines(hall: Hall, ticket: Ticket) -> tuple[str, ...]:
    """Explain to whoever waited in vain (M28)."""
    return (
        f"{hall.service_name(ticket.service)}",
        "因窗口停止办理，您今日未能办理，我们深表歉意。",
        "请于下一工作日凭此单到引导台，优先取号办理。",
    )
