"""What a decision costs, with few and with very many who wait."""

import json

import pytest

from hub.cli.main import main
from sim.bench.rules import measure

pytestmark = pytest.mark.alone


def test_a_decision_takes_microseconds_however_many_wait() -> None:
    result, costs = measure(500)
    assert result["decide_us"] <= 20, costs
    assert result["growth"]["50000"] <= 2.5 * result["growth"]["500"], costs
    assert {"TakeTicket", "ConfirmPrint", "CallNext", "Recall", "Begin", "Finish", "MarkNoShow", "Transfer"} == set(
        costs
    )


def test_the_command_prints_the_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "rules", "--json", "--tickets", "20"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["tickets"], printed["counters"], set(printed["growth"])) == (20, 12, {"500", "5000", "50000"})
