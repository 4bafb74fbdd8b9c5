"""The bench of a node: its figures hold, and it finds what it is there to find."""

import argparse

import pytest

from sim.bench.node import _live, add
from sim.bench.node_week import week

PRESSES = 3000
HEAP_BYTES = 96 * 1024
SPARE_BYTES = 1024
MEDIAN_MS = 3.0
ATTEMPTS = 3
"""A shared machine has bad moments: the best of so many runs counts."""


def test_presses_leave_nothing_behind() -> None:
    found = week(PRESSES)
    assert found["week_growth_bytes"] <= 0
    assert found["piece_after_bytes"] > 0
    assert found["frame_us"] > 0


@pytest.mark.alone
async def test_the_whole_dispenser_prints_alone_over_tls_in_96_kb_and_answers_within_milliseconds() -> None:
    medians_ms: list[float] = []
    while len(medians_ms) < ATTEMPTS and min(medians_ms, default=MEDIAN_MS + 1) > MEDIAN_MS:
        found = await _live(40)
        assert found["heap_used_bytes"] + SPARE_BYTES < HEAP_BYTES
        assert found["heap_free_bytes"] > SPARE_BYTES
        medians_ms.append(found["key_to_view_ms"])
    assert min(medians_ms) <= MEDIAN_MS, medians_ms


def test_the_command_is_told_what_cannot_be() -> None:
    parser = argparse.ArgumentParser()
    add(parser.add_subparsers())
    args = parser.parse_args(["node", "--presses", "0"])
    with pytest.raises(ValueError, match="--presses are above 0"):
        args.run(args)
