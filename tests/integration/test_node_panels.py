"""Every kind of panel on a node: what the model of its chips shows is the picture that was meant, from the firmware."""

import re
from pathlib import Path
from typing import Any

import pytest

from hardware.board import Board, Hub08, Max7219, PanelBoard, Ssd1306, load_board
from sim.chips.hub08 import Hub08Boards
from sim.chips.ssd1306 import Ssd1306Glass
from sim.node import Node
from tests.contract.broker import HallBroker
from tests.contract.devices import DEVICE
from tests.contract.firmware_node import a_node, settings_for
from tests.contract.pictures import Dots, centred, dark, dots_of, drawn, picture, window
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import until

FREE_BYTES = 9000
REFRESH_S = 5


def chain(w: int, h: int, order: str, orientation: Any = -90) -> Max7219:
    return Max7219(w=w, h=h, spi=1, sck=10, mosi=11, cs=13, order=order, orientation=orientation)  # type: ignore[arg-type]


def hub08(w: Any, **fields: Any) -> Hub08:
    return Hub08(w=w, h=16, data=2, clock=7, **fields)


def oled(h: Any, **fields: Any) -> Ssd1306:
    return Ssd1306(w=128, h=h, i2c=1, sda=10, scl=11, **fields)


PANELS: dict[str, PanelBoard] = {
    **{
        f"max7219 {w}x{h} {order}": chain(w, h, order)
        for w, h in ((64, 16), (128, 16), (8, 32), (64, 32))
        for order in ("rows", "serpentine", "right-to-left")
    },
    **{f"max7219 128x16 serpentine {turn}": chain(128, 16, "serpentine", turn) for turn in (0, 90, 180)},
    **{f"hub08 {w}x16": hub08(w) for w in (64, 128)},
    "hub08 128x16 other levels": hub08(128, lit="high", enable="high", intensity=3),
    "hub08 64x16 lit high": hub08(64, lit="high"),
    **{f"ssd1306 128x{h}{' turned' * turned}": oled(h, is_turned=turned) for h in (32, 64) for turned in (False, True)},
    "ssd1306 at 61": oled(32, address=61, contrast=9),
}


def board(panel: PanelBoard) -> Board:
    return Board(chip="w5500-evb-pico", panel=panel)


async def sees(node: Node, dots: Dots, *, limit_s: float = 8.0) -> None:
    def shown() -> Dots:
        return node.panel.rows() if node.panel else []

    await until(lambda: shown() == dots, limit_s=limit_s, why=lambda: f"{node.console}\n{drawn(shown())}")


@pytest.mark.parametrize("name", PANELS)
async def test_a_picture_is_seen_as_it_was_sent(name: str, tmp_path: Path, broker: HallBroker, hub: PlayedHub) -> None:
    panel = PANELS[name]
    w, h = panel.w, panel.h
    async with a_node(tmp_path, board=board(panel), settings=settings_for(broker)) as node:
        await hub.ready(DEVICE)
        await sees(node, dark(w, h))
        for seed, shown in enumerate((picture(w, h), picture(w, h, seed=2)), 1):
            hub.show(DEVICE, panel=shown, turn=seed)
            await sees(node, dots_of(shown))
        small = picture(w - 1, h - 3, seed=3)
        hub.show(DEVICE, panel=small, turn=3)
        await sees(node, centred(small, w, h))
        wide = picture(w + 8, h, motion="flip", pace_ms=300)
        hub.show(DEVICE, panel=wide, turn=4)
        for at in (0, w, 0):
            await sees(node, window(wide, at, w, h))
        hub.show(DEVICE, panel=None, turn=5)
        await sees(node, dark(w, h))
        if isinstance(node.panel, Hub08Boards):
            assert node.panel.faults == frozenset()
            assert 100 < node.panel.frame_hz < 140


@pytest.mark.parametrize("name", ["lintel-hub08-pico", "lintel-64-pico", "pad-oled-pico"])
async def test_a_node_with_it_has_memory_left(name: str, tmp_path: Path, broker: HallBroker, hub: PlayedHub) -> None:
    async with a_node(tmp_path, board=load_board(name), settings=settings_for(broker)) as node:
        await hub.ready(DEVICE)
        found = [re.fullmatch(r"(\d+) bytes of memory are free", line) for line in node.console]
        assert [int(line[1]) > FREE_BYTES for line in found if line] == [True]
        for turn in range(1, 40):
            moving = picture(300, seed=turn, motion="scroll", pace_ms=20)
            hub.show(DEVICE, panel=moving, stale=picture(64, seed=turn), turn=turn)
        last = picture(64, seed=99)
        hub.show(DEVICE, panel=last, turn=40)
        assert node.panel
        await sees(node, centred(last, node.panel.w, node.panel.h))
        assert [line for line in node.console if "Memory" in line or "Traceback" in line] == []


async def test_a_display_that_was_away_shows_all_when_it_is_back(
    tmp_path: Path, broker: HallBroker, hub: PlayedHub
) -> None:
    async with a_node(tmp_path, board=load_board("pad-oled-pico"), settings=settings_for(broker)) as node:
        assert isinstance(node.panel, Ssd1306Glass)
        node.panel.is_there = False
        await hub.ready(DEVICE)
        shown = picture(128, 64)
        hub.show(DEVICE, panel=shown, lamps={"next": "on"})
        await until(lambda: node.lamps["next"])
        assert node.panel.rows() != dots_of(shown)
        node.panel.is_there = True
        await sees(node, dots_of(shown), limit_s=REFRESH_S + 1)


async def test_a_display_that_has_forgotten_everything_is_told_again(
    tmp_path: Path, broker: HallBroker, hub: PlayedHub
) -> None:
    async with a_node(tmp_path, board=board(oled(64, contrast=33)), settings=settings_for(broker)) as node:
        await hub.ready(DEVICE)
        shown = picture(128, 64)
        hub.show(DEVICE, panel=shown)
        await sees(node, dots_of(shown))
        assert isinstance(node.panel, Ssd1306Glass)
        scrambled = "ae 20 00 21 10 20 22 01 02 40 7f 81 01 8d 10 a0 a5 a7 a8 1f c0 d3 05 da 02"
        node.panel.write(b"\x00" + bytes.fromhex(scrambled))
        node.panel.write(b"\x40" + b"\x55" * 300)
        assert node.panel.rows() == dark(128, 64)
        await sees(node, dots_of(shown), limit_s=REFRESH_S + 1)
        assert node.panel.contrast == 33


async def test_only_pages_that_have_changed_are_sent(
    tmp_path: Path, broker: HallBroker, hub: PlayedHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All pages would hold the node up for 25 ms, again and again while a text moves."""
    async with a_node(tmp_path, board=board(oled(64)), settings=settings_for(broker)) as node:
        await hub.ready(DEVICE)
        assert isinstance(node.panel, Ssd1306Glass)
        sent: list[bytes] = []
        write = node.panel.write
        await sees(node, dark(128, 64))
        monkeypatch.setattr(node.panel, "write", lambda transfer: (sent.append(transfer[:1]), write(transfer))[1])
        line = picture(128, 8)
        for shown, dots in ((line, centred(line, 128, 64)), (None, dark(128, 64))):
            sent.clear()
            hub.show(DEVICE, panel=shown)
            await sees(node, dots, limit_s=REFRESH_S - 1)
            assert sent.count(b"@") in (2, 10), "two pages; or all eight too, where the display was just told again"


async def test_the_light_of_a_view_dims_row_scanned_boards(tmp_path: Path, broker: HallBroker, hub: PlayedHub) -> None:
    async with a_node(tmp_path, board=board(hub08(64)), settings=settings_for(broker)) as node:
        await hub.ready(DEVICE)
        shown = picture(64)
        hub.show(DEVICE, panel=shown, light=1)
        assert isinstance(node.panel, Hub08Boards)
        await until(lambda: isinstance(node.panel, Hub08Boards) and 0 < node.panel.share < 0.13)
        await sees(node, dots_of(shown))
        assert node.panel.faults == frozenset()


async def test_the_light_of_a_view_dims_a_display(tmp_path: Path, broker: HallBroker, hub: PlayedHub) -> None:
    async with a_node(tmp_path, board=board(oled(64)), settings=settings_for(broker)) as node:
        await hub.ready(DEVICE)
        shown = picture(128, 64)
        hub.show(DEVICE, panel=shown, light=2)
        await until(lambda: isinstance(node.panel, Ssd1306Glass) and node.panel.contrast == 34)
        await sees(node, dots_of(shown))
