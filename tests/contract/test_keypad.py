"""Keys in a matrix: a press is one event, several at once are told apart, and what cannot be told apart is none."""

import pytest

from hardware.contract import KeyPressed
from tests.contract.conftest import PowerOn
from tests.contract.devices import DEVICE, Device, show_lamp
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import stays

SETTLED_S = 0.15
"""Long enough for another event to come, if there were one."""


@pytest.fixture
async def keypad(power_on: PowerOn, hub: PlayedHub) -> Device:
    """A desk whose sixteen keys are a matrix of 4x4, switched on and with a view on show."""
    device = await power_on("desk-matrix")
    await hub.ready(DEVICE)
    await show_lamp(device, hub, "next", turn=57)
    return device


async def told(hub: PlayedHub, number: int, boot: int = 1) -> str:
    """Return the key of the event of that number, acknowledged."""
    event = await hub.press(DEVICE, number=number)
    assert event == KeyPressed(boot=boot, seq=number, turn=57, key=event.key, at=event.at)
    hub.acknowledge(DEVICE, event)
    return event.key


async def pressed(keypad: Device, hub: PlayedHub, key: str, number: int, boot: int = 1) -> None:
    """Hold a key until its event is there: a matrix is read while it is down, and a loaded computer takes its time."""
    await keypad.hold(key, is_down=True)
    assert await told(hub, number, boot) == key
    await keypad.hold(key, is_down=False)


async def test_every_key_of_the_matrix_is_its_own_event(keypad: Device, hub: PlayedHub) -> None:
    keys = ["d1", "d2", "d3", "next", "d4", "d5", "d6", "recall", "d7", "d8", "d9", "no-show"]
    keys += ["menu", "d0", "ok", "finish", "d1"]
    for number, key in enumerate(keys, 1):
        await pressed(keypad, hub, key, number)
    await stays(lambda: len(hub.distinct(DEVICE)) == len(keys), for_s=SETTLED_S)


async def test_a_key_that_comes_while_others_are_held_counts_and_these_do_not_again(
    keypad: Device, hub: PlayedHub
) -> None:
    for number, key in enumerate(("d1", "d5", "d9"), 1):
        await keypad.hold(key, is_down=True)
        assert await told(hub, number) == key
    for key in ("d1", "d5", "d9"):
        await keypad.hold(key, is_down=False)
    await stays(lambda: len(hub.distinct(DEVICE)) == 3, for_s=SETTLED_S)
    await pressed(keypad, hub, "ok", 4)
    await pressed(keypad, hub, "d1", 5)


async def test_three_keys_of_a_rectangle_are_no_fourth(keypad: Device, hub: PlayedHub) -> None:
    """d1, d2 and d4 held look as if d5 were down too; nobody can tell, so neither counts, nor when one is let go."""
    for number, key in enumerate(("d1", "d2"), 1):
        await keypad.hold(key, is_down=True)
        assert await told(hub, number) == key
    await keypad.hold("d4", is_down=True)
    await stays(lambda: len(hub.distinct(DEVICE)) == 2, for_s=SETTLED_S)
    for key in ("d1", "d2", "d4"):
        await keypad.hold(key, is_down=False)
        await stays(lambda: len(hub.distinct(DEVICE)) == 2, for_s=SETTLED_S)
    for number, key in enumerate(("ok", "d4", "d5"), 3):
        await pressed(keypad, hub, key, number)


async def test_a_key_that_is_held_at_the_start_is_no_press(keypad: Device, hub: PlayedHub) -> None:
    await keypad.cut_power()
    await keypad.hold("d6", is_down=True)
    await keypad.start()
    await hub.ready(DEVICE, boot=2)
    await show_lamp(keypad, hub, "finish", turn=57)
    await keypad.hold("d6", is_down=False)
    await stays(lambda: hub.events[DEVICE] == [], for_s=SETTLED_S)
    await pressed(keypad, hub, "ok", 1, boot=2)
    await pressed(keypad, hub, "d6", 2, boot=2)
