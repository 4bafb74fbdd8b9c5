"""Lintel's own wheel, from what this very program was installed from: its sources, or its installed files."""

import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec
from msgspec import Struct

from hardware.version import VERSION
from hub.installing.machine import InstallError, Machine
from hub.installing.zipped import write_wheel

OF_THIS_PLACE = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json")
"""What pip writes beside an installed distribution, and no wheel has."""


class _Editable(Struct, frozen=True, kw_only=True):
    editable: bool = False


class _Origin(Struct, frozen=True, kw_only=True):
    """direct_url.json, as https://packaging.python.org/specifications/direct-url describes it."""

    url: str
    dir_info: _Editable = _Editable()


def make_own_wheel(machine: Machine, folder: Path) -> Path:
    """Write the wheel of this Lintel into folder and return its path; raise InstallError where that cannot be."""
    try:
        installed = distribution("lintel")
    except PackageNotFoundError:
        raise InstallError("Lintel runs without having been installed; run pip install . in its folder first") from None
    source = _source(installed)
    if source is None:
        return _packed_again(installed, folder)
    machine.run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--wheel-dir", str(folder), str(source))
    return next(folder.glob(f"lintel-{VERSION}-*.whl"))


def _source(installed: Distribution) -> Path | None:
    """Return the folder of the sources that this program runs from, None where it has been installed whole."""
    text = installed.read_text("direct_url.json")
    origin = msgspec.json.decode(text, type=_Origin) if text else None
    return Path(unquote(urlsplit(origin.url).path)) if origin and origin.dir_info.editable else None


def _packed_again(installed: Distribution, folder: Path) -> Path:
    """Pack the installed files as the wheel had them."""
    files = {
        str(one): Path(str(one.locate())).read_bytes()
        for one in installed.files or ()
        if ".." not in one.parts and one.suffix != ".pyc" and one.name not in OF_THIS_PLACE
    }
    return write_wheel(folder, ("lintel", VERSION, "py3-none-any"), files)
