"""Hours and holidays on the managers' pages: from the next business day, with what the screen will say (M29, S12)."""

from pathlib import Path

import pytest

from hub.calendar import schedule
from tests.staff.house import MANAGERS, open_house, staff_hall

HOURS = '[hours]  # 作息\nmon = "08:30-12:00 14:00-17:30"  # 周一\nholidays = [\n    "2027-01-01",  # 元旦\n]\n'
TABLE = "日期,类型\r\n2027-02-05~2027-02-11,放假\r\n2027/2/20,上班\r\n2027年1月1日,上班\r\n"


@pytest.mark.req("M29", "S12", "M44")
async def test_hours_are_looked_at_with_the_screen_and_hold_from_the_next_day(tmp_path: Path) -> None:
    async with open_house(tmp_path, staff_hall() + HOURS) as pages:
        business = await pages.sign_in(MANAGERS["business"])
        spans = pages.house.state.spans
        form = {"mon": "8：30—12：00，14:00～17:30", "tue": "09:00-16:00", "lunch": "tickets", "self_test_min": "10"}
        form |= {"holidays": "2027-01-01", "workdays": ""}
        looked = (await business.ask("/staff/hours/save", **form, step="preview")).json()
        for words in (
            "周二：09:00-16:00",
            "起执行，今日不变",
            "综合屏“办公时间”页将显示",
            "周三至周日　休息",
            "午间　午休不间断",
        ):
            assert words in looked["words"], words
        assert pages.house.hall.file.hours
        assert pages.house.hall.file.hours.tue == ""
        saved = (await business.ask("/staff/hours/save", **form)).json()
        assert saved["words"].startswith("已保存，自")
        hours = pages.house.hall.file.hours
        assert (hours.mon, hours.tue, hours.lunch) == ("08:30-12:00 14:00-17:30", "09:00-16:00", "tickets")
        written = (tmp_path / "hall.toml").read_text(encoding="utf-8")
        assert "# 作息" in written
        assert "# 元旦" in written
        assert pages.house.state.spans == spans
        page = (await business.see(saved["to"])).text
        assert "撤销这次修改" in page
        assert "今后两周" in page
        for wrong, words in (
            ({"wed": "九点到五点"}, "“九点到五点”须写成 08:30-12:00 14:00-17:30，休息的日子不填"),
            ({"wed": "12:00-09:00"}, "未修改：周三的时间段先后不对或有重叠，请改正"),
            ({"wed": "25:00-26:00"}, "未修改：周三须为时间段，如 08:30-12:00 14:00-17:30"),
            ({"holidays": "国庆"}, "“国庆”不是日期，须写成 2026-10-01"),
            ({"holidays": "2027-01-01~2027-12-31"}, "“2027-01-01~2027-12-31”须写成 2026-10-01~2026-10-07，最多60天"),
            ({"workdays": "2027-01-01"}, "2027-01-01 既是节假日又是调休上班日，请去掉一处"),
        ):
            assert (await business.ask("/staff/hours/save", **form | wrong)).json()["words"] == words
        same = (await business.ask("/staff/hours/save", **form)).json()
        assert (same["done"], same["words"]) == (False, "没有需要保存的修改")


@pytest.mark.req("M29")
async def test_the_years_holidays_are_imported(tmp_path: Path) -> None:
    async with open_house(tmp_path, staff_hall() + HOURS) as pages:
        business = await pages.sign_in(MANAGERS["business"])
        headers = {"accept": "application/json", "x-proof": business.proof}
        files = {"file": ("节假日.csv", TABLE.encode("gb18030"), "text/csv")}
        answer = await business.client.post("/staff/hours/holidays", files=files, headers=headers)
        assert answer.json()["done"], answer.text
        hours = pages.house.hall.file.hours
        assert hours
        assert hours.holidays == tuple(f"2027-02-{day:02}" for day in range(5, 12))
        assert hours.workdays == ("2027-01-01", "2027-02-20")
        assert schedule("20270208", hours, pages.house.hall.zone) == ()
        assert len(schedule("20270220", hours, pages.house.hall.zone) or ()) == 2
        assert "2027-02-05~2027-02-11" in (await business.see("/staff/hours")).text
        table = (await business.client.get("/staff/hours/holidays.csv")).content.decode("utf-8-sig")
        assert table.splitlines()[:2] == ["日期,类型", "2027-01-01,上班"]
        same = (await business.ask("/staff/hours/holidays", text=table)).json()
        assert same["words"] == "没有需要保存的修改"
        for text, words in (
            ("日子,类型\n2027-01-01,放假", "不能导入：第1行须为标题 日期,类型"),
            ("日期,类型\n2027-01-01,放风", "不能导入：第2行：类型须为“放假”或“上班”"),
            ("日期,类型\n2027-13-01,放假", "不能导入：第2行：“2027-13-01”不是日期，须写成 2026-10-01"),
            ("日期,类型\n2027-01-01,放假\n2027-01-01,上班", "不能导入：第3行：2027-01-01 前面已有，请去掉一行"),
            ("日期,类型", "不能导入：须有1至400天"),
        ):
            assert (await business.ask("/staff/hours/holidays", text=text)).json()["words"] == words


async def test_a_hall_without_hours_gets_them(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        business = await pages.sign_in(MANAGERS["business"])
        assert "全天取号" in (await business.see("/staff/hours")).text
        early = (await business.ask("/staff/hours/holidays", text=TABLE)).json()
        assert early["words"] == "大厅还没有工作时间，请先填写每周的时间"
        assert (await business.ask("/staff/hours/save", mon="09:00-17:00")).json()["done"]
        assert pages.house.hall.file.hours
        assert pages.house.hall.file.hours.mon == "09:00-17:00"
