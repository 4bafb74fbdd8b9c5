"""What breaks a Raspberry Pi's link: noticed within one and a half keep-alives, and no press is lost by it.

The firmware's own are in tests/integration/test_link_faults.py, with a stopwatch.
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hardware.board import load_board
from hardware.connection import KEEPALIVE_S
from hardware.contract import KeyPressed
from sim.lag import far, lossy
from tests.contract.agent_device import AgentDevice
from tests.contract.broker import HallBroker
from tests.contract.devices import DEVICE
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import until

BACK_WITHIN_S = 8.0
Act = Callable[[AgentDevice, HallBroker], None]
FAULTS: dict[str, tuple[Act, Act]] = {
    "broker frozen": (lambda _, broker: broker.freeze(), lambda _, broker: broker.thaw()),
    "half open": (lambda device, _: device.cable.strand(), lambda device, _: None),
}
SLOW = {"slow": far(0.3), "lossy": lossy(0.2, seed=2)}


@pytest.fixture
async def pad(broker: HallBroker, hub: PlayedHub, tmp_path: Path) -> AgentDevice:
    device = AgentDevice(board=load_board("pad-pi"), broker=broker, folder=tmp_path)
    await device.start()
    await hub.ready(DEVICE)
    hub.show(DEVICE, lamps={"finish": "on"}, turn=57)
    await until(lambda: device.lamps["finish"])
    return device


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_broken_link_is_noticed_in_time_and_a_press_is_told_once(
    pad: AgentDevice, broker: HallBroker, hub: PlayedHub, fault: str
) -> None:
    begin, end = FAULTS[fault]
    try:
        joins, began = pad.cable.joins, time.monotonic()
        begin(pad, broker)
        await pad.press("next")
        await until(lambda: pad.cable.joins > joins, limit_s=30)
        assert time.monotonic() - began < 1.5 * KEEPALIVE_S
        end(pad, broker)
        ended = time.monotonic()
        event = await asyncio.wait_for(_press(hub), 20)
        assert time.monotonic() - ended < BACK_WITHIN_S
        hub.acknowledge(DEVICE, event, lamps={"finish": "off"})
        await until(lambda: not pad.lamps["finish"])
        assert hub.distinct(DEVICE) == [event]
    finally:
        broker.thaw()
        await pad.close()


@pytest.mark.parametrize("lag", SLOW)
async def test_a_bad_network_is_borne(pad: AgentDevice, hub: PlayedHub, lag: str) -> None:
    try:
        pad.cable.lag = SLOW[lag]
        await pad.press("next")
        event = await asyncio.wait_for(_press(hub), 20)
        hub.acknowledge(DEVICE, event, lamps={"finish": "off"})
        await until(lambda: not pad.lamps["finish"])
        assert hub.distinct(DEVICE) == [event]
    finally:
        await pad.close()


async def _press(hub: PlayedHub) -> KeyPressed:
    event = await until(lambda: (hub.distinct(DEVICE) or [None])[0], limit_s=30)
    assert event == KeyPressed(boot=1, seq=1, turn=57, key="next", at=event.at)
    return event
