"""The broker and the played hub that a node's tests talk to."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.broker import HallBroker
from tests.contract.firmware_node import a_broker, a_hub
from tests.contract.played_hub import PlayedHub


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[HallBroker]:
    async with a_broker(tmp_path) as broker:
        yield broker


@pytest.fixture
async def hub(broker: HallBroker) -> AsyncIterator[PlayedHub]:
    async with a_hub(broker) as hub:
        yield hub
