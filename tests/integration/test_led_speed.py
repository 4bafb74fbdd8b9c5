"""What a call costs until it is bytes on a chain, beside luma.led_matrix."""

import json

import pytest

from hub.cli.main import main
from sim.bench.led import measure

pytestmark = [
    pytest.mark.alone,
    pytest.mark.filterwarnings("ignore:Image.Image.getdata is deprecated:DeprecationWarning"),
]


def test_a_call_is_dots_in_microseconds_and_bytes_ten_times_as_fast_as_with_luma() -> None:
    runs = [measure() for _ in range(3)]
    assert all(run["same_bytes"] for run in runs)
    assert min(run["strip_us"] for run in runs) <= 30, runs
    assert max(run["luma_ratio"] for run in runs) >= 10, runs


def test_the_command_prints_the_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "led", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert set(printed) == {"strip_us", "chain_us", "luma_us", "luma_ratio", "same_bytes"}
