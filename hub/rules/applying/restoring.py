"""What becomes of a hall that was restored from a copy."""

from typing import Any

from hub.rules import events
from hub.rules.applying.moving import move
from hub.rules.applying.spool import release
from hub.rules.leases import UNKNOWN, Block
from hub.rules.state import State
from hub.rules.steps import RESTORED


def _restored(state: State, fact: events.Restored, row: int) -> None:
    """Every dispenser's lease is made anew under an id that none has had: it may keep one that nobody knows of."""
    state.taken, state.slips_made, state.copies_apart = fact.taken, fact.slips, fact.copies
    state.complaints.opened = fact.complaints
    state.own_serials |= fact.own_serials
    state.numbers |= fact.numbers
    for letter, (first, last) in fact.given.items():
        state.leases.lost[letter] = min(first, state.leases.lost.get(letter, (first, 0))[0]), last
    state.leases.made = fact.leases
    state.leases.blocks += [Block(UNKNOWN, "", "", letter, first, last) for letter, first, last in fact.blocks]
    for kept in state.leases.kept.values():
        kept.digest = ""
    for dispenser in state.dispensers.values():
        dispenser.turn = row


def _call_doubted(state: State, fact: events.CallDoubted, row: int) -> None:
    ticket = state.tickets[fact.serial]
    if ticket.state == "issued":
        release(state, ticket)
        state.dispenser(ticket.dispenser).turn = row
    move(state, ticket, fact, fact.at)
    ticket.doubt = RESTORED
    state.doubted[ticket.serial] = ticket


APPLIERS: dict[type[events.Event], Any] = {
    events.Restored: _restored,
    events.CallDoubted: _call_doubted,
}
