"""What a simulated chip runs: the firmware of hub.firmware_files, and compiled fakes of what a chip has in ROM."""

from pathlib import Path

from hub.firmware_files import FIRMWARE, MAIN, OPTIONS, ROOT, FirmwareBuildError, compiled

__all__ = ["FAKE", "FIRMWARE", "MAIN", "OPTIONS", "FirmwareBuildError", "compiled_fakes", "compiled_firmware"]

FAKE = ROOT / "sim" / "fake"


def compiled_firmware() -> Path:
    """Return a folder with the shipped firmware: main.py and every other module as .mpy. Raises FirmwareBuildError."""
    return compiled(FIRMWARE)


def compiled_fakes() -> Path:
    """Return a folder with what stands for chips: on a board that is in ROM, so it must not be compiled in its heap."""
    return compiled(FAKE)
