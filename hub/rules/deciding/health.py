"""What the hub has found of its devices: kept where it has changed."""

from typing import Any

from hub.rules import commands, events
from hub.rules.case import Answer, Case


def _note_health(case: Case, command: commands.NoteHealth) -> Answer:
    if case.state.health.get(command.device, {}) == command.faults:
        return []
    return [events.HealthFound(device=command.device, faults=command.faults, at=case.at)]


def still_found(case: Case) -> list[events.Fact]:
    """Return what a day that opens has to be told of the day before."""
    return [
        events.HealthFound(device=device, faults=faults, at=case.at) for device, faults in case.state.health.items()
    ]


DECIDERS: dict[type[commands.Command], Any] = {commands.NoteHealth: _note_health}
