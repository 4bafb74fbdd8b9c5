"""A finger on a simulated node's keys: where the node's process is held up, each press is one press still."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from hardware.board import load_board
from sim.node import Node
from tests.contract.broker import HallBroker
from tests.contract.devices import DEVICE
from tests.contract.firmware_node import a_node, settings_for
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import stays, until

PRESSES = 8
STOPPED_S = (0.03, 0.15)
RUNNING_S = (0.005, 0.03)
PAUSE_S = 0.04


@asynccontextmanager
async def held_up(node: Node) -> AsyncIterator[None]:
    """Let a node's process run for a few milliseconds now and then, as a busy computer does."""
    chance, pid = random.Random(8), node.pid
    assert pid

    async def stop_and_go() -> None:
        while True:
            os.kill(pid, signal.SIGSTOP)
            await asyncio.sleep(chance.uniform(*STOPPED_S))
            os.kill(pid, signal.SIGCONT)
            await asyncio.sleep(chance.uniform(*RUNNING_S))

    holding = asyncio.create_task(stop_and_go())
    try:
        yield
    finally:
        holding.cancel()
        with suppress(asyncio.CancelledError):
            await holding
        os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize(("board", "key"), [("pad-pico", "next"), ("desk-matrix-pico", "d5")])
async def test_on_a_computer_that_is_held_up_each_press_is_one(
    board: str, key: str, tmp_path: Path, broker: HallBroker, hub: PlayedHub
) -> None:
    async with a_node(tmp_path, board=load_board(board), settings=settings_for(broker)) as node:
        await hub.ready(DEVICE)
        hub.show(DEVICE, turn=57, lamps={"next": "on"})
        await until(lambda: node.lamps["next"])
        async with held_up(node):
            for _ in range(PRESSES):
                await node.press(key)
                await node.rest(PAUSE_S)
        for number in range(1, PRESSES + 1):
            hub.acknowledge(DEVICE, await hub.press(DEVICE, number=number))
        await stays(lambda: len(hub.distinct(DEVICE)) == PRESSES, for_s=0.2)


async def test_a_press_on_a_node_whose_process_does_not_run_ends_and_counts_when_it_does(
    tmp_path: Path, broker: HallBroker, hub: PlayedHub
) -> None:
    async with a_node(tmp_path, settings=settings_for(broker)) as node:
        await hub.ready(DEVICE)
        hub.show(DEVICE, turn=57, lamps={"B": "on"})
        await until(lambda: node.lamps["B"])
        assert node.pid
        os.kill(node.pid, signal.SIGSTOP)
        await node.key_down("A")
        os.kill(node.pid, signal.SIGCONT)
        assert (await hub.press(DEVICE)).key == "A"
