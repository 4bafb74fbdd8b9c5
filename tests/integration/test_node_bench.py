"""The bench of a node: its figures hold, and it finds what it is there to find."""

import argparse

import pytest

from sim.bench.node import _live, add
from sim.bench.node_week import week

PRESSES = 3000
HEAP_BYTES = 96 * 1024
SPARE_BYTES = 1024
MEDIAN_MS = 6.0
"""Twice the goal, on a shared machine."""


def test_presses_leave_nothing_behind() -> None:
    found = week(PRESSES)
    assert found["week_growth_bytes"] <= 0
    assert found["piece_after_bytes"] > 0
    assert found["frame_us"] > 0


@pytest.mark.alone
async def test_the_whole_dispenser_prints_alone_over_tls_in_96_kb_and_answers_within_milliseconds() -> None:
    found = await _live(40)
    assert found["heap_used_bytes"] + SPARE_BYTES < HEAP_BYTES
    assert found["heap_free_bytes"] > SPARE_BYTES
    assert found["key_to_view_ms"] < MEDIAN_MS


def test_the_command_is_told_what_cannot_be() -> None:
    parser = argparse.ArgumentParser()
    add(parser.add_subparsers())
    args = parser.parse_args(["node", "--presses", "0"])
    with pytest.raises(ValueError, match="--presses are above 0"):
        args.run(args)
