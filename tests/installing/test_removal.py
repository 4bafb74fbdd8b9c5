"""After an installation has been taken away the computer is as it was before, and nothing that people made is lost."""

import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.cli.main import main
from hub.config import Hall
from hub.installing.carrying_out import install
from hub.installing.machine import InstallError
from hub.installing.plan import Wish
from hub.installing.removal import Removal
from tests.installing.played import PlayedMachine

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def no_words(words: str) -> None: ...


@pytest.fixture
def wish(hall: Hall, bundle: Path) -> Wish:
    return Wish(hall=hall, bundle=bundle)


def test_the_computer_is_as_it_was(machine: PlayedMachine, wish: Wish) -> None:
    before = machine.tree()
    install(wish, machine, no_words)
    machine._write("/var/lib/lintel/journal.db", "rows")
    assert Removal(machine, no_words).carry_out(now=NOW, with_journal=True) == []
    assert machine.tree() == before
    assert machine.running == set()


def test_what_was_there_before_stays(machine: PlayedMachine, wish: Wish) -> None:
    for package in ("mosquitto", "nftables"):
        machine._add("/var/lib/dpkg/status", f"Package: {package}\nStatus: install ok installed\n\n")
    machine._useradd(["lintel-kiosk"], None)
    machine._write("/etc/lintel/notes.txt", "of the maintainer")
    machine.path("/etc/lintel").chmod(0o755)
    before = machine.tree()
    install(wish, machine, no_words)
    Removal(machine, no_words).carry_out(now=NOW, with_journal=True)
    after = machine.tree()
    assert {name: after.get(name) for name in before} == before
    assert sorted(set(after) - set(before)) == []


@pytest.mark.parametrize("call", ["apt-get -y", "useradd", "usermod", "python3 -m venv", "systemctl daemon-reload"])
def test_an_installation_that_was_cut_off_is_taken_away_too(machine: PlayedMachine, wish: Wish, call: str) -> None:
    before = machine.tree()
    machine.refuses = {call: "killed"}
    with pytest.raises(InstallError):
        install(wish, machine, no_words)
    machine.refuses = {}
    Removal(machine, no_words).carry_out(now=NOW, with_journal=True)
    assert machine.tree() == before


def test_file_journal_and_secrets_go_to_an_archive_of_roots(machine: PlayedMachine, wish: Wish) -> None:
    install(wish, machine, no_words)
    machine._write("/var/lib/lintel/journal.db", "rows")
    Removal(machine, no_words).carry_out(now=NOW, with_journal=False)
    archive = machine.path("/var/backups/lintel-20261122T093000.tar.gz")
    assert archive.stat().st_mode & 0o777 == 0o600
    with tarfile.open(archive) as tar:
        assert {"var/lib/lintel/journal.db", "etc/lintel/hall.toml", "etc/lintel/photos/027001.png"} <= set(
            tar.getnames()
        )
    assert not machine.path("/var/lib/lintel").exists()


def test_nothing_goes_when_the_archive_cannot_be_written(machine: PlayedMachine, wish: Wish) -> None:
    install(wish, machine, no_words)
    machine._write("/var/lib/lintel/journal.db", "rows")
    machine._write("/var/backups", "a file where a folder should be")
    with pytest.raises(OSError, match="backups"):
        Removal(machine, no_words).carry_out(now=NOW, with_journal=False)
    assert machine.path("/var/lib/lintel/journal.db").is_file()
    assert machine.path("/etc/lintel/hall.toml").is_file()


def test_what_cannot_go_is_said_and_tried_again(machine: PlayedMachine, wish: Wish) -> None:
    before = machine.tree()
    install(wish, machine, no_words)
    machine.refuses = {"userdel lintel-kiosk": "user lintel-kiosk is currently used by process 7"}
    left = Removal(machine, no_words).carry_out(now=NOW, with_journal=True)
    assert left == ["user lintel-kiosk: userdel: user lintel-kiosk is currently used by process 7"]
    machine.refuses = {}
    assert Removal(machine, no_words).carry_out(now=NOW, with_journal=True) == []
    assert machine.tree() == before


def test_a_broker_that_a_killed_hub_left_is_ended(machine: PlayedMachine, wish: Wish) -> None:
    install(wish, machine, no_words)
    Removal(machine, no_words).carry_out(now=NOW, with_journal=True)
    stopped = machine.calls.index("systemctl stop lintel-hub.service")
    assert machine.calls[stopped:].index("systemctl kill --signal=KILL lintel-hub.service") > 0


def test_only_root_removes_and_only_what_is_there(machine: PlayedMachine, wish: Wish) -> None:
    with pytest.raises(InstallError, match="not installed here"):
        Removal(machine, no_words)
    install(wish, machine, no_words)
    machine.root_user = False
    with pytest.raises(InstallError, match="call it with sudo"):
        Removal(machine, no_words).carry_out(now=NOW, with_journal=True)
    assert machine.running


def test_the_plan_of_a_removal_touches_nothing(
    tmp_path: Path, hall_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "root"
    root.mkdir()
    main(["install", str(hall_file), "--root", str(root)])
    capsys.readouterr()
    assert main(["uninstall", "--root", str(root), "--plan"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "link /etc/systemd/system/multi-user.target.wants/lintel-kiosk.service"
    assert (root / "etc/lintel/hall.toml").is_file()
