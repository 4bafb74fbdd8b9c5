"""How a service ends, as people see it: passed on, with a result, a reason, a promised day; what is only collected."""

from argparse import ArgumentParser
from pathlib import Path

import pytest

from hub.cli import due
from hub.rules.apply import apply
from hub.rules.events import TicketCalled, TicketFinished, TicketTransferred
from hub.rules.state import State
from tests.hall.staffed import CHEN, LI, MONDAY, ZHOU, staffed_hall

RESULTS = """
[[results]]
code = "1"
name = "办结"

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
"""
JOURNAL = Path("state", "journal.db")
PRINTS = {1: 'printer = "dispenser-1"', 2: 'printer = "dispenser-1"'}


def remind(*words: str | Path) -> int:
    """Run the command ``lintel due``."""
    parser = ArgumentParser()
    due.add(parser.add_subparsers())
    args = parser.parse_args(["due", *map(str, words)])
    return int(args.run(args))


@pytest.mark.req("M14")
async def test_the_first_counter_stays_responsible_and_passes_on_with_place_and_reason(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path) as hall:
        await hall.sign_in("pad-1", CHEN)
        await hall.sign_in("pad-2", LI)
        await hall.ticket()
        await hall.press("pad-1", "next")
        await hall.shows("lintel-1", "请A001号到1号窗")
        await hall.do("pad-1", "transfer", "", "", "1")
        await hall.shows("pad-1", "请另选窗口")
        await hall.do("pad-1", "transfer", "", "1", "1")
        await hall.shows("pad-1", "已在本窗")
        await hall.do("pad-1", "transfer", "", "2", "")
        await hall.shows("pad-1", "请选原因")
        await hall.press("pad-1", "d9", "ok")
        await hall.shows("pad-1", "请选原因")
        assert not hall.facts(TicketTransferred)
        await hall.do("pad-1", "transfer", "2", "2", "1")
        await hall.shows("pad-2", "等候1人")
        await hall.press("pad-2", "next")
        await hall.shows("lintel-2", "请A001号到2号窗")
        passed = await hall.fact(TicketTransferred)
        assert (passed.counter, passed.to_counter, passed.service, passed.reason, passed.by) == (1, 2, "B", "1", CHEN)
        state = State()
        for row, fact in enumerate(hall.facts()):
            apply(state, fact, row)
        ticket = state.by_number["A001"]
        assert (ticket.first_counter, ticket.first_person, ticket.counter) == (1, CHEN, 2)


@pytest.mark.req("M10", "M14")
async def test_nobody_is_sent_to_a_clerk_who_may_not_serve_him(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path) as hall:
        await hall.sign_in("pad-1", CHEN)
        await hall.sign_in("pad-2", ZHOU)
        await hall.ticket()
        await hall.press("pad-1", "next")
        await hall.shows("lintel-1", "请A001号到1号窗")
        await hall.do("pad-1", "transfer", "", "2", "1")
        await hall.shows("pad-1", "该窗不能办")
        assert not hall.facts(TicketTransferred)


@pytest.mark.req("M16", "M45")
async def test_a_promised_day_stands_on_the_slip_and_in_the_reminders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with staffed_hall(tmp_path, more=RESULTS, counter_more=PRINTS, at=MONDAY + "10:00:00") as hall:
        await hall.sign_in("pad-1", CHEN)
        await hall.ticket()
        await hall.press("pad-1", "next", "finish")
        await hall.fill("pad-1", "2", "5")
        slip = await hall.paper()
        assert "业务受理回执" in slip
        assert "承诺办结：2026年11月30日" in slip.replace("\n", "").replace(" ", "")
        await hall.shows("pad-1", "无人等候")
    journal = tmp_path / JOURNAL
    assert remind(journal, "--days", "2", "--from", "20261126", "--hall", hall.file) == 0
    near = "2026年11月30日到期  A001  户籍  2026年11月23日受理  1号窗口  陈警官 027001"
    assert capsys.readouterr().out == near + "\n"
    assert remind(journal, "--days", "1", "--from", "20261126") == 0
    assert capsys.readouterr().out == "2026年11月26日至2026年11月27日没有到期的承诺\n"
    with pytest.raises(ValueError, match="give one as YYYYMMDD"):
        remind(journal, "--from", "20261131")


@pytest.mark.req("M36", "M45")
async def test_a_refusal_needs_a_reason_which_the_citizen_takes_home(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, more=RESULTS, counter_more=PRINTS) as hall:
        await hall.sign_in("pad-1", CHEN)
        await hall.ticket()
        await hall.press("pad-1", "next", "finish")
        await hall.shows("pad-1", "结果_")
        await hall.press("pad-1", "d3", "ok")
        await hall.shows("pad-1", "原因_")
        await hall.press("pad-1", "ok")
        await hall.shows("pad-1", "请选原因")
        assert not hall.facts(TicketFinished)
        await hall.press("pad-1", "d1", "ok")
        slip = await hall.paper()
        assert "办理结果：不予受理" in slip.replace(" ", "")
        assert "理由：材料不全" in slip.replace(" ", "")
        end = await hall.fact(TicketFinished)
        assert (end.result, end.reason, end.by) == ("3", "1", CHEN)


@pytest.mark.req("M45")
async def test_every_service_ends_with_a_result_of_the_halls_list(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, more=RESULTS) as hall:
        await hall.sign_in("pad-1", CHEN)
        await hall.ticket()
        await hall.press("pad-1", "next", "finish", "d8", "ok")
        await hall.shows("pad-1", "无此代码")
        await hall.shows("pad-1", "A001")
        await hall.press("pad-1", "finish", "d1", "ok")
        await hall.shows("pad-1", "无人等候")
        assert [end.result for end in hall.facts(TicketFinished)] == ["1"]


@pytest.mark.req("M39")
async def test_who_only_collects_has_a_key_and_a_short_way(tmp_path: Path) -> None:
    keys = 'keys = { D = { service = "A", class = "collection" } }'
    async with staffed_hall(tmp_path, who=(), dispenser=keys) as hall:
        await hall.ticket("A")
        assert "A002" in await hall.ticket("D")
        await hall.press("pad-1", "next")
        await hall.shows("lintel-1", "请A002号到1号窗")
        await hall.press("pad-2", "next")
        await hall.shows("lintel-2", "请A001号到2号窗")


@pytest.mark.req("M39")
async def test_a_counter_may_hand_out_what_others_have_received(tmp_path: Path) -> None:
    """综合受理、统一发证: collection is a service of its own, which one counter gives."""
    hand_out = '[[services]]\ncode = "C"\nname = "取证"\nminutes = 2\n'
    async with staffed_hall(
        tmp_path, who=(), more=hand_out, counter_more={1: 'serves = ["A", "B"]', 2: 'serves = ["C"]'}
    ) as hall:
        await hall.shows("lintel-2", "取证专窗")
        paper = await hall.ticket("C")
        assert "取证" in paper
        assert "2号窗口" in paper
        await hall.press("pad-1", "next")
        await hall.shows("pad-1", "无号码")
        await hall.press("pad-2", "next")
        await hall.shows("lintel-2", "请C001号到2号窗")
        assert [call.counter for call in hall.facts(TicketCalled)] == [2]


@pytest.mark.req("S19")
async def test_what_is_difficult_is_passed_on_to_a_window_of_its_own(tmp_path: Path) -> None:
    difficult = '[[services]]\ncode = "C"\nname = "疑难"\nminutes = 20\n'
    async with staffed_hall(
        tmp_path, who=(), more=difficult, counter_more={1: 'serves = ["A", "B"]', 2: 'serves = ["C"]'}
    ) as hall:
        await hall.shows("lintel-2", "疑难专窗")
        await hall.ticket("A")
        await hall.press("pad-1", "next")
        await hall.shows("lintel-1", "请A001号到1号窗")
        await hall.do("pad-1", "transfer", "3", "", "3")
        await hall.press("pad-2", "next")
        await hall.shows("lintel-2", "请A001号到2号窗")
        passed = await hall.fact(TicketTransferred)
        assert (passed.service, passed.reason) == ("C", "3")
