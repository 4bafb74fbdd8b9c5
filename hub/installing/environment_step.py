"""The step of an installation that is Lintel itself: a virtual environment of its own for each version."""

import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hub.installing.machine import Machine
from hub.installing.names import PROGRAMS
from hub.installing.package_steps import SPIDEV
from hub.installing.record import Book
from hub.installing.wheels import gather_wheels, own_wheel_in

MARK = "lintel.installed"
"""Written last into an environment: the sum of the wheel that it has; without it the environment was cut off."""


@dataclass(frozen=True, kw_only=True)
class MakeEnvironment:
    """Lintel's programs in /opt/lintel/VERSION. wheels: folder of a bundle's; None: by the network."""

    version: str
    wheels: Path | None = None

    @property
    def path(self) -> str:
        """Where it is."""
        return f"{PROGRAMS}/{self.version}"

    def words(self, machine: Machine) -> str:
        """Say so, and where it is from."""
        return f"Lintel {self.version} in {self.path}, from {self.wheels or 'this program and the package index'}"

    def is_done(self, machine: Machine) -> bool:
        """Tell whether it is there whole, made from the wheel that is at hand where one is."""
        mark = machine.path(f"{self.path}/{MARK}")
        return mark.is_file() and (self.wheels is None or mark.read_text() == _sum(own_wheel_in(self.wheels)))

    def do(self, machine: Machine, book: Book) -> None:
        """Make it anew. Its folder is in that of all versions, which is noted."""
        with tempfile.TemporaryDirectory(prefix="lintel-wheels-") as folder:
            self._make(machine, self.wheels or _wheels_by_network(machine, Path(folder)))

    def _make(self, machine: Machine, wheels: Path) -> None:
        path, wheel = machine.path(self.path), own_wheel_in(wheels)
        if path.exists():
            shutil.rmtree(path)
        machine.run("python3", "-m", "venv", str(path))
        alone = {"PIP_CONFIG_FILE": "/dev/null", "PIP_NO_CACHE_DIR": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        options = ("--quiet", "--no-index", "--find-links", str(wheels))
        machine.run(str(path / "bin" / "pip"), "--isolated", "install", *options, f"{wheel}[pi]", env=alone)
        machine.path(f"{self.path}/{MARK}").write_text(_sum(wheel))


def _wheels_by_network(machine: Machine, folder: Path) -> Path:
    """Gather them as a bundle does, with the packages that this computer's own apt finds."""
    machine.run("apt-get", "download", SPIDEV, cwd=folder)
    deb = next(folder.glob(f"{SPIDEV}_*.deb"))
    return gather_wheels(machine, folder / "wheels", machine.run("dpkg", "--print-architecture").strip(), deb)


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
