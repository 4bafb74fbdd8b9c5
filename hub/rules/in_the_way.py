"""What stands in the way of another plan: whoever waits, is served or works under the present one keeps his place."""

from collections.abc import Iterator

from hub.rules.case import Reason, is_on_duty
from hub.rules.plan import Plan
from hub.rules.state import State
from hub.rules.steps import FINAL

AT_COUNTERS = ("police", "auxiliary")
InTheWay = tuple[Reason, str]
"""Why a plan cannot be taken now, and the service, counter, person, class or device that it is about."""


def in_the_way(state: State, old: Plan, new: Plan) -> Iterator[InTheWay]:
    """Yield what stands in the way of a new plan."""
    yield from _services(state, new)
    yield from _counters(state, old, new)
    yield from _people(state, old, new)
    yield from _classes(state, new)
    for name in sorted(set(old.devices) - set(new.devices)):
        if state.spool.get(name) and state.report(name).state == "ready":
            yield "printing", name


def _services(state: State, new: Plan) -> Iterator[InTheWay]:
    used = {one.service for one in state.tickets.values() if one.state not in FINAL}
    used |= {one.service for one in state.received}
    for code in sorted(used - new.services.keys()):
        yield "service-in-use", code


def _counters(state: State, old: Plan, new: Plan) -> Iterator[InTheWay]:
    meant = {one.only_at for one in state.tickets.values() if one.state not in FINAL}
    for number in sorted(old.counters.keys() - new.counters.keys()):
        here = state.counters.get(number)
        if number in meant or (here and (here.person or here.ticket)):
            yield "counter-in-use", str(number)


def _people(state: State, old: Plan, new: Plan) -> Iterator[InTheWay]:
    """先进后出 (M9): the newcomer is in the file before the other goes, or in the same change."""
    for number in sorted(old.people.keys() - new.people.keys()):
        if is_on_duty(state, number):
            yield "person-on-duty", number
    for code in sorted(old.services.keys() & new.services.keys()):
        if _authorised(old, code) and not _authorised(new, code):
            yield "last-for-service", code


def _authorised(plan: Plan, code: str) -> bool:
    return any(
        one.qualified and one.kind in AT_COUNTERS and (one.services is None or code in one.services)
        for one in plan.people.values()
    )


def _classes(state: State, new: Plan) -> Iterator[InTheWay]:
    living = [one for one in state.tickets.values() if one.state not in FINAL]
    used = {one.klass for one in living} | {one.claim for one in living if one.claim}
    for klass in sorted(used - new.head_start_ms.keys()):
        yield "class-in-use", klass
