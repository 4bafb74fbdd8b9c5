"""Ten boards become the nodes of a hall by the command line, with real mpremote and MicroPython; then the hall runs."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import msgspec

from sim.bridge import Bridge
from sim.flashed import FlashedHall
from sim.processes import free_port

ROOT = Path(__file__).parents[2]
NODES = ("dispenser-1", "pad-1", "pad-2", "pad-3", "pad-4", "lintel-1", "lintel-2", "lintel-3", "lintel-4", "guide-1")
COUNTERS = (1, 2, 3, 4)
FILE = """[hall]
id = "bag"
name = "十块板子派出所"
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
async def plugged(folders: list[Path]) -> AsyncIterator[list[Bridge]]:
    """Plug boards in; their flash is in these folders."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(Bridge(folder)) for folder in folders]


async def lintel(*words: object) -> tuple[int, str]:
    """Run the command line in a process of its own; return its exit code and what it said."""
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
    try:
        async with asyncio.timeout(LIMIT_S):
            said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, said.decode()


def contents(folder: Path) -> dict[str, bytes]:
    """Return what is on a flash, without what a node writes there in its life."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "boot.json"
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
        code, said = await lintel(*words, "--check")
        assert (code, said.count("as it should be")) == (0, len(NODES)), said
    flashed = {}
    (state / "nodes").mkdir()
    for folder in folders:
        name = msgspec.json.decode((folder / "settings.json").read_bytes())["device"]
        flashed[name] = contents(folder)
        folder.rename(state / "nodes" / name)
    assert sorted(flashed) == sorted(NODES)
    async with FlashedHall(file, state=state, port=port) as hall:
        await hall.press("dispenser-1", "A")
        slip = await hall.paper("dispenser-1")
        assert "A001" in "".join(slip.text)
        await hall.press("pad-3", "next")
        await hall.panel("lintel-3", "A001")
    assert {name: contents(state / "nodes" / name) for name in NODES} == flashed
