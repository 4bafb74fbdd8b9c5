"""Whoever cannot install is told why and what to do, in a sentence, before anything is touched."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hub.cli.main import main
from hub.config import Hall, load_hall
from hub.installing.bundle import check_bundle, make_bundle
from hub.installing.carrying_out import install
from hub.installing.machine import InstallError
from hub.installing.package_steps import AddPackages
from hub.installing.plan import Wish
from hub.installing.wheels import own_wheel_in
from tests.installing.played import PlayedMachine, played_bundle


def no_words(words: str) -> None: ...


def refused(machine: PlayedMachine, wish: Wish) -> str:
    """Return why, after having seen that nothing was touched."""
    before = machine.tree()
    with pytest.raises(InstallError) as raised:
        install(wish, machine, no_words)
    assert machine.tree() == before
    return str(raised.value)


def test_who_is_not_root(machine: PlayedMachine, hall: Hall) -> None:
    machine.root_user = False
    assert refused(machine, Wish(hall=hall)) == "installing changes the computer and is root's; call it with sudo"


@pytest.mark.parametrize("codename", ["trixie", "noble", ""])
def test_another_release(tmp_path: Path, hall: Hall, codename: str) -> None:
    said = refused(PlayedMachine(tmp_path / "other", codename=codename), Wish(hall=hall))
    assert said == f"this is Debian ({codename}); take Debian 12 (bookworm) or a Raspberry Pi OS of it"


def test_a_computer_without_systemd(machine: PlayedMachine, hall: Hall) -> None:
    machine.path("/usr/bin/systemctl").unlink()
    assert "has no systemd" in refused(machine, Wish(hall=hall))


def test_a_desktop_has_the_screen(machine: PlayedMachine, hall: Hall) -> None:
    machine._write("/etc/systemd/system/display-manager.service", "")
    assert "take Raspberry Pi OS Lite, or say --no-kiosk" in refused(machine, Wish(hall=hall))


def test_a_device_that_is_a_node(machine: PlayedMachine, hall: Hall) -> None:
    said = refused(machine, Wish(hall=hall, agents=("lintel-1",)))
    assert said == "--agent lintel-1: its board is a w5500-evb-pico, which runs the firmware; see lintel flash"


def test_a_disk_that_is_too_small(machine: PlayedMachine, hall: Hall, bundle: Path) -> None:
    machine.room_mb = 400
    with pytest.raises(InstallError, match=r"400 MB free, 1500 are needed; make room, or take a larger card"):
        install(Wish(hall=hall, bundle=bundle), machine, no_words)
    assert machine.called("apt-get") == []


def test_neither_network_nor_bundle(machine: PlayedMachine, hall: Hall) -> None:
    machine.refuses = {"apt-get": "E: Could not resolve 'deb.debian.org'"}
    with pytest.raises(InstallError, match=r"Could not resolve .*make a bundle elsewhere \(lintel bundle\)"):
        install(Wish(hall=hall), machine, no_words)


def test_a_file_of_somebody_elses(machine: PlayedMachine, hall: Hall, bundle: Path) -> None:
    machine._write("/usr/local/bin/lintel", "another program")
    with pytest.raises(InstallError, match=r"lintel is there already and is not Lintel's; move it away"):
        install(Wish(hall=hall, bundle=bundle), machine, no_words)
    assert machine.path("/usr/local/bin/lintel").read_text() == "another program"


def test_a_link_is_not_followed_to_what_it_leads_to(machine: PlayedMachine, hall: Hall, bundle: Path) -> None:
    install(Wish(hall=hall, bundle=bundle), machine, no_words)
    target = machine.path("/etc/lintel/hall.toml")
    machine._write("/etc/shadow", target.read_text())
    target.unlink()
    target.symlink_to(machine.path("/etc/shadow"))
    machine.path("/etc/shadow").chmod(0o600)
    with pytest.raises(InstallError, match="is a link; remove it"):
        install(Wish(hall=hall, bundle=bundle), machine, no_words)
    assert machine.path("/etc/shadow").stat().st_mode & 0o777 == 0o600


def damage(folder: Path) -> None:
    (folder / "debs/Packages").write_bytes(b"Package: mosquitt0\n")


def lose(folder: Path) -> None:
    (folder / "debs/Packages").unlink()


def foist(folder: Path) -> None:
    (folder / "wheels/msgspec-99.0-py3-none-any.whl").write_bytes(b"not in the sums")


@pytest.mark.parametrize(
    ("spoil", "name"), [(damage, "debs/Packages"), (lose, "debs/Packages"), (foist, "wheels/msgspec-99.0")]
)
def test_a_bundle_that_is_not_as_it_was_made(
    machine: PlayedMachine, hall: Hall, bundle: Path, spoil: Callable[[Path], None], name: str
) -> None:
    spoil(bundle)
    said = refused(machine, Wish(hall=hall, bundle=bundle))
    assert said.startswith(f"{bundle}: {name}")
    assert said.endswith("is not as it was made; copy the bundle again")


def test_a_bundle_that_does_not_fit(machine: PlayedMachine, hall: Hall, tmp_path: Path) -> None:
    foreign = played_bundle(tmp_path / "foreign", arch="arm64")
    assert "is for arm64, this computer is amd64" in refused(machine, Wish(hall=hall, bundle=foreign))
    small = played_bundle(tmp_path / "small", kiosk=False)
    assert "has no browser for the hall screen" in refused(machine, Wish(hall=hall, bundle=small))
    with pytest.raises(InstallError, match="is no bundle"):
        check_bundle(tmp_path, "amd64")


def test_a_bundle_of_another_version(tmp_path: Path) -> None:
    (tmp_path / "lintel-9.9.9-py3-none-any.whl").touch()
    with pytest.raises(InstallError, match=r"has lintel-9.9.9-py3-none-any.whl, and this is Lintel .*install.sh"):
        own_wheel_in(tmp_path)


def test_a_bundle_where_something_lies_already(machine: PlayedMachine, tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").touch()
    with pytest.raises(InstallError, match="is not empty; name a new folder"):
        make_bundle(machine, tmp_path, "arm64")
    with pytest.raises(InstallError, match="Lintel runs on amd64 and arm64"):
        make_bundle(machine, tmp_path / "new", "armhf")


def test_what_the_command_line_says(
    tmp_path: Path, hall_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = {
        ("install", str(tmp_path / "none.toml")): "cannot be read",
        ("install", str(hall_file), "--root", str(tmp_path / "none")): "there is no such folder; make it first",
        ("install", str(hall_file), "--lan", "192.168.10.7/24"): "give a network, such as 192.168.10.0/24",
        ("uninstall", "--root", str(tmp_path)): "Lintel is not installed here",
    }
    for words, sentence in cases.items():
        assert main(words) in (1, 2)
        said = capsys.readouterr().err
        assert sentence in said
        assert said.count("\n") == 1


def test_a_hall_that_is_not_sound_touches_nothing(tmp_path: Path, hall_file: Path) -> None:
    hall_file.write_text(hall_file.read_text("utf-8").replace("no_show_calls", "no_show_cals"), "utf-8")
    (tmp_path / "root").mkdir()
    assert main(["install", str(hall_file), "--root", str(tmp_path / "root")]) == 2
    assert list((tmp_path / "root").iterdir()) == []


def test_the_room_is_not_looked_at_where_nothing_is_missing(machine: PlayedMachine, hall: Hall, bundle: Path) -> None:
    install(Wish(hall=hall, bundle=bundle), machine, no_words)
    machine.room_mb = 10
    assert install(Wish(hall=hall, bundle=bundle), machine, no_words) == 0
    assert AddPackages(names=("mosquitto",)).is_done(machine)
    assert load_hall(machine.path("/etc/lintel/hall.toml")).id == "beihu"
