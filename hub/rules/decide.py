"""What follows from a command: facts, or a refusal with its reason; step 4 of a press."""

from collections.abc import Callable
from typing import Any

from hub.rules import commands
from hub.rules.case import Answer, Case, Reason, Refusal
from hub.rules.deciding import (
    access,
    calling,
    change,
    complaints,
    day,
    duty,
    emergency,
    ending,
    health,
    leases,
    lines,
    papers,
    rating,
    restoring,
    slips,
    staff,
    watch,
)
from hub.rules.plan import Plan
from hub.rules.state import State

__all__ = ["Answer", "Reason", "Refusal", "decide"]

_DECIDERS: dict[type[commands.Command], Callable[[Case, Any], Answer]] = (
    day.DECIDERS
    | papers.DECIDERS
    | slips.DECIDERS
    | lines.DECIDERS
    | calling.DECIDERS
    | ending.DECIDERS
    | rating.DECIDERS
    | staff.DECIDERS
    | duty.DECIDERS
    | watch.DECIDERS
    | emergency.DECIDERS
    | health.DECIDERS
    | leases.DECIDERS
    | access.DECIDERS
    | change.DECIDERS
    | complaints.DECIDERS
    | restoring.DECIDERS
)


def decide(state: State, plan: Plan, command: commands.Command, now: int) -> Answer:
    """Return the facts that follow from a command at ``now`` (ms since 1970), or a Refusal; change nothing.

    A clock that jumps back makes nothing happen before what has happened: facts are dated with the later of the two.
    """
    at = max(now, state.clock)
    return _DECIDERS[type(command)](Case(state, plan, now, at), command)
