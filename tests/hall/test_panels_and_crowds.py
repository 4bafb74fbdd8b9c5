"""Panels that nobody can ask, hands on every key, and a node that never stops talking: the hall works on."""

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.journal import read_rows, verify
from hub.rules.events import TicketCalled, TicketTaken
from sim import Hall

ONE = Path(__file__).parents[2] / "examples" / "one-counter.toml"


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    async with Hall(ONE) as hall:
        yield hall


def facts(hall: Hall, kind: type) -> list[object]:
    return [fact for row in read_rows(hall.journal) for fact in row.content().facts if isinstance(fact, kind)]


def bits(hall: Hall) -> bytes:
    panel = hall.device("lintel-1").panel
    return panel.bits if panel else b""


@pytest.mark.req("M4")
async def test_a_dark_or_garbled_panel_hinders_nobody_else_and_an_upset_module_is_right_again(hall: Hall) -> None:
    await hall.fault("lintel-1", "panel-dark", True)
    await hall.press("dispenser-1", "A")
    await hall.paper("dispenser-1")
    await hall.press("pad-1", "next")
    await hall.panel("pad-1", "A001")
    assert len(facts(hall, TicketCalled)) == 1
    assert hall.device("lintel-1").now().panel_fault == "panel-dark"
    assert not any(bits(hall))
    await hall.fault("lintel-1", "panel-well", True)
    right = (await hall.panel("lintel-1", "请A001号到1号窗")).dots
    await hall.fault("lintel-1", "panel-garbled", True)
    wrong = (await hall.panel("lintel-1")).dots
    differing = {x // 8 for y in range(16) for x in range(128) if right[y][x] != wrong[y][x]}
    assert differing == {1}, "one module of sixteen"
    await hall.fault("lintel-1", "panel-garbled", False)
    whole = bits(hall)
    hall.device("lintel-1").upset_panel(random.Random(3))
    await hall.until(lambda: bits(hall) != whole)
    await hall.until(lambda: bits(hall) == whole)


@pytest.mark.bad_input
@pytest.mark.req("M41")
async def test_hands_on_every_key_and_a_node_that_never_stops_talking_cost_no_number(hall: Hall) -> None:
    hall.flood("pad-1", 500)
    hall.storm(40, random.Random(4))
    await hall.until(lambda: len(facts(hall, TicketTaken)) >= 8, limit_s=30)
    hall.storm(0)
    hall.flood("pad-1", 0)
    await hall.until(lambda: all(not one.pressed for one in hall.snapshot().devices))
    taken = [fact.number for fact in facts(hall, TicketTaken)]  # type: ignore[attr-defined]
    for service in "AD":
        of_it = [number for number in taken if number[0] == service]
        assert of_it == [f"{service}{number:03}" for number in range(1, len(of_it) + 1)]
    called = [fact.serial for fact in facts(hall, TicketCalled)]  # type: ignore[attr-defined]
    assert len(set(called)) == len(called)
    assert "pad-1" in hall.programs().hub.output
    assert list(verify(hall.journal)) == []
    with pytest.raises(ValueError, match="from 0 to 10000 a second"):
        hall.storm(-1)
