"""``lintel agent`` as a process of its own, with gpiozero's mock in the place of the chip; and what it refuses."""

import argparse
import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from hardware.board import BoardError
from hardware.contract import CONTRACT, HUB, Status
from hardware.version import VERSION
from hub.cli import agent
from hub.config import HallError
from tests.contract.broker import HALL, HallBroker
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import until

NAME = "pad-1"
LINTEL_AGENT = """
import argparse, sys
from hub.cli import agent
parser = argparse.ArgumentParser()
agent.add(parser.add_subparsers())
args = parser.parse_args(["agent", *sys.argv[1:]])
try:
    sys.exit(args.run(args))
except (OSError, ValueError) as error:
    sys.exit(str(error))
"""
HALL_FILE = f"""
[hall]
id = "{HALL}"
name = "东湖派出所"

[[services]]
code = "A"
name = "户籍"

[[counters]]
number = 1

[[devices]]
name = "{NAME}"
kind = "pad"
board = "own-pad"
counter = 1

[[devices]]
name = "pad-2"
kind = "pad"
board = "pad-pico"
counter = 1
"""
BOARD: dict[str, Any] = {
    "chip": "raspberry-pi",
    "keys": {"pins": {"next": 17}},
    "lamps": {"pins": {"next": 5}},
    "tone": {"pin": 12},
}
READY = Status(state="ready", boot=1, contract=CONTRACT, fw=VERSION, parts=("keys", "lamps", "tone"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a hall's file, a board of its own and a password."""
    (tmp_path / "hall.toml").write_text(HALL_FILE, encoding="utf-8")
    (tmp_path / "own-pad.json").write_text(json.dumps(BOARD))
    (tmp_path / "password").write_text("secret\n")
    return tmp_path


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[HallBroker]:
    broker = HallBroker(folder=tmp_path / "broker", devices=[NAME])
    await broker.start()
    yield broker
    await broker.close()


@pytest.fixture
async def hub(broker: HallBroker) -> AsyncIterator[PlayedHub]:
    hub = PlayedHub(hall=HALL, address=broker.address, password=broker.passwords[HUB])
    await hub.start()
    yield hub
    await hub.close()


@asynccontextmanager
async def process(
    folder: Path, broker: HallBroker, unit: dict[str, str] | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the command; whatever happens, it is gone afterwards. unit: what systemd adds to its environment."""
    (folder / "password").write_text(broker.passwords[NAME] + "\n")
    words = [folder / "hall.toml", NAME, "--password-file", folder / "password", "--state", folder / "state"]
    words += ["--broker", f"127.0.0.1:{broker.address.port}"]
    mock = {"GPIOZERO_PIN_FACTORY": "mock", "GPIOZERO_MOCK_PIN_CLASS": "mockpwmpin"}
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-c", LINTEL_AGENT, *words, env=os.environ | mock | (unit or {}), stderr=asyncio.subprocess.PIPE
    )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.communicate()


async def test_it_serves_until_it_is_told_to_end(folder: Path, broker: HallBroker, hub: PlayedHub) -> None:
    async with process(folder, broker) as running:
        assert await hub.ready(NAME) == READY
        running.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(running.wait(), 5) == 0
    await until(lambda: [status.state for status in hub.statuses[NAME]] == ["ready", "disconnected"])


async def test_systemd_hears_that_it_serves_and_whether_it_hears_the_hub(
    folder: Path, broker: HallBroker, hub: PlayedHub
) -> None:
    heard: list[str] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as systemd:
        systemd.bind(str(folder / "notify"))

        def has_come(*lines: str) -> bool:
            with suppress(BlockingIOError):
                heard.extend(systemd.recv(4096).decode().splitlines())
            return all(line in heard for line in lines)

        unit = {"NOTIFY_SOCKET": str(folder / "notify"), "WATCHDOG_USEC": "200000"}
        async with process(folder, broker, unit) as running:
            await until(lambda: has_come("READY=1", "STATUS=connected to the hub"))
            heard.clear()
            await until(lambda: has_come("WATCHDOG=1"))
            running.send_signal(signal.SIGTERM)
            await running.wait()
            await until(lambda: has_come("STOPPING=1"))


async def test_killed_it_leaves_its_will_and_starts_with_the_next_boot(
    folder: Path, broker: HallBroker, hub: PlayedHub
) -> None:
    async with process(folder, broker) as running:
        await hub.ready(NAME, boot=1)
        running.kill()
        await until(lambda: hub.statuses[NAME][-1] == Status(state="lost"))
    async with process(folder, broker):
        await hub.ready(NAME, boot=2)


async def test_a_second_one_with_the_same_state_is_refused(folder: Path, broker: HallBroker, hub: PlayedHub) -> None:
    async with process(folder, broker):
        await hub.ready(NAME)
        async with process(folder, broker) as second:
            _, said = await asyncio.wait_for(second.communicate(), 10)
    assert (second.returncode, said.decode().strip()) == (
        1,
        f"{NAME}: an agent runs with {folder / 'state'} already; end it, or name another folder",
    )


def run(folder: Path, device: str = NAME, *options: str) -> int:
    """Run the command in this process, as far as it gets without pins."""
    parser = argparse.ArgumentParser()
    agent.add(parser.add_subparsers())
    words = ["agent", str(folder / "hall.toml"), device, "--password-file", str(folder / "password")]
    args = parser.parse_args([*words, "--state", str(folder / "state"), *options])
    return int(args.run(args))


def test_a_device_that_is_a_node_is_refused(folder: Path) -> None:
    with pytest.raises(agent.AgentError, match="pad-2: board pad-pico is a w5500-evb-pico, which runs the firmware"):
        run(folder, "pad-2")


def test_a_printer_on_a_chips_uart_is_refused(folder: Path) -> None:
    printer = {"driver": "uart", "uart": 0, "tx": 14, "rx": 15}
    (folder / "own-pad.json").write_text(json.dumps(BOARD | {"printer": printer}))
    with pytest.raises(HallError, match=r"own-pad\.json: printer: .* on a port; name it, with driver serial"):
        run(folder)


def test_a_device_that_is_not_in_the_file_is_named(folder: Path) -> None:
    with pytest.raises(HallError, match="no device 'pad-9'; the file has pad-1, pad-2"):
        run(folder, "pad-9")


@pytest.mark.parametrize(
    ("held", "words"), [(b"", "0 lines"), (b"\n", "0 lines"), (b"one\ntwo\n", "2 lines"), (b"\xff", "no text")]
)
def test_a_password_file_holds_one_line(folder: Path, held: bytes, words: str) -> None:
    (folder / "password").write_bytes(held)
    with pytest.raises(agent.AgentError, match=f"password: {words}"):
        run(folder)


def test_a_wrong_broker_or_board_is_named(folder: Path) -> None:
    with pytest.raises(ValueError, match="--broker here: give it as HOST:PORT"):
        run(folder, NAME, "--broker", "here")
    (folder / "own-pad.json").write_text("{}")
    with pytest.raises((HallError, BoardError), match=r"own-pad\.json"):
        run(folder)


def test_a_missing_driver_is_named_with_what_installs_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gpiozero", None)
    with pytest.raises(agent.AgentError, match=r"pad-1: import of gpiozero halted; .* pip install 'lintel\[pi\]'"):
        run(folder)


class Slips:
    """What `agent.PrinterDriver` opens here: a printer that does as it is told, or is unplugged."""

    def __init__(self) -> None:
        self.error: OSError | None = None
        self.opened = 0
        self.closed = 0

    def open_now(self) -> "Slips":
        self.opened += 1
        if self.error and self.error.errno == 2:
            raise self.error
        return self

    def print_slip(self, data: bytes) -> None:
        if self.error:
            raise self.error

    def check(self) -> None:
        self.print_slip(b"")

    def close(self) -> None:
        self.closed += 1


def test_a_printer_that_is_not_there_promises_that_nothing_came_out_and_is_looked_for_again() -> None:
    slips = Slips()
    driver = agent.PrinterDriver(slips.open_now)  # type: ignore[arg-type]
    slips.error = FileNotFoundError(2, "no printer")
    assert driver.put_out(b"paper") == "no-answer"
    with pytest.raises(FileNotFoundError):
        driver.check()
    slips.error = None
    assert (driver.put_out(b"paper"), driver.check(), slips.opened) == (None, None, 3)


def test_a_printer_that_fails_on_the_way_leaves_a_doubt_and_is_opened_anew() -> None:
    slips = Slips()
    driver = agent.PrinterDriver(slips.open_now)  # type: ignore[arg-type]
    slips.error = agent.PrintFailedError("cutter")
    assert driver.put_out(b"paper") == "cutter"
    slips.error = OSError(5, "unplugged")
    with pytest.raises(OSError, match="unplugged"):
        driver.put_out(b"paper")
    assert (slips.opened, slips.closed) == (1, 1)
    slips.error = None
    assert driver.check() is None
    driver.close()
    driver.close()
    assert (slips.opened, slips.closed) == (2, 2)
