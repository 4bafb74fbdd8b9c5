"""The firmware's bytes light the same dots on chains of every shape and orientation."""

from pathlib import Path
from typing import Any

import pytest

from hardware.board import Board, Max7219
from sim.node import Node
from tests.contract.broker import HallBroker
from tests.contract.devices import DEVICE
from tests.contract.firmware_node import a_node, settings_for
from tests.contract.pictures import dark, dots_of, picture
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import until

REFRESH_S = 5


def board(w: int, h: int, orientation: int) -> Board:
    chain: dict[str, Any] = {"w": w, "h": h, "orientation": orientation, "intensity": 3}
    return Board(chip="w5500-evb-pico", panel=Max7219(spi=1, sck=10, mosi=11, cs=13, **chain))


@pytest.mark.parametrize("orientation", [0, 90, -90, 180])
@pytest.mark.parametrize(("w", "h"), [(8, 8), (64, 16), (256, 8), (32, 32)])
async def test_a_picture_is_seen_as_it_was_sent(
    tmp_path: Path, broker: HallBroker, hub: PlayedHub, w: int, h: int, orientation: int
) -> None:
    async with a_node(tmp_path, board=board(w, h, orientation), settings=settings_for(broker)) as node:
        await hub.ready(DEVICE)
        assert node.panel is not None
        assert node.panel.rows() == dark(w, h)
        assert node.panel.intensity == 3
        shown = picture(w, h)
        hub.show(DEVICE, panel=shown)
        await until(lambda: rows(node) == dots_of(shown))
        hub.show(DEVICE, panel=None)
        await until(lambda: rows(node) == dark(w, h))


async def test_a_chain_that_has_forgotten_everything_is_told_again(
    tmp_path: Path, broker: HallBroker, hub: PlayedHub
) -> None:
    async with a_node(tmp_path, board=board(64, 16, -90), settings=settings_for(broker)) as node:
        await hub.ready(DEVICE)
        shown = picture(64, 16)
        hub.show(DEVICE, panel=shown)
        await until(lambda: rows(node) == dots_of(shown))
        assert node.panel is not None
        for register, value in ((1, 0x55), (9, 0xFF), (10, 15), (11, 2), (12, 0), (15, 1)):
            node.panel.select(False)
            node.panel.clock(bytes([register, value]) * len(node.panel.chips))
            node.panel.select(True)
        assert rows(node) == [[1] * 64] * 16
        await until(lambda: rows(node) == dots_of(shown), limit_s=REFRESH_S + 1)
        assert node.panel.intensity == 3


def rows(node: Node) -> list[list[int]]:
    assert node.panel is not None
    return node.panel.rows()
