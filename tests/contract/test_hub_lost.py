"""15 s without a beat and the hub is lost (docs/protocol.md, "hub"). These tests take as long as that."""

import time

from hardware.contract import HUB_LOST_AFTER_S, LOST, KeyPressed
from tests.contract.devices import DEVICE, Device, ring_is_refusal, see, show_lamp
from tests.contract.pictures import centred, dots_of, picture
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import stays, until

W, H = 128, 16
PANEL = picture(W, seed=1)
STALE = picture(32, seed=2)
DARK = {"A": False, "B": False, "C": False, "D": False, "fault": False}


async def test_after_15_s_of_silence_the_hub_is_lost_and_a_beat_finds_it(device: Device, hub: PlayedHub) -> None:
    hub.show(DEVICE, panel=PANEL, stale=STALE, lamps={"B": "on"}, turn=57)
    await see(device, dots_of(PANEL))
    await device.press("A")
    event = await hub.press(DEVICE)
    hub.is_beating = False
    hub.beat()
    began = time.monotonic()
    await stays(lambda: device.dots == dots_of(PANEL), for_s=4)
    await sends_what_is_no_beat(device, hub)
    await stays(lambda: device.dots == dots_of(PANEL), for_s=HUB_LOST_AFTER_S - 1 - (time.monotonic() - began))
    await see(device, centred(STALE, W, H))
    assert HUB_LOST_AFTER_S - 0.5 < time.monotonic() - began < HUB_LOST_AFTER_S + 1.5
    await until(lambda: device.lamps == DARK)
    await refuses_presses(device, hub, [event])
    hub.show(DEVICE, lamps={"C": "on"})
    await stays(lambda: (device.lamps, device.dots) == (DARK, centred(STALE, W, H)), for_s=0.5)
    hub.beat()
    await see(device, dots_of(PANEL))
    await until(lambda: device.lamps["C"] and device.is_blinking("A"))
    hub.acknowledge(DEVICE, event)
    await device.press("D")
    second = await hub.press(DEVICE, number=2)
    assert second == KeyPressed(boot=1, seq=2, turn=57, key="D", at=second.at)


async def test_a_device_that_starts_and_finds_the_hubs_will_takes_it_for_lost_at_once(
    device: Device, hub: PlayedHub
) -> None:
    await device.cut_power()
    hub.is_beating = False
    hub.show(DEVICE, panel=PANEL, stale=STALE, lamps={"B": "on"}, turn=57)
    hub.send(hub.topics.hub_status, LOST, retain=True)
    await hub.drain()
    await device.start()
    await hub.ready(DEVICE, boot=2)
    await see(device, centred(STALE, W, H))
    await refuses_presses(device, hub, [])
    assert device.lamps == DARK
    hub.beat()
    await see(device, dots_of(PANEL))
    await until(lambda: device.lamps["B"])


async def test_a_device_that_starts_and_finds_an_old_beat_gives_the_hub_its_15_s(
    device: Device, hub: PlayedHub
) -> None:
    await device.cut_power()
    hub.is_beating = False
    hub.show(DEVICE, panel=PANEL, stale=STALE, turn=57)
    hub.beat()
    await hub.drain()
    began = time.monotonic()
    await device.start()
    await see(device, dots_of(PANEL))
    await see(device, centred(STALE, W, H), limit_s=HUB_LOST_AFTER_S + 3)
    assert HUB_LOST_AFTER_S - 0.1 < time.monotonic() - began < HUB_LOST_AFTER_S + 3


async def sends_what_is_no_beat(device: Device, hub: PlayedHub) -> None:
    """Send the hub's goodbye and its will, and a beat that reaches the device only as one that the broker has kept."""
    hub.send(hub.topics.hub_status, b'{"state":"disconnected","boot":3,"at":1795237200123}', retain=True)
    hub.send(hub.topics.hub_status, LOST, retain=True)
    await show_lamp(device, hub, "C")
    device.cable.cut()
    await until(lambda: hub.statuses[DEVICE][-1].state == "lost")
    hub.beat()
    device.cable.mend()
    await hub.ready(DEVICE)


async def refuses_presses(device: Device, hub: PlayedHub, known: list[KeyPressed]) -> None:
    """Press a key, and see that this is answered by two low tones and comes to nothing."""
    device.sounded.clear()
    await device.press("D")
    await until(lambda: ring_is_refusal(device.sounded), why=lambda: device.sounded)
    assert hub.distinct(DEVICE) == known
