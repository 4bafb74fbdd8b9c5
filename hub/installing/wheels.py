"""The wheels of Lintel: its own, those that it needs, and one that is made of a Debian package."""

import sys
from pathlib import Path

from hardware.version import VERSION
from hub.installing.machine import InstallError, Machine
from hub.installing.names import PYTHON
from hub.installing.own_wheel import make_own_wheel
from hub.installing.zipped import write_wheel

MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
"""What Debian calls an architecture, and what Python does."""
GLIBC_MINOR = 36
"""Of Debian 12: wheels for glibc 2.17 to 2.36 run there."""


def gather_wheels(machine: Machine, folder: Path, arch: str, spidev: Path) -> Path:
    """Fill a folder with all wheels for Debian 12 on an architecture of Debian's, and return it.

    spidev: its Debian package, since the package index has it as source only. Nothing is compiled, so an amd64 computer
    can do it for an arm64 one. Raises InstallError, without network too.
    """
    if arch not in MACHINES:
        raise InstallError(
            f"there are no wheels for {arch}; Lintel runs on {' and '.join(MACHINES)}: take a 64-bit system"
        )
    folder.mkdir(parents=True, exist_ok=True)
    wheel = make_own_wheel(machine, folder)
    spidev_wheel(machine, spidev, folder, arch)
    options = [word for name in _platforms(arch) for word in ("--platform", name)]
    options += ["--python-version", PYTHON, "--only-binary", ":all:", "--find-links", str(folder)]
    machine.run(sys.executable, "-m", "pip", "download", "-q", "--dest", str(folder), *options, f"{wheel}[pi]")
    return folder


def own_wheel_in(folder: Path) -> Path:
    """Return the wheel of this version of Lintel in a folder; raise InstallError where it is another one's."""
    found = sorted(folder.glob("lintel-*.whl"))
    if [path.name.split("-")[1] for path in found] != [VERSION]:
        have = ", ".join(path.name for path in found) or "no Lintel"
        raise InstallError(f"{folder} has {have}, and this is Lintel {VERSION}; call the bundle's own install.sh")
    return found[0]


def spidev_wheel(machine: Machine, deb: Path, folder: Path, arch: str) -> Path:
    """Make a wheel of Debian's python3-spidev, which was built for Debian's Python; return its path."""
    unpacked = folder / "spidev"
    machine.run("dpkg-deb", "--extract", str(deb), str(unpacked))
    module = next(unpacked.rglob("spidev.*.so"), None)
    if module is None:
        raise InstallError(f"{deb} holds no module spidev; take the package {deb.name.split('_')[0]} of Debian 12")
    version = deb.name.split("_")[1].split("-")[0]
    tag = f"cp{PYTHON.replace('.', '')}"
    path = write_wheel(
        folder, ("spidev", version, f"{tag}-{tag}-linux_{MACHINES[arch]}"), {module.name: module.read_bytes()}
    )
    for one in sorted(unpacked.rglob("*"), reverse=True):
        one.rmdir() if one.is_dir() and not one.is_symlink() else one.unlink()
    unpacked.rmdir()
    return path


def _platforms(arch: str) -> list[str]:
    own = MACHINES[arch]
    return [
        *(f"manylinux_2_{minor}_{own}" for minor in range(GLIBC_MINOR, 16, -1)),
        f"manylinux2014_{own}",
        f"linux_{own}",
    ]
