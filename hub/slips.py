"""From a ticket of the rules to the bytes of its paper, with the texts of the hall's file."""

from hub.clock import local
from hub.config import Hall
from hub.rules.forecast import expected_minutes
from hub.rules.state import Slip, Ticket
from hub.secrets import Secrets
from printers import slip as note
from printers.forms import Forms
from printers.output import print_bytes
from printers.profile import Profile, profile


def profile_of(hall: Hall, device: str) -> Profile:
    """Return the profile of a device's printer; that of a usual one where it has none."""
    printer = hall.boards[device].printer if device in hall.boards else None
    return profile(printer.profile if printer else "generic-58")


def ticket_of(
    hall: Hall, forms: Forms, secrets: Secrets, ticket: Ticket, expected_ms: int | None, printer: Profile
) -> bytes:
    """Return the bytes of a ticket's paper; a second copy says so. expected_ms: the wait as forecast, or None."""
    day, serial, *_ = ticket.job.split("-")
    values = hall_values(hall) | {
        "number": ticket.number,
        "service": hall.service_name(ticket.service),
        "ahead": str(ticket.ahead),
        "ahead_words": ahead_words(ticket.ahead),
        "expected": expected_words(ticket.ahead, expected_ms),
        "counters": hall.counters_for(ticket.service),
        "time": f"{local(ticket.taken_at, hall.zone):%Y-%m-%d %H:%M}",
        "serial": f"{day}-{serial}",
        "check": secrets.check_code(day, ticket.number),
        "copy": "（补打）" if ticket.copies > 1 else "",
    }
    if ticket.appointment:
        return print_bytes(forms.fill("appointment", values | {"slot": _slot_words(hall, ticket)}), printer)
    return print_bytes(forms.fill("ticket", values), printer)


def _slot_words(hall: Hall, ticket: Ticket) -> str:
    """Return the hour that was agreed (M24)."""
    if ticket.slot is None:
        return ""
    start, end = (local(at, hall.zone) for at in ticket.slot)
    return f"{start:%H:%M}-{end:%H:%M}"


def hall_values(hall: Hall) -> dict[str, str]:
    """Return the fields that are the same on every ticket of a hall (M21, M38, S15)."""
    texts = hall.file.ticket
    return {
        "hall": hall.name,
        "rule": texts.rule,
        "hours": texts.hours,
        "enquiry_phone": texts.enquiry_phone,
        "complaint_phone": texts.complaint_phone,
        "query": texts.query,
        "supervision": texts.supervision,
    }


def ahead_words(ahead: int) -> str:
    """Return how many are before a ticket, as a sentence."""
    return f"您的前面还有{ahead}人在等待" if ahead else "您的前面无人等待，请留意叫号"


def expected_words(ahead: int, expected_ms: int | None) -> str:
    """Return the wait as forecast; empty where nobody could say, and for whoever is next and need not wait."""
    minutes = 0 if expected_ms is None else expected_minutes(expected_ms)
    return f"{minutes}分钟" if ahead and minutes else ""


def slip_of(hall: Hall, slip: Slip, ticket: Ticket, printer: Profile) -> bytes:
    """Return the bytes of a slip about a ticket."""
    at = local(ticket.ended_at if ticket.ended_at is not None else ticket.taken_at, hall.zone)
    is_result = slip.what == "result"
    document = note.slip_document(
        note.Slip(
            hall=hall.name,
            title="办理结果" if is_result else "未能办理说明",
            number=ticket.number,
            lines=_result_lines(hall, ticket) if is_result else _left_lines(hall, ticket),
            at=at,
            enquiry=hall.file.ticket.enquiry_phone,
        )
    )
    return print_bytes(document, printer)


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
