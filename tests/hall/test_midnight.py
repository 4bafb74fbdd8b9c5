"""Days that change: with people in the hall, with the hub off, with a restart after it; from outside."""

from pathlib import Path

import pytest

from hub.rules.events import DayOpened, TicketLeft
from tests.hall.staffed import staffed_hall

NEARLY = "2026-11-23T23:59:54"


@pytest.mark.req("M28")
async def test_numbers_begin_anew_and_whoever_is_left_is_recorded_also_over_a_restart(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, count=1, who=(), at=NEARLY) as hall:
        assert "A001" in await hall.ticket()
        await hall.shows("pad-1", "等候1人")
        await hall.until(lambda: len(hall.facts(DayOpened)) == 2, "the day did not change")
        assert [fact.serial for fact in hall.facts(TicketLeft)] == [1]
        await hall.shows("pad-1", "无人等候")
        await hall.begin_again()
        assert "20261124-000001" in await hall.ticket()
        await hall.shows("pad-1", "等候1人")
        assert len(hall.facts(DayOpened)) == 2


async def test_a_day_that_changed_while_the_hub_was_off_is_opened_once(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, count=1, who=(), at=NEARLY) as hall:
        await hall.ticket()
        await hall.go_on_at("2026-11-24T08:00:00")
        await hall.shows("pad-1", "无人等候")
        assert [fact.day for fact in hall.facts(DayOpened)] == ["20261123", "20261124"]
        assert "20261124-000001" in await hall.ticket()


async def test_with_a_day_that_begins_at_four_midnight_is_nothing(tmp_path: Path) -> None:
    day = '[day]\nbegins = "04:00"\n'
    async with staffed_hall(tmp_path, count=1, who=(), at="2026-11-24T00:30:00", more=day) as hall:
        assert "20261123-000001" in await hall.ticket()
