"""What is wrong with a printer, from its sensor to lamp, panel, journal and fault log; the ticket comes as it can."""

from pathlib import Path

import pytest

from hub.journal import read_rows
from hub.rules.fault_log import fault_log
from sim import Hall

EXAMPLE = Path(__file__).parents[2] / "examples" / "one-counter.toml"
DISPENSER = "dispenser-1"


@pytest.mark.req("M4")
async def test_a_roll_that_ends_is_told_before_and_after(tmp_path: Path) -> None:
    async with Hall(str(EXAMPLE), state=tmp_path / "state") as hall:
        printer = hall.printer(DISPENSER)
        lit: set[bool] = set()

        def lamp_has_blinked() -> bool:
            lit.add(hall.lamps(DISPENSER)["fault"])
            return lit == {False, True}

        printer.paper_near_end = True
        await hall.panel(DISPENSER, "票纸将尽")
        await hall.until(lamp_has_blinked, otherwise=lambda: "the lamp fault does not blink")
        await hall.press(DISPENSER, "A")
        assert "A001" in "".join((await hall.paper(DISPENSER)).text)
        printer.paper_out = True
        await hall.panel(DISPENSER, "缺纸")
        await hall.until(lambda: hall.lamps(DISPENSER)["fault"], otherwise=lambda: "the lamp fault is dark")
        printer.paper_out = printer.paper_near_end = False
        await hall.panel(DISPENSER, "请按键取号")
        await hall.until(lambda: not hall.lamps(DISPENSER)["fault"], otherwise=lambda: "the lamp fault is lit")
        journal = hall.journal
    log = fault_log((row.row, row.at, row.content().facts) for row in read_rows(journal))
    found = [
        (fault.what, fault.until is not None) for fault in log if (fault.device, fault.part) == (DISPENSER, "printer")
    ]
    assert found[:2] == [("near-end", True), ("paper-out", True)]
