"""What carries the network of a node: a cable with or without DHCP, or Wi-Fi that goes away and comes back."""

import os
import time
from pathlib import Path

import pytest
from msgspec import structs

from hardware.board import load_board
from sim.access import set_access
from sim.cable import Cable
from tests.contract.broker import HallBroker
from tests.contract.devices import DEVICE
from tests.contract.firmware_node import a_node, settings_for
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import stays, until

PADS = {
    board.chip: structs.replace(board, tone=None)
    for board in map(load_board, ("pad-pico", "pad-pico2", "pad-picow", "pad-eth01", "pad-s3"))
}
PAD = PADS["w5500-evb-pico"]
FIXED = {"address": "192.168.10.21", "mask": "255.255.255.0", "gateway": "192.168.10.1", "dns": "192.168.10.1"}
WIFI = {"ssid": "hall", "password": "a password", "country": "CN"}
BACK_WITHIN_S = 20.0
"""A radio joins again after 15 s without an access point."""
NETS = {
    "W5500 by DHCP": ("w5500-evb-pico", {}),
    "W5500 with a fixed address": ("w5500-evb-pico2", FIXED),
    "LAN8720 by DHCP": ("wt32-eth01", {}),
    "LAN8720 with a fixed address": ("wt32-eth01", FIXED),
    "Wi-Fi of a Pico W": ("pico-w", WIFI),
    "Wi-Fi of an ESP32-S3, with a fixed address": ("esp32-s3", WIFI | FIXED),
}
MISSING = [
    ("w5500-evb-pico", {}, "dhcp", "no address by DHCP"),
    ("wt32-eth01", {}, "cable", "no cable"),
    ("pico-w", WIFI, "password", "the access point hall refuses the password"),
    ("w5500-evb-pico", {}, "cable", "no cable"),
    ("wt32-eth01", {}, "dhcp", "no address by DHCP"),
    ("pico-w", WIFI, "cable", "no access point hall in reach"),
    ("esp32-s3", WIFI, "dhcp", "no address by DHCP"),
]
PLAYED = MISSING if os.environ.get("LINTEL_EVERY_FAULT") else MISSING[:3]


@pytest.mark.parametrize("case", NETS)
async def test_each_board_finds_its_hub(tmp_path: Path, broker: HallBroker, hub: PlayedHub, case: str) -> None:
    chip, net = NETS[case]
    if "address" in net:
        set_access(tmp_path / "flash", "dhcp")
    async with a_node(tmp_path, board=PADS[chip], settings=settings_for(broker, net=net)) as pad:
        await hub.ready(DEVICE)
        assert [line for line in pad.console if "broker" in line] == []


@pytest.mark.parametrize(("chip", "net", "trouble", "words"), PLAYED)
async def test_what_is_missing_is_said_and_waited_for(
    tmp_path: Path, broker: HallBroker, hub: PlayedHub, chip: str, net: dict[str, str], trouble: str, words: str
) -> None:
    set_access(tmp_path / "flash", trouble)
    settings = settings_for(broker, net=net)
    async with a_node(tmp_path, board=PADS[chip], settings=settings) as pad:
        sentence = f"broker 127.0.0.1:{broker.address.port}: {words}"
        await until(lambda: sentence in pad.console, limit_s=15, why=lambda: pad.console)
        set_access(tmp_path / "flash")
        began = time.monotonic()
        await until(lambda: hub.statuses[DEVICE], limit_s=40, why=lambda: pad.console)
        assert time.monotonic() - began < BACK_WITHIN_S
        assert pad.console.count(sentence) == 1


async def test_an_access_point_that_was_away_is_joined_again(
    tmp_path: Path, broker: HallBroker, hub: PlayedHub
) -> None:
    cable = Cable(broker_port=broker.address.port)
    cable.start()
    settings = settings_for(broker, port=cable.port, keepalive_s=5, net=WIFI)
    try:
        async with a_node(tmp_path, board=PADS["pico-w"], settings=settings) as pad:
            await hub.ready(DEVICE)
            set_access(tmp_path / "flash", "cable")
            cable.freeze()
            await until(lambda: any("no access point" in line for line in pad.console), limit_s=40)
            cable.mend()
            set_access(tmp_path / "flash")
            began = time.monotonic()
            await until(lambda: any("connected" in line for line in pad.console), limit_s=40, why=lambda: pad.console)
            assert time.monotonic() - began < BACK_WITHIN_S
    finally:
        await cable.close()


async def test_a_network_that_stays_away_costs_no_restart(tmp_path: Path, broker: HallBroker) -> None:
    set_access(tmp_path / "flash", "cable")
    async with a_node(tmp_path, board=PAD, settings=settings_for(broker)) as pad:
        await until(lambda: any("no cable" in line for line in pad.console), limit_s=15, why=lambda: pad.console)
        await stays(lambda: not any("--" in line or "stands still" in line for line in pad.console), for_s=14)
