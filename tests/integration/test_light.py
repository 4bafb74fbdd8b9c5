"""The light of the hall's panels by the hour, and the chips that shine so."""

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from displays.luma_panel import LumaPanel
from hardware.board import Board, Max7219, Ssd1306, load_board
from hub.config import HallError, load_hall
from hub.hall_file import LightStep
from hub.light import level_at, next_step
from sim.chips.max7219 import Max7219Chain
from sim.chips.ssd1306 import Ssd1306Glass
from tests.contract.agent_device import RecordingBus
from tests.contract.devices import DEVICE
from tests.contract.firmware_node import a_broker, a_hub, a_node, settings_for
from tests.contract.waiting import until

ZONE = ZoneInfo("Asia/Shanghai")
STEPS = (LightStep(start="07:30", level=12), LightStep(start="12:00", level=15), LightStep(start="18:00", level=2))
ROOT = Path(__file__).parents[2]


def at(hour: str, day: int = 23) -> datetime:
    return datetime.fromisoformat(f"2026-11-{day}T{hour}").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("hour", "level", "then"),
    [
        ("00:00:00", 2, at("07:30")),
        ("07:29:59", 2, at("07:30")),
        ("07:30:00", 12, at("12:00")),
        ("12:00:00", 15, at("18:00")),
        ("17:59:59", 15, at("18:00")),
        ("18:00:00", 2, at("07:30", 24)),
        ("23:59:59", 2, at("07:30", 24)),
    ],
)
def test_a_level_holds_until_the_next_hour(hour: str, level: int, then: datetime) -> None:
    assert level_at(STEPS, at(hour)) == level
    assert next_step(STEPS, at(hour)) == then


def test_without_steps_the_boards_decide() -> None:
    assert level_at((), at("12:00")) is None
    assert next_step((), at("12:00")) is None


def test_one_step_holds_all_day() -> None:
    assert level_at(STEPS[:1], at("03:00")) == 12
    assert next_step(STEPS[:1], at("07:30:00")) == at("07:30", 24)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (
            '[[light]]\nfrom = "18:00"\nlevel = 2\n[[light]]\nfrom = "07:30"\nlevel = 9',
            "light from 07:30 follows 18:00",
        ),
        (
            '[[light]]\nfrom = "18:00"\nlevel = 2\n[[light]]\nfrom = "18:00"\nlevel = 9',
            "light from 18:00 follows 18:00",
        ),
        ('[[light]]\nfrom = "18:00"\nlevel = 16', "level is 16; it has to be at most 15"),
        ('[[light]]\nfrom = "25:00"\nlevel = 1', "write an hour such as 08:30"),
        ("[[light]]\nlevel = 1", "missing required field `from`"),
    ],
)
def test_wrong_light_is_refused_with_its_line(tmp_path: Path, more: str, words: str) -> None:
    file = tmp_path / "hall.toml"
    text = (ROOT / "examples" / "one-counter.toml").read_text(encoding="utf-8")
    file.write_text(text + more, encoding="utf-8")
    with pytest.raises(HallError, match=words) as refused:
        load_hall(file)
    line = int(str(refused.value).removeprefix(str(file)).split(":")[1])
    assert line > text.count("\n")


def test_an_arrow_at_a_pad_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "hall.toml"
    text = (ROOT / "examples" / "one-counter.toml").read_text(encoding="utf-8")
    text = re.sub(r'kind = "pad"', 'kind = "pad"\\narrow = "left"', text)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(HallError, match="an arrow left is for a lintel"):
        load_hall(file)


async def test_a_nodes_chips_follow_the_view(tmp_path: Path) -> None:
    board = Board(chip="w5500-evb-pico", panel=Max7219(w=64, h=16, spi=1, sck=10, mosi=11, cs=13, intensity=5))
    async with (
        a_broker(tmp_path) as broker,
        a_hub(broker) as hub,
        a_node(tmp_path, board=board, settings=settings_for(broker)) as node,
    ):
        await hub.ready(DEVICE)
        chain = node.panel
        assert isinstance(chain, Max7219Chain)
        for level in (0, 15, 3, None):
            hub.show(DEVICE, light=level)
            await until(lambda level=level: chain.intensity == (5 if level is None else level), limit_s=2)  # type: ignore[misc]
        hub.show(DEVICE, light=9)
        await until(lambda: chain.intensity == 9)
        for chip in chain.chips:
            chip.intensity = 1
        await until(lambda: {chip.intensity for chip in chain.chips} == {9}, limit_s=6)


async def test_a_nodes_oled_follows_the_view(tmp_path: Path) -> None:
    board = Board(chip="w5500-evb-pico", panel=Ssd1306(w=128, h=32, i2c=0, sda=4, scl=5, contrast=100))
    async with (
        a_broker(tmp_path) as broker,
        a_hub(broker) as hub,
        a_node(tmp_path, board=board, settings=settings_for(broker)) as node,
    ):
        await hub.ready(DEVICE)
        glass = node.panel
        assert isinstance(glass, Ssd1306Glass)
        for level in (0, 15, 3, None):
            hub.show(DEVICE, light=level)
            meant = 100 if level is None else level * 17
            await until(lambda meant=meant: glass.contrast == meant, limit_s=2)  # type: ignore[misc]


async def test_a_raspberry_pis_chips_follow_the_view() -> None:
    board = load_board("lintel-pi").panel
    assert isinstance(board, Max7219)
    chain = Max7219Chain(w=board.w, h=board.h, orientation=board.orientation)
    panel = LumaPanel(board, RecordingBus(chain))
    try:
        for level in (0, 15, 3, None):
            panel.dim(level)
            assert {chip.intensity for chip in chain.chips} == {board.intensity if level is None else level}
    finally:
        panel.close()
