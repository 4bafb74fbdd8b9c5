"""Halls that differ: without a dispenser, without lintels, shared by units, changed while they run; from outside."""

from pathlib import Path

import pytest

from hub.cli.main import main
from hub.rules.events import TicketCalled, TicketPrechecked, TicketTaken
from tests.hall.staffed import CHEN, LI, SUN, device, lounge, staffed_hall


@pytest.mark.req("S3", "M7")
async def test_a_hall_runs_with_tickets_of_the_guide_alone(tmp_path: Path) -> None:
    """The guide's desk prints on a device that no citizen can press."""
    async with staffed_hall(tmp_path, dispensers=False, more=device("printer-1", "printer", "dispenser-pico")) as hall:
        await hall.shows("guide", "未登录")
        await hall.do("guide", "ticket", "1", "")
        await hall.shows("guide", "未登录")
        await hall.sign_in("guide", SUN)
        await hall.shows("guide", "等候0人")
        await hall.do("guide", "ticket", "1", "")
        assert "A001" in await hall.paper("printer-1")
        await hall.shows("guide", "等候1人")
        assert (await hall.fact(TicketTaken)).by == SUN
        await hall.press("guide", "next")
        await hall.shows("guide", "无此功能")


@pytest.mark.req("S1")
async def test_a_lounge_counter_calls_on_its_table_and_without_a_lintel(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, count=1, who=(), more=lounge(2)) as hall:
        await hall.shows("table-2", "2号窗口")
        await hall.ticket()
        await hall.press("pad-2", "next")
        await hall.shows("table-2", "请A001号到2号窗")


@pytest.mark.req("S21")
async def test_a_counter_serves_other_services_from_one_moment_to_the_next(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, counter_more={1: 'serves = ["A"]'}) as hall:
        await hall.sign_in("duty", CHEN)
        await hall.sign_in("pad-1", LI)
        await hall.ticket("B")
        await hall.press("pad-1", "next")
        await hall.shows("pad-1", "无号码")
        await hall.do("duty", "services", "1", "12")
        await hall.shows("pad-1", "等候1人")
        await hall.press("pad-1", "next")
        await hall.shows("lintel-1", "请B001号到1号窗")
        await hall.press("pad-1", "finish")
        await hall.do("duty", "services", "2", "1")
        await hall.do("duty", "services", "1", "1")
        await hall.shows("duty", "须先进后出")


@pytest.mark.req("S21")
async def test_the_guide_notes_that_papers_were_looked_at_and_gives_the_fast_lane(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, who=(SUN, CHEN)) as hall:
        await hall.sign_in("guide", SUN)
        await hall.sign_in("pad-1", CHEN)
        await hall.ticket()
        await hall.ticket()
        await hall.do("guide", "precheck", "1002")
        assert (await hall.fact(TicketPrechecked)).serial == 2
        express = str(hall.plan.class_codes.index("express") + 1)
        await hall.do("guide", "class", "1002", express)
        await hall.press("pad-1", "next")
        await hall.shows("lintel-1", "请A002号到1号窗")
        assert (await hall.fact(TicketCalled)).candidates[0].number == "A002"


@pytest.mark.req("S22")
async def test_units_share_numbers_and_ratings_and_have_their_own_statistics(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    units = {"service_a": 'unit = "户政中队"', "service_b": 'unit = "出入境中队"'}
    async with staffed_hall(tmp_path, who=(), **units) as hall:
        await hall.ticket("A")
        await hall.ticket("B")
        await hall.press("pad-1", "next")
        await hall.press("pad-1", "finish")
        await hall.shows("rating-1", "请您评价")
        await hall.press("rating-1", "r5")
        await hall.shows("rating-1", "感谢您的评价")
        journal = str(hall.folder / "state" / "journal.db")
    assert main(["tally", journal, "--by", "unit", "--hall", str(hall.file)]) == 0
    words = capsys.readouterr().out
    assert "户政中队" in words
    assert "出入境中队" in words
