"""Arrows of WS2812 LEDs: the pulses that a node sends, what the LEDs make of them, and what they may draw (S25)."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from hardware.board import Arrow, Board, BoardError, decode_board
from hardware.contract import Direction
from sim.chips.ws2812 import DARK, Ws2812Strip
from sim.node import Node
from tests.contract.broker import HallBroker
from tests.contract.devices import DEVICE
from tests.contract.firmware_node import a_node, settings_for
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import until

LEDS = 40
GROUPS: dict[Direction, list[tuple[int, int]]] = {
    "left": [(0, 5), (20, 24)],
    "right": [(6, 15), (20, 24)],
    "up": [(0, 0)],
    "down": [(0, 39)],
}
GOOD_NS = (400, 850, 800, 450)


def places(direction: Direction) -> set[int]:
    return {at for first, last in GROUPS[direction] for at in range(first, last + 1)}


def test_the_model_reads_pulses_as_the_datasheet_says() -> None:
    strip = Ws2812Strip(2)
    strip.send(0, GOOD_NS, bytes((1, 2, 3, 255, 0, 128)))
    assert strip.colors == [(2, 1, 3), (0, 255, 128)]
    assert (strip.bad, strip.draws_ma) == ([], 2 + (6 + 383) * 20 / 255)


@pytest.mark.parametrize("timing", [(400, 850, 1000, 450), (200, 850, 800, 450), (400, 1100, 800, 450)])
def test_the_model_notes_pulses_that_are_none(timing: tuple[int, int, int, int]) -> None:
    strip = Ws2812Strip(1)
    strip.send(0, timing, b"\x0f\x0f\x0f")
    assert strip.bad


def test_without_a_pause_bytes_belong_to_the_leds_that_follow() -> None:
    strip = Ws2812Strip(3)
    strip.send(0, GOOD_NS, b"\x01" * 3)
    strip.send(100, GOOD_NS, b"\x02" * 3)
    assert strip.colors == [(1, 1, 1), (2, 2, 2), DARK]
    strip.send(100 + 30 + 280, GOOD_NS, b"\x03" * 3)
    assert strip.colors == [(3, 3, 3), (2, 2, 2), DARK]


async def lit(node: Node, leds: set[int]) -> Ws2812Strip:
    """Wait until exactly these LEDs are lit."""
    strip = node.arrow
    assert strip is not None
    await until(lambda: strip.lit() == leds, why=lambda: (strip.lit(), node.console))
    assert strip.bad == []
    return strip


@pytest.mark.req("S25")
async def test_a_node_lights_the_arrow_of_its_view(tmp_path: Path, broker: HallBroker, hub: PlayedHub) -> None:
    board = Board(
        chip="w5500-evb-pico", arrow=Arrow(pin=2, leds=LEDS, groups=GROUPS, color=(255, 64, 0), limit_ma=4000)
    )
    async with a_node(tmp_path, board=board, settings=settings_for(broker)) as node:
        status = await hub.ready(DEVICE)
        assert status.parts == ("arrow",)
        for direction in GROUPS:
            hub.show(DEVICE, arrow=direction)
            strip = await lit(node, places(direction))
            assert set(strip.colors) - {DARK} == {(255, 64, 0)}
        hub.show(DEVICE, arrow="left", light=7)
        await until(lambda: node.arrow is not None and node.arrow.colors[0] == (127, 32, 0))
        hub.show(DEVICE, arrow=None)
        await lit(node, set())


@pytest.mark.parametrize("limit_ma", [100, 250, 500])
async def test_no_arrow_draws_more_than_is_allowed(
    tmp_path: Path, broker: HallBroker, hub: PlayedHub, limit_ma: int
) -> None:
    arrow = Arrow(pin=2, leds=LEDS, groups=GROUPS, color=(255, 255, 255), limit_ma=limit_ma)
    board = Board(chip="w5500-evb-pico", arrow=arrow)
    async with a_node(tmp_path, board=board, settings=settings_for(broker)) as node:
        await hub.ready(DEVICE)
        for direction in GROUPS:
            hub.show(DEVICE, arrow=direction, light=15)
            strip = await lit(node, places(direction))
            assert strip.worst_ma <= limit_ma
        assert strip.worst_ma > limit_ma * 0.8


async def test_leds_that_had_no_power_are_told_again(tmp_path: Path, broker: HallBroker, hub: PlayedHub) -> None:
    board = Board(chip="w5500-evb-pico", arrow=Arrow(pin=2, leds=LEDS, groups=GROUPS))
    async with a_node(tmp_path, board=board, settings=settings_for(broker)) as node:
        await hub.ready(DEVICE)
        hub.show(DEVICE, arrow="right")
        strip = await lit(node, places("right"))
        strip.colors[:] = [DARK] * LEDS
        await lit(node, places("right"))


@pytest.mark.parametrize(
    ("chip", "arrow", "words"),
    [
        ("raspberry-pi", {}, "put the arrow on a node"),
        ("w5500-evb-pico", {"leds": 65}, "arrow.leds: has to be at most 64"),
        ("w5500-evb-pico", {"groups": {"left": [[0, 8]]}}, "from 0 to 7"),
        ("w5500-evb-pico", {"groups": {"left": []}}, "name spans of LEDs"),
        ("w5500-evb-pico", {"groups": {"back": [[0, 1]]}}, "invalid enum value 'back'"),
        ("w5500-evb-pico", {"groups": {}}, "length >= 1"),
    ],
)
def test_an_arrow_that_cannot_be_is_refused(chip: str, arrow: dict[str, Any], words: str) -> None:
    described = {"chip": chip, "arrow": {"pin": 2, "leds": 8, "groups": {"left": [[0, 7]]}, **arrow}}
    with pytest.raises(BoardError, match=words):
        decode_board(msgspec.json.encode(described), "board.json")
