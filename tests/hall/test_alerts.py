"""What the duty officer is told while the hall runs: long waits, peaks, windows to open; from outside, at his desk."""

from pathlib import Path

import pytest

from hub.rules.events import AlertCleared, AlertRaised
from tests.hall.staffed import CHEN, LI, MONDAY, staffed_hall


@pytest.mark.req("S11")
async def test_a_long_average_wait_is_told_and_goes_with_those_who_waited(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, who=(), at=MONDAY + "09:00:00") as hall:
        await hall.ticket()
        await hall.shows("duty", "正常 等候1人")
        await hall.go_on_at(MONDAY + "09:12:00")
        await hall.shows("duty", "平均等候12分钟")
        await hall.go_on_at(MONDAY + "09:25:00")
        await hall.ticket("B")
        await hall.ticket("B", "dispenser-1")
        await hall.press("pad-1", "next")
        await hall.shows("duty", "正常 等候2人")
        assert [fact.alert for fact in hall.facts(AlertRaised)] == ["average-wait"]
        assert [fact.alert for fact in hall.facts(AlertCleared)] == ["average-wait"]


@pytest.mark.req("M33")
async def test_a_peak_is_told_with_how_many_wait_now(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, who=(), more="[alerts]\npeak_waiting = 2\n") as hall:
        await hall.ticket()
        await hall.shows("duty", "正常 等候1人")
        await hall.ticket()
        await hall.shows("duty", "高峰 等候2人")
        await hall.ticket()
        await hall.shows("duty", "高峰 等候3人")
        await hall.press("pad-1", "next")
        await hall.press("pad-2", "next")
        await hall.shows("duty", "正常 等候1人")


@pytest.mark.req("S13")
@pytest.mark.parametrize(("volume", "wanted"), [(99, 2), (100, 3), (300, 4)])
async def test_the_usual_day_says_how_many_windows_to_open(tmp_path: Path, volume: int, wanted: int) -> None:
    more = "[alerts]\nempty_after_s = 0\n"
    async with staffed_hall(tmp_path, count=4, rules=f"day_volume = {volume}", more=more, who=(CHEN, LI)) as hall:
        await hall.shows("duty", f"应开{wanted}个窗口")
        await hall.sign_in("pad-1", CHEN)
        await hall.shows("duty", f"应开{wanted}个窗口")
        await hall.sign_in("pad-2", LI)
        await hall.shows("duty", "正常" if wanted == 2 else f"应开{wanted}个窗口")


@pytest.mark.req("M19")
async def test_many_empty_counters_are_told_in_one_sentence(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, count=9, more="[alerts]\nempty_after_s = 0.5\n", who=(CHEN,)) as hall:
        await hall.shows("duty", "9个窗口空岗")
        for number in range(1, 4):
            await hall.sign_in(f"pad-{number}", CHEN)
            await hall.shows(f"pad-{number}", "无人等候" if number == 1 else "已在他窗")
        await hall.shows("duty", "8个窗口空岗")
