"""The hall with twelve counters, four dispensers and forty nodes: the hub has hardly anything to do."""

import argparse
import json
from typing import Any

import pytest

from hub.config import load_hall
from sim.bench.hall import EXAMPLE, add

HUB_PERCENT = 10.0
START_S = 30.0
"""As long as a simulated hall may take to come up."""


def parsed(*more: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add(parser.add_subparsers())
    return parser.parse_args(["hall", *more])


@pytest.mark.alone
def test_the_hub_of_forty_nodes_needs_less_than_a_tenth_of_a_core(capsys: pytest.CaptureFixture[str]) -> None:
    """From when all is settled: one citizen in eleven seconds, where three calls a minute are one in twenty."""
    args = parsed("--json", "--seconds", "11")
    assert args.run(args) == 0
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (result["nodes"], result["calls"]) == (40, 1)
    assert result["start_s"] <= START_S
    assert 0 < result["hub_cpu_percent"] < HUB_PERCENT
    assert result["nodes_cpu_percent"] > result["hub_cpu_percent"] > 0, "real firmware runs, forty times"


def test_the_example_is_such_a_hall() -> None:
    hall = load_hall(EXAMPLE)
    kinds = [device.kind for device in hall.devices]
    assert (len(hall.counters), kinds.count("dispenser"), len(kinds)) == (12, 4, 40)


@pytest.mark.parametrize("given", ["--seconds", "--calls"])
def test_nothing_is_measured_of_nothing(given: str) -> None:
    args = parsed(given, "0")
    with pytest.raises(ValueError, match="above 0"):
        args.run(args)
