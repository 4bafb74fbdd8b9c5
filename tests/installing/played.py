"""A computer that is played in a folder: its programs do to its files what real ones would, and are written down."""

import hashlib
import stat
from collections.abc import Mapping
from pathlib import Path

from hardware.version import VERSION
from hub.installing.machine import InstallError, Machine

BROUGHT = {"mosquitto": ["libmosquitto1"], "systemd-timesyncd": [], "chromium": ["chromium-common"]}
"""What a package needs that nobody asked for."""
USERS_OF = {"mosquitto": "mosquitto", "systemd-timesyncd": "systemd-timesync"}


class PlayedMachine(Machine):
    """Debian 12, fresh, with systemd running. It is harder than life: a user who is there is not made again."""

    def __init__(self, root: Path, *, codename: str = "bookworm", arch: str = "amd64") -> None:
        super().__init__(root)
        self.calls: list[str] = []
        self.owned: dict[str, tuple[str, str]] = {}
        self.running: set[str] = set()
        self.refuses: dict[str, str] = {}
        """Beginning of a call that fails, and what it says."""
        self.arch, self.root_user, self.room_mb = arch, True, 20_000
        self._write("/etc/os-release", f'PRETTY_NAME="Debian ({codename})"\nVERSION_CODENAME={codename}\n')
        self._write("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n")
        self._write("/etc/group", "root:x:0:\ndialout:x:20:\nlp:x:7:\nvideo:x:44:\ninput:x:104:\n")
        self._write("/var/lib/dpkg/status", "Package: udev\nStatus: install ok installed\n\n")
        self._write("/usr/bin/systemctl", "")
        self._write("/run/udev/control", "")
        self.path("/run/systemd/system").mkdir(parents=True)
        self.path("/etc/systemd/system").mkdir(parents=True)

    @property
    def is_ours(self) -> bool:
        return self.root_user

    def free_mb(self) -> int:
        return self.room_mb

    def own(self, path: str, user: str, group: str) -> None:
        for kind, name in (("passwd", user), ("group", group)):
            self._number(kind, name)
        self.owned[path] = (user, group)

    def owners(self, path: str) -> tuple[str, str]:
        return self.owned.get(path, ("root", "root"))

    def run(self, *words: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> str:
        call = " ".join(words)
        self.calls.append(call)
        for beginning, said in self.refuses.items():
            if call.startswith(beginning):
                raise InstallError(f"{words[0]}: {said}")
        program = Path(words[0]).name
        way = getattr(self, f"_{program.replace('-', '_').replace('3', '')}", None)
        if way is None:
            raise InstallError(f"{words[0]}: no such program is played")
        return str(way(list(words[1:]), cwd) or "")

    def called(self, beginning: str) -> list[str]:
        return [call for call in self.calls if call.startswith(beginning)]

    def tree(self) -> dict[str, str]:
        """All that lies on its disk, apart from what it runs."""
        return {
            f"/{path.relative_to(self.root)}": _seen(path)
            for path in sorted(self.root.rglob("*"))
            if not path.is_relative_to(self.path("/run"))
        }

    def _apt_get(self, words: list[str], cwd: Path | None) -> None:
        if "install" in words:
            for name in words[words.index("install") + 1 :]:
                for one in (*BROUGHT.get(name, []), name):
                    self._add("/var/lib/dpkg/status", f"Package: {one}\nStatus: install ok installed\n\n")
                if user := USERS_OF.get(name):
                    self._useradd([user], None)

    def _dpkg(self, words: list[str], cwd: Path | None) -> str:
        if words[0] == "--print-architecture":
            return f"{self.arch}\n"
        status = self.path("/var/lib/dpkg/status")
        kept = [block for block in status.read_text().split("\n\n") if block and block.split()[1] not in words[1:]]
        status.write_text("".join(f"{block}\n\n" for block in kept))
        return ""

    def _useradd(self, words: list[str], cwd: Path | None) -> None:
        name, number = words[-1], 900 + len(self.users())
        if name in self.users():
            raise InstallError(f"useradd: user '{name}' already exists")
        self._add("/etc/passwd", f"{name}:x:{number}:{number}::/nonexistent:/usr/sbin/nologin\n")
        self._add("/etc/group", f"{name}:x:{number}:\n")

    def _usermod(self, words: list[str], cwd: Path | None) -> None:
        _, _, group, name = words
        lines = self.path("/etc/group").read_text().splitlines()
        self._write(
            "/etc/group",
            "".join(
                f"{line}{'' if line.endswith(':') else ','}{name}\n" if line.startswith(f"{group}:") else f"{line}\n"
                for line in lines
            ),
        )

    def _gpasswd(self, words: list[str], cwd: Path | None) -> None:
        _, name, group = words
        lines = [line.split(":") for line in self.path("/etc/group").read_text().splitlines()]
        for one in lines:
            if one[0] == group:
                one[3] = ",".join(member for member in one[3].split(",") if member != name)
        self._write("/etc/group", "".join(":".join(one) + "\n" for one in lines))

    def _userdel(self, words: list[str], cwd: Path | None) -> None:
        for file in ("passwd", "group"):
            self._drop(file, words[0])
        fields = [line.split(":") for line in self.path("/etc/group").read_text().splitlines()]
        self._write(
            "/etc/group",
            "".join(
                ":".join([*one[:3], ",".join(name for name in one[3].split(",") if name != words[0])]) + "\n"
                for one in fields
            ),
        )

    def _groupdel(self, words: list[str], cwd: Path | None) -> None:
        self._drop("group", words[0])

    def _python(self, words: list[str], cwd: Path | None) -> None:
        if words[:2] == ["-m", "venv"]:
            (Path(words[2]) / "bin").mkdir(parents=True)

    def _pip(self, words: list[str], cwd: Path | None) -> None:
        self._write(f"/opt/lintel/{VERSION}/bin/lintel", "#!/bin/sh\n")

    def _systemctl(self, words: list[str], cwd: Path | None) -> None:
        verb, unit = words[0], words[-1]
        if verb == "is-active" and unit not in self.running:
            raise InstallError("systemctl: inactive")
        if verb == "restart" and unit.startswith("lintel"):
            self.running.add(unit)
        if verb == "stop":
            self.running.discard(unit)

    def _udevadm(self, words: list[str], cwd: Path | None) -> None: ...

    def _drop(self, file: str, name: str) -> None:
        lines = self.path(f"/etc/{file}").read_text().splitlines()
        self._write(f"/etc/{file}", "".join(f"{line}\n" for line in lines if not line.startswith(f"{name}:")))

    def _add(self, name: str, text: str) -> None:
        self._write(name, self.path(name).read_text() + text)

    def _write(self, name: str, text: str) -> None:
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).write_text(text)


def played_bundle(folder: Path, *, arch: str = "amd64", kiosk: bool = True) -> Path:
    """A bundle with the right names and sums, of files that only the played programs take."""
    files = {
        f"wheels/lintel-{VERSION}-py3-none-any.whl": b"wheel",
        "debs/mosquitto_2.0.11_amd64.deb": b"deb",
        "debs/Packages": b"Package: mosquitto\n",
        "install.sh": b"#!/bin/sh\n",
        "bundle.json": f'{{"version":"{VERSION}","release":"bookworm","arch":"{arch}",'
        f'"kiosk":{str(kiosk).lower()}}}'.encode(),
    }
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    (folder / "SHA256SUMS").write_text(sums)
    return folder


def _seen(path: Path) -> str:
    status = path.lstat()
    if path.is_symlink():
        return f"-> {path.readlink()}"
    mode = f"{stat.S_IMODE(status.st_mode):o}"
    return f"{mode} {path.read_bytes()!r}" if path.is_file() else mode
