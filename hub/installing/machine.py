"""The computer that is installed on, as the steps of an installation see it: its files, accounts, packages, programs.

The seam of this part: tests play a computer in a folder, and `--root` takes a folder for one that does not run.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from hub.installing.names import RELEASE

WITHIN_S = 3600.0
"""After which a program that an installation has called is given up: a Pi that unpacks Chromium takes minutes."""


class InstallError(OSError):
    """Lintel cannot be installed, bundled or removed; the sentence says why and what to do."""


class Machine:
    """A computer whose files begin at root. is_live: it is the one that this runs on, so its programs may be called."""

    is_live = True

    def __init__(self, root: Path = Path("/")) -> None:
        self.root = root

    def path(self, name: str) -> Path:
        """Return where a file of that computer, ``/etc/passwd``, is for us."""
        return self.root / name.lstrip("/")

    def run(self, *words: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> str:
        """Run a program and return what it printed; raise InstallError with its last words where it fails."""
        try:
            done = subprocess.run(
                words,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=WITHIN_S,
                cwd=cwd,
                env={**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive", **(env or {})},
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InstallError(f"{words[0]}: {error}") from error
        if done.returncode:
            raise InstallError(f"{' '.join(words[:3])}: {_last_words(done.stderr or done.stdout)}")
        return done.stdout

    def own(self, path: str, user: str, group: str) -> None:
        """Give a file, or a link and not what it leads to, to a user and a group: names, or numbers in digits."""
        os.chown(self.path(path), self._number("passwd", user), self._number("group", group), follow_symlinks=False)

    def owners(self, path: str) -> tuple[str, str]:
        """Return the user and the group of a file; a number where nobody has that name."""
        found = self.path(path).lstat()
        return self._called("passwd", found.st_uid), self._called("group", found.st_gid)

    def users(self) -> set[str]:
        """Return the names of all users."""
        return set(self._accounts("passwd"))

    def groups(self) -> dict[str, set[str]]:
        """Return the groups, each with those who were added to it."""
        return {name: set(filter(None, fields[2].split(","))) for name, fields in self._accounts("group").items()}

    def packages(self) -> set[str]:
        """Return the names of all installed packages of Debian."""
        return {name for name, status in self._packages() if status.endswith(" installed")}

    def settings_left(self) -> set[str]:
        """Return the packages that are gone and have left their settings."""
        return {name for name, status in self._packages() if status.endswith(" config-files")}

    def free_mb(self) -> int:
        """Return how much room the disk has."""
        return shutil.disk_usage(self.root).free // 1_000_000

    @property
    def is_ours(self) -> bool:
        """Whether we may change it: the computer is root's, a folder whoever's it is."""
        return not self.is_live or os.geteuid() == 0

    @property
    def has_systemd(self) -> bool:
        """Whether systemd runs here, and not only lies on the disk."""
        return self.is_live and self.path("/run/systemd/system").is_dir()

    @property
    def release(self) -> str:
        """Return what the computer's system calls itself, empty where it does not say."""
        return self._os_release().get("PRETTY_NAME", "")

    @property
    def is_supported(self) -> bool:
        """Whether it is Debian 12 or Raspberry Pi OS that was made from it."""
        return self._os_release().get("VERSION_CODENAME") == RELEASE

    def _os_release(self) -> dict[str, str]:
        lines = self._lines("/etc/os-release")
        return {key: value.strip('"') for key, _, value in (line.partition("=") for line in lines)}

    def _accounts(self, file: str) -> dict[str, list[str]]:
        return {line.split(":")[0]: line.split(":")[1:] for line in self._lines(f"/etc/{file}") if ":" in line}

    def _number(self, file: str, name: str) -> int:
        found = self._accounts(file).get(name)
        if found is None and not name.isdecimal():
            raise InstallError(f"/etc/{file} has no {name}; install again from the beginning")
        return int(found[1] if found else name)

    def _called(self, file: str, number: int) -> str:
        return next((name for name, fields in self._accounts(file).items() if fields[1] == str(number)), str(number))

    def _packages(self) -> list[tuple[str, str]]:
        found, name = [], ""
        for line in self._lines("/var/lib/dpkg/status"):
            if line.startswith("Package: "):
                name = line.removeprefix("Package: ")
            elif line.startswith("Status: "):
                found.append((name, line))
        return found

    def _lines(self, name: str) -> list[str]:
        path = self.path(name)
        return path.read_text("utf-8", errors="replace").splitlines() if path.is_file() else []


class Folder(Machine):
    """A folder that is taken for a computer: files are written into it, nothing is called, owners stay who writes."""

    is_live = False

    def run(self, *words: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> str:
        """Refuse: nothing is called for a folder."""
        raise InstallError(f"{words[0]} is not called for a folder; leave --root out")

    def own(self, path: str, user: str, group: str) -> None:
        """Do nothing: a folder knows none of the computer's users."""

    def owners(self, path: str) -> tuple[str, str]:
        """Return nobody, which is who files in a folder belong to."""
        return "", ""


def _last_words(said: str) -> str:
    """Return the lines that say what is wrong: apt marks them with E:, others have them at the end."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return " / ".join([line for line in lines if line.startswith("E:")][:3] or lines[-2:]) or "it failed without a word"
