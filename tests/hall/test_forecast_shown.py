"""The forecast, where people read it: on the paper, and at the dispenser."""

from pathlib import Path

import pytest

from hub.rules.events import TicketPrinted
from tests.hall.staffed import CHEN, SUN, WANG, staffed_hall


async def test_paper_and_dispenser_say_how_long_it_takes_where_one_has_to_wait(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, count=1, who=(), service_a="minutes = 6") as hall:
        assert "预计等候" not in await hall.ticket()
        await hall.press("pad-1", "next")
        paper = await hall.ticket()
        assert "您的前面无人等待" in paper
        assert "预计等候约6分钟" in paper
        await hall.shows("dispenser-1", "请取票 A002 约等6分钟")
        paper = await hall.ticket()
        assert "您的前面还有1人在等待" in paper
        assert "预计等候约10分钟" in paper
        await hall.shows("dispenser-1", "请取票 A003 约等10分钟")
        told = [fact.expected_ms for fact in hall.facts(TicketPrinted)]
        assert 11 * 60_000 < (told[-1] or 0) <= 12 * 60_000


@pytest.mark.req("M21", "S15")
async def test_those_of_a_higher_tier_stand_on_the_ticket_of_whom_only_one_counter_serves(tmp_path: Path) -> None:
    tiers = {1: 'serves = ["A"]\nthen = ["B"]'}
    minutes = {"service_a": "minutes = 8", "service_b": "minutes = 6"}
    async with staffed_hall(tmp_path, counter_more=tiers, **minutes) as hall:
        await hall.sign_in("pad-1", CHEN)
        await hall.sign_in("pad-2", WANG)
        await hall.sign_in("guide", SUN)
        for _ in range(3):
            await hall.ticket("A")
        await hall.do("guide", "ticket", "2", "")
        paper = await hall.paper()
        assert "您的前面还有3人在等待" in paper
        assert "预计等候约15分钟" in paper
