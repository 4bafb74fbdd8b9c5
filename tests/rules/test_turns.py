"""A turn survives a restart of the hub: whoever was looked at and did nothing has the same one after a replay."""

from hub.rules import events
from hub.rules.apply import apply, replay

OPENED, BEGUN = 5, 9
ROWS = [(OPENED, (events.DayOpened(day="20261124"),)), (BEGUN, (events.PhaseChanged(phase="open", at=0),))]


def test_devices_that_were_looked_at_before_midnight_have_the_turn_that_a_replay_gives_them() -> None:
    living = replay([(1, (events.DayOpened(day="20261123"),))])
    living.counter(1)
    living.dispenser("dispenser-1")
    for row, facts in ROWS:
        for fact in facts:
            apply(living, fact, row)
    again = replay(ROWS)
    for state in (living, again):
        assert (state.counter(1).turn, state.dispenser("dispenser-1").turn) == (OPENED, BEGUN)


def test_a_press_of_the_day_before_is_of_another_turn() -> None:
    before = replay([(1, (events.DayOpened(day="20261123"),))]).counter(1).turn
    assert before != replay(ROWS).counter(1).turn
