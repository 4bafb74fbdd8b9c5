"""What a bundle is made of: wheels that pip takes, packages that apt takes, sums that anybody can look at."""

import importlib.metadata
import json
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest

from hardware.version import VERSION
from hub.installing import bundle as bundles
from hub.installing import debs, own_wheel
from hub.installing.bundle import check_bundle, make_bundle
from hub.installing.debs import Archive
from hub.installing.machine import InstallError, Machine
from hub.installing.own_wheel import make_own_wheel
from hub.installing.wheels import gather_wheels, spidev_wheel
from hub.installing.zipped import write_wheel


def deb(folder: Path, name: str, files: Mapping[str, bytes], version: str = "1.0-1") -> Path:
    """A Debian package, made by Debian's own program."""
    tree = folder / f"{name}-tree"
    for path, data in files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_bytes(data)
    (tree / "DEBIAN").mkdir(parents=True, exist_ok=True)
    fields = (
        f"Package: {name}\nVersion: {version}\nArchitecture: arm64\nMaintainer: nobody <n@example>\nDescription: x\n"
    )
    (tree / "DEBIAN" / "control").write_text(fields)
    path = folder / f"{name}_{version}_arm64.deb"
    subprocess.run(["dpkg-deb", "--build", str(tree), str(path)], check=True, stdout=subprocess.DEVNULL)
    return path


def spidev_deb(folder: Path) -> Path:
    module = "usr/lib/python3/dist-packages/spidev.cpython-311-aarch64-linux-gnu.so"
    return deb(folder, "python3-spidev", {module: b"\x7fELF of a Pi"}, "3.6-1+b1")


def test_debians_spidev_becomes_a_wheel(tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    path = spidev_wheel(Machine(), spidev_deb(tmp_path), tmp_path / "wheels", "arm64")
    assert [one.name for one in (tmp_path / "wheels").iterdir()] == ["spidev-3.6-cp311-cp311-linux_aarch64.whl"]
    with zipfile.ZipFile(path) as wheel:
        assert wheel.read("spidev.cpython-311-aarch64-linux-gnu.so") == b"\x7fELF of a Pi"


def test_a_package_without_the_module_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InstallError, match="holds no module spidev"):
        spidev_wheel(Machine(), deb(tmp_path, "python3-spidev", {"usr/share/doc/x": b""}), tmp_path, "arm64")


def test_pip_takes_a_wheel_that_was_written_by_hand(tmp_path: Path) -> None:
    write_wheel(tmp_path, ("thing", "1.2", "py3-none-any"), {"thing.py": b"x = 1\n"})
    words = [
        sys.executable,
        "-m",
        "pip",
        "--isolated",
        "--disable-pip-version-check",
        "install",
        "-q",
        "--no-index",
        "--no-deps",
    ]
    subprocess.run([*words, "--find-links", tmp_path, "--target", tmp_path / "there", "thing"], check=True)
    assert (tmp_path / "there" / "thing.py").read_bytes() == b"x = 1\n"


def test_the_same_files_make_the_same_wheel(tmp_path: Path) -> None:
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        made.append(write_wheel(tmp_path / name, ("thing", "1.2", "py3-none-any"), {"thing.py": b"x = 1\n"}))
    assert made[0].read_bytes() == made[1].read_bytes()


def test_an_installed_lintel_packs_itself_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is on a hub, which has no sources: the wheel has what the first one had."""
    info = f"lintel-{VERSION}.dist-info"
    files = {"hub/x.py": b"y = 2\n", f"{info}/entry_points.txt": b"[console_scripts]\nlintel = hub.x:y\n"}
    first = write_wheel(tmp_path, ("lintel", VERSION, "py3-none-any"), files)
    there = tmp_path / "there"
    words = [
        sys.executable,
        "-m",
        "pip",
        "--isolated",
        "--disable-pip-version-check",
        "install",
        "-q",
        "--no-index",
        "--no-deps",
        "--target",
    ]
    subprocess.run([*words, there, first], check=True)
    monkeypatch.setattr(own_wheel, "distribution", lambda name: PathDistribution(there / info))
    (tmp_path / "again").mkdir()
    again = make_own_wheel(Machine(), tmp_path / "again")
    with zipfile.ZipFile(first) as one, zipfile.ZipFile(again) as other:
        assert {name: other.read(name) for name in other.namelist()} == {n: one.read(n) for n in one.namelist()}


def test_a_lintel_that_was_never_installed_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(own_wheel, "distribution", missing)
    with pytest.raises(InstallError, match=r"run pip install \. in its folder first"):
        make_own_wheel(Machine(), tmp_path)


class PlayedSources(Machine):
    """A computer whose package index and archive are played; its dpkg-deb is the real one."""

    def __init__(self, folder: Path, *, has_network: bool = True) -> None:
        super().__init__()
        self.calls: list[str] = []
        self._folder = folder
        self._has_network = has_network

    def run(self, *words: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> str:
        self.calls.append(" ".join(words))
        if words[0] == "dpkg-deb":
            return super().run(*words, env=env, cwd=cwd)
        if not self._has_network:
            raise InstallError(f"{words[0]}: Could not resolve 'deb.debian.org'")
        if "--download-only" in words:
            archives = Path((env or {})["APT_CONFIG"]).parent / "archives"
            spidev_deb(self._folder).rename(archives / "python3-spidev_3.6-1+b1_arm64.deb")
            deb(self._folder, "mosquitto", {}).rename(archives / "mosquitto_1%3a2.0-1_arm64.deb")
        if "wheel" in words:
            write_wheel(Path(words[words.index("--wheel-dir") + 1]), ("lintel", VERSION, "py3-none-any"), {})
        return ""


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PlayedSources:
    (tmp_path / "keyring").touch()
    monkeypatch.setattr(debs, "KEYRING", tmp_path / "keyring")
    monkeypatch.setattr(own_wheel, "_source", lambda installed: tmp_path)
    return PlayedSources(tmp_path)


def test_a_bundle_has_everything_its_sums_and_a_beginning(sources: PlayedSources, tmp_path: Path) -> None:
    make_bundle(sources, tmp_path / "bundle", "arm64")
    assert check_bundle(tmp_path / "bundle", "arm64").kiosk
    there = sorted(
        str(one.relative_to(tmp_path / "bundle")) for one in (tmp_path / "bundle").rglob("*") if one.is_file()
    )
    assert there == [
        "SHA256SUMS",
        "bundle.json",
        "debs/Packages",
        "debs/mosquitto_1.2.0-1_arm64.deb",
        "install.sh",
        f"wheels/lintel-{VERSION}-py3-none-any.whl",
        "wheels/spidev-3.6-cp311-cp311-linux_aarch64.whl",
    ]
    assert "Filename: ./mosquitto_1.2.0-1_arm64.deb\n" in (tmp_path / "bundle/debs/Packages").read_text()
    about = json.loads((tmp_path / "bundle/bundle.json").read_text())
    assert about == {"version": VERSION, "release": "bookworm", "arch": "arm64", "kiosk": True}
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], check=True, cwd=tmp_path / "bundle")


def test_wheels_are_asked_for_another_kind_of_computer(sources: PlayedSources, tmp_path: Path) -> None:
    gather_wheels(sources, tmp_path / "wheels", "arm64", spidev_deb(tmp_path))
    (pip,) = [call for call in sources.calls if " download " in call]
    assert "--only-binary :all:" in pip
    assert "--python-version 3.11" in pip
    assert "--platform manylinux_2_36_aarch64" in pip
    assert "x86_64" not in pip


def test_further_archives_are_asked_too(sources: PlayedSources, tmp_path: Path) -> None:
    line = "deb http://archive.raspberrypi.com/debian/ bookworm main"
    Archive(sources, tmp_path / "apt", "arm64", "http://mirror.example", [line])
    lines = (tmp_path / "apt/sources.list").read_text().splitlines()
    assert lines[-1] == line
    assert [one.split("] ")[1] for one in lines[:-1]] == [
        "http://mirror.example/debian bookworm main",
        "http://mirror.example/debian bookworm-updates main",
        "http://mirror.example/debian-security bookworm-security main",
    ]
    assert 'APT::Architecture "arm64";' in (tmp_path / "apt/apt.conf").read_text()


def test_a_bundle_cannot_be_made_without_network(sources: PlayedSources, tmp_path: Path) -> None:
    sources._has_network = False
    with pytest.raises(InstallError, match=r"Could not resolve .* made on a computer with network"):
        make_bundle(sources, tmp_path / "bundle", "arm64")


def test_a_bundle_is_made_on_a_debian(sources: PlayedSources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debs, "KEYRING", tmp_path / "none")
    with pytest.raises(InstallError, match="make the bundle on a Debian, with debian-archive-keyring installed"):
        make_bundle(sources, tmp_path / "bundle", "arm64")


@pytest.mark.parametrize(
    ("words", "sentence"), [((), "name the hall's file"), (("none.toml",), "none.toml: there is no such file")]
)
def test_the_script_says_what_it_needs(tmp_path: Path, words: tuple[str, ...], sentence: str) -> None:
    script = Path(bundles.__file__).parent / "files" / "install.sh"
    (tmp_path / "id").write_text("#!/bin/sh\necho 0\n")
    (tmp_path / "id").chmod(0o755)
    done = subprocess.run(
        ["sh", script, *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
    )
    assert done.returncode == 1
    assert sentence in done.stderr
