"""Key presses go up as numbered events (docs/protocol.md, "Going up: numbered events")."""

import time

from hardware.contract import RESEND_AFTER_S, KeyPressed
from tests.contract.broker import HallBroker
from tests.contract.devices import DEVICE, Device, ring_is_refusal, show_lamp
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import stays, until

SETTLED_S = 0.15
"""Long enough for a second event of one press to come, if there were one."""
EVENTS_MAX = 16


def press_of(event: KeyPressed, seq: int, key: str = "A", turn: int = 57) -> KeyPressed:
    """Return the event that is expected; its time is judged elsewhere."""
    return KeyPressed(boot=1, seq=seq, turn=turn, key=key, at=event.at)


async def test_a_press_names_key_turn_boot_and_number_and_the_halls_time(device: Device, hub: PlayedHub) -> None:
    hub.beat()
    await show_lamp(device, hub, "B", turn=57)
    before = time.time() * 1000
    await device.press("A")
    event = await hub.press(DEVICE)
    assert event == press_of(event, 1)
    assert event.at is not None
    assert before - 100 <= event.at <= time.time() * 1000 + 100


async def test_the_time_is_left_out_while_no_beat_was_heard(device: Device, hub: PlayedHub) -> None:
    hub.is_beating = False
    await device.cut_power()
    await device.start()
    await hub.ready(DEVICE, boot=2)
    await show_lamp(device, hub, "B", turn=57)
    await device.press("A")
    assert await hub.press(DEVICE) == KeyPressed(boot=2, seq=1, turn=57, key="A")


async def test_a_press_that_bounces_is_one_event(device: Device, hub: PlayedHub) -> None:
    await show_lamp(device, hub, "B", turn=57)
    for number in (1, 2, 3):
        await device.press("A")
        event = await hub.press(DEVICE, number=number)
        hub.acknowledge(DEVICE, event)
        assert event == press_of(event, number)
    await stays(lambda: len(hub.distinct(DEVICE)) == 3, for_s=SETTLED_S)


async def test_a_press_carries_the_turn_that_was_on_show(device: Device, hub: PlayedHub) -> None:
    await show_lamp(device, hub, "B", turn=57)
    await device.press("A")
    await show_lamp(device, hub, "C", turn=58)
    await device.press("B")
    first = await hub.press(DEVICE)
    hub.acknowledge(DEVICE, first, turn=59)
    second = await hub.press(DEVICE, number=2)
    assert [first, second] == [press_of(first, 1, "A", 57), press_of(second, 2, "B", 58)]


async def test_five_presses_go_up_in_order_one_under_way(device: Device, hub: PlayedHub) -> None:
    await show_lamp(device, hub, "B", turn=57)
    keys = ["A", "B", "C", "D", "A"]
    for key in keys:
        await device.press(key)
    for seq, key in enumerate(keys, 1):
        event = await hub.press(DEVICE, number=seq)
        assert event == press_of(event, seq, key)
        assert len(hub.distinct(DEVICE)) == seq
        hub.acknowledge(DEVICE, event)
    await stays(lambda: len(hub.distinct(DEVICE)) == 5, for_s=SETTLED_S)


async def test_silence_sends_it_again_until_it_is_acknowledged(device: Device, hub: PlayedHub) -> None:
    await show_lamp(device, hub, "B", turn=57)
    pressed = time.monotonic()
    await device.press("A")
    event, heard = await hub.press(DEVICE), time.monotonic()
    await until(lambda: hub.sendings(DEVICE, event) == 2)
    assert time.monotonic() - pressed > RESEND_AFTER_S, "no sooner, however late the first was heard"
    assert time.monotonic() - heard < RESEND_AFTER_S + 0.7
    hub.acknowledge(DEVICE, event)
    await until(lambda: not device.is_blinking("A"))
    await stays(lambda: hub.events[DEVICE] == [event] * 2, for_s=RESEND_AFTER_S + 0.5)


async def test_an_older_acknowledgement_does_not_stop_it(device: Device, hub: PlayedHub) -> None:
    await show_lamp(device, hub, "B", turn=57)
    await device.press("A")
    event = await hub.press(DEVICE)
    await show_lamp(device, hub, "C", ack=(1, 0))
    await until(lambda: hub.sendings(DEVICE, event) == 2)


async def test_a_new_start_of_the_hub_sends_it_again_at_once(device: Device, hub: PlayedHub) -> None:
    hub.beat()
    await show_lamp(device, hub, "B", turn=57)
    await device.press("A")
    event = await hub.press(DEVICE)
    hub.boot, began = hub.boot + 1, time.monotonic()
    hub.beat()
    await until(lambda: hub.sendings(DEVICE, event) == 2)
    assert time.monotonic() - began < RESEND_AFTER_S / 2


async def test_a_new_connection_sends_it_again_at_once(device: Device, hub: PlayedHub) -> None:
    await show_lamp(device, hub, "B", turn=57)
    await device.press("A")
    event = await hub.press(DEVICE)
    await until(lambda: hub.sendings(DEVICE, event) == 2)
    device.cable.cut()
    await until(lambda: hub.statuses[DEVICE][-1].state == "lost")
    device.cable.mend()
    await hub.ready(DEVICE)
    await until(lambda: hub.sendings(DEVICE, event) == 3, limit_s=0.5)


async def test_a_killed_broker_costs_no_event(device: Device, hub: PlayedHub, broker: HallBroker) -> None:
    await show_lamp(device, hub, "B", turn=57)
    await device.press("A")
    event = await hub.press(DEVICE)
    await broker.kill()
    await device.press("C")
    await broker.start()
    await until(lambda: hub.sendings(DEVICE, event) >= 2)
    hub.acknowledge(DEVICE, event)
    second = await hub.press(DEVICE, number=2)
    assert [event, second] == [press_of(event, 1), press_of(second, 2, "C")]


async def test_presses_while_the_cable_is_cut_go_up_when_it_is_mended(device: Device, hub: PlayedHub) -> None:
    await show_lamp(device, hub, "B", turn=57)
    device.cable.cut()
    await until(lambda: hub.statuses[DEVICE][-1].state == "lost")
    for _ in range(5):
        await device.press("A")
    assert hub.events[DEVICE] == []
    device.cable.mend()
    for seq in range(1, 6):
        event = await hub.press(DEVICE, number=seq)
        assert event == press_of(event, seq)
        hub.acknowledge(DEVICE, event)


async def test_a_key_whose_press_waits_blinks_whatever_the_view_says(device: Device, hub: PlayedHub) -> None:
    await show_lamp(device, hub, "B", turn=57)
    for key, lamp in (("A", False), ("B", True)):
        await device.press(key)
        for lit in (True, False, True, False):
            await until(lambda key=key, lit=lit: device.lamps[key] is lit)
        event = await hub.press(DEVICE, number=len(hub.distinct(DEVICE)))
        hub.acknowledge(DEVICE, event)
        await until(lambda key=key, lamp=lamp: device.lamps[key] is lamp and not device.is_blinking(key))


async def test_an_answer_is_sounded_once(device: Device, hub: PlayedHub) -> None:
    await show_lamp(device, hub, "B", turn=57, tone=((900, 30), (0, 10), (700, 30)))
    await stays(lambda: device.sounded == [], for_s=SETTLED_S)
    await device.press("A")
    event = await hub.press(DEVICE)
    hub.acknowledge(DEVICE, event, tone=((900, 30), (0, 10), (700, 30)))
    await until(lambda: device.sounded == [900, 700], why=lambda: device.sounded)
    hub.acknowledge(DEVICE, event, tone=((900, 30),))
    device.cable.cut()
    await until(lambda: hub.statuses[DEVICE][-1].state == "lost")
    device.cable.mend()
    await hub.ready(DEVICE)
    await stays(lambda: device.sounded == [900, 700], for_s=SETTLED_S)


async def test_a_press_without_a_view_is_no_event(device: Device, hub: PlayedHub) -> None:
    await device.press("A")
    await until(lambda: ring_is_refusal(device.sounded), why=lambda: device.sounded)
    await show_lamp(device, hub, "B", turn=57)
    await stays(lambda: hub.events[DEVICE] == [], for_s=SETTLED_S)
    await device.press("A")
    event = await hub.press(DEVICE)
    assert event == press_of(event, 1)


async def test_sixteen_events_are_kept_and_one_more_press_is_refused(device: Device, hub: PlayedHub) -> None:
    await show_lamp(device, hub, "B", turn=57)
    for count in range(EVENTS_MAX):
        await device.press("ABCD"[count % 4])
    assert device.sounded == []
    await device.press("A")
    await until(lambda: ring_is_refusal(device.sounded), why=lambda: device.sounded)
    for seq in range(1, EVENTS_MAX + 1):
        event = await hub.press(DEVICE, number=seq)
        assert event == press_of(event, seq, "ABCD"[(seq - 1) % 4])
        hub.acknowledge(DEVICE, event)
    await stays(lambda: len(hub.distinct(DEVICE)) == EVENTS_MAX, for_s=SETTLED_S)
