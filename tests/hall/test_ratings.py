"""What citizens say of a service (好差评): at a pad of their own, once, after the end and not before; from outside."""

from pathlib import Path

import pytest

from hub.rules.events import AspectNamed, RatingClosed, TicketRated
from tests.hall.staffed import StaffedHall, staffed_hall

LEVELS = frozenset({"r1", "r2", "r3", "r4", "r5"})


async def serve(hall: StaffedHall) -> None:
    """Have somebody served at counter 1."""
    await hall.ticket()
    await hall.press("pad-1", "next", "finish")
    await hall.shows("rating-1", "请您评价本次服务")


@pytest.mark.req("M5", "M22")
async def test_the_pad_is_dead_before_the_end_and_takes_one_press_after_it(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, who=()) as hall:
        await hall.ticket()
        await hall.press("pad-1", "next")
        await hall.press("rating-1", "r5")
        await hall.shows("rating-1", "暂不能评价")
        assert not hall.lamps["rating-1"].lit
        await hall.press("pad-1", "finish")
        await hall.shows("rating-1", "请您评价本次服务")
        await hall.until(lambda: hall.lamps["rating-1"].lit == LEVELS, "the pad is not lit")
        await hall.press("rating-1", "r4")
        await hall.shows("rating-1", "感谢您的评价")
        assert not hall.lamps["rating-1"].lit
        await hall.press("rating-1", "r1")
        await hall.shows("rating-1", "已评价")
        assert [(fact.counter, fact.level) for fact in hall.facts(TicketRated)] == [(1, 4)]
        assert "请您评价" not in "".join(hall.panels["rating-2"].texts)


@pytest.mark.req("M22")
async def test_after_a_low_rating_one_says_what_it_was(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, who=()) as hall:
        await serve(hall)
        await hall.press("rating-1", "r2")
        asked = await hall.shows("rating-1", "请选原因")
        assert all(words in asked for words in ("1警容风纪", "2工作态度", "3服务质量", "4办事效率"))
        await hall.press("rating-1", "r1")
        await hall.shows("rating-1", "无此功能")
        assert hall.facts(AspectNamed) == []
        await hall.press("rating-1", "r3")
        await hall.shows("rating-1", "感谢您的评价")
        assert [fact.level for fact in hall.facts(TicketRated)] == [2]
        assert [fact.aspect for fact in hall.facts(AspectNamed)] == [3]


@pytest.mark.req("M22")
async def test_no_key_of_the_clerk_rates(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, who=()) as hall:
        await serve(hall)
        await hall.press("pad-1", "d5", "ok", "recall", "menu", "ok", "menu")
        await hall.press("guide", "d5", "ok")
        await hall.press("duty", "d5", "ok")
        await hall.shows("rating-1", "请您评价本次服务")
        assert hall.facts(TicketRated) == []


@pytest.mark.req("M22")
async def test_who_says_nothing_has_said_nothing(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, who=(), rules="rating_s = 1") as hall:
        await serve(hall)
        await hall.shows("rating-1", "1号窗口 评价器")
        assert not hall.lamps["rating-1"].lit
        assert (await hall.fact(RatingClosed)).counter == 1
        await hall.press("rating-1", "r5")
        assert hall.facts(TicketRated) == []
