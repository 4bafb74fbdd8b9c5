"""What a ticket costs: bytes on a serial line, and time before the first of them is sent."""

import json

import pytest

from hub.cli.main import main
from sim.bench.ticket import measure

pytestmark = pytest.mark.alone


def test_a_ticket_is_300_bytes_and_laid_out_in_60_microseconds() -> None:
    runs = [measure() for _ in range(3)]
    assert max(run["bytes_native"] for run in runs) <= 300
    assert max(run["bytes_raster"] for run in runs) <= 11_500
    assert min(run["layout_us"] for run in runs) <= 60, runs


def test_the_command_prints_the_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "ticket", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert set(printed) == {"bytes_native", "bytes_raster", "layout_us", "layout_raster_us"}
