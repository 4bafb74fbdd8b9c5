"""Who is there: what every device says of itself, its will, and its starts (docs/protocol.md, "Who is there")."""

from msgspec.structs import replace

from hardware.contract import CONTRACT, KeyPressed, Status
from tests.contract.broker import HallBroker
from tests.contract.devices import DEVICE, Device
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import stays, until

LOST = Status(state="lost")


async def test_a_device_says_what_it_is_on_every_connection(device: Device, hub: PlayedHub) -> None:
    first = await hub.ready(DEVICE)
    assert replace(first, health=None) == Status(
        state="ready", boot=1, contract=CONTRACT, fw=first.fw, parts=first.parts
    )
    assert (set(first.parts), len(first.parts), first.fw != "") == (
        {"keys", "lamps", "panel", "tone", "printer"},
        5,
        True,
    )
    device.cable.cut()
    await until(lambda: hub.statuses[DEVICE] == [first, LOST], why=lambda: hub.statuses[DEVICE])
    device.cable.mend()
    await until(lambda: len(hub.statuses[DEVICE]) == 3, why=lambda: hub.statuses[DEVICE])
    last = hub.statuses[DEVICE][2]
    assert replace(last, health=None) == replace(first, health=None)
    assert [one.health.links for one in (first, last) if one.health] in ([1, 2], []), "an agent says nothing of itself"


async def test_its_status_is_kept_for_a_hub_that_comes_later(
    device: Device, hub: PlayedHub, broker: HallBroker
) -> None:
    ready = await hub.ready(DEVICE)
    await hub.close()
    hub.statuses.clear()
    await hub.start()
    assert await hub.ready(DEVICE) == ready


async def test_a_device_that_loses_its_power_leaves_its_will(device: Device, hub: PlayedHub) -> None:
    await device.cut_power()
    await until(lambda: hub.statuses[DEVICE][-1] == LOST)


async def test_the_boot_number_grows_by_one_at_each_start_and_survives_a_loss_of_power(
    device: Device, hub: PlayedHub
) -> None:
    for boot in (1, 2, 3):
        await hub.ready(DEVICE, boot=boot)
        await device.cut_power()
        await device.start()
    await hub.ready(DEVICE, boot=4)


async def test_a_device_that_is_behind_the_hubs_knowledge_takes_the_next_boot(device: Device, hub: PlayedHub) -> None:
    await hub.ready(DEVICE, boot=1)
    hub.show(DEVICE, ack=(41, 5), turn=57)
    await hub.ready(DEVICE, boot=42)
    await device.press("A")
    event = await hub.press(DEVICE)
    assert event == KeyPressed(boot=42, seq=1, turn=57, key="A", at=event.at)
    hub.acknowledge(DEVICE, event)
    await device.press("B")
    second = await hub.press(DEVICE, number=2)
    assert second == KeyPressed(boot=42, seq=2, turn=57, key="B", at=second.at)
    hub.show(DEVICE, ack=(0, 0))
    await device.cut_power()
    await device.start()
    await hub.ready(DEVICE, boot=43)


async def test_an_acknowledgement_of_an_earlier_boot_changes_nothing(device: Device, hub: PlayedHub) -> None:
    await device.cut_power()
    await device.start()
    await hub.ready(DEVICE, boot=2)
    hub.show(DEVICE, ack=(1, 99), lamps={"A": "on"})
    await until(lambda: device.lamps["A"])
    await stays(lambda: hub.statuses[DEVICE][-1].boot == 2, for_s=0.2)
    await device.press("A")
    assert (await hub.press(DEVICE)).boot == 2
