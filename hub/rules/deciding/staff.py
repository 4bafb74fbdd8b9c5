"""Clerks at their counters: who may sign in, who takes over, who leaves (M8, M10, M12, M17, M19)."""

from typing import Any

from hub.rules import commands, events
from hub.rules.case import Answer, Case, Refusal, barred, is_on_duty
from hub.rules.plan import Post
from hub.rules.roles import NEVER_SERVING, SERVING
from hub.rules.state import CounterState


def _sign_in(case: Case, command: commands.SignIn) -> Answer:
    """The same person comes back; another one takes over where nobody is, or where the other one is away (A and B).

    A locked pad counts as away: who left without a word must not keep his counter empty (M19).
    """
    if command.counter not in case.plan.counters:
        return Refusal("no-such-counter")
    here = case.counter(command.counter)
    if here.person == command.person:
        return _come_back(case, command, here)
    if refusal := _unfit(case, command):
        return refusal
    if here.person and not here.away and not here.locked:
        return Refusal("occupied")
    if _works_elsewhere(case, command):
        return Refusal("elsewhere")
    left: list[events.Fact] = []
    if here.person:
        left = [events.SignedOut(counter=command.counter, person=here.person, at=case.at)]
    post = posts_at(case, command.counter).get(command.person, "A")
    return [*left, events.SignedIn(counter=command.counter, person=command.person, post=post, at=case.at)]


def _come_back(case: Case, command: commands.SignIn, here: CounterState) -> Answer:
    if here.away:
        return [events.CounterResumed(counter=command.counter, by=command.person, at=case.at)]
    if here.locked:
        return [events.SessionUnlocked(counter=command.counter, at=case.at)]
    return []


def _unfit(case: Case, command: commands.SignIn) -> Refusal | None:
    """Return why somebody may not work at this counter."""
    person = case.plan.people.get(command.person)
    if person is None:
        return Refusal("unknown-person")
    if person.kind in ("guide", "office") and not SERVING & person.roles:
        return Refusal("not-a-clerk")
    if NEVER_SERVING & person.roles:
        return Refusal("forbidden-pair")
    if not person.qualified:
        return Refusal("not-qualified")
    posts = posts_at(case, command.counter)
    if posts and command.person not in posts:
        return Refusal("not-posted")
    if person.supervisor and not is_on_duty(case.state, person.supervisor):
        return Refusal("no-supervisor")
    return None


def _works_elsewhere(case: Case, command: commands.SignIn) -> bool:
    return any(one.person == command.person for number, one in case.state.counters.items() if number != command.counter)


def posts_at(case: Case, counter: int) -> dict[str, Post]:
    """Return who has which post at a counter: as set live, or else as in the hall's file."""
    live = case.counter(counter).posts
    return dict(case.plan.counters[counter].posts) if live is None else live


def _sign_out(case: Case, command: commands.SignOut) -> Answer:
    here = case.counter(command.counter)
    if not here.person:
        return Refusal("not-signed-in")
    if here.locked:
        return Refusal("locked")
    if here.ticket:
        return Refusal("busy")
    return [events.SignedOut(counter=command.counter, person=here.person, at=case.at)]


def _pause(case: Case, command: commands.Pause) -> Answer:
    """Nobody leaves a citizen standing: first the ticket is ended, put aside or passed on (M17, M31)."""
    here = case.counter(command.counter)
    if refusal := barred(case, command.counter):
        return refusal
    if here.ticket:
        return Refusal("busy")
    if not command.reason:
        return Refusal("needs-reason")
    return [
        events.CounterPaused(
            counter=command.counter,
            reason=command.reason,
            back_at=command.back_at,
            phone=command.phone,
            by=here.person,
            at=case.at,
        )
    ]


def _resume(case: Case, command: commands.Resume) -> Answer:
    """Where people sign in, coming back is signing in."""
    here = case.counter(command.counter)
    if not here.away:
        return Refusal("wrong-state")
    if here.person:
        return Refusal("paused")
    return [events.CounterResumed(counter=command.counter, by="", at=case.at)]


DECIDERS: dict[type[commands.Command], Any] = {
    commands.SignIn: _sign_in,
    commands.SignOut: _sign_out,
    commands.Pause: _pause,
    commands.Resume: _resume,
}
