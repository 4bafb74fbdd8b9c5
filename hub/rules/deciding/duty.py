"""Guides and duty officers: their own duty, and what they change while the hall runs (M9, M10, S21)."""

from typing import Any

from hub.rules import commands, events
from hub.rules.case import Answer, Case, Refusal
from hub.rules.deciding.staff import posts_at


def _go_on_duty(case: Case, command: commands.GoOnDuty) -> Answer:
    person = case.plan.people.get(command.person)
    if person is None:
        return Refusal("unknown-person")
    if not person.qualified:
        return Refusal("not-qualified")
    there = case.state.on_duty.get(command.device)
    if there == command.person:
        return []
    came = events.CameOnDuty(device=command.device, person=command.person, at=case.at)
    if not there:
        return [came]
    return [events.WentOffDuty(device=command.device, person=there, at=case.at), came]


def _go_off_duty(case: Case, command: commands.GoOffDuty) -> Answer:
    person = case.state.on_duty.get(command.device)
    if person is None:
        return Refusal("not-on-duty")
    return [events.WentOffDuty(device=command.device, person=person, at=case.at)]


def _set_services(case: Case, command: commands.SetServices) -> Answer:
    """Every service keeps a counter: nobody must wait for one that none serves."""
    if command.counter not in case.plan.counters:
        return Refusal("no-such-counter")
    if not command.services <= case.plan.services.keys():
        return Refusal("no-such-service")
    served = set(command.services or _all_of(case, command.counter))
    for number in case.plan.counters:
        if number != command.counter:
            served |= case.counter(number).services or _all_of(case, number)
    if served != set(case.plan.services):
        return Refusal("last-for-service")
    services = tuple(sorted(command.services))
    return [events.ServicesSet(counter=command.counter, services=services, by=command.by, at=case.at)]


def _all_of(case: Case, counter: int) -> frozenset[str]:
    return frozenset[str]().union(*case.plan.counters[counter].serves)


def _enlist(case: Case, command: commands.Enlist) -> Answer:
    if command.counter not in case.plan.counters:
        return Refusal("no-such-counter")
    person = case.plan.people.get(command.person)
    if person is None:
        return Refusal("unknown-person")
    if not person.qualified:
        return Refusal("not-qualified")
    posts = posts_at(case, command.counter) | {command.person: command.post}
    return [
        events.Enlisted(
            counter=command.counter,
            person=command.person,
            post=command.post,
            posts=posts,
            by=command.by,
            at=case.at,
        )
    ]


def _dismiss(case: Case, command: commands.Dismiss) -> Answer:
    """先进后出: the newcomer is there before the other goes, so a service never loses its last authorised person."""
    if command.counter not in case.plan.counters:
        return Refusal("no-such-counter")
    posts = posts_at(case, command.counter)
    if command.person not in posts:
        return Refusal("not-posted")
    if case.counter(command.counter).person == command.person:
        return Refusal("occupied")
    rest = {who: post for who, post in posts.items() if who != command.person}
    if not rest or not _may_do(case, rest) >= _may_do(case, posts) & _needed(case, command.counter):
        return Refusal("last-for-service")
    return [events.Dismissed(counter=command.counter, person=command.person, posts=rest, by=command.by, at=case.at)]


def _needed(case: Case, counter: int) -> frozenset[str]:
    """Return the services that nobody with a post at another counter may do."""
    others = [posts_at(case, number) for number in case.plan.counters if number != counter]
    elsewhere = frozenset[str]().union(*(_may_do(case, posts) for posts in others))
    return frozenset(case.plan.services) - elsewhere


def _may_do(case: Case, posts: dict[str, Any]) -> frozenset[str]:
    every = frozenset(case.plan.services)
    allowed = (person.services for who in posts if (person := case.plan.people.get(who)))
    return frozenset[str]().union(*(every if one is None else one for one in allowed))


DECIDERS: dict[type[commands.Command], Any] = {
    commands.GoOnDuty: _go_on_duty,
    commands.GoOffDuty: _go_off_duty,
    commands.SetServices: _set_services,
    commands.Enlist: _enlist,
    commands.Dismiss: _dismiss,
}
