"""What the mere passing of time brings: phases of the day, locks, ratings and waits that end, alerts."""

from typing import Any

from hub.rules import commands, events
from hub.rules.alerts import present_alerts
from hub.rules.case import Answer, Case
from hub.rules.deciding.carried import taken_for
from hub.rules.deciding.spool import looked_after
from hub.rules.phase import phase_at
from hub.rules.selftest import faults_before_opening


def _look(case: Case, _command: commands.Look) -> Answer:
    """Each part looks at something that none of the others changes, so all of them may follow from one state."""
    return [
        *_self_test(case),
        *_phase(case),
        *_missed(case),
        *_unread(case),
        *looked_after(case),
        *_ratings(case),
        *_locks(case),
        *_alerts(case),
    ]


def _self_test(case: Case) -> list[events.Fact]:
    """Ten minutes before opening, once a day (M30)."""
    spans = case.state.spans
    if (
        not spans
        or case.state.tested_at is not None
        or case.now < spans[0][0] - case.plan.self_test_ms
        or case.now >= spans[0][1]
    ):
        return []
    return [events.SelfTestMade(faults=faults_before_opening(case.state, case.plan), at=case.at)]


def _phase(case: Case) -> list[events.Fact]:
    phase = phase_at(case.state, case.now)
    if phase == case.state.phase:
        return []
    overtime_ms = 0
    if phase == "closed" and case.state.phase == "closing" and case.state.spans:
        overtime_ms = max(0, case.at - case.state.spans[-1][1])
    changed = events.PhaseChanged(phase=phase, overtime_ms=overtime_ms, at=case.at)
    return [*_received(case), changed] if phase == "open" else [changed]


def _received(case: Case) -> list[events.Fact]:
    """What was handed in out of hours stands in line from the opening on, with the name of who took it (M25)."""
    facts: list[events.Fact] = []
    given = dict(case.state.numbers)
    for count, item in enumerate(case.state.received, 1):
        facts += taken_for(case, item, case.state.taken + count, given)
    return facts


def _missed(case: Case) -> list[events.Fact]:
    """The time to come back is over."""
    return [
        events.TicketNotShown(serial=one.serial, counter=0, at=case.at)
        for one in case.state.missed.values()
        if one.until is not None and case.now >= one.until
    ]


UNREAD_MS = 60_000
"""How long a number without paper is on show before it counts as not taken."""


def _unread(case: Case) -> list[events.Fact]:
    return [
        events.TicketVoided(serial=one.shown.serial, why="unread", at=case.at)
        for one in case.state.dispensers.values()
        if one.shown and case.now >= one.shown_at + UNREAD_MS
    ]


def _ratings(case: Case) -> list[events.Fact]:
    return [
        events.RatingClosed(serial=one.rating.serial, counter=number, at=case.at)
        for number, one in case.state.counters.items()
        if one.rating and case.now > one.rating.until
    ]


def _locks(case: Case) -> list[events.Fact]:
    """A pad with a citizen before it is not locked: it is the citizen who would wait."""
    lock_ms = case.plan.lock_ms
    if not lock_ms:
        return []
    return [
        events.SessionLocked(counter=number, at=case.at)
        for number, one in case.state.counters.items()
        if one.person and not one.locked and not one.ticket and not one.away and case.now >= one.acted_at + lock_ms
    ]


def _alerts(case: Case) -> list[events.Fact]:
    present, known = present_alerts(case.state, case.plan, case.now), case.state.alerts
    raised: list[events.Fact] = [
        events.AlertRaised(alert=kind, subject=subject, value=value, at=case.at)
        for (kind, subject), value in present.items()
        if (kind, subject) not in known
    ]
    cleared: list[events.Fact] = [
        events.AlertCleared(alert=kind, subject=subject, at=case.at)
        for kind, subject in known
        if (kind, subject) not in present
    ]
    return [*raised, *cleared]


DECIDERS: dict[type[commands.Command], Any] = {commands.Look: _look}
