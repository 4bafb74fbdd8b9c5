"""Ten boards become the nodes of a hall by the command line, with real mpremote and MicroPython; then the hall runs.

LINTEL_FLASH_EVERY=1 kills the command at every file, not at a few.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from hub.broker_tls import authority_of
from hub.cli.main import main
from sim.bridge import Bridge
from sim.flashed import FlashedHall
from sim.ports import free_port

ROOT = Path(__file__).parents[2]
NODES = ("dispenser-1", "pad-1", "pad-2", "pad-3", "pad-4", "lintel-1", "lintel-2", "lintel-3", "lintel-4", "guide-1")
COUNTERS = (1, 2, 3, 4)
FILE = """[hall]
id = "bag"
name = "十块板子派出所"
[broker]
tls = true
names = ["192.168.10.2"]
[rules]
call_pause_s = 0
[[services]]
code = "A"
name = "户籍"
"""
LIMIT_S = 100
MAIN = "import sys; from hub.cli.main import main; sys.exit(main())"


def hall_file(folder: Path) -> Path:
    """Write a hall of ten nodes: a dispenser, a guide's desk, and four counters with pad and lintel."""
    tables = [f"[[counters]]\nnumber = {number}\n" for number in COUNTERS]
    boards = {"dispenser": "dispenser-pico", "pad": "pad-pico", "lintel": "lintel-pico", "guide": "desk-pico"}
    for name in NODES:
        kind, _, number = name.partition("-")
        at = f"counter = {number}\n" if kind in ("pad", "lintel") else ""
        at += 'prints = "dispenser-1"\n' if kind == "guide" else ""
        tables.append(f'[[devices]]\nname = "{name}"\nkind = "{kind}"\nboard = "{boards[kind]}"\n{at}')
    path = folder / "hall.toml"
    path.write_text(FILE + "".join(tables))
    return path


@asynccontextmanager
async def plugged(
    folders: list[Path], on_file: Callable[[str], None] = lambda _path: None
) -> AsyncIterator[list[Bridge]]:
    """Plug boards in; their flash is in these folders."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(Bridge(folder, on_file=on_file)) for folder in folders]


async def lintel(*words: object, killed: asyncio.Event | None = None) -> tuple[int, str]:
    """Run the command line in a process of its own, killed at an event; return its exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        MAIN,
        *map(str, words),
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    killer = asyncio.create_task(kill_at(killed, process)) if killed else None
    try:
        async with asyncio.timeout(LIMIT_S):
            said, _ = await process.communicate()
    finally:
        if killer:
            killer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await killer
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, said.decode()


async def kill_at(event: asyncio.Event, process: asyncio.subprocess.Process) -> None:
    await event.wait()
    with contextlib.suppress(ProcessLookupError):
        process.kill()


def contents(folder: Path) -> dict[str, bytes]:
    """Return what is on a flash, without what a node writes there in its life."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in ("boot.json", "lease")
    }


async def test_a_hall_runs_on_exactly_what_was_flashed(tmp_path: Path) -> None:
    file, state, port = hall_file(tmp_path), tmp_path / "state", free_port()
    folders = [tmp_path / f"board-{number}" for number in range(len(NODES))]
    labels = tmp_path / "labels.pdf"
    async with plugged(folders) as boards:
        ports = [word for board in boards for word in ("--port", board.port)]
        broker = ("--broker", f"127.0.0.1:{port}", "--host", "127.0.0.1")
        words = ["flash", file, "--all", *broker, "--state", state, *ports]
        code, said = await lintel(*words, "--no-self-test", "--label", labels)
        assert code == 0, said
        assert said.count("done: firmware") == len(NODES), said
        assert labels.read_bytes().startswith(b"%PDF")
    flashed: dict[str, dict[str, bytes]] = {}
    (state / "nodes").mkdir()
    for folder in folders:
        name = msgspec.json.decode((folder / "settings.json").read_bytes())["device"]
        flashed[name] = contents(folder)
        folder.rename(state / "nodes" / name)
    assert sorted(flashed) == sorted(NODES)
    assert {files["ca.der"] for files in flashed.values()} == {authority_of(state, "bag").ca_der}
    async with FlashedHall(file, state=state, port=port) as hall:
        await hall.press("dispenser-1", "A")
        slip = await hall.paper("dispenser-1")
        assert "A001" in "".join(slip.text)
        await hall.press("pad-3", "next")
        await hall.panel("lintel-3", "A001")
    assert {name: contents(state / "nodes" / name) for name in NODES} == flashed


@pytest.mark.parametrize("number", range(94) if os.environ.get("LINTEL_FLASH_EVERY") else (45,))
async def test_the_command_killed_at_any_file_leaves_boards_that_the_next_one_completes(
    tmp_path: Path, number: int
) -> None:
    file, state, begun, killed = hall_file(tmp_path), tmp_path / "state", [], asyncio.Event()

    def begin(path: str) -> None:
        begun.append(path)
        if len(begun) == number + 1:
            killed.set()

    async with plugged([tmp_path / "board-1", tmp_path / "board-2"], on_file=begin) as boards:
        ports = [word for board in boards for word in ("--port", board.port)]
        words = ["flash", file, "pad-1", "lintel-1", "--host", "192.168.10.2", "--state", state, *ports]
        code, said = await lintel(*words, "--no-self-test", killed=killed)
        assert code == (-9 if killed.is_set() else 0), said
        code, said = await lintel(*words, "--no-self-test")
        assert (code, said.count("done: firmware")) == (0, 2), said
        code, said = await lintel(*words, "--check")
        assert (code, said.count("as it should be")) == (0, 2), said


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), "name the devices, or say --all; "),
        (("pad-1", "--all"), "name devices, or say --all, not both"),
        (("pad-9",), "no device 'pad-9'"),
        (("speaker-1",), "speaker-1 has the board speaker-pi, which runs no firmware; see lintel agent"),
        (("pad-1",), "nodes cannot reach a hub at '127.0.0.1'; say its address with --host 192.168.10.2"),
        (
            ("--all", "--host", "127.0.0.1", "--firmware", "no.uf2"),
            "no.uf2: No such file or directory; name MicroPython's",
        ),
        (
            ("--all", "--host", "127.0.0.1", "--label", "/nowhere/x.png"),
            "x.png: there is no folder /nowhere; name a .png",
        ),
        (("pad-1=a", "pad-1=b", "--host", "127.0.0.1"), "pad-1 is named twice; a device is one board"),
        (
            ("pad-1", "--host", "127.0.0.1", "--port", "/dev/nothing"),
            "/dev/nothing: there is no such port; plug the board in",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], expected: str
) -> None:
    file = hall_file(tmp_path)
    file.write_text(file.read_text() + '[[devices]]\nname = "speaker-1"\nkind = "speaker"\nboard = "speaker-pi"\n')
    assert main(["flash", str(file), *words, "--state", str(tmp_path / "state")]) != 0
    said = capsys.readouterr()
    assert expected in said.out + said.err
