"""A second version of Lintel, as another folder of programs: this tree with another number, and what a test changes."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from hardware.version import VERSION
from hub.installing.environment_step import MARK
from hub.upgrading.seat import Seat, UpgradeError

ROOT = Path(__file__).parents[2]
PACKAGES = ("hardware", "displays", "printers", "hub")
WHEEL = b""
"""What is taken for the wheel of a version."""
THIRD = "CREATE TABLE later (what TEXT NOT NULL) STRICT;\n"
"""The step to a schema that this version does not know."""


def make_version(folder: Path, version: str, *, migrates: str = "", run: str = "") -> None:
    """Make a folder of programs. migrates: SQL of one more step of the journal's schema. run: put before the start."""
    tree = folder / "lib"
    for package in PACKAGES:
        _linked(ROOT / package, tree / package)
    _replace(tree / "hardware" / "version.py", f'VERSION = "{VERSION}"', f'VERSION = "{version}"')
    if migrates:
        _replace(tree / "hub" / "journal_file.py", "VERSION = 2\n", "VERSION = 3\n")
        (tree / "hub" / "schemas" / "0003.sql").write_text(migrates)
    if run:
        _replace(tree / "hub" / "run.py", "    with locked(folder):\n", f"{run}    with locked(folder):\n")
    (folder / "bin").mkdir()
    program = folder / "bin" / "lintel"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{tree}" exec "{sys.executable}" -P -m hub.cli "$@"\n')
    program.chmod(0o755)
    (folder / MARK).write_text(sha256(WHEEL).hexdigest())


def _linked(package: Path, to: Path) -> None:
    """A package whose folders are the real ones; what was compiled of its own modules comes along."""
    to.mkdir(parents=True)
    for one in package.iterdir():
        if one.name in ("__pycache__", "schemas"):
            shutil.copytree(one, to / one.name)
        else:
            (to / one.name).symlink_to(one)


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.unlink()
    path.write_text(text.replace(old, new), "utf-8")


class ProcessSeat(Seat):
    """A seat whose hub is a process of its own, of the version that `current` leads to."""

    def __init__(self, file: Path, state: Path, programs: Path, port: int) -> None:
        super().__init__(file, state, programs)
        self._port, self._process = port, None
        self.done: list[str] = []
        self.blind: set[str] = set()

    def make(self, version: str, wheel: Path) -> None:
        raise UpgradeError(f"{version} was to be there")

    def start_hub(self) -> None:
        self.done.append(f"start {self.present}")
        self.stop()
        program: Sequence[str] = self.program("current")
        self._process = subprocess.Popen(
            [*program, "hub", str(self.file), "--state", str(self.state), "--broker", f"127.0.0.1:{self._port}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        said = []
        for line in self._process.stdout:
            said.append(line.strip())
            if line == "ready\n":
                threading.Thread(target=self._process.stdout.read, daemon=True).start()
                return
        raise UpgradeError(f"the hub ended: {said[-1:]}")

    def stop_hub(self) -> None:
        self.done.append("stop")
        self.stop()

    def stop(self) -> None:
        process, self._process = self._process, None
        if process:
            process.send_signal(signal.SIGTERM)
            process.wait(20)
            process.stdout.close()

    def kill(self) -> None:
        if self._process:
            os.killpg(self._process.pid, signal.SIGKILL)

    def renew_agents(self) -> None:
        self.done.append(f"agents of {self.present}")

    def start_copies(self) -> None:
        self.done.append("copies go on")

    def stop_copies(self) -> None:
        self.done.append("copies stand still")

    def devices(self, version: str) -> set[str]:
        return set() if version in self.blind else super().devices(version)
