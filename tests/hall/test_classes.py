"""Who may pass others: classes that the guide gives or a clerk confirms, seen by nobody else; from outside."""

from pathlib import Path

import pytest

from hub.rules.events import ClassGiven, TicketTaken
from tests.hall.staffed import CHEN, MONDAY, SUN, StaffedHall, staffed_hall

CLAIM = 'keys = { C = { service = "A", class = "elderly", claim = true } }'
SECRET = ("军人", "武警", "警察", "孕", "老年", "残疾", "急", "体弱", "患病", "婴幼儿", "优先")


async def calls(hall: StaffedHall, *numbers: str) -> None:
    """Call next at counter 1, again and again, and look whom the lintel calls."""
    for number in numbers:
        await hall.press("pad-1", "next")
        await hall.shows("lintel-1", f"请{number}号到1号窗")


def public_texts(hall: StaffedHall) -> str:
    """Return all that the panels for everybody have ever shown."""
    names = [name for name in hall.panels if name.startswith(("lintel", "dispenser", "rating"))]
    return " ".join(text for name in names for text in hall.panels[name].texts)


@pytest.mark.req("M18")
async def test_the_seven_classes_go_first_and_the_hall_sees_numbers_only(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path) as hall:
        await hall.sign_in("pad-1", CHEN)
        await hall.sign_in("guide", SUN)
        await hall.ticket("A")
        papers = []
        for place in range(1, 8):
            await hall.do("guide", "ticket", "1", str(place))
            papers.append(await hall.paper())
        await calls(hall, *(f"A00{serial}" for serial in range(2, 9)), "A001")
        given = [fact.klass for fact in hall.facts(TicketTaken)][1:]
        first = ["soldier", "armed-police", "police", "pregnant", "elderly", "disabled", "urgent-state"]
        assert given == first
        assert not [word for word in SECRET if word in public_texts(hall) + "".join(papers)]


@pytest.mark.req("M32", "S20")
@pytest.mark.parametrize(("place", "klass"), [("8", "weak"), ("9", "ill"), ("10", "urgent"), ("11", "with-infant")])
async def test_the_guide_lets_somebody_pass_who_waits_already(tmp_path: Path, place: str, klass: str) -> None:
    async with staffed_hall(tmp_path, count=1) as hall:
        await hall.sign_in("pad-1", CHEN)
        await hall.ticket("A")
        await hall.ticket("A")
        await hall.do("guide", "class", "1002", place)
        await hall.shows("guide", "未登录")
        assert hall.facts(ClassGiven) == []
        await hall.sign_in("guide", SUN)
        await hall.do("guide", "class", "1002", "99")
        await hall.shows("guide", "无此类别")
        await hall.do("guide", "class", "1002", place)
        await calls(hall, "A002", "A001")
        assert [(fact.klass, fact.by) for fact in hall.facts(ClassGiven)] == [(klass, SUN)]
        assert not [word for word in SECRET if word in public_texts(hall)]


@pytest.mark.req("M18")
async def test_a_class_claimed_at_the_dispenser_counts_once_a_clerk_has_confirmed_it(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, count=1, dispenser=CLAIM) as hall:
        await hall.sign_in("pad-1", CHEN)
        await hall.ticket("A")
        assert "A002" in await hall.ticket("C")
        await calls(hall, "A001")
        await hall.ticket("A")
        await hall.ticket("C")
        await hall.do("pad-1", "confirm-class", "1003")
        await hall.shows("pad-1", "此号不可用")
        await hall.do("pad-1", "confirm-class", "1004")
        await calls(hall, "A004", "A002", "A003")
        assert [(fact.serial, fact.klass, fact.by) for fact in hall.facts(ClassGiven)] == [(4, "elderly", CHEN)]


@pytest.mark.req("M18")
async def test_who_came_half_an_hour_before_is_passed_by_nobody(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, count=1, at=MONDAY + "09:00:00") as hall:
        await hall.sign_in("pad-1", CHEN)
        await hall.sign_in("guide", SUN)
        await hall.ticket("A")
        await hall.go_on_at(MONDAY + "09:31:00")
        await hall.ticket("A")
        await hall.do("guide", "ticket", "1", "5")
        await hall.paper()
        await calls(hall, "A001", "A003", "A002")
