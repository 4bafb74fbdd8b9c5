"""From the hall as it is now to what other systems are told; nothing here waits, and nothing is changed."""

from collections.abc import Iterator

from hardware.version import VERSION
from hub.config import Hall, Service
from hub.maintenance import DeviceNow, DevicesNow
from hub.outside.answers import (
    CounterAnswer,
    DeviceAnswer,
    FaultAnswer,
    FiguresAnswer,
    GuideAnswer,
    HallAnswer,
    QueueAnswer,
    ServiceAnswer,
    SpanAnswer,
    Status,
    TicketAnswer,
)
from hub.rules.day_report import service_day
from hub.rules.forecast import expected_minutes, expected_wait_ms
from hub.rules.order import ahead_of_ticket, services_of, waiting_for
from hub.rules.phase import phase_at
from hub.rules.state import CounterState, State, Ticket
from hub.screen_words import GUIDE


def hall_answer(hall: Hall, state: State, now: int, *, is_broken: bool) -> HallAnswer:
    """Return what the hall is at."""
    return HallAnswer(
        id=hall.id,
        name=hall.name,
        timezone=hall.zone.key,
        version=VERSION,
        at=now,
        day=state.day,
        phase=phase_at(state, now),
        spans=None if state.spans is None else tuple(SpanAnswer(begin=begin, end=end) for begin, end in state.spans),
        fault=is_broken or bool(state.fault),
    )


def service_answer(hall: Hall, service: Service) -> ServiceAnswer:
    """Return a service of the catalogue."""
    guide = service.guide
    fields = {key: getattr(guide, key) for key in (*GUIDE, "version", "effective")} if guide else {}
    return ServiceAnswer(
        code=service.code,
        name=service.name,
        unit=service.unit,
        minutes=service.minutes,
        real_name=service.real_name,
        materials=service.materials,
        counters=_callers(hall, service.code),
        guide=GuideAnswer(**fields) if guide else None,
    )


def _callers(hall: Hall, code: str) -> tuple[int, ...]:
    counters = hall.plan.counters.items()
    return tuple(sorted(number for number, one in counters if any(code in tier for tier in one.serves)))


def counter_answer(hall: Hall, state: State, number: int) -> CounterAnswer:
    """Return what a counter is at; who sits there is nobody's business outside."""
    here = state.counters.get(number) or CounterState()
    counter = next(one for one in hall.counters if one.number == number)
    return CounterAnswer(
        number=number,
        name=hall.counter_name(number),
        zone=counter.zone,
        state=_status(hall, here),
        ticket=here.ticket.number if here.ticket else None,
        called_at=here.called_at if here.ticket else None,
        services=tuple(sorted(services_of(state, hall.plan, number))),
        waiting=waiting_for(state, hall.plan, number),
    )


def _status(hall: Hall, here: CounterState) -> Status:
    if here.ticket:
        return "called" if here.ticket.state == "called" else "serving"
    return "paused" if here.away or (hall.plan.sign_in and not here.person) else "idle"


def queue_answer(hall: Hall, state: State, code: str, now: int) -> QueueAnswer:
    """Return those who wait for a service; working out the forecast takes a millisecond or so in a full hall."""
    lanes = [lane for (_only_at, service), lane in state.waiting.items() if service == code]
    since = [state.tickets[serial].since for lane in lanes for _key, _told, serial in lane]
    wait_ms = expected_wait_ms(state, hall.plan, code, now, now)
    return QueueAnswer(
        service=code,
        name=hall.service_name(code),
        waiting=sum(map(len, lanes)),
        longest_wait_ms=max(0, now - min(since)) if since else None,
        expected_minutes=None if wait_ms is None else expected_minutes(wait_ms),
        taken=sum(one.service == code and one.state != "void" for one in state.tickets.values()),
    )


def ticket_answer(hall: Hall, state: State, ticket: Ticket) -> TicketAnswer:
    """Return a number of today: what hangs in the hall anyway, and its times."""
    return TicketAnswer(
        number=ticket.number,
        service=ticket.service,
        state=ticket.state,
        counter=ticket.counter or None,
        calls=ticket.calls,
        ahead=ahead_of_ticket(state, hall.plan, ticket) if ticket.state == "waiting" else None,
        taken_at=ticket.taken_at,
        called_at=ticket.called_at,
        ended_at=ticket.ended_at,
    )


def tickets_after(state: State, after: int, *, service: str | None, states: str | None) -> Iterator[Ticket]:
    """Yield the numbers of today beyond a serial, in the order in which they were taken."""
    for serial in range(after + 1, state.taken + 1):
        one = state.tickets.get(serial)
        if one and service in (None, one.service) and states in (None, one.state):
            yield one


def device_answers(devices: DevicesNow) -> list[DeviceAnswer]:
    """Return the devices with what is wrong with them."""
    return [_device(one) for one in devices.devices]


def _device(one: DeviceNow) -> DeviceAnswer:
    faults = [FaultAnswer(part=it.part, what=it.what, since=it.since, party=it.party.name) for it in one.faults]
    return DeviceAnswer(
        name=one.name,
        label=one.label,
        kind=one.kind,
        counter=one.counter,
        state=one.state,
        since=one.since,
        firmware=one.fw,
        percent=one.percent,
        faults=tuple(faults),
    )


def figures_answer(state: State, code: str | None) -> FiguresAnswer:
    """Return what the day of a service has come to so far; None: the hall's."""
    day = service_day(state, code)
    return FiguresAnswer(
        service=code,
        taken=day.taken,
        called=day.called,
        served=day.served,
        no_show=day.no_show,
        left=day.left,
        cancelled=day.cancelled,
        pending=day.pending,
        mean_wait_ms=day.wait_ms if day.called else None,
        ratings={str(level): count for level, count in day.ratings.items()},
    )
