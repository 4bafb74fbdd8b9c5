"""From a slip of the rules to its form and the texts of its fields; pure, and nothing on it but what the form asks."""

from datetime import date

from hub.clock import local
from hub.config import Hall
from hub.rules.day_report import ServiceDay, service_day
from hub.rules.deciding.slips import ITEMS_A_SHEET
from hub.rules.events import NoticeGiven
from hub.rules.plan import DUE
from hub.rules.state import Slip, State, Ticket
from hub.words import LEVELS

MINUTE_MS = 60_000
WEEKDAYS = "一二三四五六日"
Values = dict[str, str | tuple[str, ...] | tuple[tuple[str, ...], ...]]


def form_of(slip: Slip) -> str:
    """Return the name of the form that a slip is printed in."""
    return "notice-more" if slip.what == "notice" and slip.sheet > 1 else slip.what


def fields_of(hall: Hall, state: State, slip: Slip, name: str) -> Values:
    """Return the fields of a slip's form. name: of the citizen, empty for a line on which it is written by hand."""
    shared: Values = {
        "hall": hall.name,
        "enquiry_phone": hall.file.ticket.enquiry_phone,
        "complaint_phone": hall.file.ticket.complaint_phone,
        "query": hall.file.ticket.query,
        "copy": _copy(hall, state, slip),
    }
    if slip.what == "notice":
        return shared | _notice(hall, state.notices[slip.own_serial], slip, name)
    if slip.what == "guide":
        return shared | _guide(hall, slip.service)
    if slip.what == "report":
        return shared | _report(hall, state, slip)
    return shared | _of_ticket(hall, state, slip, state.tickets[slip.serial])


def _copy(hall: Hall, state: State, slip: Slip) -> str:
    """Say of a paper that may be a second one that it is, and who asked for it."""
    if not slip.copy_of or not any(_is_same(slip, one) and _may_be_out(one) for one in state.slips_ended.values()):
        return ""
    who = f" {_person(hall, slip.asked_by)}" if slip.asked_by else ""
    return f"（补打{who} {_time(hall, slip.at)}）"


def _is_same(slip: Slip, other: Slip) -> bool:
    """Tell whether two slips say the same about the same."""
    said = (slip.what, slip.serial, slip.own_serial, slip.service, slip.sheet)
    return said == (other.what, other.serial, other.own_serial, other.service, other.sheet)


def _may_be_out(slip: Slip) -> bool:
    """Only where a printer is sure that nothing came out, there is no such paper yet."""
    return slip.why in ("", "in-doubt")


def _notice(hall: Hall, given: NoticeGiven, slip: Slip, name: str) -> Values:
    first, sheets = (slip.sheet - 1) * ITEMS_A_SHEET, -(-len(given.items) // ITEMS_A_SHEET)
    return {
        "serial": given.own_serial,
        "date": _date(f"{local(given.at, hall.zone):%Y%m%d}"),
        "name": name,
        "matter": hall.service_name(given.service),
        "items": given.items[first : first + ITEMS_A_SHEET],
        "first_index": str(first + 1),
        "officer": _person(hall, given.by),
        "counter": f"{given.counter}号窗口",
        "sheet": f"第{slip.sheet}页，共{sheets}页" if sheets > 1 else "",
    }


def _guide(hall: Hall, code: str) -> Values:
    """What a guide leaves open, the hall knows: the list of materials, the counters, the hours."""
    service = next((one for one in hall.services if one.code == code), None)
    guide = service.guide if service else None
    if service is None or guide is None:  # gone from the hall's file while its guide was on the way
        return {"service": hall.service_name(code)}
    return {
        "service": service.name,
        "basis": guide.basis,
        "conditions": guide.conditions,
        "materials": tuple(guide.materials.split("；")) if guide.materials else service.materials,
        "place": guide.place or hall.counters_for(code),
        "times": guide.times or hall.file.ticket.hours,
        "process": guide.process,
        "time_limit": guide.time_limit,
        "fee": guide.fee,
    }


def _report(hall: Hall, state: State, slip: Slip) -> Values:
    rows = []
    for service in hall.services:
        day = service_day(state, service.code)
        figures = (day.taken, day.served, day.no_show, day.left)
        rows.append((service.name, *map(str, figures), _mean_wait(day)))
    return {
        "day": _date(state.day, weekday=True),
        "rows": tuple(rows),
        "totals": _totals(state),
        "by": _person(hall, slip.by),
        "time": _moment(hall, slip.at),
    }


def _mean_wait(day: ServiceDay) -> str:
    """Return the mean wait in minutes; a dash where nobody was called, which is not the same as no wait."""
    return str(round(day.wait_ms / MINUTE_MS)) if day.called else "-"


def _totals(state: State) -> tuple[tuple[str, str], ...]:
    day, notices = service_day(state), state.notices.values()
    figures = [("取号", day.taken), ("办结", day.served), ("过号", day.no_show), ("未办", day.left)]
    others = [("取消", day.cancelled), ("尚未办结", day.pending)]
    figures += [(words, count) for words, count in others if count]
    oral = sum(given.oral for given in notices)
    return (
        *((words, str(count)) for words, count in figures),
        ("平均等候", f"{_mean_wait(day)}分钟" if day.called else "-"),
        *((LEVELS[level], str(count)) for level, count in day.ratings.items()),
        ("一次性告知", f"{len(notices)}（口头{oral}）"),
    )


def _of_ticket(hall: Hall, state: State, slip: Slip, ticket: Ticket) -> Values:
    """What came of a ticket: its result (M45), why not (M36), until when (M16, M23), or why nothing (M28)."""
    ended_at = ticket.ended_at if ticket.ended_at is not None else slip.at
    return {
        "number": ticket.number,
        "serial": slip.own_serial if slip.what in DUE else "",
        "service": hall.service_name(ticket.service),
        "result": hall.result_name(ticket.result),
        "reason": hall.reason_name("refused", ticket.reason) if ticket.reason else "",
        "promised": _date(ticket.promised),
        "deadline": _date(ticket.deadline),
        "items": ticket.items,
        "name": "",
        "officer": _person(hall, slip.by),
        "counter": f"{slip.counter or ticket.counter}号窗口",
        "next_day": _date(state.working_days[0], weekday=True) if state.working_days else "",
        "time": _moment(hall, ended_at),
    }


def _person(hall: Hall, number: str) -> str:
    """Return who stands on a slip as responsible, by name and number; empty where nobody had to sign in."""
    person = hall.person(number)
    return f"{person.name}（{number}）" if person else number


def _date(day: str, *, weekday: bool = False) -> str:
    if not day:
        return ""
    named = f"（星期{WEEKDAYS[date.fromisoformat(day).weekday()]}）" if weekday else ""
    return f"{day[:4]}年{int(day[4:6])}月{int(day[6:])}日{named}"


def _moment(hall: Hall, at: int) -> str:
    return f"{local(at, hall.zone):%Y-%m-%d %H:%M}"


def _time(hall: Hall, at: int) -> str:
    return f"{local(at, hall.zone):%H:%M}"
