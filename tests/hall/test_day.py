"""The day of a hall: opening, breaks, closing, appointments, items from the night, mishaps; from outside."""

from pathlib import Path

import pytest

from hub.rules.events import (
    AppointmentsListed,
    DayEnded,
    DeviceReported,
    PhaseChanged,
    SelfTestMade,
    TicketTaken,
    TicketVouched,
)
from tests.hall.staffed import CHEN, MONDAY, SUN, ZHOU, StaffedHall, staffed_hall

HOURS = '[hours]\nmon = "09:00-12:00 14:00-17:00"\nsat = "09:30-11:30"\nself_test_min = 0\n'
NO_ALERTS = "[alerts]\naverage_wait_min = 0\nempty_after_s = 0\n"
LIST = """code,service,from,to
1001,A,2026-11-23 09:00,2026-11-23 09:30
1002,A,2026-11-23 10:00,2026-11-23 10:30
1003,A,2026-11-23 08:00,2026-11-23 08:30
"""


async def calls(hall: StaffedHall, *numbers: str) -> None:
    """Call next at counter 1, again and again, and look whom the lintel calls."""
    for number in numbers:
        await hall.press("pad-1", "next")
        await hall.shows("lintel-1", f"请{number}号到1号窗")


@pytest.mark.req("M24")
async def test_who_has_an_appointment_is_called_in_its_hour(tmp_path: Path) -> None:
    (tmp_path / "appointments.csv").write_text(LIST, encoding="utf-8")
    more = '[appointments]\nfile = "appointments.csv"\n'
    async with staffed_hall(tmp_path, more=more, at=MONDAY + "09:05:00") as hall:
        await hall.sign_in("pad-1", CHEN)
        await hall.sign_in("guide", SUN)
        await hall.fact(AppointmentsListed)
        await hall.ticket()
        for code, number, slot in (
            ("1003", "Y001", "08:00-08:30"),
            ("1002", "Y002", "10:00-10:30"),
            ("1001", "Y003", "09:00-09:30"),
        ):
            await hall.do("guide", "appointment", code)
            assert {number, f"预约 {slot}"} <= set((await hall.paper()).splitlines())
        for code in ("1001", "9999"):
            await hall.do("guide", "appointment", code)
            await hall.shows("guide", "无此代码")
        await calls(hall, "Y003", "A001", "Y001", "Y002")


@pytest.mark.req("M25")
async def test_what_came_in_the_night_is_in_line_at_the_opening(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, more=HOURS + NO_ALERTS, at=MONDAY + "07:00:00") as hall:
        await hall.do("duty", "receive", "1")
        await hall.shows("duty", "未登录")
        await hall.sign_in("duty", ZHOU)
        await hall.do("duty", "receive", "1")
        await hall.sign_in("pad-1", CHEN)
        await hall.press("pad-1", "next")
        await hall.shows("pad-1", "无号码")
        await hall.go_on_at(MONDAY + "09:00:00")
        await hall.shows("pad-1", "等候1人")
        await hall.sign_in("duty", ZHOU)
        await hall.do("duty", "receive", "1")
        await hall.shows("duty", "请直接取号")
        assert "A002" in await hall.ticket()
        await calls(hall, "A001")
        await hall.shows("pad-1", "A001 代办 周警官")
        assert (await hall.fact(TicketVouched)).by == ZHOU
        await calls(hall, "A002")


@pytest.mark.req("M25", "M28")
async def test_what_came_in_and_was_not_done_is_in_line_the_next_day(tmp_path: Path) -> None:
    tuesday = HOURS.replace("mon =", 'tue = "09:00-17:00"\nmon =')
    async with staffed_hall(tmp_path, more=tuesday + NO_ALERTS, at=MONDAY + "07:00:00") as hall:
        await hall.sign_in("duty", ZHOU)
        await hall.do("duty", "receive", "2")
        await hall.go_on_at(MONDAY + "16:00:00")
        await hall.fact(TicketTaken)
        await hall.shows("duty", "引导员未到岗")
        await hall.do("duty", "end-day")
        await hall.fact(DayEnded)
        await hall.go_on_at("2026-11-24T09:00:05")
        await hall.until(lambda: len(hall.facts(TicketTaken)) == 2, "it was forgotten")
        await hall.sign_in("pad-1", CHEN)
        await calls(hall, "B001")
        await hall.shows("pad-1", "B001 代办 周警官")


@pytest.mark.req("M28", "S12")
async def test_closing_stops_tickets_and_serves_whoever_holds_one(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, who=(), more=HOURS, at=MONDAY + "16:59:00") as hall:
        await hall.ticket()
        await hall.ticket()
        await hall.go_on_at(MONDAY + "17:05:00")
        await hall.shows("dispenser-1", "停止取号 继续办理")
        await hall.press("dispenser-1", "A")
        await hall.shows("dispenser-1", "停止取号 继续办理")
        assert len(hall.printers["dispenser-1"].papers) == 2
        await hall.fact(PhaseChanged)
        await calls(hall, "A001", "A002")
        await hall.shows("dispenser-1", "停止取号 继续办理")
        await hall.press("pad-1", "finish")
        await hall.shows("dispenser-1", "今日停止取号")
        await hall.until(lambda: hall.facts(PhaseChanged)[-1].phase == "closed", "the day does not end")
        assert 5 * 60_000 <= hall.facts(PhaseChanged)[-1].overtime_ms < 6 * 60_000


@pytest.mark.req("M28")
async def test_who_cannot_be_served_any_more_gets_a_slip_that_says_so(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, more=HOURS + NO_ALERTS, at=MONDAY + "16:00:00") as hall:
        await hall.ticket()
        await hall.ticket("B")
        await hall.knows_the_hour("duty")
        await hall.sign_in("duty", SUN)
        await hall.do("duty", "end-day")
        await hall.shows("duty", "无此权限")
        assert hall.facts(DayEnded) == []
        await hall.sign_in("duty", CHEN)
        await hall.do("duty", "end-day")
        for number, service in (("A001", "户籍"), ("B001", "出入境")):
            slip = (await hall.paper()).replace("\n", "")
            assert number in slip
            assert service in slip
            assert "未能办理说明" in slip
            assert "2026年11月28日（星期六）" in slip
        await hall.shows("dispenser-1", "今日停止取号")
        assert (await hall.fact(DayEnded)).by == CHEN


@pytest.mark.req("M30")
async def test_the_hall_looks_at_itself_ten_minutes_before_it_opens(tmp_path: Path) -> None:
    hours = '[hours]\nmon = "09:00-17:00"\n'
    async with staffed_hall(tmp_path, who=(), more=hours, at=MONDAY + "08:49:00") as hall:
        await hall.shows("dispenser-1", "09:00开始取号")
        await hall.press("dispenser-1", "A")
        await hall.shows("dispenser-1", "09:00开始取号")
        await hall.go_on_at(MONDAY + "08:50:00")
        await hall.shows("lintel-1", "自检 lintel-1")
        await hall.until(lambda: len(hall.lamps["rating-1"].lit) == 5, "the rating pad's lamps are dark")
        assert (await hall.fact(SelfTestMade)).faults == ()
        await hall.go_on_at(MONDAY + "08:50:10")
        await hall.shows("duty", "自检正常")
        await hall.shows("lintel-1", "09:00开始办理")


@pytest.mark.req("M30")
async def test_the_duty_officer_reads_what_is_wrong_before_the_doors_open(tmp_path: Path) -> None:
    hours = '[hours]\nmon = "09:00-17:00"\n'
    async with staffed_hall(tmp_path, count=1, who=(), more=hours, at=MONDAY + "08:49:00") as hall:
        hall.printers["dispenser-1"].why = "paper-out"
        await hall.until(
            lambda: any(fact.alerts for fact in hall.facts(DeviceReported)), "nobody noticed that there is no paper"
        )
        await hall.go_on_at(MONDAY + "08:50:00")
        assert (await hall.fact(SelfTestMade)).faults == ("device dispenser-1",)
        await hall.go_on_at(MONDAY + "08:50:10")
        await hall.shows("duty", "自检1项异常 dispenser-1")


@pytest.mark.req("M30")
async def test_nobody_at_a_counter_is_found_before_the_opening(tmp_path: Path) -> None:
    hours = '[hours]\nmon = "09:00-17:00"\n'
    async with staffed_hall(tmp_path, count=1, more=hours, at=MONDAY + "08:49:00") as hall:
        await hall.sign_in("guide", SUN)
        await hall.go_on_at(MONDAY + "08:50:00")
        await hall.fact(SelfTestMade)
        await hall.go_on_at(MONDAY + "08:50:10")
        await hall.shows("duty", "自检2项异常 1号窗无人 民警未到岗")
        await hall.sign_in("pad-1", CHEN)
        await hall.shows("duty", "自检正常")


@pytest.mark.req("S6", "S12")
@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (MONDAY + "11:59:00", "请按键取号"),
        (MONDAY + "12:30:00", "请按键取号"),
        ("2026-11-28T10:00:00", "请按键取号"),
        ("2026-11-28T12:00:00", "今日停止取号"),
        ("2026-11-29T10:00:00", "今日停止取号"),
    ],
)
async def test_a_hall_may_go_on_over_lunch_and_open_on_saturdays(tmp_path: Path, at: str, shown: str) -> None:
    async with staffed_hall(tmp_path, count=1, who=(), more=HOURS + 'lunch = "tickets"\n', at=at) as hall:
        await hall.shows("dispenser-1", shown)
        await hall.press("dispenser-1", "A")
        if shown == "请按键取号":
            assert "A001" in await hall.paper()
        else:
            assert hall.facts(TicketTaken) == []


@pytest.mark.req("S6")
async def test_over_a_closed_lunch_nobody_new_comes_and_who_waits_is_served(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, count=1, who=(), more=HOURS, at=MONDAY + "11:59:00") as hall:
        await hall.ticket()
        await hall.go_on_at(MONDAY + "12:00:01")
        await hall.shows("dispenser-1", "午休 14:00取号")
        await hall.press("dispenser-1", "A")
        await hall.shows("dispenser-1", "午间休息")
        await calls(hall, "A001")
        await hall.go_on_at(MONDAY + "14:00:00")
        await hall.shows("dispenser-1", "请按键取号")
        assert "A002" in await hall.ticket()


@pytest.mark.req("M41")
async def test_a_hub_that_dies_comes_back_with_its_queue(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path) as hall:
        await hall.sign_in("pad-1", CHEN)
        await hall.ticket()
        await hall.ticket()
        await calls(hall, "A001")
        await hall.begin_again()
        await hall.shows("lintel-1", "请A001号到1号窗")
        await hall.press("pad-1", "recall")
        await hall.shows("lintel-1", "请A001号到1号窗")
        assert "A003" in await hall.ticket()
        await calls(hall, "A002", "A003")


@pytest.mark.req("M41")
async def test_without_paper_a_number_is_kept_in_mind(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, rules="paperless = true") as hall:
        await hall.sign_in("pad-1", CHEN)
        await hall.sign_in("guide", SUN)
        hall.printers["dispenser-1"].why = "paper-out"
        await hall.press("dispenser-1", "A")
        await hall.shows("dispenser-1", "请记A001 再按原键确认")
        await hall.press("dispenser-1", "B")
        await hall.shows("dispenser-1", "请记A001 再按原键确认")
        assert len(hall.facts(TicketTaken)) == 1, "what A means is still said, and B waits"
        await hall.press("pad-1", "next")
        await hall.shows("pad-1", "无号码")
        await hall.press("dispenser-1", "A")
        await hall.shows("pad-1", "等候1人")
        await hall.press("dispenser-1", "A")
        await hall.shows("dispenser-1", "请记A002")
        await hall.do("guide", "vouch", "1002")
        await calls(hall, "A001", "A002")
        assert [fact.by for fact in hall.facts(TicketVouched)] == ["", SUN]


@pytest.mark.req("M41")
async def test_the_guides_number_without_paper_is_his_to_tell(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, rules="paperless = true") as hall:
        await hall.sign_in("guide", SUN)
        hall.printers["dispenser-1"].why = "paper-out"
        await hall.do("guide", "ticket", "1", "")
        await hall.shows("guide", "未出纸 A001")
        await hall.shows("dispenser-1", "请稍候 引导员正在取号")
        await hall.do("guide", "vouch", "1001")
        await hall.shows("guide", "等候1人")
