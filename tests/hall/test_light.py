"""Light, arrows and strip cards in a whole hall: the real hub says, and real firmware shows it."""

import json
import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from hub.config import load_hall
from hub.light import level_at
from sim import Hall
from sim.chips.max7219 import Max7219Chain
from sim.chips.strip_card import StripCardChip
from tests.contract.waiting import until

ROOT = Path(__file__).parents[2]
LEFT = {0, 1, 2, 3}
CHAIN_AND_ARROW = {
    "chip": "w5500-evb-pico",
    "panel": {"driver": "max7219", "w": 128, "h": 16, "spi": 1, "sck": 10, "mosi": 11, "cs": 13},
    "arrow": {"pin": 2, "leds": 12, "groups": {"left": [[0, 3]], "right": [[4, 7]], "up": [[8, 11]]}},
}
CARD = {
    "chip": "w5500-evb-pico",
    "panel": {"driver": "strip-card", "w": 128, "address": 1, "uart": 1, "tx": 4, "rx": 5, "de": 6},
}
MORE = """
[[devices]]
name = "lintel-2"
kind = "lintel"
board = "card"
counter = 1

[[light]]
from = "07:30"
level = 13

[[light]]
from = "19:00"
level = 2
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    text = (ROOT / "examples" / "one-counter.toml").read_text(encoding="utf-8")
    text = re.sub(r'board = "lintel-pico"\ncounter = 1\n', 'board = "arrow"\ncounter = 1\narrow = "left"\n', text)
    (tmp_path / "arrow.json").write_text(json.dumps(CHAIN_AND_ARROW))
    (tmp_path / "card.json").write_text(json.dumps(CARD))
    path = tmp_path / "hall.toml"
    path.write_text(text + MORE, encoding="utf-8")
    return path


@pytest.fixture
async def hall(file: Path) -> AsyncIterator[Hall]:
    async with Hall(file, at="2026-11-23T07:29:50") as hall:
        yield hall


def chain_of(hall: Hall) -> Max7219Chain:
    chain = hall.device("lintel-1").node.panel
    assert isinstance(chain, Max7219Chain)
    return chain


@pytest.mark.req("S25")
async def test_a_call_lights_the_arrow_and_is_on_the_card(hall: Hall) -> None:
    arrow, card = hall.device("lintel-1").node.arrow, hall.device("lintel-2").node.panel
    assert arrow is not None
    assert isinstance(card, StripCardChip)
    assert arrow.lit() == set()
    await until(lambda: card.text == "1号窗口 综合业务", why=lambda: card.text)
    await hall.press("dispenser-1", "A")
    await hall.paper("dispenser-1")
    await hall.press("pad-1", "next")
    await until(lambda: arrow.lit() == LEFT)
    called = "请A001号到1号窗"
    await until(lambda: card.text == called, why=lambda: card.text)
    await hall.panel("lintel-2", called)
    await hall.panel("lintel-1", "请A001号←1号窗")
    assert (arrow.bad, arrow.worst_ma <= 500) == ([], True)


async def test_the_chips_follow_the_hour(hall: Hall) -> None:
    """The hall starts just before half past seven, in the light of the night, and every chip follows at the hour."""
    chain = chain_of(hall)
    levels = {2, 13}
    assert {chip.intensity for chip in chain.chips} <= levels
    await until(lambda: {chip.intensity for chip in chain.chips} == {13}, limit_s=15)


async def test_the_night_is_dim(file: Path) -> None:
    assert level_at(load_hall(file).file.light, datetime.fromisoformat("2026-11-23T03:00:00")) == 2
    async with Hall(file, at="2026-11-23T03:00:00") as hall:
        await until(lambda: {chip.intensity for chip in chain_of(hall).chips} == {2})
