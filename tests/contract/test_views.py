"""Views go down and are shown, dot by dot (docs/protocol.md, "Going down: views")."""

import pytest

from hardware.contract import Panel, View, encode
from tests.contract.devices import DEVICE, Device, see
from tests.contract.pictures import centred, dark, dots_of, picture, window
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import stays, until

W, H = 128, 16


@pytest.mark.parametrize(("w", "h"), [(128, 16), (120, 16), (64, 16), (37, 16), (1, 1), (127, 15), (16, 8)])
async def test_a_picture_that_fits_is_centred(device: Device, hub: PlayedHub, w: int, h: int) -> None:
    panel = picture(w, h)
    hub.show(DEVICE, panel=panel)
    await see(device, centred(panel, W, H))


async def test_what_is_on_show_is_exactly_the_last_view(device: Device, hub: PlayedHub) -> None:
    for seed in (1, 2, 3):
        hub.show(DEVICE, panel=picture(W, seed=seed))
    await see(device, dots_of(picture(W, seed=3)))
    hub.show(DEVICE, panel=None)
    await see(device, dark(W, H))


async def test_views_count_in_the_order_in_which_they_arrive(device: Device, hub: PlayedHub) -> None:
    hub.show(DEVICE, panel=picture(W, seed=1))
    await see(device, dots_of(picture(W, seed=1)))
    older = View(v=1, turn=1, ack=(0, 0), panel=picture(W, seed=2))
    hub.send(hub.topics.view(DEVICE), encode(older), retain=True)
    await see(device, dots_of(picture(W, seed=2)))


async def test_who_connects_sees_the_right_thing_at_once(device: Device, hub: PlayedHub) -> None:
    await device.cut_power()
    hub.show(DEVICE, panel=picture(W), lamps={"B": "on"})
    await device.start()
    await see(device, dots_of(picture(W)))
    await until(lambda: device.lamps == {"A": False, "B": True, "C": False, "D": False, "fault": False})


async def test_windows_of_a_wide_picture_are_shown_in_turn(device: Device, hub: PlayedHub) -> None:
    panel = picture(300, motion="flip", pace_ms=250)
    hub.show(DEVICE, panel=panel)
    for at in (0, 128, 256, 0, 128):
        await see(device, window(panel, at, W, H))


async def test_a_wide_picture_scrolls_dot_by_dot_and_begins_anew(device: Device, hub: PlayedHub) -> None:
    panel = picture(140, motion="scroll", pace_ms=30)
    hub.show(DEVICE, panel=panel)
    for at in (*range(13), 0, 1, 2):
        await see(device, window(panel, at, W, H))


@pytest.mark.parametrize("w", [128, 64])
async def test_a_picture_blinks(device: Device, hub: PlayedHub, w: int) -> None:
    panel = picture(w, motion="blink", pace_ms=200)
    hub.show(DEVICE, panel=panel)
    for _ in range(2):
        await see(device, centred(panel, W, H))
        await see(device, dark(W, H))


async def test_a_still_picture_that_is_too_wide_shows_its_beginning(device: Device, hub: PlayedHub) -> None:
    panel = picture(200)
    hub.show(DEVICE, panel=panel)
    await see(device, window(panel, 0, W, H))


async def test_lamps_are_off_unless_named_and_blink(device: Device, hub: PlayedHub) -> None:
    hub.show(DEVICE, lamps={"A": "on", "C": "blink", "D": "off", "other": "on"})
    for lit in (True, False, True):
        await until(lambda lit=lit: device.lamps == {"A": True, "B": False, "C": lit, "D": False, "fault": False})
    hub.show(DEVICE, lamps={"B": "on"})
    await until(lambda: device.lamps == {"A": False, "B": True, "C": False, "D": False, "fault": False})
    await stays(lambda: device.lamps == {"A": False, "B": True, "C": False, "D": False, "fault": False}, for_s=0.6)


@pytest.mark.bad_input
async def test_keys_that_a_device_does_not_know_are_ignored(device: Device, hub: PlayedHub) -> None:
    panel: Panel = picture(W)
    payload = encode(View(v=2, turn=57, ack=(0, 0), lamps={"B": "on"}, panel=panel))
    newer = payload.replace(b'"w":', b'"colour":[255,0,0],"w":', 1).replace(
        b'"v":', b'"voice":{"say":"\xe8\xaf\xb7"},"v":', 1
    )
    hub.send(hub.topics.view(DEVICE), newer, retain=True)
    await see(device, dots_of(panel))
    await until(lambda: device.lamps == {"A": False, "B": True, "C": False, "D": False, "fault": False})


async def test_a_repeated_picture_goes_on_moving_as_it_does(device: Device, hub: PlayedHub) -> None:
    panel = picture(256, motion="flip", pace_ms=400)
    hub.show(DEVICE, panel=panel)
    await see(device, window(panel, 0, W, H))
    await see(device, window(panel, 128, W, H))
    hub.show(DEVICE, panel=panel, lamps={"B": "on"})
    await until(lambda: device.lamps["B"])
    assert device.dots == window(panel, 128, W, H)
