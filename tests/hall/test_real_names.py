"""Real-name tickets: a card is asked for, one living number a person and service, and nothing personal is kept."""

from pathlib import Path

import pytest

from hub.rules.events import TicketTaken
from tests.hall.staffed import StaffedHall, staffed_hall

WANG, LIU = "420106199003074511", "420106198511209824"
REAL_NAME = {"board": "dispenser-id-pico", "service_a": "real_name = true"}


async def take_with_card(hall: StaffedHall, card: str) -> None:
    await hall.press("dispenser-1", "A")
    await hall.shows("dispenser-1", "请刷身份证")
    hall.readers["dispenser-1"].card = card


@pytest.mark.req("S9")
async def test_one_living_number_for_each_person_and_service(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, who=(), **REAL_NAME) as hall:
        await take_with_card(hall, WANG)
        assert "A001" in await hall.paper()
        hall.readers["dispenser-1"].card = None
        await take_with_card(hall, WANG)
        await hall.shows("dispenser-1", "您已有号码")
        hall.readers["dispenser-1"].card = None
        await hall.shows("dispenser-1", "请按键取号")
        await take_with_card(hall, LIU)
        assert "A002" in await hall.paper()
        hall.readers["dispenser-1"].card = None
        await hall.press("pad-1", "next")
        await hall.press("pad-1", "finish")
        await hall.shows("dispenser-1", "请按键取号")
        await take_with_card(hall, WANG)
        assert "A003" in await hall.paper()


@pytest.mark.req("S9", "M40")
async def test_nothing_personal_is_kept_and_tomorrow_nobody_could_tell(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, who=(), **REAL_NAME) as hall:
        await take_with_card(hall, WANG)
        paper = await hall.paper()
        (taken,) = hall.facts(TicketTaken)
        assert len(taken.identity) == 32
        assert WANG not in paper
        files = [path for path in (hall.folder / "state").iterdir() if path.is_file()]
        assert [path.name for path in files if WANG.encode() in path.read_bytes()] == []
        assert (hall.folder / "state" / "day.key").stat().st_mode & 0o077 == 0


@pytest.mark.req("S9")
async def test_without_a_card_the_guide_gives_the_number(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, who=(), **REAL_NAME) as hall:
        await hall.do("guide", "ticket", "1", "")
        assert "A001" in await hall.paper()
        await hall.ticket("B")
