"""What the duty officer has to know now: long waits, peaks, absences, windows to open, doubted tickets."""

from collections.abc import Iterator
from math import ceil

from hub.rules.case import is_on_duty
from hub.rules.phase import phase_at
from hub.rules.plan import Plan
from hub.rules.selftest import present_faults
from hub.rules.state import CounterState, State
from hub.rules.steps import RESTORED

AVERAGE_OVER_MS = 1_800_000
"""The average wait is that of the last half hour's calls and of those who still wait."""
MINUTE_MS = 60_000
HANDED_OVER_MS = 3_600_000
"""How long the duty officer is told of a number that could not be entered."""

PRINTER_WRONG = ("near-end", "paper-out", "cover-open", "cutter", "error", "offline", "no-answer")
"""What may be wrong with a printer; an alert's value is the place here. Near end is an alert of its own (M4)."""

_DOUBTS = {RESTORED: "restored"}

Found = tuple[tuple[str, str], int]


def present_alerts(state: State, plan: Plan, now: int) -> dict[tuple[str, str], int]:
    """Return every alert there is cause for, as (kind, subject) to a value; see `AlertPlan` for the bounds."""
    is_open = phase_at(state, now) == "open"
    found = dict(_printers(state))
    found.update(_away(state, now))
    found.update(_waits(state, plan, now))
    if is_open and plan.sign_in:
        found.update(_empty(state, plan, now))
        found.update(_missing_kinds(state, plan))
    if is_open:
        found.update(_windows(state, plan))
    found.update(((_DOUBTS.get(one.doubt, "doubt"), one.number), 0) for one in state.doubted.values())
    found.update(_handed_over(state, now))
    if faults := present_faults(state, plan):
        found["self-test", ""] = len(faults)
    return found


def _handed_over(state: State, now: int) -> Iterator[Found]:
    """Numbers that a dispenser gave alone and that cannot be entered: somebody may hold one."""
    for (_device, number), since in state.leases.refused.items():
        if now - since < HANDED_OVER_MS:
            yield ("handed-over", number), 0


def average_wait_ms(state: State, now: int) -> int:
    """Return the mean wait of those called in the last half hour and of those who wait now; 0 where there is nobody."""
    waits = [waited for at, waited in state.last_calls if now - at <= AVERAGE_OVER_MS]
    waits += [max(0, now - state.tickets[place[2]].taken_at) for lane in state.waiting.values() for place in lane]
    return sum(waits) // len(waits) if waits else 0


def windows_wanted(counters: int, volume: int) -> int:
    """Return how many counters a day of this many tickets wants (S13): half, 70 % from 100 on, all from 300 on.

    The source leaves exactly 100 and 300 open (以上 and 以下 both include the number): here they belong above. Rounded
    up, at least one.
    """
    return max(1, ceil(counters * share_wanted(volume) / 100))


def share_wanted(volume: int) -> int:
    """Return of how many of a hundred counters a day of this many tickets wants to be open: 100, 70 or 50."""
    return 100 if volume >= 300 else 70 if volume >= 100 else 50


def _waits(state: State, plan: Plan, now: int) -> Iterator[Found]:
    """More than ten minutes on average (S11), and a peak (M33)."""
    bounds = plan.alerts
    average = average_wait_ms(state, now) if bounds.average_wait_ms else 0
    if bounds.average_wait_ms and average > bounds.average_wait_ms:
        yield ("average-wait", ""), average // MINUTE_MS
    waiting = sum(map(len, state.waiting.values()))
    if bounds.peak_waiting and waiting >= bounds.peak_waiting:
        yield ("peak", ""), waiting


def _printers(state: State) -> Iterator[Found]:
    """Whatever a printer has said of itself; a device that is lost says nothing of its printer."""
    for name, report in state.devices.items():
        wrong = report.alerts.get("printer", "")
        if wrong in PRINTER_WRONG:
            yield ("printer" if report.printer_stops else "near-end", name), PRINTER_WRONG.index(wrong)


def _away(state: State, now: int) -> Iterator[Found]:
    for number, counter in state.counters.items():
        away = counter.away
        if away and away.back_at is not None and now > away.back_at:
            yield ("overdue", str(number)), (now - away.back_at) // MINUTE_MS


def _empty(state: State, plan: Plan, now: int) -> Iterator[Found]:
    """空岗: nobody signed in and nobody said where he is (M19)."""
    after_ms = plan.alerts.empty_after_ms
    if not after_ms:
        return
    opened = max((start for start, end in state.spans or () if start <= now < end), default=state.opened_at)
    for number in plan.counters:
        here = state.counters.get(number) or CounterState()
        if not here.person and not here.away and now >= max(here.left_at, opened) + after_ms:
            yield ("empty", str(number)), 0


def _missing_kinds(state: State, plan: Plan) -> Iterator[Found]:
    """1+1+N: at least one 民警, and one 引导员 where the hall has any (S4)."""
    for kind in ("police", "guide"):
        known = [who for who, person in plan.people.items() if person.kind == kind]
        if known and not any(is_on_duty(state, who) for who in known):
            yield (f"no-{kind}", ""), 0


def _windows(state: State, plan: Plan) -> Iterator[Found]:
    volume = max(plan.day_volume, len(state.tickets))
    if not plan.day_volume:
        return
    is_there = [
        bool(here.person) or not plan.sign_in
        for number in plan.counters
        if not (here := state.counters.get(number) or CounterState()).away
    ]
    wanted = windows_wanted(len(plan.counters), volume)
    if sum(is_there) < wanted:
        yield ("windows", ""), wanted
