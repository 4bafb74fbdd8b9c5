"""Who has seen what: always kept, never refused."""

from typing import Any

from hub.rules import commands, events
from hub.rules.case import Answer, Case


def _note_access(case: Case, command: commands.NoteAccess) -> Answer:
    return [
        events.AccessNoted(
            person=command.person,
            action=command.action,
            subject=command.subject,
            refused=command.refused,
            at=case.at,
        )
    ]


DECIDERS: dict[type[commands.Command], Any] = {commands.NoteAccess: _note_access}
