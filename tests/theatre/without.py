"""The hub without one of its guards, as a program: without.py GUARD hub FILE ...; it shows what the guard is for."""

import hashlib
import os
import sys
from collections.abc import Callable
from typing import Any

import msgspec

import hub.broker
import hub.journal
import hub.journal_end
import hub.presses
from hub.cli.main import main
from hub.desk import Desk
from hub.journal import Journal
from hub.presses import Presses

GUARDS: dict[str, Callable[[], None]] = {}


def instead(owner: Any, name: str, other: object) -> None:
    """Put something in the place of what has to be there, so that a guard that has moved is noticed."""
    getattr(owner, name)
    setattr(owner, name, other)


def guard(remove: Callable[[], None]) -> Callable[[], None]:
    GUARDS[remove.__name__] = remove
    return remove


@guard
def none() -> None:
    """The hub as it is."""


@guard
def dedupe() -> None:
    """Whatever comes again is taken for new, and the journal has nothing against it."""
    instead(Desk, "is_new", lambda _self, _device, _event: True)
    begin = Journal.begin

    def with_any_index(self: Journal, at: int) -> int:
        self._db.execute("DROP INDEX IF EXISTS journal_event")
        self._db.execute("CREATE INDEX journal_event ON journal (device, boot, seq) WHERE device IS NOT NULL")
        return begin(self, at)

    instead(Journal, "begin", with_any_index)


@guard
def turn() -> None:
    """A press counts, whatever the presser has seen."""
    command, identity = Presses.command, Presses.identity

    def any_turn(answer):  # type: ignore[no-untyped-def]
        def decide(self, state, device, event, now):  # type: ignore[no-untyped-def]
            present = hub.presses.turn_of(state, device)
            return answer(self, state, device, msgspec.structs.replace(event, turn=present), now)

        return decide

    instead(Presses, "command", any_turn(command))
    instead(Presses, "identity", any_turn(identity))


@guard
def fsync() -> None:
    """What is written is taken for kept before it is on the disk."""
    instead(os, "fdatasync", lambda _file: None)
    instead(os, "fsync", lambda _file: None)


@guard
def mark() -> None:
    """Nobody knows where the journal ended."""
    instead(hub.journal_end, "noted_end", lambda _folder: 0)


@guard
def chain() -> None:
    """A row says nothing of the row before it."""
    instead(hub.journal, "chain", lambda _last, cells: hashlib.sha256(msgspec.json.encode(cells)).digest())


@guard
def acl() -> None:
    """Everybody may say everything."""
    instead(hub.broker, "access_list", lambda *_hall: "pattern readwrite #\n")


if __name__ == "__main__":
    GUARDS[sys.argv.pop(1)]()
    sys.exit(main())
