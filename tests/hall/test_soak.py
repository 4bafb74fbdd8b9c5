"""A busy hall whose time runs fast: nothing is lost, nothing is done twice, every view is true."""

import argparse
from pathlib import Path
from typing import Any

import pytest

from sim.bench.soak import add, measure

GROWTH_MB = 5.0


def holds(result: dict[str, Any]) -> None:
    wrong = {name: result[name] for name in ("lost", "duplicated", "stale_views")}
    assert wrong == {"lost": 0, "duplicated": 0, "stale_views": 0}
    assert result["rss_growth_mb"] <= GROWTH_MB
    assert result["presses"] > 3 * result["tickets"] > 0, "people are served, too"


@pytest.mark.alone
def test_the_first_hour_with_everything_that_breaks(tmp_path: Path) -> None:
    result = measure(tmp_path, days=1, until="09:15", tickets=3000, speed=20)
    holds(result)
    faults = (result["hub_kills"], result["broker_kills"], result["cuts"], result["power_cycles"])
    assert faults == (3, 1, 3, 3)
    assert result["view_checks"] == 2
    assert result["tickets"] > 60


@pytest.mark.nightly
@pytest.mark.timeout(7200)
def test_a_week_in_one_life_of_the_hub(tmp_path: Path) -> None:
    result = measure(tmp_path)
    holds(result)
    assert result["hours_simulated"] >= 6 * 24 + 14
    assert result["tickets"] > 9000
    assert result["view_checks"] == 8


@pytest.mark.parametrize("given", ["--days", "--speed", "--tickets"])
def test_nothing_is_lived_of_nothing(given: str) -> None:
    parser = argparse.ArgumentParser()
    add(parser.add_subparsers())
    args = parser.parse_args(["soak", given, "0"])
    with pytest.raises(ValueError, match="above 0"):
        args.run(args)
