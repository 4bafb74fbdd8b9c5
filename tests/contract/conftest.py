"""A broker and a hub for one test; the devices are in devices.py."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from hardware.board import load_board
from hardware.contract import HUB
from tests.contract.agent_device import AgentDevice
from tests.contract.broker import HALL, HallBroker
from tests.contract.devices import DEVICE, TWIN, Device
from tests.contract.firmware_device import FirmwareDevice
from tests.contract.played_hub import PlayedHub


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[HallBroker]:
    """A real mosquitto with Lintel's own configuration."""
    broker = HallBroker(folder=tmp_path / "broker", devices=[DEVICE, TWIN])
    await broker.start()
    yield broker
    await broker.close()


@pytest.fixture
async def hub(broker: HallBroker) -> AsyncIterator[PlayedHub]:
    """A hub that beats; at the end nothing may have come to it that is not of the contract."""
    hub = PlayedHub(hall=HALL, address=broker.address, password=broker.passwords[HUB])
    await hub.start()
    yield hub
    await hub.close()
    assert hub.bad == []


PowerOn = Callable[..., Awaitable[Device]]
KINDS: dict[str, Any] = {"firmware": FirmwareDevice, "agent": AgentDevice}
CHIPS = {"firmware": "pico", "agent": "pi"}


@pytest.fixture(params=["firmware", "agent"])
async def power_on(request: pytest.FixtureRequest, broker: HallBroker, tmp_path: Path) -> AsyncIterator[PowerOn]:
    """What makes a device of one kind and gives it power: of a shipped board's name without its chip, and changes."""
    made: list[Device] = []

    async def make(board: str, **changes: Any) -> Device:
        found = load_board(f"{board}-{CHIPS[request.param]}")
        if changes and found.printer:
            found = structs.replace(found, printer=structs.replace(found.printer, **changes))
        device = KINDS[request.param](board=found, broker=broker, folder=tmp_path)
        made.append(device)
        await device.start()
        return device

    yield make
    for device in made:
        await device.close()
        await device.close()


@pytest.fixture
async def device(power_on: PowerOn, hub: PlayedHub) -> Device:
    """A device that has all parts, switched on and connected; its printer is on a fast line."""
    device = await power_on("dispenser", baud=115200)
    await hub.ready(DEVICE)
    return device


@pytest.fixture
async def slow_device(power_on: PowerOn, hub: PlayedHub) -> Device:
    """The same with its printer on a slow line: 1 ms a byte, so that what is under way can be met there."""
    device = await power_on("dispenser", baud=9600)
    await hub.ready(DEVICE)
    return device


@pytest.fixture
async def mute_device(power_on: PowerOn, hub: PlayedHub) -> Device:
    """The same with a printer that cannot answer."""
    return await power_on("dispenser", baud=115200, answers=False)


@pytest.fixture
async def lintel(power_on: PowerOn, hub: PlayedHub) -> Device:
    """A device that is a panel and nothing else."""
    return await power_on("lintel")


@pytest.fixture
async def card_device(power_on: PowerOn, hub: PlayedHub) -> Device:
    """A device with all parts and a card reader, switched on and connected."""
    device = await power_on("dispenser-id", baud=115200)
    await hub.ready(DEVICE)
    return device
