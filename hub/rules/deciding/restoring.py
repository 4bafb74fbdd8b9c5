"""What follows from a restore: numbers that may be out are left out, tickets that may have been called are asked about.

The copy may lack the last moments. A number, a job or a turn of theirs must never be used again, and nobody whom the
old hub may have called is called by the new one before somebody has said that he still waits.
"""

from typing import Any

from hub.rules import commands, events
from hub.rules.case import Answer, Case
from hub.rules.deciding.slips import LETTERS
from hub.rules.leases import LEASED, UNKNOWN, Block, following, free_block
from hub.rules.order import lines_of, tiers_of
from hub.rules.state import State

NUMBERS, SLIPS, COMPLAINTS, LEASES, COPIES, OWN_SERIALS = 50, 500, 50, 100, 10, 50
"""So many are left out: more than a hall gives out in the seconds for which a copy may be behind. Tickets come a letter
at a time, so the day's serial is left out for all letters together."""
NUMBERS_A_MINUTE = 30
"""More of a letter than dispensers print, for a copy that was behind for longer."""


def _note_restored(case: Case, command: commands.NoteRestored) -> Answer:
    """A day that was opened after the old hub's end has lost nothing, so that its numbers begin as ever."""
    state = case.state
    if state.opened_at > command.until:
        return [_restored(case, command, numbers={}, blocks=())]
    letters = {one.letter for one in case.plan.services.values()} | {case.plan.appointment_letter} | set(state.numbers)
    many = NUMBERS + NUMBERS_A_MINUTE * (max(0, command.until - state.clock) // 60_000)
    numbers = {letter: state.numbers.get(letter, 0) + many for letter in sorted(letters)}
    return [
        _restored(case, command, numbers=numbers, blocks=tuple(_leased(case, command))),
        *(
            events.CallDoubted(serial=serial, at=case.at)
            for serial in sorted(_may_have_been_called(case, command.calls))
        ),
    ]


def _restored(
    case: Case, command: commands.NoteRestored, *, numbers: dict[str, int], blocks: tuple[tuple[str, int, int], ...]
) -> events.Restored:
    state = case.state
    known = {letter: state.numbers.get(letter, 0) for letter in numbers}
    return events.Restored(
        until=command.until,
        taken=state.taken + sum(numbers[letter] - known[letter] for letter in numbers),
        slips=state.slips_made + SLIPS,
        complaints=state.complaints.opened + COMPLAINTS,
        leases=state.leases.made + LEASES,
        copies=state.copies_apart + COPIES,
        own_serials={letter: state.own_serials.get(letter, 0) + OWN_SERIALS for letter in LETTERS.values()},
        numbers=numbers,
        given={letter: (following(known[letter]), numbers[letter]) for letter in numbers},
        blocks=blocks,
        at=case.at,
    )


def _leased(case: Case, command: commands.NoteRestored) -> list[tuple[str, int, int]]:
    """Return a block for each key of each dispenser: no more than one was leased to it in what is missing."""
    known, blocks = case.state.leases.held(case.state.by_number), list(case.state.leases.blocks)
    found = []
    for service in command.services:
        letter = case.plan.services[service].letter
        if free := free_block(letter, command.size, blocks, known):
            blocks.append(Block(UNKNOWN, "", "", letter, *free))
            found.append((letter, *free))
    return found


def _may_have_been_called(case: Case, calls: int) -> set[int]:
    """Return the serials of whoever the counters may have called, had each called so often.

    A ticket is called at a counter when all that stand before it there have been, by whichever counter. A paper on its
    way may have come out so long ago that its printer has forgotten it, and its holder may have been called.
    """
    working = [one for one in case.plan.counters if not case.plan.sign_in or case.counter(one).person]
    found = {one.serial for one in case.state.jobs.values() if one.state == "issued"}
    for counter in working:
        found.update(_first(case, counter, len(working) * calls))
    return found


def _first(case: Case, counter: int, most: int) -> list[int]:
    """Return the serials of the first in line at a counter, as it would call them."""
    state, plan = case.state, case.plan
    found: list[int] = []
    for at, tier in enumerate(tiers_of(state, plan, counter)):
        lines = lines_of(state, plan, counter, tier, directed=at == 0)
        places = sorted(place for line in lines for place in state.waiting[line])
        found += [serial for _key, _told, serial in places[: most - len(found)]]
    return found


def is_lost_number(state: State, number: str) -> bool:
    """Return whether somebody may hold this number of whom the hall does not know since a restore."""
    first, last = state.leases.lost.get(number[:1], (1, 0))
    digits = number[1:]
    is_number = digits.isascii() and digits.isdecimal() and number == f"{number[:1]}{int(digits):03}"
    return is_number and first <= int(digits) <= last and int(digits) not in LEASED


DECIDERS: dict[type[commands.Command], Any] = {commands.NoteRestored: _note_restored}
