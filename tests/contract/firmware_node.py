"""A simulated node with a broker and a played hub, for tests of the firmware alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from hardware.board import Board, load_board
from hardware.contract import HUB
from sim.node import Node, NodeSettings
from tests.contract.broker import HALL, HallBroker
from tests.contract.devices import DEVICE
from tests.contract.played_hub import PlayedHub


@asynccontextmanager
async def a_broker(folder: Path) -> AsyncIterator[HallBroker]:
    """Run a real mosquitto with Lintel's own configuration."""
    broker = HallBroker(folder=folder / "broker", devices=[DEVICE])
    await broker.start()
    try:
        yield broker
    finally:
        await broker.close()


@asynccontextmanager
async def a_hub(broker: HallBroker) -> AsyncIterator[PlayedHub]:
    """Play a hub that beats; nothing may have come to it that is not of the contract."""
    hub = PlayedHub(hall=HALL, address=broker.address, password=broker.passwords[HUB])
    await hub.start()
    try:
        yield hub
    finally:
        await hub.close()
    assert hub.bad == []


def settings_for(broker: HallBroker, **changes: Any) -> NodeSettings:
    """Return what a node needs to know to reach the broker."""
    known = {"password": broker.passwords[DEVICE], "host": "127.0.0.1", "port": broker.address.port}
    return NodeSettings(hall=HALL, **{**known, **changes})


@asynccontextmanager
async def a_node(
    folder: Path, *, board: Board | None = None, settings: NodeSettings | None = None
) -> AsyncIterator[Node]:
    """Give a node its power; without settings its flash stays as the test has made it."""
    node = Node(name=DEVICE, board=board or load_board("dispenser-pico"), settings=settings, flash=folder / "flash")
    try:
        await node.start()
        yield node
    finally:
        await node.close()
