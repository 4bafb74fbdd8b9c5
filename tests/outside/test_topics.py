"""What readers of the broker are told: counters and queues, retained, only what has changed; and nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from hardware.contract import HUB
from hardware.link import Address, Link, Message
from hardware.topics import BadMessageError, Topics
from hub.broker import Broker
from hub.outside import topics as telling_module
from hub.outside.topics import Telling
from hub.rules import commands
from hub.secrets import load_secrets, reader_account
from sim.ports import free_port
from tests.contract.waiting import until
from tests.outside.looked_at import LookedAt, busy
from tests.witness import name_of

WANTED = '\n[interface]\ntopics = true\nreaders = ["signage"]\n'


class Told:
    """A link that remembers what was published."""

    def __init__(self) -> None:
        self.topics: dict[str, Any] = {}
        self.count = 0

    def publish(self, topic: str, payload: bytes, *, retain: bool) -> None:
        assert retain
        name_of(topic, payload)
        self.topics[topic] = json.loads(payload)
        self.count += 1


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling_module, "EVERY_S", 0.0)


def telling(hall: LookedAt) -> tuple[Telling, Told]:
    told, tells = Told(), Telling(hall.present)
    tells.attach(told)  # type: ignore[arg-type]
    return tells, told


async def test_what_has_changed_is_told_and_nothing_twice(tmp_path: Path, quick: None) -> None:
    hall = busy(tmp_path, WANTED)
    tells, told = telling(hall)
    tells.came_up()
    assert told.count == 0, "nothing is worked out on a press's way"
    await until(lambda: told.count == 5)
    at = hall.scene.now
    assert told.topics["hall/beihu/told/counter/1"] == {
        "at": at,
        "counter": 1,
        "name": "户籍专窗",
        "state": "called",
        "number": "A001",
        "services": ["A", "B"],
        "waiting": 5,
    }
    queue = {"at": at, "service": "A", "name": "户籍", "waiting": 4, "expected_minutes": 35}
    assert told.topics["hall/beihu/told/queue/A"] == queue
    hall.do(commands.Begin(counter=1))
    tells.changed()
    await until(lambda: told.count == 6)
    assert told.topics["hall/beihu/told/counter/1"]["state"] == "serving"
    tells.came_up()
    await until(lambda: told.count == 11)
    tells.close()


async def test_a_hall_that_wants_no_topics_has_none(tmp_path: Path, quick: None) -> None:
    tells, told = telling(busy(tmp_path, ""))
    tells.came_up()
    tells.look()
    for _ in range(20):
        await asyncio.sleep(0)
    assert told.count == 0
    assert tells._timer is None


async def test_many_changes_make_one_message_of_each(tmp_path: Path, quick: None) -> None:
    hall = busy(tmp_path, WANTED)
    tells, told = telling(hall)
    for _ in range(50):
        tells.changed()
    await until(lambda: told.count >= 5)
    await asyncio.sleep(0)
    assert told.count == 5
    tells.close()


@pytest.mark.parametrize("topic", ["told/counter/1", "told/queue/A"])
def test_no_device_can_have_such_a_topic(topic: str) -> None:
    with pytest.raises(BadMessageError, match="is not one of this hall"):
        Topics("h").split(f"hall/h/{topic}")


class Ear:
    """An account at a broker: what it hears, and what it tries to say."""

    def __init__(self, address: Address, account: str, password: str, wanted: list[str]) -> None:
        self.heard: dict[str, bytes] = {}
        self.up = asyncio.Event()
        self.link = Link(
            address=address,
            name=account,
            password=password,
            will_topic=None,
            subscriptions=wanted,
            on_message=self._hear,
            on_pause=lambda: None,
            on_up=self.up.set,
        )
        self.running = asyncio.create_task(self.link.run())

    def _hear(self, message: Message) -> None:
        self.heard[message.topic] = message.payload
        self.link.acknowledge(message)

    async def close(self) -> None:
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)


@pytest.fixture
async def ears(tmp_path: Path) -> AsyncIterator[Callable[[str, list[str]], Ear]]:
    account = reader_account("signage")
    secrets = load_secrets(tmp_path / "secrets.json", [HUB, account, "told", "pad-1"])
    address = Address(host="127.0.0.1", port=free_port())
    broker = Broker(folder=tmp_path, address=address, hall="h", secrets=secrets, readers=[account])
    await broker.start()
    made: list[Ear] = []

    def make(name: str, wanted: list[str]) -> Ear:
        made.append(Ear(address, name, secrets.passwords[name], wanted))
        return made[-1]

    try:
        yield make
    finally:
        for ear in made:
            await ear.close()
        await broker.stop()


@pytest.mark.bad_input
async def test_a_reader_hears_the_topics_and_nothing_else_and_says_nothing(
    ears: Callable[[str, list[str]], Ear],
) -> None:
    topics, account = Topics("h"), reader_account("signage")
    hub = ears(HUB, [topics.everything])
    await asyncio.wait_for(hub.up.wait(), 5)
    hub.link.publish(topics.counter(1), b"{}", retain=True)
    hub.link.publish(topics.view("told"), b"{}", retain=True)
    hub.link.publish(topics.view("pad-1"), b"{}", retain=True)
    hub.link.publish(topics.hub_status, b"{}", retain=True)
    reader = ears(account, ["hall/#"])
    device = ears("told", ["hall/#"])
    await until(lambda: topics.counter(1) in reader.heard and topics.view("told") in device.heard)
    for ear in (reader, device):
        ear.link.publish(topics.counter(2), b"{}", retain=True)
        ear.link.publish(topics.event("signage"), b"{}")
    reader.link.publish(topics.event(account), b"{}")
    reader.link.publish("hall/h/reader/event", b"{}")
    reader.link.publish(topics.counter(1), b"forged", retain=True)
    device.link.publish(topics.event("told"), b"{}")
    await until(lambda: topics.event("told") in hub.heard)
    hub.link.publish(topics.queue("A"), b"{}", retain=True)
    await until(lambda: topics.queue("A") in reader.heard)
    assert set(reader.heard) == {topics.counter(1), topics.queue("A"), topics.hub_status}
    assert set(device.heard) == {topics.view("told"), topics.hub_status}
    assert topics.counter(2) not in hub.heard
    assert [one for one in hub.heard if "signage" in one or "reader" in one] == []
    assert hub.heard[topics.counter(1)] == b"{}"
