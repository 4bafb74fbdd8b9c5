"""An identity card becomes one numbered event without anything that stands on it (docs/protocol.md, "identity")."""

import hmac
import json
from typing import Any

import pytest

from hardware.contract import IdentityRead, Reader
from tests.contract.devices import DEVICE, Device, show_lamp
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import stays, until

KEY = bytes(range(32))
OTHER_KEY = bytes(32)
NUMBER = "45010319900307123X"
OTHER_NUMBER = "450103198512240018"
LOOKS_S = 1.0
"""Long enough for three looks at the reader."""


def who(number: str, key: bytes = KEY) -> str:
    """Return what a card is called that day."""
    return hmac.new(key, number.encode(), "sha256").hexdigest()[:32]


async def card(hub: PlayedHub, number: int = 1) -> IdentityRead:
    """Return the event of this number, which is a card."""
    event = await hub.event(DEVICE, number=number)
    assert isinstance(event, IdentityRead)
    return event


def test_who_is_half_of_an_hmac_as_others_make_it() -> None:
    assert who(NUMBER) == "e5fa9753b879db4651baa2c6fa6130a2"


@pytest.mark.req("S9")
async def test_a_card_that_is_awaited_is_one_event_for_as_long_as_it_lies(card_device: Device, hub: PlayedHub) -> None:
    hub.beat()
    await show_lamp(card_device, hub, "B", turn=57, reader=Reader(key=KEY))
    card_device.reader.lay(NUMBER)
    event = await card(hub)
    assert event == IdentityRead(boot=1, seq=1, turn=57, who=who(NUMBER), at=event.at)
    assert event.at is not None
    hub.acknowledge(DEVICE, event)
    asked = card_device.reader.asked
    await until(lambda: card_device.reader.asked >= asked + 3)
    assert hub.distinct(DEVICE) == [event]


async def test_a_card_that_was_lifted_and_another_are_new_events(card_device: Device, hub: PlayedHub) -> None:
    hub.show(DEVICE, reader=Reader(key=KEY))
    for number, laid in enumerate((NUMBER, NUMBER, OTHER_NUMBER), 1):
        card_device.reader.lay(laid)
        event = await card(hub, number)
        assert event.who == who(laid)
        hub.acknowledge(DEVICE, event)
        card_device.reader.lay(None)
        asked = card_device.reader.asked
        await until(lambda asked=asked: card_device.reader.asked >= asked + 4)


async def test_the_reader_is_idle_while_no_card_is_awaited(card_device: Device, hub: PlayedHub) -> None:
    await show_lamp(card_device, hub, "B")
    card_device.reader.lay(NUMBER)
    await stays(lambda: not card_device.reader.asked and not hub.distinct(DEVICE), for_s=LOOKS_S)


async def test_a_card_that_still_lies_when_one_is_awaited_anew_is_read_anew(
    card_device: Device, hub: PlayedHub
) -> None:
    hub.show(DEVICE, reader=Reader(key=KEY))
    card_device.reader.lay(NUMBER)
    first = await card(hub)
    hub.acknowledge(DEVICE, first, reader=None)
    hub.show(DEVICE, reader=Reader(key=OTHER_KEY), turn=60)
    second = await card(hub, 2)
    assert second == IdentityRead(boot=1, seq=2, turn=60, who=who(NUMBER, OTHER_KEY), at=second.at)


async def test_a_broken_answer_is_asked_for_again(card_device: Device, hub: PlayedHub) -> None:
    card_device.reader.broken = 3
    hub.show(DEVICE, reader=Reader(key=KEY))
    card_device.reader.lay(NUMBER)
    assert (await card(hub)).who == who(NUMBER)


async def test_a_reader_that_finds_a_card_once_only_tells_of_it_once(card_device: Device, hub: PlayedHub) -> None:
    card_device.reader.finds_again = False
    hub.show(DEVICE, reader=Reader(key=KEY))
    card_device.reader.lay(NUMBER)
    event = await card(hub)
    hub.acknowledge(DEVICE, event)
    asked = card_device.reader.asked
    await until(lambda: card_device.reader.asked >= asked + 4)
    assert hub.distinct(DEVICE) == [event]
    card_device.reader.lay(OTHER_NUMBER)
    assert (await card(hub, 2)).who == who(OTHER_NUMBER)


async def test_a_card_without_a_number_and_a_silent_reader_are_nothing(card_device: Device, hub: PlayedHub) -> None:
    hub.show(DEVICE, reader=Reader(key=KEY))
    card_device.reader.lay("SMITH JOHN")
    await until(lambda: card_device.reader.reads >= 2)
    card_device.reader.silent = True
    asked = card_device.reader.asked
    await until(lambda: card_device.reader.asked >= asked + 2)
    assert hub.distinct(DEVICE) == []
    card_device.reader.silent = False
    card_device.reader.lay(NUMBER)
    assert (await card(hub)).who == who(NUMBER)


async def test_it_says_that_it_has_a_reader(card_device: Device, hub: PlayedHub) -> None:
    assert "reader" in hub.statuses[DEVICE][-1].parts


@pytest.mark.bad_input
@pytest.mark.parametrize("reader", [{"key": "AAAA"}, {"key": 5}, {}, [], "AAAA", {"key": "A" * 88}, {"key": "@0"}])
async def test_a_view_whose_key_is_none_is_dropped_whole(card_device: Device, hub: PlayedHub, reader: Any) -> None:
    card_device.reader.lay(NUMBER)
    bad = {"v": 1, "turn": 1, "ack": [0, 0], "lamps": {"A": "on"}, "reader": reader}
    hub.send(hub.topics.view(DEVICE), json.dumps(bad).encode(), retain=True)
    await show_lamp(card_device, hub, "B")
    assert not card_device.lamps["A"]
    await stays(lambda: not card_device.reader.asked, for_s=0.4)
