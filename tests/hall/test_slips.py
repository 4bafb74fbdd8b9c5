"""Papers other than tickets and notices, as people get them: what came of it, what a service asks, what a day was."""

from argparse import ArgumentParser
from pathlib import Path

import msgspec
import pytest

from hub.cli import due
from hub.journal import read_rows
from hub.rules.apply import replay
from hub.rules.day_report import service_day
from hub.rules.events import DayEnded, SlipEnded, SlipOrdered, TicketFinished
from hub.rules.tally import tally
from hub.slip_fields import fields_of
from tests.hall.staffed import CHEN, MONDAY, SUN, StaffedHall, device, staffed_hall

RESULTS = """
[[results]]
code = "1"
name = "办结"
form = "result"

[[results]]
code = "2"
name = "受理"
promise = true
print = true

[[results]]
code = "3"
name = "不予受理"
reason = true
print = true

[[results]]
code = "4"
name = "容缺受理"
form = "supplement"

[[results]]
code = "5"
name = "告知承诺"
form = "commitment"
"""
GUIDE = """
[services.guide]
basis = "户口登记条例第十条"
conditions = "在本辖区有合法稳定住所"
materials = "居民户口簿；房屋所有权证"
place = "1号窗口"
times = "周一至周五"
process = "受理、审核、办结"
time_limit = "10个工作日"
fee = "不收费"
"""
MATERIALS = 'materials = ["居民身份证原件", "居民户口簿原件"]'
QUERY = '[ticket]\nenquiry_phone = "027-5550110"'
ELSEWHERE = {2: 'printer = "dispenser-1"'}
PRINTS = {1: 'printer = "dispenser-1"'}


async def serve(hall: StaffedHall) -> None:
    """Sign in at counter 1, and call A001."""
    await hall.sign_in("pad-1", CHEN)
    await hall.ticket()
    await hall.press("pad-1", "next")
    await hall.shows("pad-1", "A001")


def flat(paper: str) -> str:
    """Return a paper's text without breaks and gaps."""
    return paper.replace("\n", "").replace(" ", "")


@pytest.mark.req("M16", "M38")
async def test_what_was_accepted_has_its_day_and_says_where_to_ask(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, more=RESULTS, counter_more=PRINTS, at=MONDAY + "10:00:00") as hall:
        await serve(hall)
        await hall.press("pad-1", "finish")
        await hall.fill("pad-1", "2", "5")
        slip = flat(await hall.paper())
        for words in ("业务受理回执", "A001", "户籍", "2026年11月30日", "1号窗口", "陈警官（027001）", "027-5550110"):
            assert words in slip


@pytest.mark.req("M23")
async def test_a_supplement_names_what_is_missing_and_the_working_day_until_which_it_is_due(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with staffed_hall(
        tmp_path, more=RESULTS, service_a=MATERIALS, counter_more=PRINTS, at=MONDAY + "10:00:00"
    ) as hall:
        await serve(hall)
        await hall.press("pad-1", "finish", "d4", "ok")
        await hall.shows("pad-1", "期限几日_")
        await hall.press("pad-1", "ok")
        await hall.shows("pad-1", "请先输入")
        await hall.fill("pad-1", "5", "02", "")
        slip = flat(await hall.paper())
        for words in ("容缺受理承诺书", "20261123-R001", "1、居民户口簿原件", "至2026年11月30日", "陈警官（027001）"):
            assert words in slip
        end = await hall.fact(TicketFinished)
        assert (end.deadline, end.items, end.promised) == ("20261130", ("居民户口簿原件",), "")
    parser = ArgumentParser()
    due.add(parser.add_subparsers())
    args = parser.parse_args(["due", str(tmp_path / "state" / "journal.db"), "--from", "20261126"])
    assert args.run(args) == 0
    assert capsys.readouterr().out.startswith("2026年11月30日补交到期  A001  A  2026年11月23日受理")


@pytest.mark.req("M23")
async def test_a_commitment_has_a_serial_of_its_own_kind(tmp_path: Path) -> None:
    async with staffed_hall(
        tmp_path, more=RESULTS, service_a=MATERIALS, counter_more=PRINTS, at=MONDAY + "10:00:00"
    ) as hall:
        await serve(hall)
        await hall.press("pad-1", "finish")
        await hall.fill("pad-1", "5", "1", "1", "2", "")
        slip = flat(await hall.paper())
        for words in ("20261123-C001", "1、居民身份证原件", "2、居民户口簿原件", "2026年11月24日"):
            assert words in slip


@pytest.mark.req("M36", "M45")
async def test_a_refusal_and_a_plain_result_have_forms_of_their_own(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, more=RESULTS, counter_more=PRINTS) as hall:
        await serve(hall)
        await hall.ticket()
        await hall.press("pad-1", "finish")
        await hall.fill("pad-1", "3", "2")
        refusal = flat(await hall.paper())
        for words in ("不能办理告知单", "A001", "不予受理", "不属本所管辖"):
            assert words in refusal
        await hall.press("pad-1", "next", "finish")
        await hall.fill("pad-1", "1")
        result = flat(await hall.paper())
        for words in ("办理结果告知单", "A002", "办结", "陈警官（027001）"):
            assert words in result


@pytest.mark.req("M28")
async def test_who_was_not_served_reads_on_which_day_to_come_again(tmp_path: Path) -> None:
    holiday = '[hours]\nmon = "09:00-17:00"\ntue = "09:00-17:00"\nwed = "09:00-17:00"\nholidays = ["2026-11-24"]\n'
    report = '[report]\nprinter = "dispenser-1"\n'
    async with staffed_hall(tmp_path, more=holiday + report, at=MONDAY + "16:00:00") as hall:
        await hall.ticket()
        await hall.sign_in("duty", CHEN)
        await hall.do("duty", "end-day")
        left = flat(await hall.paper())
        for words in ("未能办理说明", "A001", "户籍", "2026年11月25日（星期三）"):
            assert words in left
        assert "日终报表" in await hall.paper(), "the day's report comes with its end"
        assert (await hall.fact(DayEnded)).by == CHEN


@pytest.mark.req("M35")
async def test_what_a_service_asks_is_printed_at_the_guides_desk_and_by_a_key(tmp_path: Path) -> None:
    keys = 'keys = { C = { guide = "A" } }'
    async with staffed_hall(tmp_path, service_a=GUIDE, dispenser=keys) as hall:
        await hall.press("dispenser-1", "C")
        by_key = flat(await hall.paper())
        eight = (
            "户口登记条例第十条",
            "在本辖区有合法稳定住所",
            "1、居民户口簿2、房屋所有权证",
            "1号窗口",
            "周一至周五",
        )
        for words in ("办事指南", "户籍", *eight, "受理、审核、办结", "10个工作日", "不收费"):
            assert words in by_key
        await hall.do("guide", "guide-slip", "1")
        await hall.shows("guide", "未登录")
        await hall.sign_in("guide", SUN)
        await hall.do("guide", "guide-slip", "1")
        assert flat(await hall.paper()) == by_key
        await hall.do("guide", "guide-slip", "2")
        await hall.shows("guide", "无办事指南")
        assert len(hall.facts(SlipOrdered)) == 2


@pytest.mark.req("M45")
async def test_a_slip_that_did_not_come_out_is_told_and_printed_once_more_by_name(tmp_path: Path) -> None:
    printer = device("printer-1", "printer", "dispenser-pico")
    async with staffed_hall(tmp_path, more=RESULTS + printer, counter_more={1: 'printer = "printer-1"'}) as hall:
        await serve(hall)
        await hall.do("pad-1", "reprint-slip", "")
        await hall.shows("pad-1", "无可补打")
        hall.printers["printer-1"].why = "cutter"
        await hall.press("pad-1", "finish")
        await hall.fill("pad-1", "1")
        await hall.shows("pad-1", "单据未打出")
        assert (await hall.fact(SlipEnded)).why == "cutter"
        await hall.do("pad-1", "reprint-slip", "")
        await hall.shows("pad-1", "无法打印")
        hall.printers["printer-1"].why = None
        await hall.until(lambda: not hall.agents["printer-1"]._alerts, "the printer is not well")
        await hall.do("pad-1", "reprint-slip", "1001")
        first = flat(await hall.paper("printer-1"))
        assert "办理结果告知单" in first
        assert "补打" not in first, "the only one that there is"
        await hall.until(lambda: len(hall.facts(SlipEnded)) == 2, "nobody knows that it is out")
        await hall.do("pad-1", "reprint-slip", "1001")
        assert "（补打陈警官（027001）" in flat(await hall.paper("printer-1"))


async def test_the_days_report_agrees_with_the_journal(tmp_path: Path) -> None:
    report = '[report]\nprinter = "dispenser-1"\n' + RESULTS
    async with staffed_hall(tmp_path, more=report, counter_more=ELSEWHERE) as hall:
        await hall.sign_in("pad-1", CHEN)
        for key in ("A", "A", "B", "A"):
            await hall.ticket(key)
        await hall.press("pad-1", "next", "finish")
        await hall.fill("pad-1", "1")
        await hall.press("rating-1", "r5")
        await hall.press("pad-1", "next", "no-show", "next")
        await hall.sign_in("duty", SUN)
        await hall.do("duty", "report")
        await hall.shows("duty", "无此权限")
        await hall.do("duty", "sign-out")
        await hall.sign_in("duty", CHEN)
        hall.printers["dispenser-1"].why = "cutter"
        await hall.do("duty", "report")
        await hall.shows("duty", "单据未打出")
        hall.printers["dispenser-1"].why = None
        await hall.until(lambda: not hall.agents["dispenser-1"]._alerts, "the printer is not well")
        await hall.do("duty", "report")
        paper = await hall.paper()
        assert "户籍 3 1 1 0" in " ".join(paper.split())
        assert "出入境 1 0 0 0 0" in " ".join(paper.split())
        for words in ("尚未办结2", "取号4", "办结1", "过号1", "非常满意1", "陈警官（027001）"):
            assert words in flat(paper)
        rows = list(read_rows(tmp_path / "state" / "journal.db"))
    state = replay((row.row, row.content().facts) for row in rows)
    total = tally(((row.row, row.at, row.content().facts) for row in rows), {})
    for code, figures in total.figures["service"].items():
        day = service_day(state, code)
        assert (day.taken, day.served, day.no_show) == (figures.taken, figures.served, figures.no_show)
        assert (day.wait_ms, day.ratings) == (figures.waits.mean_ms, figures.ratings)
        assert day.called == figures.waits.count


async def test_slips_of_an_old_journal_are_printed_as_what_they_were(tmp_path: Path) -> None:
    """Before slips had forms, a result was the only slip about one; it knew neither counter nor officer."""
    async with staffed_hall(tmp_path, more=RESULTS, counter_more=ELSEWHERE) as hall:
        await serve(hall)
        await hall.press("pad-1", "finish")
        await hall.fill("pad-1", "1")
        await hall.fact(TicketFinished)
        rows = [row.content().facts for row in read_rows(tmp_path / "state" / "journal.db")]
    old = b'{"event":"SlipOrdered","job":"1-500001","device":"dispenser-1","boot":1,"what":"result","serial":1,"at":5}'
    state = replay([*enumerate(rows, 1), (len(rows) + 1, [msgspec.json.decode(old, type=SlipOrdered)])])
    said = fields_of(hall.plan, state, state.slips["1-500001"], "")
    assert (said["number"], said["result"], said["counter"], said["officer"]) == ("A001", "办结", "1号窗口", "")
    assert said["copy"] == ""


@pytest.mark.req("M35")
async def test_a_guide_whose_service_is_gone_from_the_halls_file_does_not_stop_the_hub(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, who=(SUN,), count=1, service_b=GUIDE) as hall:
        await hall.sign_in("guide", SUN)
        printer = hall.printers["dispenser-1"]
        printer.is_held.set()
        await hall.press("dispenser-1", "A")
        await hall.do("guide", "guide-slip", "2")
        await hall.hub.kill()
        text = hall.file.read_text(encoding="utf-8")
        start = text.index('[[services]]\ncode = "B"')
        gone = text[start : text.index("[[", start + 1)]
        hall.file.write_text(text.replace(gone, ""), encoding="utf-8")
        await hall.hub.start()
        printer.is_held.clear()
        assert "A001" in await hall.paper()
        assert (await hall.paper()).splitlines()[:3] == ["满员厅", "办事指南", "B"]
