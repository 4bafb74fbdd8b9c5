"""Wheels written by hand: the same files give the same bytes, so that one can tell an unchanged one by its sum."""

import base64
import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

BEGINNING = (2020, 1, 1, 0, 0, 0)


def write_wheel(folder: Path, names: tuple[str, str, str], files: Mapping[str, bytes], about: str = "") -> Path:
    """Write a wheel into folder and return its path.

    names: distribution, version and tag, ``cp311-cp311-linux_aarch64``. files: by their path in the wheel. about: the
    metadata; empty: no more than the names. What stands in ``.dist-info`` of files goes before what is made here.
    """
    name, version, tag = names
    info = f"{name}-{version}.dist-info"
    made = {
        f"{info}/METADATA": (about or f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n").encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: lintel\nRoot-Is-Purelib: false\nTag: {tag}\n".encode(),
    }
    every = {**made, **files}
    rows = [f"{path},sha256={_digest(data)},{len(data)}\n" for path, data in sorted(every.items())]
    every[f"{info}/RECORD"] = "".join([*rows, f"{info}/RECORD,,\n"]).encode()
    path = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for inner, data in sorted(every.items()):
            entry = zipfile.ZipInfo(inner, BEGINNING)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return path


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
