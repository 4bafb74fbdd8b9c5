"""What becomes of leases, and of what they tell about tickets that were given alone."""

from typing import Any

from hub.rules import events
from hub.rules.leases import UNKNOWN, Block, Kept
from hub.rules.state import State

ALONE_AFTER_MS = 15_000
"""Who has not heard the hub for so long goes on alone (docs/protocol.md, "hub")."""
HANDING_OVER_MS = 60_000
"""So long after the hub's return there may still be tickets to be handed over."""


def _block_leased(state: State, fact: events.BlockLeased, _row: int) -> None:
    block = Block(fact.device, fact.key, fact.service, fact.letter, fact.first, fact.last)
    state.leases.blocks.append(block)


def _lease_made(state: State, fact: events.LeaseMade, _row: int) -> None:
    state.leases.made = fact.serial
    kept = state.leases.kept.setdefault(fact.device, Kept())
    kept.serial, kept.digest, kept.made_at = fact.serial, fact.digest, fact.at


def _lease_answered(state: State, fact: events.LeaseAnswered, _row: int) -> None:
    kept = state.leases.kept.setdefault(fact.device, Kept())
    kept.answered, kept.why = (fact.serial, fact.boot), fact.why


def _hub_returned(state: State, fact: events.HubReturned, row: int) -> None:
    """One that is killed again as soon as it is back has not been there, for those who have to hand over."""
    away = state.leases.away
    is_again = away and fact.at - fact.since < ALONE_AFTER_MS and fact.since - away[-1][1] < HANDING_OVER_MS
    since = away.pop()[0] if is_again else fact.since
    away.append((since, fact.at))
    if fact.at - fact.since >= ALONE_AFTER_MS:  # who pressed before that has long got a number from his dispenser
        for device in {one.device for one in state.leases.blocks} - {UNKNOWN}:
            state.dispenser(device).turn = row


def _hand_over_refused(state: State, fact: events.HandOverRefused, _row: int) -> None:
    state.leases.refused[fact.device, fact.number] = fact.at
    if fact.why != "other-day":
        state.leases.stray.add(fact.number)


APPLIERS: dict[type[events.Event], Any] = {
    events.BlockLeased: _block_leased,
    events.LeaseMade: _lease_made,
    events.LeaseAnswered: _lease_answered,
    events.HubReturned: _hub_returned,
    events.HandOverRefused: _hand_over_refused,
}
