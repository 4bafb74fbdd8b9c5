"""Debian's packages as files: fetched with all that they need for any architecture, and listed for apt."""

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from hub.installing.machine import InstallError, Machine
from hub.installing.names import RELEASE

MIRROR = "http://deb.debian.org"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


class Archive:
    """Debian's archive for an architecture, seen by an apt of its own that knows of none of this computer's packages.

    folder: for its lists. mirror: address under which ``debian`` and ``debian-security`` lie. sources: further
    archives, as lines of sources.list(5). Nothing is installed.
    """

    def __init__(
        self, machine: Machine, folder: Path, arch: str, mirror: str = MIRROR, sources: Sequence[str] = ()
    ) -> None:
        if not KEYRING.is_file():
            raise InstallError(
                f"{KEYRING} is missing; make the bundle on a Debian, with debian-archive-keyring installed"
            )
        self._machine = machine
        self._folder = folder
        for name in ("lists/partial", "archives/partial"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "status").touch()
        (folder / "sources.list").write_text(_sources(mirror) + "".join(f"{line}\n" for line in sources))
        (folder / "apt.conf").write_text(_configuration(folder, arch))

    def download(self, names: Sequence[str], target: Path) -> None:
        """Put packages into target, with everything that a computer without any package would need for them."""
        try:
            self._apt("update", "--error-on=any")
            self._apt("install", "--download-only", *names)
        except InstallError as error:
            raise InstallError(f"{error}; a bundle is made on a computer with network") from error
        target.mkdir(parents=True, exist_ok=True)
        for path in sorted((self._folder / "archives").glob("*.deb")):
            shutil.move(path, target / path.name.replace("%3a", "."))

    def _apt(self, *words: str) -> None:
        options = ("-y", "-q", "--no-install-recommends")
        self._machine.run("apt-get", *options, *words, env={"APT_CONFIG": str(self._folder / "apt.conf")})


def list_packages(machine: Machine, folder: Path) -> None:
    """Write ``Packages`` into a folder of .deb files, by which apt takes it for an archive."""
    entries = []
    for path in sorted(folder.glob("*.deb")):
        control = machine.run("dpkg-deb", "--field", str(path)).strip()
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        entries.append(f"{control}\nFilename: ./{path.name}\nSize: {path.stat().st_size}\nSHA256: {digest}\n")
    (folder / "Packages").write_text("\n".join(entries), encoding="utf-8")


def _sources(mirror: str) -> str:
    suites = ((f"{mirror}/debian", RELEASE), (f"{mirror}/debian", f"{RELEASE}-updates"))
    every = (*suites, (f"{mirror}/debian-security", f"{RELEASE}-security"))
    return "".join(f"deb [signed-by={KEYRING}] {address} {suite} main\n" for address, suite in every)


def _configuration(folder: Path, arch: str) -> str:
    """Return apt.conf(5). The computer's own apt.conf.d is read too, since it may name the proxy."""
    return f"""APT::Architecture "{arch}";
APT::Architectures {{ "{arch}"; }};
APT::Sandbox::User "root";
Dir::Etc::SourceList "{folder}/sources.list";
Dir::Etc::SourceParts "-";
Dir::Etc::Preferences "-";
Dir::Etc::PreferencesParts "-";
Dir::State "{folder}";
Dir::State::Lists "{folder}/lists";
Dir::State::Status "{folder}/status";
Dir::Cache "{folder}";
Dir::Cache::Archives "{folder}/archives";
Dir::Log "{folder}";
"""
