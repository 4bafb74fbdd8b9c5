"""What becomes of leases, and of what they tell about tickets that were given alone."""

from typing import Any

from hub.rules import events
from hub.rules.leases import Block, Kept
from hub.rules.state import State


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


def _hub_returned(state: State, fact: events.HubReturned, _row: int) -> None:
    state.leases.away.append((fact.since, fact.at))


def _hand_over_refused(state: State, fact: events.HandOverRefused, _row: int) -> None:
    state.leases.refused[fact.device, fact.number] = fact.at


APPLIERS: dict[type[events.Event], Any] = {
    events.BlockLeased: _block_leased,
    events.LeaseMade: _lease_made,
    events.LeaseAnswered: _lease_answered,
    events.HubReturned: _hub_returned,
    events.HandOverRefused: _hand_over_refused,
}
