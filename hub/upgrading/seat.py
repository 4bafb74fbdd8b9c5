"""The installed hub as an upgrade sees it: where its versions lie, how it is stopped and started, who owns its files.

The seam of this part: tests run real hubs of two versions by it, without systemd.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import msgspec

from hub.installing.environment_step import MARK
from hub.installing.names import AGENTS_RUNNING, COPIES_UNIT, CURRENT, HUB_UNIT, PROGRAMS, SHARED_UMASK

LINK = Path(CURRENT).name
WITHIN_S = 1800.0
"""After which a program is given up: on a Raspberry Pi it takes minutes to unpack all wheels."""


class UpgradeError(OSError):
    """The hall cannot be upgraded, or went back; the sentence says why."""


class Seat:
    """A hub that was installed. file: the hall's. programs: folder of all versions, and of the link to the present."""

    def __init__(self, file: Path, state: Path, programs: Path = Path(PROGRAMS)) -> None:
        self.file, self.state, self.programs = file, state, programs
        self._has_copies = False

    @property
    def present(self) -> str:
        """The version that is used; raise UpgradeError where none is installed."""
        try:
            return (self.programs / LINK).readlink().name
        except OSError as error:
            raise UpgradeError(f"{self.programs / LINK}: no installed Lintel is there; lintel install") from error

    def program(self, version: str) -> Sequence[str]:
        """Return what is `lintel` in a version."""
        return (str(self.programs / version / "bin" / "lintel"),)

    def is_whole(self, version: str) -> bool:
        """Tell whether a version is there and not half made."""
        return (self.programs / version / MARK).is_file()

    def is_made_of(self, version: str, wheel: Path) -> bool:
        """Tell whether a version is there whole and from this very wheel: one that failed may come again, mended."""
        return self.is_whole(version) and (self.programs / version / MARK).read_text() == _sum(wheel)

    def make(self, version: str, wheel: Path) -> None:
        """Make a version from its wheel and those beside it, without a network; raise UpgradeError."""
        folder = self.programs / version
        shutil.rmtree(folder, ignore_errors=True)
        os.umask(SHARED_UMASK)  # the hub's user runs what root makes here
        self.run("python3", "-m", "venv", str(folder))
        pip = (str(folder / "bin" / "pip"), "--isolated", "install", "--quiet", "--no-cache-dir", "--no-index")
        self.run(*pip, "--find-links", str(wheel.parent), f"{wheel}[pi]")
        (folder / MARK).write_text(_sum(wheel))

    def point(self, version: str) -> None:
        """Have a version be the present one from now on; it is either, at every instant."""
        new = self.programs / f".{LINK}.new"
        new.unlink(missing_ok=True)
        new.symlink_to(version)
        new.replace(self.programs / LINK)

    def start_hub(self) -> None:
        """Start the present version; return when it serves, raise UpgradeError where it does not."""
        try:
            self.run("systemctl", "restart", HUB_UNIT)
        except UpgradeError as error:
            raise UpgradeError(f"its hub does not start; see why: journalctl -u {HUB_UNIT}") from error

    def stop_hub(self) -> None:
        """End the hub and its broker."""
        self.run("systemctl", "stop", HUB_UNIT)

    def renew_agents(self) -> None:
        """Have the devices that run on this computer take the present version too, each when its slip is out."""
        self.run("systemctl", "try-restart", "--no-block", AGENTS_RUNNING)

    def start_copies(self) -> None:
        """Go on with the copies, where they were made before."""
        if self._has_copies:
            self.run("systemctl", "start", COPIES_UNIT)

    def stop_copies(self) -> None:
        """Make no copies while two versions are at it: a new one would change what the old one cannot read."""
        try:
            self.run("systemctl", "is-active", "--quiet", COPIES_UNIT)
        except UpgradeError:
            return
        self._has_copies = True
        self.run("systemctl", "stop", COPIES_UNIT)

    def devices(self, version: str) -> set[str]:
        """Return the devices that the running hub finds ready; raise UpgradeError where it does not answer."""
        said = self.run(*self.program(version), "devices", str(self.file), "--state", str(self.state), "--json")
        try:
            told = msgspec.json.decode(said, type=_Devices)
        except msgspec.MsgspecError as error:
            raise UpgradeError(f"the hub's devices cannot be read: {error}") from error
        return {one.name for one in told.devices if one.state == "ready"}

    def run(self, *words: str) -> str:
        """Run a program and return what it printed; raise UpgradeError with its last words where it fails."""
        try:
            done = subprocess.run(
                words, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=WITHIN_S
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise UpgradeError(f"{words[0]}: {error}") from error
        if done.returncode:
            last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["it failed without a word"]
            raise UpgradeError(f"{' '.join(words[:2])}: {last[0]}")
        return done.stdout


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class _Device(msgspec.Struct):
    name: str
    state: str


class _Devices(msgspec.Struct):
    devices: tuple[_Device, ...]
