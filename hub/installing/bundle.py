"""The offline bundle: a folder with everything that `lintel install` would fetch, its sums, and a script that begins.

FOLDER/install.sh      checks the sums, sees to Python, calls `lintel install --from FOLDER`
FOLDER/SHA256SUMS      of every file but itself
FOLDER/bundle.json     what it is for
FOLDER/wheels, debs    Lintel with what it needs, and Debian's packages
"""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path

import msgspec
from msgspec import Struct

from hardware.version import VERSION
from hub.installing.debs import MIRROR, Archive, list_packages
from hub.installing.machine import InstallError, Machine
from hub.installing.names import RELEASE
from hub.installing.package_steps import CLOCKS, FIREWALL_PACKAGES, HALL_PACKAGES, KIOSK_PACKAGES, SPIDEV
from hub.installing.wheels import MACHINES, gather_wheels

SUMS, ABOUT, SCRIPT = "SHA256SUMS", "bundle.json", "install.sh"


class About(Struct, kw_only=True):
    """What a bundle is for. arch: as Debian calls it. kiosk: whether a browser for the hall screen is in it."""

    version: str
    release: str
    arch: str
    kiosk: bool


def make_bundle(
    machine: Machine,
    folder: Path,
    arch: str,
    *,
    kiosk: bool = True,
    mirror: str = MIRROR,
    sources: Sequence[str] = (),
) -> int:
    """Make the bundle for Debian 12 on an architecture in a new or empty folder, and return how many bytes it has.

    mirror, sources: see `hub.installing.debs.Archive`. Raises InstallError, without network too.
    """
    if arch not in MACHINES:
        raise InstallError(f"--arch {arch}: Lintel runs on {' and '.join(MACHINES)}")
    if folder.exists() and any(folder.iterdir()):
        raise InstallError(f"{folder} is not empty; name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    debs = folder / "debs"
    with tempfile.TemporaryDirectory(prefix="lintel-bundle-") as name:
        work = Path(name)
        Archive(machine, work / "apt", arch, mirror, sources).download(_packages(kiosk), debs)
        spidev = next(debs.glob(f"{SPIDEV}_*.deb"))
        gather_wheels(machine, folder / "wheels", arch, spidev)
    spidev.unlink()  # its wheel is what is installed
    list_packages(machine, debs)
    about = About(version=VERSION, release=RELEASE, arch=arch, kiosk=kiosk)
    (folder / ABOUT).write_bytes(msgspec.json.encode(about) + b"\n")
    (folder / SCRIPT).write_text((resources.files("hub.installing") / "files" / SCRIPT).read_text("utf-8"))
    (folder / SUMS).write_text("".join(f"{_sum(path)}  {path.relative_to(folder)}\n" for path in _files(folder)))
    return sum(path.stat().st_size for path in _files(folder))


def check_bundle(folder: Path, arch: str) -> About:
    """Return what a bundle is for; raise InstallError where a file of it is damaged, missing or foreign."""
    sums = folder / SUMS
    if not sums.is_file():
        raise InstallError(f"{folder} is no bundle: it has no {SUMS}; name the folder that lintel bundle has made")
    lines = [line.partition("  ") for line in sums.read_text("utf-8").splitlines()]
    wanted = {name: digest for digest, _, name in lines}
    found = {str(path.relative_to(folder)): path for path in _files(folder)}
    odd = sorted(set(wanted) ^ set(found)) or [name for name, path in found.items() if _sum(path) != wanted[name]]
    if odd:
        raise InstallError(f"{folder}: {odd[0]} is not as it was made; copy the bundle again")
    about = msgspec.json.decode((folder / ABOUT).read_bytes(), type=About)
    if about.arch != arch:
        raise InstallError(f"{folder} is for {about.arch}, this computer is {arch}; make a bundle with --arch {arch}")
    return about


def _packages(kiosk: bool) -> list[str]:
    return [*HALL_PACKAGES, *FIREWALL_PACKAGES, CLOCKS[0], SPIDEV, *(KIOSK_PACKAGES if kiosk else ())]


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path != folder / SUMS)


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
