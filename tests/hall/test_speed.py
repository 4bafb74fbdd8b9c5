"""The speed we owe, against the floor of the same run: one round trip through mosquitto and one durable write."""

import contextlib
import io
import json
from pathlib import Path

import pytest

from hub.cli.main import main
from sim.bench.press import measure

ROOT = Path(__file__).parents[2]
RATIO, LOAD_RATIO = 2.0, 4.0
ATTEMPTS = 4
"""A shared machine has bad moments: the best of so many runs counts, each against its own floor."""


@pytest.mark.alone
def test_a_press_costs_little_more_than_its_floor(tmp_path: Path) -> None:
    runs = []
    for attempt in range(ATTEMPTS):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        runs.append(measure(folder, presses=1500, rate=500, seconds=4))
        assert runs[-1]["lost"] == 0
        if min(run["ratio"] for run in runs) <= RATIO and min(run["load_ratio"] for run in runs) <= LOAD_RATIO:
            return
    pytest.fail(f"no run of {ATTEMPTS} was within {RATIO} and {LOAD_RATIO} times its floor: {runs}")


@pytest.mark.alone
def test_the_command_prints_one_json_object(tmp_path: Path) -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        arguments = ["bench", "press", "--json", "--presses", "100", "--seconds", "1", "--rate", "50", "--dir"]
        assert main([*arguments, str(tmp_path)]) == 0
    result = json.loads(out.getvalue())
    assert sorted(result) == sorted(
        ["floor_us", "p50_us", "p99_us", "ratio", "load_p50_us", "load_p99_us", "load_ratio", "lost"]
    )
    assert result["lost"] == 0
    assert result["ratio"] == round(result["p50_us"] / result["floor_us"], 2)
