"""A bundle of another version, made of a whole one: Lintel's own wheel is another, all else is the same files."""

import hashlib
import os
import shutil
import zipfile
from pathlib import Path

from hardware.version import VERSION
from hub.installing.bundle import ABOUT, SUMS
from hub.installing.zipped import write_wheel


def newer_bundle(bundle: Path, folder: Path, version: str, *, run: str = "") -> None:
    """Make it in a new folder. run: put before the start of its hub."""
    shutil.copytree(bundle, folder, copy_function=os.link)
    [wheel] = (folder / "wheels").glob("lintel-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        files = {name: packed.read(name) for name in packed.namelist() if not name.endswith("/RECORD")}
    wheel.unlink()
    _replace(files, "hardware/version.py", VERSION, version)
    _replace(files, f"lintel-{VERSION}.dist-info/METADATA", f"Version: {VERSION}", f"Version: {version}")
    if run:
        _replace(files, "hub/run.py", "    with locked(folder):\n", f"{run}    with locked(folder):\n")
    info = f"lintel-{VERSION}.dist-info"
    renamed = {name.replace(info, f"lintel-{version}.dist-info"): data for name, data in files.items()}
    write_wheel(folder / "wheels", ("lintel", version, "py3-none-any"), renamed)
    about = (folder / ABOUT).read_text().replace(VERSION, version)
    (folder / ABOUT).unlink()  # it is the other bundle's too
    (folder / ABOUT).write_text(about)
    _sum_up(folder)


def _replace(files: dict[str, bytes], name: str, old: str, new: str) -> None:
    text = files[name].decode()
    assert old in text
    files[name] = text.replace(old, new, 1).encode()


def _sum_up(folder: Path) -> None:
    (folder / SUMS).unlink()
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in files]
    (folder / SUMS).write_text("".join(lines))
