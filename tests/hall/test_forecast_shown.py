"""The forecast, where people read it: on the paper, and at the dispenser."""

from pathlib import Path

from hub.rules.events import TicketPrinted
from tests.hall.staffed import staffed_hall


async def test_paper_and_dispenser_say_how_long_it_takes_where_somebody_is_before(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, count=1, who=(), service_a="minutes = 6") as hall:
        assert "预计等候" not in await hall.ticket()
        await hall.press("pad-1", "next")
        assert "预计等候" not in await hall.ticket()
        paper = await hall.ticket()
        assert "您的前面还有1人在等待" in paper
        assert "预计等候约10分钟" in paper
        await hall.shows("dispenser-1", "请取票 A003 约等10分钟")
        told = [fact.expected_ms for fact in hall.facts(TicketPrinted)]
        assert 11 * 60_000 < (told[-1] or 0) <= 12 * 60_000
