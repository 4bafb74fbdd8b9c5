"""Appointments on the managers' pages: imported from any spreadsheet, checked line by line, live at once (M24, M44)."""

from datetime import timedelta
from pathlib import Path

import pytest

from hub.clock import local
from hub.rules import commands
from hub.rules.events import HallChanged
from tests.staff.house import MANAGERS, Pages, Visitor, open_house, staff_hall

HEAD = "预约码,业务,开始,结束"


def day(pages: Pages, ahead: int = 1) -> str:
    return f"{local(pages.house.clock.now(), pages.house.hall.zone).date() + timedelta(days=ahead)}"


async def send(visitor: Visitor, data: bytes, how: str = "all") -> dict[str, object]:
    """Send a file as a browser does."""
    headers = {"accept": "application/json", "x-proof": visitor.proof}
    files = {"file": ("名单.csv", data, "text/csv")}
    answer = await visitor.client.post("/staff/slots/check", data={"how": how}, files=files, headers=headers)
    found: dict[str, object] = answer.json()
    return found


def agreed(pages: Pages) -> dict[str, str]:
    return {code: one.service for code, one in pages.house.state.appointments.items()}


@pytest.mark.req("M24", "M44")
async def test_a_list_is_imported_compared_and_live_at_once(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        business = await pages.sign_in(MANAGERS["business"])
        first = (
            f"{HEAD},姓名\r\n1001,户籍,{day(pages)} 9:00,9:30,张三\r\n1002,b,{day(pages)} 09:30,{day(pages)} 10:00,\r\n"
        )
        assert await send(business, first.encode("gb18030")) == {
            "done": True,
            "words": "",
            "to": "/staff/slots?draft=1",
        }
        page = (await business.see("/staff/slots?draft=1")).text
        for words in ("新增2", "删除0", "未导入的列：姓名", "1001"):
            assert words in page, words
        assert "张三" not in page
        assert agreed(pages) == {}
        told = (await business.ask("/staff/slots/take-over")).json()
        assert told["words"] == "名单已生效：新增2条，修改0条，删除0条"
        assert agreed(pages) == {"1001": "A", "1002": "B"}
        assert pages.house.hall.file.appointments is not None
        written = (tmp_path / "appointments.csv").read_text(encoding="utf-8").splitlines()
        assert written[:2] == ["code,service,from,to", f"1001,A,{day(pages)} 09:00,{day(pages)} 09:30"]
        rows = (f"1001\tA\t{day(pages).replace('-', '/')} 10:00\t10:30", f"1003\tA\t{day(pages)} 9:00\t9:30")
        second = "\n".join(("code\tservice\tfrom\tto", *rows))
        await business.ask("/staff/slots/check", text=second)
        page = (await business.see("/staff/slots?draft=1")).text
        for words in ("新增1", "修改1", "删除1", "原为", "改为"):
            assert words in page, words
        await business.ask("/staff/slots/check", text=second, how="more")
        await business.ask("/staff/slots/take-over")
        assert set(agreed(pages)) == {"1001", "1002", "1003"}
        exported = (await business.client.get("/staff/slots/list.csv")).content
        assert exported.decode("utf-8-sig").splitlines()[0] == HEAD
        await send(business, exported)
        assert "不变3" in (await business.see("/staff/slots?draft=1")).text
        noted = [one.subject for one in pages.noted() if one.action == "slots"]
        assert noted == [
            "导入预约名单：新增2条，修改0条，删除0条",
            "导入预约名单：新增1条，修改1条，删除0条",
            "导出预约名单 3 条",
        ]


@pytest.mark.req("M24")
async def test_whatever_is_wrong_with_a_list_is_named_with_line_and_remedy(tmp_path: Path) -> None:
    text = staff_hall() + '[hours]\nmon = "08:30-17:00"\n'
    async with open_house(tmp_path, text) as pages:
        business = await pages.sign_in(MANAGERS["business"])
        tomorrow = day(pages)
        rows = (
            "12,A,{0} 09:00,09:30",
            "=cmd|calc,A,{0} 09:00,09:30",
            "1003,护照,{0} 09:00,09:30",
            "1004,A,明天九点,09:30",
            "1005,A,{0} 10:00,09:30",
            "1006,A,2026-02-30 10:00,11:00",
            "1007,A,{0} 09:00,09:30",
            "1007,B,{0} 09:00,09:30",
            "例1001,A,{0} 09:00,09:30",
        )
        await business.ask("/staff/slots/check", text="\n".join((HEAD, *rows)).format(tomorrow))
        page = (await business.see("/staff/slots?draft=1")).text
        for words in (
            "有7处错误，未导入",
            "第2行：预约码 12 不足4位；前面的0可能被表格软件去掉了，请把该列设为“文本”",
            "第3行：预约码 “=cmd|calc” 须为4至6位数字",
            "第4行：没有业务 “护照”，请填写：A 户籍、B 出入境",
            "第5行：开始 “明天九点” 须写成 2026-11-23 09:00",
            "第6行：结束 09:30 不晚于开始，请改正时间",
            "第7行：开始 “2026-02-30 10:00” 不是日历上的时间，请改正",
            "第9行：预约码 1007 与第8行重复，请换一个",
        ):
            assert words in page, words
        refused = await business.ask("/staff/slots/take-over")
        assert refused.json()["words"] == "名单有误，请改正后重新导入"
        today = local(pages.house.clock.now(), pages.house.hall.zone)
        sunday = day(pages, 13 - today.weekday())
        await business.ask(
            "/staff/slots/check", text=f"{HEAD}\n1001,A,{sunday} 09:00,09:30\n1002,A,2020-01-01 09:00,09:30"
        )
        page = (await business.see("/staff/slots?draft=1")).text
        assert "不在办公时间内：1001" in page
        assert "1条已过时间" in page
        for data, words in (
            (b"PK\x03\x04rest", "这是 Excel 工作簿；请在表格软件中“另存为”CSV，再导入"),
            (b"\x81", "文件不是文本；请在表格软件中“另存为”CSV（UTF-8），再导入"),
            (b"a,b\n", "第1行：缺少列“预约码”、“业务”、“开始”、“结束”；第1行须为标题 预约码,业务,开始,结束"),
            (b"x" * (512 * 1024 + 1), "文件超过512KB，请分几次导入"),
            ((HEAD + "\n" + "1,2\n" * 5001).encode(), "超过5000行，请分几次导入"),
            (f'{HEAD}\n"1001'.encode(), "第2行不是 CSV，请检查引号是否成对"),
        ):
            assert (await send(business, data))["words"] == f"不能导入：{words}"
        pasted = (await business.ask("/staff/slots/check", text="x" * (512 * 1024 + 1))).json()
        assert pasted["words"] == "不能导入：文件超过512KB，请分几次导入"
        assert (await business.ask("/staff/slots/check")).json()["words"] == "请选择文件，或粘贴表格内容"
        assert agreed(pages) == {}


@pytest.mark.req("M24")
async def test_one_is_entered_and_cancelled_by_hand_and_rules_are_set(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(
        "code,service,from,to\n1001,A,2020-01-01 09:00,2020-01-01 09:30\n", encoding="utf-8"
    )
    text = staff_hall() + '[appointments]\nfile = "list.csv"\n'
    async with open_house(tmp_path, text) as pages:
        business = await pages.sign_in(MANAGERS["business"])
        one = {"service": "B", "day": day(pages), "start": "09:00", "end": "09:30"}
        told = (await business.ask("/staff/slots/add", **one)).json()
        (code,) = set(agreed(pages))
        assert told["words"] == f"已登记，预约码 {code}，请告知群众"
        assert "1001" not in (tmp_path / "list.csv").read_text(encoding="utf-8")
        page = (await business.see(told["to"])).text
        assert told["words"] in page
        assert f"取消预约{code}" in page
        for wrong, words in (
            ({"code": code}, f"预约码 {code} 已使用，请换一个"),
            ({"code": "12"}, "预约码 12 不足4位；前面的0可能被表格软件去掉了，请把该列设为“文本”"),
            ({"end": "08:00"}, "结束时间须晚于开始时间和现在"),
            ({"start": "9点"}, "时间须写成 09:00"),
            ({"day": "明天"}, "日期须写成 2026-11-23"),
        ):
            assert (await business.ask("/staff/slots/add", **one | wrong)).json()["words"] == words
        cancelled = (await business.ask("/staff/slots/cancel", code=code)).json()
        assert cancelled["words"] == f"预约 {code} 已取消"
        assert agreed(pages) == {}
        again = (await business.ask("/staff/slots/cancel", code=code)).json()
        assert again["words"] == "名单中没有这个预约码，可能刚被他人取消"
        looked = await business.ask(
            "/staff/slots/settings", appointment_letter="z", appointment_late_min=20, step="preview"
        )
        assert "20" in looked.json()["words"]
        taken = await business.ask("/staff/slots/settings", appointment_letter="A", appointment_late_min=20)
        assert taken.json()["words"] == "未修改：A 是预约号的字母，业务请换一个"
        await business.ask("/staff/slots/settings", appointment_letter="Z", appointment_late_min=20)
        rules = pages.house.hall.file.rules
        assert (rules.appointment_letter, rules.appointment_late_min) == ("Z", 20)
        assert [one.person for one in pages.facts() if isinstance(one, HallChanged)] == [MANAGERS["business"]]


async def test_two_managers_do_not_overwrite_each_other(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        business = await pages.sign_in(MANAGERS["business"])
        await business.ask("/staff/slots/check", text=f"{HEAD}\n1001,A,{day(pages)} 09:00,09:30")
        await business.ask("/staff/slots/add", service="A", day=day(pages), start="10:00", end="10:30", code="2001")
        late = await business.ask("/staff/slots/take-over")
        assert late.json()["words"] == "内容刚被他人修改过，请刷新页面，看过后再改"
        assert agreed(pages) == {"2001": "A"}


@pytest.mark.req("M24")
async def test_who_has_checked_in_is_shown_and_a_broken_file_is_told(tmp_path: Path) -> None:
    text = staff_hall() + '[appointments]\nfile = "list.csv"\n'
    ready = commands.ReportDevice(device="dispenser-1", state="ready", boot=1, alerts={})
    async with open_house(tmp_path, text, opened=[ready]) as pages:
        business = await pages.sign_in(MANAGERS["business"])
        await business.ask("/staff/slots/check", text=f"{HEAD}\n1001,A,{day(pages, 0)} 00:00,{day(pages)} 23:59")
        await business.ask("/staff/slots/take-over")
        pages.house.ask(commands.TakeTicket(dispenser="dispenser-1", key="A", boot=1, service="A", appointment="1001"))
        assert "已签到 Y001" in (await business.see("/staff/slots")).text
        (tmp_path / "list.csv").write_text("code,service\n", encoding="utf-8")
        page = (await business.see("/staff/slots")).text
        assert "现有名单文件有误" in page
        assert str(tmp_path) not in page
        assert (await business.ask("/staff/slots/cancel", code="1001")).json()[
            "words"
        ] == "现有名单文件有误，请先导入完整的名单"
        await business.ask("/staff/slots/check", text=f"{HEAD}\n2001,A,{day(pages)} 09:00,09:30")
        assert (await business.ask("/staff/slots/take-over")).json()["done"]
        assert "2001" in agreed(pages)
