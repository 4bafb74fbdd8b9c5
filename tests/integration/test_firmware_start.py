"""A node's start: the files on its flash, its boot number, its watchdog, and what the board does not allow."""

import asyncio
import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from hardware.board import load_board
from hardware.version import VERSION
from sim.node import Node, NoSuchKeyError
from tests.conftest import descendants
from tests.contract.broker import HallBroker
from tests.contract.devices import DEVICE
from tests.contract.firmware_node import a_node, settings_for
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import stays, until

GOOD_SETTINGS: dict[str, Any] = {
    "hall": "donghu",
    "device": DEVICE,
    "password": "x",
    "host": "127.0.0.1",
    "port": 1,
    "keepalive_s": 10,
}
GOOD_BOARD: dict[str, Any] = msgspec.to_builtins(load_board("pad-pico"))
BROKEN: dict[str, tuple[str, Any, str]] = {
    "settings are missing": ("settings.json", None, "settings.json is missing; copy it to the node's flash"),
    "settings are cut": (
        "settings.json",
        b'{"hall": "d',
        "settings.json is not JSON; copy it to the node's flash again",
    ),
    "settings are a list": (
        "settings.json",
        [],
        "settings.json must hold one object; copy it to the node's flash again",
    ),
    "no host": ("settings.json", GOOD_SETTINGS | {"host": None}, "settings.json: host must be there, as a text"),
    "port a text": (
        "settings.json",
        GOOD_SETTINGS | {"port": "1"},
        "settings.json: port must be there, as a whole number",
    ),
    "keep-alive too short": (
        "settings.json",
        GOOD_SETTINGS | {"keepalive_s": 1},
        "settings.json: keepalive_s must be from 5 to 600, it is 1",
    ),
    "no authority": (
        "settings.json",
        GOOD_SETTINGS | {"ca": "ca.der"},
        "settings.json: the file ca.der that ca names is missing; copy it to the node's flash",
    ),
    "an authority that is none": (
        "settings.json",
        GOOD_SETTINGS | {"ca": "board.json"},
        "board.json is no certificate in DER; copy it to the node's flash again",
    ),
    "half an address": (
        "settings.json",
        GOOD_SETTINGS | {"net": {"address": "192.168.10.21"}},
        "settings.json: net must have all or none of address, mask, gateway, dns; give it texts for a fixed address, "
        "for Wi-Fi, for both, or {} for a cable with DHCP",
    ),
    "an address that is a number": (
        "settings.json",
        GOOD_SETTINGS | {"net": {"address": 1}},
        "settings.json: net knows no 'address' as it is there; give it texts for a fixed address, for Wi-Fi, for both, "
        "or {} for a cable with DHCP",
    ),
    "Wi-Fi where there is none": (
        "settings.json",
        GOOD_SETTINGS | {"net": {"ssid": "hall", "password": "x", "country": "CN"}},
        "settings.json: for a w5500-evb-pico leave out ssid, password and country in net",
    ),
    "no Wi-Fi where there is nothing else": (
        "board.json",
        GOOD_BOARD | {"chip": "pico-w"},
        "settings.json: for a pico-w give ssid, password and country in net",
    ),
    "board is missing": ("board.json", None, "board.json is missing; copy it to the node's flash"),
    "another chip": (
        "board.json",
        GOOD_BOARD | {"chip": "raspberry-pi"},
        "board.json: chip is 'raspberry-pi'; this firmware knows w5500-evb-pico, w5500-evb-pico2, pico-w, wt32-eth01, "
        "esp32-s3",
    ),
    "another driver": (
        "board.json",
        GOOD_BOARD | {"panel": GOOD_BOARD["panel"] | {"driver": "hub12"}},
        "board.json: panel has the driver 'hub12', which this firmware does not know",
    ),
    "panel without a pin": (
        "board.json",
        GOOD_BOARD | {"panel": {"driver": "max7219", "w": 8, "h": 8, "spi": 1, "sck": 10, "mosi": 11}},
        "board.json: panel cannot be built: KeyError('cs',); correct the board file",
    ),
}
REFUSED_BY_THE_CHIP = {
    "a pin of the Ethernet chip": ({"tone": {"pin": 17}}, "-- GP17 is not free on this board, it cannot be PWM --"),
    "a bus on pins that cannot carry it": (
        {"panel": GOOD_BOARD["panel"] | {"sck": 12}},
        "-- GP12 cannot be SPI 1 SCK --",
    ),
    "one pin used twice": ({"tone": {"pin": 13}}, "-- GP13 is output already, it cannot be PWM too --"),
}


def write(flash: Path, name: str, content: object) -> None:
    """Put a file on a node's flash; bytes as they are, all else as JSON, None not at all."""
    flash.mkdir(exist_ok=True)
    if content is not None:
        (flash / name).write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())


def write_good(flash: Path) -> None:
    write(flash, "settings.json", GOOD_SETTINGS)
    write(flash, "board.json", GOOD_BOARD)


@pytest.mark.parametrize("case", BROKEN)
async def test_a_file_that_is_wrong_is_named_with_what_to_do(tmp_path: Path, case: str) -> None:
    name, content, sentence = BROKEN[case]
    flash = tmp_path / "flash"
    write_good(flash)
    (flash / name).unlink()
    write(flash, name, content)
    async with a_node(tmp_path) as node:
        await until(lambda: f"cannot start: {sentence}" in node.console, why=lambda: node.console)


async def test_a_node_whose_file_is_put_right_starts_by_itself(tmp_path: Path) -> None:
    flash = tmp_path / "flash"
    write(flash, "board.json", GOOD_BOARD)
    async with a_node(tmp_path) as node:
        await until(lambda: any("settings.json is missing" in line for line in node.console))
        write_good(flash)
        await until(lambda: f"donghu/{DEVICE}, boot 1" in node.console, limit_s=10, why=lambda: node.console)
        assert "-- the chip resets itself --" in node.console


@pytest.mark.parametrize("case", REFUSED_BY_THE_CHIP)
async def test_what_the_chip_does_not_allow_ends_the_program(tmp_path: Path, case: str) -> None:
    changes, sentence = REFUSED_BY_THE_CHIP[case]
    write(tmp_path / "flash", "settings.json", GOOD_SETTINGS)
    write(tmp_path / "flash", "board.json", GOOD_BOARD | changes)
    async with a_node(tmp_path) as node:
        await until(lambda: sentence in node.console, why=lambda: node.console)


async def test_the_boot_number_survives_whatever_a_power_cut_leaves(
    tmp_path: Path, broker: HallBroker, hub: PlayedHub
) -> None:
    async with a_node(tmp_path, settings=settings_for(broker)) as node:
        await hub.ready(DEVICE, boot=1)
        await node.cut_power()
        write(tmp_path / "flash", "boot.json.new", b'{"boo')
        write(tmp_path / "flash", "spool-20261121-000001", b"half a job")
        await node.start()
        await hub.ready(DEVICE, boot=2)
        await until(lambda: not list((tmp_path / "flash").glob("spool-*")))
        await node.cut_power()
        write(tmp_path / "flash", "boot.json", b"\xff\xff\xff")
        await node.start()
        await hub.ready(DEVICE, boot=1)


async def test_the_watchdog_starts_a_node_that_hangs_anew(tmp_path: Path, broker: HallBroker, hub: PlayedHub) -> None:
    async with a_node(tmp_path, settings=settings_for(broker)) as node:
        await hub.ready(DEVICE, boot=1)
        hung = node.pid
        assert hung
        os.kill(hung, signal.SIGSTOP)
        began = time.monotonic()
        await until(lambda: hub.statuses[DEVICE][-1].boot == 2, limit_s=12, why=lambda: node.console)
        assert 6 < time.monotonic() - began < 11
        assert "-- the watchdog bites --" in node.console


async def test_a_node_tells_the_version_that_the_rest_has(tmp_path: Path, broker: HallBroker, hub: PlayedHub) -> None:
    async with a_node(tmp_path, settings=settings_for(broker)):
        assert (await hub.ready(DEVICE)).fw == VERSION


async def test_a_key_that_is_held_at_the_start_is_no_press(tmp_path: Path, broker: HallBroker, hub: PlayedHub) -> None:
    async with a_node(tmp_path, settings=settings_for(broker)) as node:
        await hub.ready(DEVICE)
        await node.cut_power()
        await node.key_down("A")
        hub.show(DEVICE, turn=57, lamps={"B": "on"})
        await node.start()
        await until(lambda: node.lamps["B"])
        await stays(lambda: hub.events[DEVICE] == [], for_s=0.2)
        await node.key_up("A")
        await stays(lambda: hub.events[DEVICE] == [], for_s=0.2)
        await node.press("A")
        assert (await hub.press(DEVICE)).key == "A"


async def test_a_long_press_is_one_event_and_so_is_each_of_five_quick_ones(
    tmp_path: Path, broker: HallBroker, hub: PlayedHub
) -> None:
    async with a_node(tmp_path, settings=settings_for(broker)) as node:
        await hub.ready(DEVICE)
        hub.show(DEVICE, turn=57, lamps={"B": "on"})
        await until(lambda: node.lamps["B"])
        await node.press("A", hold_s=1.0)
        for _ in range(5):
            await asyncio.sleep(0.05)
            await node.press("A")
        for number in range(1, 7):
            hub.acknowledge(DEVICE, await hub.press(DEVICE, number=number))
        await stays(lambda: len(hub.distinct(DEVICE)) == 6, for_s=0.2)


async def test_a_node_leaves_nothing_behind_and_knows_its_keys(tmp_path: Path) -> None:
    node = Node(name=DEVICE, board=load_board("pad-pico"), settings=None, flash=tmp_path / "flash")
    write_good(tmp_path / "flash")
    await node.start()
    pid = node.pid
    assert pid in descendants(os.getpid())
    with pytest.raises(NoSuchKeyError, match="dispenser-1 has no key 'Z'; it has next, recall, no-show, finish"):
        await node.press("Z")
    await node.close()
    await node.close()
    assert (node.pid, pid in descendants(os.getpid())) == (None, False)
