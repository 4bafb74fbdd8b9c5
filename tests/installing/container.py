"""A whole Debian on this computer, with a systemd, files and network of its own; a played LAN alone leads outside."""

import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

HUB, NEIGHBOUR = "192.168.77.2", "192.168.77.9"
BOOT_S = 120.0
CLEAN = ("env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8")
LOOSE = ("/proc", "/sys", "/dev", "/run", "/tmp", "/var/tmp")
"""What is no part of the disk, or is emptied at a start."""


class Container:
    """One Debian that has been started. root: folder of its files. shown: folder of ours that it sees read-only."""

    def __init__(self, root: Path, shown: tuple[Path, str]) -> None:
        self.root = root
        self._shown = shown
        self._lan = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._init = 0

    def __enter__(self) -> "Container":
        ours, theirs = self._shown
        options = ("--private-network", "--register=no", "--keep-unit", "--resolv-conf=off", "--timezone=off")
        words = ["systemd-nspawn", "-q", "-D", str(self.root), *options, "--link-journal=no", "--boot"]
        with (self.root.parent / f"{self.root.name}.log").open("wb") as log:
            self._process = subprocess.Popen(
                [*words, f"--bind-ro={ours}:{theirs}"], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        try:
            self._wait_until_it_runs(self._process)
            self._lay_cable()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._lan:
            subprocess.run(["ip", "netns", "delete", self._lan], check=False, capture_output=True)

    def run(self, *words: str, limit_s: float = 1800) -> str:
        """Run a program inside, as root; return what it said, or fail with that."""
        done = self.tried(*words, limit_s=limit_s)
        assert done.returncode == 0, f"{' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def tried(self, *words: str, limit_s: float = 1800) -> subprocess.CompletedProcess[str]:
        """Run a program inside, and return how that went."""
        inside = ("nsenter", "--target", str(self._init), "--all", *CLEAN, *words)
        return subprocess.run(inside, capture_output=True, text=True, check=False, timeout=limit_s)

    def from_outside(self, *words: str) -> str:
        """Run a program of ours on another computer of the LAN, which has nothing but the cable to this one."""
        done = subprocess.run(
            ["ip", "netns", "exec", self._lan, *words], capture_output=True, text=True, check=False, timeout=600
        )
        assert done.returncode == 0, f"{' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def knock(self, *words: str) -> str:
        """Call `tests.installing.knock` on the other computer."""
        return self.from_outside(sys.executable, str(Path(__file__).with_name("knock.py")), *words)

    def manifest(self) -> dict[str, str]:
        """Return every file of its disk: kind, mode, owner, and what it holds or where it leads."""
        found = {}
        for folder, folders, files in os.walk(self.root):
            folders[:] = [name for name in folders if f"/{Path(folder, name).relative_to(self.root)}" not in LOOSE]
            for name in [*folders, *files]:
                path = Path(folder, name)
                found[f"/{path.relative_to(self.root)}"] = _seen(path)
        return found

    def _wait_until_it_runs(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + BOOT_S
        while time.monotonic() < deadline and process.poll() is None:
            self._init = _child(process.pid)  # the first one that is seen only makes way for the other
            if self._init and self.tried("systemctl", "is-system-running").stdout.strip() in ("running", "degraded"):
                return
            time.sleep(0.2)
        raise AssertionError((self.root.parent / f"{self.root.name}.log").read_text(errors="replace"))

    def _lay_cable(self) -> None:
        name, self._lan = f"veth{self._init}", f"lan{self._init}"
        inside = ["nsenter", "--target", str(self._init), "--net"]
        for words in (
            ["ip", "netns", "add", self._lan],
            ["ip", "link", "add", name, "netns", self._lan, "type", "veth", "peer", "eth0", "netns", str(self._init)],
            ["ip", "-n", self._lan, "address", "add", f"{NEIGHBOUR}/24", "dev", name],
            ["ip", "-n", self._lan, "link", "set", name, "up"],
            [*inside, "ip", "address", "add", f"{HUB}/24", "dev", "eth0"],
            [*inside, "ip", "link", "set", "eth0", "up"],
        ):
            subprocess.run(words, check=True, capture_output=True)


def make_debian(root: Path, arch: str) -> Path:
    """Make a fresh Debian 12 of the archive's present packages, as small as one with systemd can be."""
    subprocess.run(
        ["debootstrap", "--variant=minbase", f"--arch={arch}", "bookworm", root], check=True, stdout=subprocess.DEVNULL
    )
    archive = "http://deb.debian.org"
    (root / "etc/apt/sources.list").write_text(
        f"deb {archive}/debian bookworm main\n"
        f"deb {archive}/debian bookworm-updates main\n"
        f"deb {archive}/debian-security bookworm-security main\n"
    )
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    for words in (
        ["apt-get", "-qq", "update"],
        ["apt-get", "-qq", "-y", "dist-upgrade"],
        [
            "apt-get",
            "-qq",
            "-y",
            "--no-install-recommends",
            "install",
            "systemd-sysv",
            "dbus",
            "libpam-systemd",
            "udev",
        ],
        ["apt-get", "clean"],
    ):
        _chroot(root, words)
    (root / "etc/apt/sources.list").unlink()  # nothing comes from there in what follows
    (root / "media/stick").mkdir(parents=True)
    return root


def _chroot(root: Path, words: Sequence[str]) -> None:
    environment = [*CLEAN, "DEBIAN_FRONTEND=noninteractive"]
    environment += [f"{key}={value}" for key, value in os.environ.items() if key.lower().endswith("_proxy")]
    done = subprocess.run(["chroot", root, *environment, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _child(pid: int) -> int:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(found[0]) if found else 0


def _seen(path: Path) -> str:
    status = path.lstat()
    owner = f"{stat.filemode(status.st_mode)} {status.st_uid}:{status.st_gid}"
    if path.is_symlink():
        return f"{owner} -> {path.readlink()}"
    return f"{owner} {sha256(path.read_bytes()).hexdigest()}" if stat.S_ISREG(status.st_mode) else owner
