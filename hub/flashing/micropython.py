"""Puts MicroPython on a board from a file that was given by hand, since halls have no internet."""

import os
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from hub.flashing.errors import FlashError

_UF2_MAGIC = b"UF2\n"
_BEGINS = {".uf2": _UF2_MAGIC, ".bin": b"\xe9"}
"""How files begin: what an ESP32 starts has the magic byte of its images (Espressif, "Firmware Image Format")."""
_FAMILY = struct.Struct("<28xI")
"""Where a UF2 block names the family of chips (Microsoft, "UF2 specification", file containers)."""
FAMILIES = {"RPI-RP2": (0xE48BFF56,), "RP2350": (0xE48BFF57, 0xE48BFF58, 0xE48BFF59, 0xE48BFF5A, 0xE48BFF5B)}
"""What the two bootloaders of Raspberry Pi take (pico-sdk, uf2_family_ids)."""
INFO = "INFO_UF2.TXT"
MOUNTS = Path("/proc/mounts")
APPEAR_S = 20.0
_LOOK_S = 0.2
BAUD = "460800"
ESPTOOL_S = 180
HOW = (
    "hold BOOTSEL while you plug the board in, mount the drive that appears and give MicroPython's file with "
    "--firmware FILE.uf2 (an ESP32: --firmware FILE.bin, with esptool installed; with internet: mpflash flash)"
)


class FirmwareFileError(FlashError):
    """The file of MicroPython does not fit the board; the sentence says which does."""


def volumes(mounts: Path = MOUNTS) -> list[Path]:
    """Return the mounted drives of boards that wait for a UF2 file, in the order of their names."""
    places = [line.split()[1].encode().decode("unicode_escape") for line in mounts.read_text().splitlines()]
    return sorted(Path(place) for place in places if _is_file(Path(place) / INFO))


def check_file(file: Path) -> None:
    """Raise FirmwareFileError where a file cannot be MicroPython for any board: to be known before one is touched."""
    try:
        with file.open("rb") as opened:
            begin = opened.read(len(_UF2_MAGIC))
    except OSError as error:
        raise FirmwareFileError(f"{file}: {error.strerror}; name MicroPython's file, a .uf2 or a .bin") from error
    if file.suffix.lower() not in _BEGINS:
        raise FirmwareFileError(f"{file}: neither a .uf2 (Pico) nor a .bin (ESP32); name MicroPython's file")
    if not begin.startswith(_BEGINS[file.suffix.lower()]):
        raise FirmwareFileError(
            f"{file}: no {file.suffix[1:].upper()} file; take the one for this board from micropython.org/download"
        )


def put_uf2(file: Path, volume: Path) -> None:
    """Copy MicroPython to the drive of a board, which then restarts by itself; raise FlashError."""
    data = file.read_bytes()
    if not data.startswith(_UF2_MAGIC) or len(data) < 512:
        raise FirmwareFileError(f"{file}: no UF2 file; take the one for this board from micropython.org/download")
    info = (volume / INFO).read_text(errors="replace")
    (family,) = _FAMILY.unpack_from(data)
    for board, families in FAMILIES.items():
        if board in info and family not in families:
            raise FirmwareFileError(f"{file}: made for another chip than the {board} at {volume}; take that one's file")
    try:
        with (volume / "MICROPY.UF2").open("wb") as target:
            target.write(data)
            target.flush()
            os.fsync(target.fileno())
    except PermissionError as error:
        raise FlashError(f"{volume}: not writable; mount it for your own user, or copy {file} there by hand") from error
    except OSError as error:
        if volume.exists() and _is_file(volume / INFO):
            raise FlashError(f"{volume}: {error}; plug the board in again with BOOTSEL held") from error
        # The board has taken the last block and is gone before the system said so.


def put_bin(file: Path, port: str, chip: str) -> None:
    """Write MicroPython to an ESP32 by esptool; raise FlashError."""
    offset = "0x0" if "s3" in chip or "c3" in chip else "0x1000"
    tool = _esptool()
    words = [*tool, "--port", port, "--baud", BAUD, "write_flash", "-e", offset, str(file)]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=ESPTOOL_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise FlashError(
            f"{port}: esptool does not end; hold BOOT while you plug the board in, run it again"
        ) from error
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines() or ["nothing"]
        raise FlashError(f"{port}: esptool says: {said[-1]}; hold BOOT while you plug the board in, run it again")


def wait_for_ports(find: Callable[[], Iterable[str]], before: Iterable[str], count: int) -> list[str]:
    """Return the ports that have appeared since before; raise FlashError where fewer than count do in time."""
    old, ends = set(before), time.monotonic() + APPEAR_S
    while len(new := sorted(set(find()) - old)) < count:
        if time.monotonic() > ends:
            raise FlashError(
                f"{count - len(new)} of {count} boards did not come back with MicroPython; plug them in again "
                "with BOOTSEL held, and look whether the file is the one for this board"
            )
        time.sleep(_LOOK_S)
    return new


def _esptool() -> list[str]:
    beside = Path(sys.executable).with_name("esptool")
    for name in (str(beside), "esptool", "esptool.py"):
        if found := shutil.which(name):
            return [found]
    raise FlashError("esptool is not installed; run: pip install esptool")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # somebody else's drive
        return False
