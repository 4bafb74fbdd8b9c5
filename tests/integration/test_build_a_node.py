"""A newcomer's way through docs/build-a-node.md: every command is typed, on a simulated board and a small hall."""

import asyncio
import logging
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from PIL import Image

from hardware.board import load_board
from hub.cli.main import GROUP
from hub.firmware_files import FIRMWARE, VERSION_FILE
from sim.node import Node
from sim.plugged import PluggedNode
from sim.ports import free_port
from sim.processes import end
from tests.integration.console import Act, Command, File, steps

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "build-a-node.md"
MAIN = f'#!/bin/sh\nexec "{sys.executable}" -c "import sys; from hub.cli.main import main; sys.exit(main())" "$@"\n'
LIMIT_S = 120
IMPATIENT = "[update]\nprove_s = 1\nquiet_s = 1\n\n"
"""What the guide's hall gives a new firmware is a quarter of a minute in which nothing happens."""
LOOKS = ("lintel devices", "lintel faults")
"""What only looks is typed again until it shows what the guide says: nodes take their time."""
STAYS = "lintel hub"
log = logging.getLogger(__name__)


class Newcomer:
    """Sits in an empty folder with a computer, a bag of boards and the guide."""

    def __init__(self, folder: Path) -> None:
        self.typed: list[str] = []
        self._desk = folder / "desk"
        self._folder = folder
        self._port, self._web = free_port(), free_port()
        self._usb = ""
        self._plugged: PluggedNode | None = None
        self._mounted: Node | None = None
        self._flash = folder / "no board yet"
        self._hub: asyncio.subprocess.Process | None = None
        self._acts: dict[str, Callable[..., Awaitable[None]]] = {
            "plug lintel-1 into /dev/ttyACM0": lambda: self._plug("first", "/dev/ttyACM0"),
            "plug another board for lintel-1 into /dev/ttyACM1": lambda: self._plug("second", "/dev/ttyACM1"),
            "unplug lintel-1": self._unplug,
            "power lintel-1": self._power,
            "see the panel of lintel-1 lit": self._see,
            "cut the power of lintel-1": self._cut,
            "take lintel-1 away": self._cut,
            "copy the firmware 9.9.9": self._copy_firmware,
        }
        self._desk.mkdir()
        (folder / "bin").mkdir()
        (folder / "bin" / "lintel").write_text(MAIN)
        (folder / "bin" / "lintel").chmod(0o755)
        (self._desk / "micropython.uf2").write_bytes(b"UF2\n")  # which a board with MicroPython does not need

    async def do(self, step: Act | File | Command) -> None:
        """Do one step of the guide as it says."""
        if isinstance(step, Act):
            await self._acts[step.words]()
        elif isinstance(step, File):
            assert step.kind == "toml"
            tables = f"[web]\nport = {self._web}\n\n{IMPATIENT}[[services]]"
            text = self._here(step.text).replace("[[services]]", tables, 1)
            (self._desk / "hall.toml").write_text(text.replace('"0.0.0.0"', '"127.0.0.1"\ntls = true'), "utf-8")
        elif step.line.startswith(STAYS):
            await self._start_hub(step)
        else:
            await self._type(step)

    async def close(self) -> None:
        await self._unplug()
        await self._cut()
        if self._hub:
            await end(self._hub.pid)
            await self._hub.wait()

    def _here(self, words: str) -> str:
        """Put this computer's ports and addresses for those of the guide."""
        if self._plugged:
            words = words.replace(self._usb, self._plugged.port)
        return words.replace("1883", str(self._port)).replace("192.168.10.2", "127.0.0.1")

    async def _type(self, step: Command) -> None:
        self.typed.append(step.line)
        said = ""
        async with asyncio.timeout(LIMIT_S):
            while not step.is_met_by(said):
                process = await self._run(step.line)
                said = (await process.communicate())[0].decode()
                log.info("$ %s\n%s", step.line, said)
                is_look = step.line.startswith(LOOKS)
                assert is_look or (process.returncode == 0 and step.is_met_by(said)), f"$ {step.line}\n{said}"

    async def _start_hub(self, step: Command) -> None:
        self.typed.append(step.line)
        self._hub = await self._run(f"exec {step.line} 2>hub.log")
        assert self._hub.stdout
        said = (await asyncio.wait_for(self._hub.stdout.readline(), LIMIT_S)).decode()
        assert step.is_met_by(said), (self._desk / "hub.log").read_text()

    async def _run(self, line: str) -> asyncio.subprocess.Process:
        path = f"{self._folder / 'bin'}:{os.environ['PATH']}"
        home = {key: text for key, text in os.environ.items() if key != "XDG_STATE_HOME"}
        python = f"{ROOT}:{os.environ.get('PYTHONPATH', '')}"
        return await asyncio.create_subprocess_exec(
            "bash",
            "-c",
            self._here(line),
            cwd=self._desk,
            env={**home, "PATH": path, "HOME": str(self._folder), "PYTHONPATH": python},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT if not line.startswith("exec") else None,
        )

    async def _plug(self, board: str, port: str) -> None:
        self._flash = self._folder / board
        self._plugged = PluggedNode(name="lintel-1", board=load_board("lintel-pico"), flash=self._flash)
        await self._plugged.start()
        self._usb = port

    async def _unplug(self) -> None:
        if self._plugged:
            await self._plugged.close()
            self._plugged = None

    async def _power(self) -> None:
        """Mount it: it runs on nothing but what was flashed."""
        self._mounted = Node(name="lintel-1", board=load_board("lintel-pico"), settings=None, flash=self._flash)
        await self._mounted.start()

    async def _see(self) -> None:
        node = self._mounted
        assert node
        await node.until(lambda: bool(node.panel) and any(map(any, node.panel.rows())), limit_s=LIMIT_S)

    async def _cut(self) -> None:
        if self._mounted:
            await self._mounted.close()
            self._mounted = None

    async def _copy_firmware(self) -> None:
        copy = shutil.copytree(FIRMWARE, self._desk / "firmware-9.9.9", ignore=shutil.ignore_patterns("__pycache__"))
        (copy / VERSION_FILE).write_text('"""Which firmware this is."""\n\nVERSION = "9.9.9"\n')


@asynccontextmanager
async def newcomer(folder: Path) -> AsyncIterator[Newcomer]:
    one = Newcomer(folder)
    try:
        yield one
    finally:
        await one.close()


@pytest.mark.timeout(400)
async def test_a_newcomer_who_types_what_the_guide_says_gets_a_running_lintel(tmp_path: Path) -> None:
    async with newcomer(tmp_path) as one:
        for step in steps(GUIDE):
            await one.do(step)
        with Image.open(tmp_path / "desk" / "lintel-1.png") as label:
            assert len(set(label.convert("1").tobytes())) > 1
    commands = {line.split()[1] for line in one.typed}
    assert commands == {"wiring", "check", "flash", "hub", "devices", "faults", "update"}


def test_every_block_of_the_guide_is_a_command_or_a_file() -> None:
    assert {type(step) for step in steps(GUIDE)} == {Act, File, Command}
    assert GUIDE.read_text("utf-8").count("```") == 2 * _blocks()


def test_what_the_guide_names_in_passing_exists() -> None:
    text = GUIDE.read_text("utf-8")
    commands = {point.name.partition(".")[0] for point in entry_points(group=GROUP)}
    assert set(re.findall(r"`lintel ([a-z]+)", text)) <= commands
    options = set(re.findall(r"`(--[a-z-]+)", text)) - {"--help"}
    known = "".join(path.read_text("utf-8") for path in (ROOT / "hub" / "cli").glob("*.py"))
    assert [option for option in sorted(options) if f'"{option}"' not in known] == []
    assert [link for link in re.findall(r"]\(([^):]+)\)", text) if not (GUIDE.parent / link).is_file()] == []
    sentences = "".join(path.read_text("utf-8") for path in (ROOT / "hub" / "flashing").glob("*.py"))
    quoted = ("not allowed", "another program has it", "no MicroPython answers", "no press within", "came instead")
    assert [words for words in quoted if words not in text or words not in sentences] == []


def _blocks() -> int:
    """Blocks that were read; more fences in the guide would be blocks that nobody types."""
    text = GUIDE.read_text("utf-8")
    return text.count("```console\n") + text.count("```toml\n")


@pytest.mark.parametrize(
    ("comes", "said", "is_met"),
    [
        ("ready\n", "ready\n", True),
        ("ready\n", "steady\n", False),
        ("a … b\n", "a   x y  b\n", True),
        ("…\nlast\n", "one\ntwo\nlast\n", True),
        ("…\nlast\n", "one\nlast\nmore\n", False),
        ("first\n…\n", "first\n", True),
        ("", "", True),
        ("", "something\n", False),
    ],
)
def test_what_comes_is_held_against_what_the_guide_shows(comes: str, said: str, *, is_met: bool) -> None:
    assert Command("lintel", comes).is_met_by(said) == is_met
