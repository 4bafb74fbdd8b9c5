"""A new firmware over the air: fetched while the node serves, checked, tried, and taken back if it is not good."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hardware.contract import JobDone
from sim.node import Node
from tests.contract.broker import HallBroker
from tests.contract.devices import DEVICE
from tests.contract.firmware_node import a_node, settings_for
from tests.contract.firmware_offer import KEY, Offer, made
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import until

NEW = {"parts/tone.py": ("class Tone", "NEW_IN_THIS = 1\n\n\nclass Tone")}


@pytest.fixture
async def node(tmp_path: Path, broker: HallBroker, hub: PlayedHub) -> AsyncIterator[Node]:
    async with a_node(tmp_path, settings=settings_for(broker, key=KEY)) as node:
        await hub.ready(DEVICE)
        hub.show(DEVICE, turn=57, lamps={"B": "on"})
        await until(lambda: node.lamps["B"])
        yield node
        assert [line for line in node.console if "Memory" in line or "Traceback" in line] == []


async def fetched(hub: PlayedHub, offer: Offer, *, number: int = 1) -> None:
    """Offer a firmware and wait until the node has it."""
    offer.make()
    event = await hub.event(DEVICE, number=number)
    assert event == JobDone(boot=event.boot, seq=event.seq, job=offer.id, at=event.at)
    hub.acknowledge(DEVICE, event)


async def test_a_new_firmware_is_fetched_while_the_node_serves_and_then_runs(
    node: Node, hub: PlayedHub, tmp_path: Path
) -> None:
    offer = Offer(hub, made(tmp_path, "0.2.0", 7, NEW))
    await fetched(hub, offer)
    assert offer.fetched() == {"manifest", "version.mpy", "parts/tone.mpy"}
    offer.switch()
    await until(lambda: hub.statuses[DEVICE][-1].fw == "0.2.0", why=lambda: node.console)
    await until(lambda: (tmp_path / "flash" / "slot").read_text() == "b", why=lambda: node.console)
