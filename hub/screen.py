"""What the hall screen shows, from hall, state and time alone: calls, counters, waiting counts, the hall's hours.

Numbers and those who work here; never a class, a citizen's name or an identity (M18, M40).
"""

from msgspec import Struct

from hub.calendar import next_opening
from hub.config import Counter, Hall
from hub.rules.order import services_of, waiting_for
from hub.rules.phase import Phase, phase_at
from hub.rules.state import Absence, CounterState, State
from hub.screen_pages import CounterNow, PageNow, PersonNow, ServiceNow, pages_of
from hub.screen_words import ARROWS, CLOSING, FAULT, KINDS, PHASES, STATUSES, hour, opening

__all__ = ["CallNow", "CounterNow", "PageNow", "PersonNow", "ScreenNow", "ServiceNow", "screen", "zones_of"]


class CallNow(Struct, frozen=True, kw_only=True):
    """A call that is still the news. at: when, ms. until: when it is no news any more, ms. arrow: ← → ↑ or empty."""

    number: str
    counter: int
    words: str
    arrow: str
    at: int
    until: int


class ScreenNow(Struct, frozen=True, kw_only=True):
    """All that one hall screen shows. at: hall time, ms. timezone: IANA name. phase, hours: 午休, 今日14:00继续取号.

    fault: words that cover all else, empty if there is none. troubles: what works otherwise than usual. calls: latest
    first. banner: what is said in place of a welcome, empty for nothing.
    """

    at: int
    version: str
    hall: str
    zone: str
    timezone: str
    phase: Phase
    phase_words: str
    hours: str
    banner: str
    welcome: str
    fault: str
    troubles: tuple[str, ...]
    calls: tuple[CallNow, ...]
    counters: tuple[CounterNow, ...]
    services: tuple[ServiceNow, ...]
    notices: tuple[str, ...]
    pages: tuple[PageNow, ...]
    has_sign: bool


def zones_of(hall: Hall) -> tuple[str, ...]:
    """Return the zones that counters of the hall lie in (S2), in the order of the file."""
    return tuple(dict.fromkeys(one.zone for one in hall.counters if one.zone))


def screen(
    hall: Hall, state: State, now: int, *, version: str = "", zone: str = "", is_broken: bool = False
) -> ScreenNow:
    """Return what a hall screen shows. version: of the program. zone: shows only what lies there; empty: everything.

    is_broken: the hub cannot keep what happens, so nothing else is to be said (M41).
    """
    phase, hours = phase_at(state, now), _hours(hall, state, now)
    counters = tuple(_counter(hall, state, one, now, phase) for one in hall.counters if not zone or one.zone == zone)
    services = _services(hall, state, zone)
    return ScreenNow(
        at=now,
        version=version,
        hall=hall.name,
        zone=zone,
        timezone=hall.zone.key,
        phase=phase,
        phase_words=PHASES[phase],
        hours=hours,
        banner=CLOSING if phase == "closing" else "",
        welcome=hall.file.screen.welcome,
        fault=FAULT if is_broken or state.fault else "",
        troubles=tuple(_troubles(hall, state, phase, counters)),
        calls=() if state.fault else _calls(hall, state, counters),
        counters=counters,
        services=services,
        notices=hall.file.screen.notices,
        pages=pages_of(hall, now, counters=counters, services=services, present=f"{PHASES[phase]}　{hours}".strip()),
        has_sign=bool(hall.file.screen.safety_sign),
    )


def _counter(hall: Hall, state: State, counter: Counter, now: int, phase: Phase) -> CounterNow:
    """The same turns as the lintel's: the call, then an absence, then nobody, then who sits there (M31)."""
    number = counter.number
    here = state.counters.get(number) or CounterState()
    status = _status(hall, here, now)
    is_paused = status == "paused"
    served = services_of(state, hall.plan, number)
    return CounterNow(
        number=number,
        name=hall.counter_name(number),
        services=tuple(one.name for one in hall.services if one.code in served),
        status=status,
        status_words=_status_words(here, status, phase),
        ticket=here.ticket.number if here.ticket else "",
        absence=_absence(hall, here.away) if is_paused and here.away else (),
        waiting=None if is_paused else waiting_for(state, hall.plan, number),
        person=None if is_paused else _person(hall, here, number),
        arrow=ARROWS[counter.arrow],
    )


def _status_words(here: CounterState, status: str, phase: Phase) -> str:
    """Say of a counter with nobody before it what the hall is at: before opening it is not 暂停服务 but 未上班."""
    is_shut = phase not in ("open", "closing") and not here.ticket and not here.away
    return PHASES[phase] if is_shut else STATUSES[status]


def _status(hall: Hall, here: CounterState, now: int) -> str:
    if here.ticket:
        return "called" if here.ticket.state == "called" and _is_news(hall, here, now) else "serving"
    if here.away or (hall.plan.sign_in and not here.person):
        return "paused"
    return "idle"


def _is_news(hall: Hall, here: CounterState, now: int) -> bool:
    return here.called_at is not None and now < here.called_at + _call_ms(hall)


def _call_ms(hall: Hall) -> int:
    return round(hall.file.screen.call_s * 1000)


def _absence(hall: Hall, away: Absence) -> tuple[str, ...]:
    """Say why, until when, and whom to phone (去向告知, M17)."""
    words = [away.reason]
    words.append(f"{hour(away.back_at, hall.zone)}返回" if away.back_at is not None else "")
    words.append(f"电话{away.phone}" if away.phone else "")
    return tuple(word for word in words if word)


def _person(hall: Hall, here: CounterState, number: int) -> PersonNow | None:
    """Return who works there: who is signed in or, where nobody has to, who has its A post (M1, M20)."""
    posts = here.posts if here.posts is not None else dict(hall.plan.counters[number].posts)
    who = here.person or ("" if hall.plan.sign_in else next((one for one, post in posts.items() if post == "A"), ""))
    one = hall.person(who)
    if one is None:
        return None
    return PersonNow(
        id=one.id, name=one.name, kind=KINDS[one.kind], phone=one.phone, photo=f"photos/{one.id}" if one.photo else ""
    )


def _calls(hall: Hall, state: State, counters: tuple[CounterNow, ...]) -> tuple[CallNow, ...]:
    found = []
    for one in counters:
        here = state.counters.get(one.number)
        if one.status == "called" and here and (at := here.called_at) is not None:
            words = f"请{one.ticket}号到{one.number}号窗口"
            call = CallNow(
                number=one.ticket, counter=one.number, words=words, arrow=one.arrow, at=at, until=at + _call_ms(hall)
            )
            found.append(call)
    return tuple(sorted(found, key=lambda call: call.at, reverse=True))


def _services(hall: Hall, state: State, zone: str) -> tuple[ServiceNow, ...]:
    waiting: dict[str, int] = {}
    for (_only_at, code), lane in state.waiting.items():
        waiting[code] = waiting.get(code, 0) + len(lane)
    shown = {code for one in hall.counters if one.zone == zone for code in _served(hall, one.number)} if zone else None
    return tuple(
        ServiceNow(
            code=one.code,
            name=one.name,
            unit=one.unit,
            waiting=waiting.get(one.code, 0),
            counters=hall.counters_for(one.code),
        )
        for one in hall.services
        if shown is None or one.code in shown
    )


def _served(hall: Hall, number: int) -> frozenset[str]:
    return frozenset[str]().union(*hall.plan.counters[number].serves)


def _hours(hall: Hall, state: State, now: int) -> str:
    """Say until when tickets are given, or from when again (M29); empty where the hall keeps no hours."""
    phase = phase_at(state, now)
    if phase == "open":
        until = next((end for start, end in state.spans or () if start <= now < end), None)
        return f"取号至{hour(until, hall.zone)}" if until else ""
    opens_at = next_opening(now, hall.hours, hall.zone, hall.day_begins)
    words = "继续取号" if phase == "break" else "开始取号"
    return f"{opening(opens_at, now, hall.zone)}{words}" if opens_at else ""


def _troubles(hall: Hall, state: State, phase: Phase, counters: tuple[CounterNow, ...]) -> list[str]:
    """Say what works otherwise than usual, and what to do about it (M41); nothing while the hall is shut."""
    found = []
    dispensers = [one.name for one in hall.devices if one.kind == "dispenser"]
    silent = [name for name in dispensers if state.report(name).state != "ready"]
    empty = [name for name in dispensers if state.report(name).printer_stops and name not in silent]
    if phase == "open" and silent + empty:
        found.append(_dispenser_words(hall, all_wrong=len(silent + empty) == len(dispensers), silent=bool(silent)))
    if phase in ("open", "closing"):
        lost = {one.counter for one in hall.devices if one.kind == "pad" and state.report(one.name).state != "ready"}
        manual = [f"{one.number}" for one in counters if one.number in lost and one.status != "paused"]
        found += [f"{'、'.join(manual)}号窗口人工叫号，请听现场呼叫"] if manual else []
    return found


def _dispenser_words(hall: Hall, *, all_wrong: bool, silent: bool) -> str:
    if not all_wrong:
        return "部分取号机故障，请使用其他取号机"
    if hall.plan.paperless and not silent:
        return "取号机暂不出票，请记住屏上号码"
    return "取号机故障，请到引导台取号"
