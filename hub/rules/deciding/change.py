"""Another plan while people wait: taken whole where nothing stands in its way."""

from collections.abc import Iterable
from typing import Any

from hub.rules import commands, events
from hub.rules.case import Answer, Case, Refusal
from hub.rules.in_the_way import in_the_way
from hub.rules.plan import Plan


def _change_hall(case: Case, command: commands.ChangeHall) -> Answer:
    found = next(in_the_way(case.state, case.plan, command.plan), None)
    if found:
        return Refusal(found[0])
    return [
        events.HallChanged(
            person=command.person,
            summary=command.summary,
            edit=command.edit,
            sha256=command.sha256,
            undoes=command.undoes,
            counters=tuple(_with_other_services(case, command.plan)),
            posts=tuple(_with_other_posts(case, command.plan)),
            at=case.at,
        )
    ]


def _with_other_services(case: Case, new: Plan) -> Iterable[int]:
    """What was set live ends where the file says something else of the counter, or has no such service any more."""
    for number, here in sorted(case.state.counters.items()):
        if here.services is None or number not in new.counters:
            continue
        is_other = _common(case.plan, new, number) != _common(new, case.plan, number)
        if is_other or not here.services <= new.services.keys():
            yield number


def _common(plan: Plan, other: Plan, number: int) -> tuple[frozenset[str], ...]:
    """Return the tiers of a counter, without services that only one of the plans has."""
    return tuple(tier & other.services.keys() for tier in plan.counters[number].serves)


def _with_other_posts(case: Case, new: Plan) -> Iterable[int]:
    for number, here in sorted(case.state.counters.items()):
        if here.posts is None or number not in new.counters:
            continue
        is_other = case.plan.counters[number].posts != new.counters[number].posts
        if is_other or not here.posts.keys() <= new.people.keys():
            yield number


DECIDERS: dict[type[commands.Command], Any] = {commands.ChangeHall: _change_hall}
