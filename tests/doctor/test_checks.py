"""Each check finds what it is there for: one thing is broken, and one sentence says so, with what to do."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from displays import glyphs
from hub.authority import load_authority
from hub.config import load_hall
from hub.copies.known import Done, Told
from hub.doctor import computer, files, hall, network
from hub.doctor.examine import CHECKS, examine
from hub.doctor.finding import Finding
from hub.doctor.place import Place, Ran
from hub.journal import Body, Entry, Journal
from printers import rare_type

FILE = """
[hall]
id = "looked-at"
name = "厅"
[broker]
port = {port}
[[services]]
code = "A"
name = "户籍"
[[counters]]
number = 1
[[devices]]
name = "dispenser-1"
kind = "dispenser"
board = "usb-dispenser"
"""
BOARD = """{
  "chip": "raspberry-pi",
  "keys": {"pins": {"A": 17}},
  "printer": {"driver": "usb", "vendor": 1046, "product": 20497}
}"""
HOUR_MS = 3_600_000
Check = Callable[[Place], Iterator[Finding]]


class Computer(Place):
    """A computer that is a folder, whose programs say what a test has put in their mouths."""

    def __init__(self, folder: Path, port: int = 18830) -> None:
        self.says: dict[str, Ran | None] = {}
        file, state, root = folder / "hall.toml", folder / "state", folder / "root"
        (folder / "usb-dispenser.json").write_text(BOARD)
        file.write_text(FILE.format(port=port))
        state.mkdir(mode=0o700)
        root.mkdir()
        super().__init__(file=file, hall=load_hall(file), state=state, root=root)

    def program(self, name: str) -> str | None:
        return name if self.says.get(name) else None

    def run(self, *words: str) -> Ran | None:
        return self.says.get(words[0])

    def put(self, path: str, text: str) -> None:
        """Write one of the computer's own files."""
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def journal(self, at: int | None = None) -> None:
        """Make a journal with a row of that moment."""
        with closing(Journal(self.state / "journal.db")) as journal:
            journal.append([Entry(at=at or self.now, body=Body(note="journal of the hall looked-at"))])
        (self.state / "journal.db").chmod(0o600)


@pytest.fixture
def place(tmp_path: Path) -> Computer:
    return Computer(tmp_path)


def found(check: Check, place: Place) -> list[tuple[str, str, str]]:
    """Return what a check says, as (how, sentence, remedy)."""
    return [(one.how, one.says, one.remedy) for one in check(place)]


def the_one(check: Check, place: Place) -> tuple[str, str, str]:
    (only,) = found(check, place)
    return only


def test_a_mistake_in_the_halls_file(place: Computer) -> None:
    assert the_one(files.hall_file, place)[:2] == ("ok", f"{place.file}: counters 1, devices 1")
    place.file.write_text(place.file.read_text() + "\n[oops]\n")
    how, says, remedy = the_one(files.hall_file, place)
    assert (how, "unknown key" in says, "lintel check" in remedy) == ("wrong", True, True)
    place.file.unlink()
    assert the_one(files.hall_file, place)[0] == "wrong"


def test_a_folder_that_is_not_there_open_to_others_or_somebody_elses(place: Computer) -> None:
    secrets = place.state / "secrets.json"
    secrets.write_text("{}")
    secrets.chmod(0o600)
    assert the_one(files.state_folder, place)[0] == "ok"
    secrets.chmod(0o640)
    how, says, remedy = the_one(files.state_folder, place)
    assert (how, says) == ("wrong", "secrets.json: open to other users")
    assert remedy.startswith(f"chmod -R go-rwx {place.state}")
    secrets.unlink()
    place.state.chmod(0o755)
    assert the_one(files.state_folder, place)[1] == ".: open to other users"
    place.state.rmdir()
    assert the_one(files.state_folder, place)[:2] == ("wrong", f"{place.state} is not there")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_what_somebody_else_left_in_the_folder(place: Computer) -> None:
    place.journal()
    os.chown(place.state, 65534, 65534)
    how, says, remedy = found(files.state_folder, place)[0]
    assert (how, says.partition(":")[0].split(", ")[0]) == ("wrong", "journal.db")
    assert says.endswith(f": of another user than {place.state}")
    assert remedy.startswith("chown -R --reference=")


def test_a_journal_that_is_damaged_newer_anothers_or_of_tomorrow(place: Computer) -> None:
    assert the_one(files.journal, place)[0] == "unknown"
    place.journal()
    assert the_one(files.journal, place)[:2] == ("ok", "rows 1, the last 0 seconds ago; schema 2 of 2")
    path = place.state / "journal.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
    assert "written by a newer Lintel" in the_one(files.journal, place)[1]
    path.unlink()
    place.journal(at=place.now + 3 * HOUR_MS)
    assert the_one(files.journal, place)[1] == "its last row is 3 hours in the future"
    place.file.write_text(place.file.read_text().replace("looked-at", "another"))
    place.hall = load_hall(place.file)
    assert "is the journal of the hall 'looked-at'" in the_one(files.journal, place)[1]
    path.write_bytes(b"no database at all, but long enough" * 100)
    how, says, remedy = the_one(files.journal, place)
    assert (how, "cannot be read as a journal" in says, "lintel restore" in remedy) == ("wrong", True, True)


def test_a_page_of_the_journal_that_is_torn(place: Computer) -> None:
    with closing(Journal(place.state / "journal.db")) as journal:
        journal.append([Entry(at=place.now, body=Body(note="x" * 300)) for _ in range(50)])
        journal.compact()
    path = place.state / "journal.db"
    data = bytearray(path.read_bytes())
    data[8 * 1024 : 9 * 1024] = b"\xff" * 1024
    path.write_bytes(data)
    how, says, _remedy = the_one(files.journal, place)
    assert (how, "damaged" in says or "cannot be read" in says) == ("wrong", True)


class Disk:
    """What the system says of a disk."""

    def __init__(self, *, free_mb: int = 9000, files: int = 1_000_000, flag: int = 0) -> None:
        self.f_bavail, self.f_frsize, self.f_files, self.f_favail, self.f_flag = (
            free_mb,
            1 << 20,
            2_000_000,
            files,
            flag,
        )


@pytest.mark.parametrize(
    ("disk", "says"),
    [
        (Disk(), "9000 MB are free"),
        (Disk(free_mb=499), "only 499 MB are free"),
        (Disk(files=9_999), "only 9999 more files"),
        (Disk(flag=os.ST_RDONLY), "for reading only"),
    ],
    ids=["well", "full", "no more files", "read-only"],
)
def test_a_disk(place: Computer, monkeypatch: pytest.MonkeyPatch, disk: Disk, says: str) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _folder: disk)
    how, said, _remedy = the_one(computer.disk, place)
    assert (how == "ok", says in said) == (says == "9000 MB are free", True)


def test_a_disk_that_fails(place: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_folder: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "statvfs", fails)
    assert the_one(computer.disk, place)[0] == "wrong"


def test_memory_heat_and_power_of_a_pi(place: Computer) -> None:
    every = (computer.memory, computer.heat, computer.power)
    assert [the_one(check, place)[0] for check in every] == ["unknown"] * 3
    place.put("proc/meminfo", "MemTotal: 948304 kB\nMemAvailable:  512000 kB\n")
    place.put("sys/class/thermal/thermal_zone0/temp", "51200\n")
    place.says["vcgencmd"] = Ran(0, "throttled=0x0")
    assert [the_one(check, place)[:2] for check in every] == [
        ("ok", "500 MB are left"),
        ("ok", "51 °C"),
        ("ok", "enough, since its start"),
    ]
    place.put("proc/meminfo", "MemAvailable:  51200 kB\n")
    place.put("sys/class/thermal/thermal_zone0/temp", "84000\n")
    place.says["vcgencmd"] = Ran(0, "throttled=0x50005")
    assert [the_one(check, place)[:2] for check in every] == [
        ("wrong", "only 50 MB are left"),
        ("wrong", "84 °C"),
        ("wrong", "too little voltage, throttled"),
    ]
    place.says["vcgencmd"] = None
    place.put("sys/devices/platform/soc/soc:firmware/get_throttled", "50000\n")
    assert the_one(computer.power, place)[1] == "too little voltage, throttled, since its start"


def test_a_clock_that_nobody_sets_or_that_jumped(place: Computer) -> None:
    assert the_one(computer.time_of_day, place)[0] == "unknown"
    place.says["timedatectl"] = Ran(0, "no")
    how, says, remedy = the_one(computer.time_of_day, place)
    assert (how, says, "timesyncd.conf" in remedy) == ("wrong", "no time server sets the computer's clock", True)
    place.says["timedatectl"] = Ran(0, "yes")
    assert the_one(computer.time_of_day, place)[0] == "ok"
    (place.state / "alive").write_text(str(place.now + HOUR_MS))
    assert found(computer.time_of_day, place)[1][:2] == (
        "wrong",
        "the hub was at work 60 minutes after now: the clock has jumped back",
    )


def test_fonts_voice_and_broker_that_are_not_installed(
    place: Computer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert the_one(computer.fonts, place)[0] == "ok"
    monkeypatch.setattr(rare_type, "FONT", tmp_path / "none.ttf")
    assert the_one(computer.fonts, place)[2] == "apt-get install fonts-babelstone-han"
    monkeypatch.setattr(glyphs, "FOLDER", tmp_path)
    assert the_one(computer.fonts, place)[2] == "apt-get install fonts-unifont"
    assert the_one(computer.voice, place)[1] == "the hall's file has no voice"
    place.hall = None
    assert the_one(computer.voice, place)[2] == "apt-get install espeak-ng"
    assert the_one(computer.mosquitto, place)[1] == "it is not installed"
    place.says["mosquitto"] = Ran(3, "mosquitto version 1.6.12\n\nmosquitto is an MQTT broker.")
    assert the_one(computer.mosquitto, place)[1] == "version 1.6.12 is too old"
    place.says["mosquitto"] = Ran(3, "mosquitto version 2.0.11\n")
    assert the_one(computer.mosquitto, place)[:2] == ("ok", "version 2.0.11")


def test_certificates_that_end_soon(place: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert the_one(network.certificates, place)[1] == "the hall has none"
    made = load_authority(place.state / "authority", "looked-at")
    made.server(["127.0.0.1"])
    assert the_one(network.certificates, place)[0] == "ok"
    later = datetime.now(UTC) + timedelta(days=10_000)
    monkeypatch.setattr("hub.watch.hub_now.datetime", type("Later", (), {"now": staticmethod(lambda _zone: later)}))
    how, says, _remedy = the_one(network.certificates, place)
    assert (how, "that of the broker ends in -" in says, "of the authority" in says) == ("wrong", True, True)


def test_units_that_do_not_run_or_do_not_start_by_themselves(place: Computer) -> None:
    assert the_one(hall.units, place)[0] == "unknown"
    (place.root / "run/systemd/system").mkdir(parents=True)
    place.says["systemctl"] = Ran(0, _unit("lintel-hub.service", "active", "enabled"))
    assert the_one(hall.units, place)[:2] == ("ok", "lintel-hub.service is active")
    said = [
        _unit("lintel-hub.service", "failed", "enabled"),
        _unit("lintel-copies.service", "active", "disabled"),
        _unit("lintel-kiosk.service", "inactive", "", "not-found"),
        _unit("lintel-drill.timer", "inactive", "enabled") + "\nConditionResult=no",
        _unit("lintel-agent@dispenser-1.service", "inactive", "disabled"),
    ]
    place.says["systemctl"] = Ran(0, "\n\n".join(said))
    first, second = found(hall.units, place)
    assert first[:2] == ("wrong", "lintel-hub.service is failed")
    assert "journalctl -u lintel-hub.service" in first[2]
    assert second == (
        "wrong",
        "lintel-copies.service does not start by itself",
        "systemctl enable lintel-copies.service",
    )
    place.says["systemctl"] = Ran(0, _unit("lintel-hub.service", "inactive", "", "not-found"))
    assert the_one(hall.units, place)[:2] == ("unknown", "lintel-hub.service is not installed here")


def _unit(name: str, active: str, enabled: str, loaded: str = "loaded") -> str:
    return f"Id={name}\nLoadState={loaded}\nActiveState={active}\nUnitFileState={enabled}"


def test_a_printer_that_is_not_plugged_in(place: Computer) -> None:
    assert the_one(hall.usb_printers, place)[:2] == ("ok", "no device on this computer prints over USB")
    place.put("etc/lintel/agents/dispenser-1.password", "secret")
    how, says, remedy = the_one(hall.usb_printers, place)
    assert (how, says) == ("wrong", "dispenser-1: no printer 0416:5011 is plugged in")
    assert "lsusb" in remedy
    place.put("sys/bus/usb/devices/1-1/idVendor", "0416\n")
    place.put("sys/bus/usb/devices/1-1/idProduct", "5011\n")
    assert the_one(hall.usb_printers, place)[0] == "ok"


def test_copies_that_are_old_broken_or_never_tried(place: Computer) -> None:
    assert the_one(hall.copies, place)[1].startswith("none are made")

    def tell(at: int, *copies: Done) -> None:
        (place.state / "copies.json").write_bytes(msgspec.json.encode(Told(at=at, copies=copies)))

    tell(place.now - 120_000, Done(folder="/media/a", row=7))
    assert the_one(hall.copies, place)[1:] == ("nobody makes copies now", "systemctl start lintel-copies")
    tell(place.now, Done(folder="/media/a", row=7), Done(folder="/media/b", kind="full", words="/media/b: full"))
    assert [one[:2] for one in found(hall.copies, place)] == [
        ("ok", "/media/a is whole up to row 7"),
        ("wrong", "/media/b: full"),
        ("wrong", "no copy was ever tried"),
    ]
    tell(place.now, Done(folder="/media/a", row=7))
    for drill, how, words in (
        ({"at": place.now - HOUR_MS, "is_well": True}, "ok", "the hall came up from a copy 1 hours ago"),
        ({"at": place.now - 49 * HOUR_MS, "is_well": True}, "wrong", "the last trial of a copy was 49 hours ago"),
        (
            {"at": place.now, "is_well": False, "words": "a row is missing"},
            "wrong",
            "not come up from its copy: a row",
        ),
    ):
        (place.state / "drill.json").write_bytes(msgspec.json.encode({"folder": "/media/a", "words": ""} | drill))
        said = found(hall.copies, place)[-1]
        assert (said[0], words in said[1]) == (how, True)


def test_a_port_that_another_program_has(place: Computer) -> None:
    assert the_one(network.ports, place)[0] == "ok"
    line = "0: 00000000:498E 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4711 1\n"
    place.put("proc/net/tcp", f"  sl  local_address ...\n{line}")
    assert the_one(network.ports, place)[0] == "unknown"
    place.put("proc/77/cmdline", "/usr/bin/apache2\0-k\0start\0")
    (place.root / "proc/77/fd").mkdir()
    (place.root / "proc/77/fd/3").symlink_to("socket:[4711]")
    how, says, remedy = the_one(network.ports, place)
    assert (how, says, "another port" in remedy) == ("wrong", "taken: 18830 by /usr/bin/apache2 -k start", True)
    place.put("proc/77/cmdline", "/usr/sbin/mosquitto\0-c\0mosquitto.conf\0")
    assert the_one(network.ports, place)[0] == "ok"


def test_no_hub_no_broker_no_devices(place: Computer) -> None:
    assert the_one(network.door, place)[:2] == ("wrong", f"no hub runs with {place.state}")
    assert the_one(network.broker, place)[1].startswith("127.0.0.1:18830 is not reached")
    assert the_one(hall.devices, place)[0] == "unknown"


def test_whoever_may_not_look_is_told_so_and_the_rest_is_looked_at(
    place: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.journal()

    def may(path: object, _mode: int) -> bool:
        return not str(path).startswith(str(place.state))

    monkeypatch.setattr(os, "access", may)
    blind = {one.check: one for one in examine(place) if "may not look" in one.remedy}
    assert blind.keys() == {"state folder", "journal", "hub"}
    assert {one.how for one in blind.values()} == {"unknown"}
    assert len({one.check for one in examine(place)}) >= len(CHECKS) - 1
