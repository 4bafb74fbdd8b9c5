"""The firmware's bytes and luma's light the same dots: both devices get the same views, side by side."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from displays.strip import fit, strip_panel
from hardware.board import load_board
from hardware.contract import Panel
from sim.reading import read_text
from tests.contract.agent_device import AgentDevice
from tests.contract.broker import HallBroker
from tests.contract.devices import DEVICE, TWIN, Device, see
from tests.contract.firmware_device import FirmwareDevice
from tests.contract.pictures import centred, dots_of, drawn, picture, window
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import until

PADS = ("等候12人", "A012", "无号码", "离线")
LINTELS = ("3号窗口 综合业务", "请A001号到3号窗", "暂停服务", "欢迎光临热情服务", "请稍候")
BOARDS = ("pad", "lintel", "pad-oled", "lintel-64")

Both = tuple[Device, Device]


@pytest.fixture(params=BOARDS)
async def both(
    request: pytest.FixtureRequest, broker: HallBroker, hub: PlayedHub, tmp_path: Path
) -> AsyncIterator[Both]:
    """A node and an agent with the same panel."""
    node = FirmwareDevice(board=load_board(f"{request.param}-pico"), broker=broker, folder=tmp_path)
    agent = AgentDevice(board=load_board(f"{request.param}-pi"), broker=broker, folder=tmp_path, name=TWIN)
    try:
        for device in (node, agent):
            await device.start()
        await hub.ready(DEVICE)
        await hub.ready(TWIN)
        yield node, agent
    finally:
        await node.close()
        await agent.close()


def show(hub: PlayedHub, panel: Panel) -> None:
    """Send both the same picture."""
    for name in (DEVICE, TWIN):
        hub.show(name, panel=panel)


async def alike(both: Both) -> list[list[int]]:
    """Return what both show, once they show the same."""
    node, agent = both
    await until(lambda: node.dots == agent.dots, why=lambda: f"{drawn(node.dots)}\nis not\n{drawn(agent.dots)}")
    return node.dots


async def test_every_dot_is_the_same(both: Both, hub: PlayedHub) -> None:
    w, h = len(both[0].dots[0]), len(both[0].dots)
    for seed, width in enumerate((w, w - 1, w - 8, 33, 8, 1)):
        panel = picture(width, h, seed=seed)
        show(hub, panel)
        for device in both:
            await see(device, centred(panel, w, h))
        assert await alike(both) == centred(panel, w, h)


async def test_windows_are_the_same(both: Both, hub: PlayedHub) -> None:
    w, h = len(both[0].dots[0]), len(both[0].dots)
    panel = picture(w + 24, h, motion="flip", pace_ms=400)
    show(hub, panel)
    for at in (0, w, 0):
        for device in both:
            await see(device, window(panel, at, w, h))


async def test_the_halls_texts_are_read_from_both(both: Both, hub: PlayedHub) -> None:
    w, h = len(both[0].dots[0]), len(both[0].dots)
    for text in PADS if w == 64 else LINTELS:
        panel = fit(text, panel_w_px=w, panel_h_px=h)
        show(hub, panel)
        for device in both:
            await see(device, dots_of(panel))
            assert read_text(device.dots) == text


async def test_a_small_picture_is_centred_alike(both: Both, hub: PlayedHub) -> None:
    w, h = len(both[0].dots[0]), len(both[0].dots)
    show(hub, strip_panel("离线"))
    for device in both:
        await see(device, centred(strip_panel("离线"), w, h))
        assert read_text(device.dots) == "离线"
