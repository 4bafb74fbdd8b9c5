"""What a decision costs, with few and with very many who wait."""

import json

import pytest

from hub.cli.main import main
from sim.bench.rules import measure

pytestmark = pytest.mark.alone


def test_a_decision_takes_microseconds_however_many_wait(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "rules", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["tickets"], printed["counters"], set(printed["growth"])) == (500, 12, {"500", "5000", "50000"})
    assert printed["decide_us"] <= 20, printed
    assert printed["growth"]["50000"] <= 2.5 * printed["growth"]["500"], printed


def test_every_command_of_a_ticket_is_measured() -> None:
    _, costs = measure(20, growth=())
    assert {"TakeTicket", "ConfirmPrint", "CallNext", "Recall", "Begin", "Finish", "MarkNoShow", "Transfer"} == set(
        costs
    )
