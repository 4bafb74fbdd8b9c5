"""How long a press takes on its way through a simulated node: from the contact's first edge to the last dot."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hardware.board import load_board
from hardware.connection import Message
from hardware.contract import HUB
from sim.node import Node
from tests.contract.broker import HALL, HallBroker
from tests.contract.devices import DEVICE
from tests.contract.firmware_node import a_broker, a_node, settings_for
from tests.contract.pictures import picture
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import until

PRESSES = 40
MEDIAN_MS = 6.0
"""Twice the goal for a node alone: a broker and a hub that thinks nothing are on the way, on a shared machine."""


class AnsweringHub(PlayedHub):
    """A hub that answers every press at once by another picture."""

    pictures = (picture(64, seed=1), picture(64, seed=2))

    def _hear(self, message: Message) -> None:
        super()._hear(message)
        if message.topic == self.topics.event(DEVICE):
            event = self.events[DEVICE][-1]
            self.acknowledge(DEVICE, event, panel=self.pictures[event.seq % 2], turn=event.seq)


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[HallBroker]:
    async with a_broker(tmp_path) as broker:
        yield broker


@pytest.mark.alone
async def test_a_press_changes_the_picture_within_milliseconds(tmp_path: Path, broker: HallBroker) -> None:
    hub = AnsweringHub(hall=HALL, address=broker.address, password=broker.passwords[HUB])
    await hub.start()
    async with a_node(tmp_path, board=load_board("pad-pico"), settings=settings_for(broker)) as node:
        await hub.ready(DEVICE)
        hub.show(DEVICE, panel=hub.pictures[0], turn=0)
        await until(lambda: bits(node) == hub.pictures[0].bits)
        took_ms = [await press_ms(node, hub.pictures[number % 2].bits) for number in range(1, PRESSES + 1)]
    await hub.close()
    assert statistics.median(took_ms) < MEDIAN_MS, sorted(took_ms)


async def press_ms(node: Node, expected: bytes) -> float:
    """Press a key and return how long it took until the panel showed what is expected."""
    began = time.perf_counter()
    press = asyncio.create_task(node.press("next"))
    await node.until(lambda: bits(node) == expected, limit_s=3)
    took_ms = (time.perf_counter() - began) * 1000
    await press
    await asyncio.sleep(0.05)
    return took_ms


def bits(node: Node) -> bytes:
    assert node.panel is not None
    return bytes(node.panel.bits)
