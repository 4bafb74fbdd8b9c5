"""The hall as the duty officer has to see it: a pure function of hall, state and moment."""

from msgspec import Struct

from hub.config import Hall
from hub.rules.alerts import average_wait_ms, present_alerts, windows_wanted
from hub.rules.case import is_on_duty
from hub.rules.day_report import service_day
from hub.rules.forecast import expected_wait_ms
from hub.rules.order import services_of
from hub.rules.phase import phase_at
from hub.rules.state import CounterState, State, Ticket
from hub.screen_words import PHASES
from hub.words import alerts_of, fault_words, volume_words

MINUTE_MS = 60_000


class CounterLine(Struct, frozen=True, kw_only=True):
    """A counter. mood: wrong, warn or empty. since: begin of what it does, ms, None: nothing. services: their names."""

    number: int
    who: str
    post: str
    words: str
    mood: str
    since: int | None
    services: str
    served: int


class QueueLine(Struct, frozen=True, kw_only=True):
    """A service's line. longest_ms, mean_ms: of those who wait now. over: how many of them wait too long (S11).

    expected_ms: of who comes now; None: nobody could serve him.
    """

    name: str
    waiting: int
    longest_ms: int
    mean_ms: int
    over: int
    expected_ms: int | None
    next_number: str


class Alarm(Struct, frozen=True, kw_only=True):
    """Something that the duty officer has to look after. since: ms."""

    words: str
    since: int


class Glance(Struct, frozen=True, kw_only=True):
    """All of it. limit_ms: the wait that nobody should exceed. advice: windows to open and why (S13), empty for none.

    self_test: what the look before opening has found, None: it has not been made.
    """

    at: int
    phase: str
    fault: str
    waiting: int
    mean_wait_ms: int
    longest_ms: int
    limit_ms: int
    open_counters: int
    taken: int
    served: int
    advice: str
    is_short: bool
    alarms: list[Alarm]
    counters: list[CounterLine]
    queues: list[QueueLine]
    self_test: list[str] | None
    tested_at: int | None


def glance(hall: Hall, state: State, now: int) -> Glance:
    """Return the hall at a moment, ms."""
    queues = [_queue(hall, state, service.code, now) for service in hall.services]
    day = service_day(state)
    advice, is_short = _advice(hall, state)
    return Glance(
        at=now,
        phase=PHASES[phase_at(state, now)],
        fault=f"{person_words(hall, state.fault.by)}报告了系统故障" if state.fault else "",
        waiting=sum(one.waiting for one in queues),
        mean_wait_ms=average_wait_ms(state, now),
        longest_ms=max((one.longest_ms for one in queues), default=0),
        limit_ms=hall.plan.alerts.average_wait_ms,
        open_counters=_open(hall, state),
        taken=day.taken,
        served=day.served,
        advice=advice,
        is_short=is_short,
        alarms=_alarms(hall, state, now),
        counters=[_counter(hall, state, number, now) for number in hall.plan.counters],
        queues=queues,
        self_test=None if state.tested_at is None else [fault_words(one) for one in state.self_test_faults],
        tested_at=state.tested_at,
    )


def person_words(hall: Hall, who: str) -> str:
    """Return somebody's name and number; the number alone where he is not in the hall's file any more."""
    person = hall.person(who)
    return f"{person.name} {who}" if person else who


def _alarms(hall: Hall, state: State, now: int) -> list[Alarm]:
    """With the figures of now: the hall keeps those with which an alert was raised."""
    present = present_alerts(state, hall.plan, now)
    found = [
        Alarm(words=words, since=alert.since)
        for key, alert in state.alerts.items()
        for words in alerts_of({key: present.get(key, alert.value)}, (), hall.place_of)
    ]
    return sorted(found, key=lambda one: one.since)


def _open(hall: Hall, state: State) -> int:
    counters = (state.counters.get(number) or CounterState() for number in hall.plan.counters)
    return sum(not here.away and (bool(here.person) or not hall.plan.sign_in) for here in counters)


def _advice(hall: Hall, state: State) -> tuple[str, bool]:
    """S13: half the windows below 100 a day, 70 % below 300, all from there on; with its reason."""
    if not hall.plan.day_volume:
        return "", False
    taken = len(state.tickets)
    volume, counters = max(hall.plan.day_volume, taken), len(hall.plan.counters)
    wanted, there = windows_wanted(counters, volume), _open(hall, state)
    what = "今日已取号" if taken > hall.plan.day_volume else "日均业务量"
    return f"{what}{volume}笔（{volume_words(volume)}）：应开{wanted}个窗口，现开{there}个", there < wanted


def _counter(hall: Hall, state: State, number: int, now: int) -> CounterLine:
    here = state.counters.get(number) or CounterState()
    words, mood, since = _doing(hall, state, number, here, now)
    codes = services_of(state, hall.plan, number)
    return CounterLine(
        number=number,
        who=person_words(hall, here.person) if here.person else "",
        post=here.post if here.person else "",
        words=words,
        mood=mood,
        since=since,
        services="全部业务"
        if len(codes) == len(hall.services)
        else "、".join(hall.service_name(code) for code in sorted(codes)),
        served=sum(one.counter == number and one.state == "done" for one in state.tickets.values()),
    )


def _doing(hall: Hall, state: State, number: int, here: CounterState, now: int) -> tuple[str, str, int | None]:
    """Return what a counter does in words, how bad that is, and since when."""
    if here.away:
        until = "，逾期未归" if here.away.back_at is not None and now > here.away.back_at else ""
        return f"离岗（{here.away.reason}{until}）", "warn" if until else "", here.away.since
    if hall.plan.sign_in and not here.person:
        is_empty = ("empty", str(number)) in state.alerts
        return ("空岗", "wrong", None) if is_empty else ("无人", "", None)
    supervisor = hall.plan.people[here.person].supervisor if here.person in hall.plan.people else ""
    if supervisor and not is_on_duty(state, supervisor):
        return "带班民警不在岗", "warn", None
    if here.ticket:
        ticket = here.ticket
        return f"{'办理' if ticket.state == 'serving' else '呼叫'} {ticket.number}", "", ticket.since
    return ("已锁定", "warn", None) if here.locked else ("空闲", "", None)


def _queue(hall: Hall, state: State, code: str, now: int) -> QueueLine:
    places = [place for (_at, service), lane in state.waiting.items() if service == code for place in lane]
    tickets: list[Ticket] = [state.tickets[place[2]] for place in sorted(places)]
    waits = [max(0, now - one.taken_at) for one in tickets]
    limit = hall.plan.alerts.average_wait_ms
    return QueueLine(
        name=hall.service_name(code),
        waiting=len(waits),
        longest_ms=max(waits, default=0),
        mean_ms=round(sum(waits) / len(waits)) if waits else 0,
        over=sum(bool(limit) and wait > limit for wait in waits),
        expected_ms=expected_wait_ms(state, hall.plan, code, now, now),
        next_number=tickets[0].number if tickets else "",
    )
