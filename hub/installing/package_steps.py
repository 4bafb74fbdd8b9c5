"""The step of an installation that is Debian's packages: from the network, or from the .deb files of a bundle."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from hub.installing.machine import InstallError, Machine
from hub.installing.record import GROUPS_BEFORE, PACKAGES_BEFORE, USERS_BEFORE, Book, Entry, make_notes

HALL_PACKAGES = (
    "python3-venv",
    "mosquitto",
    "espeak-ng",
    "alsa-utils",
    "fonts-unifont",
    "fonts-wqy-microhei",
    "fonts-babelstone-han",
    "libusb-1.0-0",
    "udev",
)
KIOSK_PACKAGES = ("chromium", "cage", "xwayland", "seatd")
"""Debian's cage does not start without xwayland, which it only recommends."""
FIREWALL_PACKAGES = ("nftables",)
CLOCKS = ("systemd-timesyncd", "chrony", "ntpsec", "ntp", "openntpd")
"""Any of them keeps the computer's time; where there is none the first is installed."""
SPIDEV = "python3-spidev"
"""Brings what has no wheel: see `hub.installing.wheels`. It is in a bundle and is not installed."""
NEEDED_MB = 1500


@dataclass(frozen=True, kw_only=True)
class AddPackages:
    """Packages of Debian. bundle: folder of a bundle with their files; None: Debian's archive, by the network."""

    names: tuple[str, ...]
    bundle: Path | None = None
    path = "/var/lib/dpkg/status"

    def missing(self, machine: Machine) -> list[str]:
        """Return those that are to be installed; any clock will do."""
        there = machine.packages()
        wanted = [name for name in self.names if name not in there]
        return [name for name in wanted if name not in CLOCKS or not there.intersection(CLOCKS)]

    def words(self, machine: Machine) -> str:
        """Say which, and where they are from."""
        return f"packages, from {self.bundle or 'the Debian archive'}: {' '.join(self.missing(machine))}"

    def is_done(self, machine: Machine) -> bool:
        """Tell whether all are there, and what they brought is noted."""
        return not self.missing(machine) and not machine.path(PACKAGES_BEFORE).exists()

    def do(self, machine: Machine, book: Book) -> None:
        """Install what is missing; note it with all that it brings: further packages, users, groups."""
        if machine.free_mb() < NEEDED_MB and self.missing(machine):
            raise InstallError(
                f"{machine.root}: {machine.free_mb()} MB free, {NEEDED_MB} are needed; make room, or take a larger card"
            )
        _keep_before(machine)
        if self.missing(machine):
            self._install(machine)
        _note_brought(machine, book)

    def _install(self, machine: Machine) -> None:
        if self.bundle is None:
            _from_network(machine, self.missing(machine))
            return
        with tempfile.TemporaryDirectory(prefix="lintel-apt-") as folder:
            apt_get(machine, Path(folder), self.bundle, "update")
            apt_get(machine, Path(folder), self.bundle, "install", *self.missing(machine))


def apt_get(machine: Machine, folder: Path, bundle: Path, *words: str) -> None:
    """Call apt-get with the packages of a bundle and no others. folder: for what it keeps; the computer's own stays.

    The files were compared with the bundle's sums before, so apt need not ask for a signature.
    """
    (folder / "sources.list").write_text(f"deb [trusted=yes] file:{quote(str((bundle / 'debs').resolve()))} ./\n")
    (folder / "lists").mkdir(exist_ok=True)
    options = {
        "Dir::Etc::SourceList": folder / "sources.list",
        "Dir::Etc::SourceParts": "-",
        "Dir::State::Lists": folder / "lists",
        "Dir::Cache": folder,
        "APT::Sandbox::User": "root",
    }
    _apt_get(machine, [word for key, value in options.items() for word in ("-o", f"{key}={value}")], words)


def _from_network(machine: Machine, names: Sequence[str]) -> None:
    try:
        _apt_get(machine, [], ("update", "--error-on=any"))
        _apt_get(machine, [], ("install", *names))
    except InstallError as error:
        raise InstallError(
            f"{error}; without network make a bundle elsewhere (lintel bundle) and name it with --from"
        ) from error


def _apt_get(machine: Machine, options: Sequence[str], words: Sequence[str]) -> None:
    always = ("-y", "-q", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold")
    machine.run("apt-get", *always, *options, *words)


def _keep_before(machine: Machine) -> None:
    """Keep what there is, unless an installation that was cut off has kept what there was."""
    before = {PACKAGES_BEFORE: machine.packages(), USERS_BEFORE: machine.users(), GROUPS_BEFORE: set(machine.groups())}
    make_notes(machine)
    for name, found in reversed(before.items()):  # the packages last: with that file all three are there
        path = machine.path(name)
        if not machine.path(PACKAGES_BEFORE).exists():
            path.write_text("".join(f"{one}\n" for one in sorted(found)))


def _note_brought(machine: Machine, book: Book) -> None:
    """Note what is there now and was not before, and forget what was before."""
    packages = sorted(machine.packages() - _before(machine, PACKAGES_BEFORE))
    for name in sorted(set(machine.groups()) - _before(machine, GROUPS_BEFORE)):
        book.note(Entry(kind="group", name=name))
    for name in sorted(machine.users() - _before(machine, USERS_BEFORE)):
        book.note(Entry(kind="user", name=name))
    if packages:  # noted last, so that they go first: who runs cannot be removed
        book.note(Entry(kind="packages", name=" ".join(packages)))
    for name in (PACKAGES_BEFORE, USERS_BEFORE, GROUPS_BEFORE):
        machine.path(name).unlink()


def _before(machine: Machine, name: str) -> set[str]:
    return set(machine.path(name).read_text().split())
