"""An installation makes what is missing, once; its plan says so before."""

import stat
from pathlib import Path

import msgspec
import pytest

from hardware.version import VERSION
from hub.cli.main import main
from hub.config import Hall, load_hall
from hub.doctor.finding import Finding
from hub.doctor.installation import installation
from hub.doctor.place import Place
from hub.installing.carrying_out import install
from hub.installing.machine import InstallError
from hub.installing.plan import Wish
from tests.installing.played import PlayedMachine


def no_words(words: str) -> None: ...


@pytest.fixture
def wish(hall: Hall, bundle: Path) -> Wish:
    return Wish(hall=hall, bundle=bundle)


def mode_of(machine: PlayedMachine, name: str) -> str:
    return f"{stat.S_IMODE(machine.path(name).stat().st_mode):o} {':'.join(machine.owners(name))}"


def test_a_fresh_computer_becomes_a_hub(machine: PlayedMachine, wish: Wish) -> None:
    install(wish, machine, no_words)
    assert {"mosquitto", "chromium", "cage", "nftables", "systemd-timesyncd"} <= machine.packages()
    assert {"lintel", "lintel-kiosk"} <= machine.users()
    assert [name for name, members in machine.groups().items() if "lintel" in members] == [
        *("dialout", "lp", "video", "input"),
    ]
    assert mode_of(machine, "/var/lib/lintel") == "700 lintel:lintel"
    assert mode_of(machine, "/etc/lintel") == "750 lintel:lintel"
    assert mode_of(machine, "/etc/lintel/hall.toml") == "640 lintel:lintel"
    assert mode_of(machine, "/etc/lintel/photos/027001.png") == "640 lintel:lintel"
    assert mode_of(machine, "/var/lib/lintel-install") == "700 root:root"
    assert machine.path("/usr/local/bin/lintel").readlink() == Path("/opt/lintel/current/bin/lintel")
    assert machine.path("/opt/lintel/current").readlink() == Path(VERSION)
    assert machine.running == {"lintel-firewall.service", "lintel-hub.service", "lintel-kiosk.service"}


def test_mosquitto_of_its_own_is_put_to_sleep_before_it_comes(machine: PlayedMachine, wish: Wish) -> None:
    said: list[str] = []
    install(wish, machine, said.append)
    asleep = next(at for at, words in enumerate(said) if "/dev/null" in words)
    assert asleep < next(at for at, words in enumerate(said) if words.startswith("packages"))
    assert machine.path("/etc/systemd/system/mosquitto.service").readlink() == Path("/dev/null")


def test_a_second_time_changes_nothing(machine: PlayedMachine, wish: Wish) -> None:
    first: list[str] = []
    assert install(wish, machine, first.append) > 20
    before, calls = machine.tree(), len(machine.calls)
    said: list[str] = []
    assert install(wish, machine, said.append) == 0
    assert machine.tree() == before
    assert [
        call for call in machine.calls[calls:] if not call.startswith(("systemctl is-active", "dpkg --print"))
    ] == []
    assert said == [
        "open to the network: port 8883, the devices' messages",
        "open to the network: port 8610, the hall's pages",
    ]


def test_the_plan_says_what_would_be_made_and_touches_nothing(machine: PlayedMachine, wish: Wish) -> None:
    before, said = machine.tree(), list[str]()
    machine.root_user = False  # nor does one have to be root for it
    assert install(wish, machine, said.append, is_only_plan=True) == len(said) + 3  # and three units would start
    assert machine.tree() == before
    assert "make user lintel, who cannot sign in, in dialout, lp, video, input" in said


def test_what_was_changed_by_hand_is_made_good_and_taken_up(machine: PlayedMachine, wish: Wish) -> None:
    install(wish, machine, no_words)
    machine.path("/etc/systemd/system/lintel-hub.service").write_text("[Service]\nUser=root\n")
    machine.path("/etc/lintel/hall.toml").chmod(0o666)
    calls = len(machine.calls)
    assert install(wish, machine, no_words) == 3
    assert "User=lintel" in machine.path("/etc/systemd/system/lintel-hub.service").read_text()
    assert mode_of(machine, "/etc/lintel/hall.toml") == "640 lintel:lintel"
    assert [call for call in machine.calls[calls:] if "is-active" not in call][1:] == [
        "systemctl daemon-reload",
        "systemctl restart lintel-hub.service",
    ]


def test_a_cut_between_a_change_and_its_taking_up_is_made_good(machine: PlayedMachine, wish: Wish) -> None:
    machine.refuses = {"systemctl daemon-reload": "Connection timed out"}
    with pytest.raises(InstallError, match="Connection timed out"):
        install(wish, machine, no_words)
    machine.refuses = {}
    install(wish, machine, no_words)
    assert len(machine.called("systemctl daemon-reload")) == 2
    assert "lintel-hub.service" in machine.running


@pytest.mark.parametrize(
    "call", ["apt-get", "useradd", "usermod", "python3 -m venv", "udevadm", "systemctl restart lintel-hub"]
)
def test_an_installation_that_was_cut_off_goes_on(machine: PlayedMachine, wish: Wish, call: str) -> None:
    machine.refuses = {call: "killed"}
    with pytest.raises(InstallError):
        install(wish, machine, no_words)
    machine.refuses = {}
    install(wish, machine, no_words)
    assert machine.running == {"lintel-firewall.service", "lintel-hub.service", "lintel-kiosk.service"}
    assert install(wish, machine, no_words) == 0


def test_a_hall_that_people_have_changed_is_left_alone(machine: PlayedMachine, wish: Wish, hall_file: Path) -> None:
    install(wish, machine, no_words)
    installed = machine.path("/etc/lintel/hall.toml")
    ours = installed.read_text().replace("户籍", "户政")
    installed.write_text(ours)
    said: list[str] = []
    assert install(wish, machine, said.append) == 0
    assert installed.read_text() == ours
    assert f"/etc/lintel/hall.toml is another one than {hall_file} and was left; --replace takes yours" in said
    assert install(msgspec.structs.replace(wish, is_replaced=True), machine, no_words) == 2  # and the hub starts anew
    assert installed.read_text() == hall_file.read_text()
    assert installed.with_name("hall.toml.before").read_text() == ours


def test_what_is_not_wanted_any_more_is_stopped(machine: PlayedMachine, wish: Wish) -> None:
    install(wish, machine, no_words)
    assert install(msgspec.structs.replace(wish, kiosk=False), machine, no_words) == 1
    assert machine.running == {"lintel-firewall.service", "lintel-hub.service"}
    assert not machine.path("/etc/systemd/system/multi-user.target.wants/lintel-kiosk.service").is_symlink()


def test_another_clock_is_left_where_there_is_one(machine: PlayedMachine, wish: Wish) -> None:
    machine._add("/var/lib/dpkg/status", "Package: chrony\nStatus: install ok installed\n\n")
    install(wish, machine, no_words)
    assert "systemd-timesyncd" not in machine.packages()


def test_servers_of_time_are_told_to_the_clock(machine: PlayedMachine, wish: Wish) -> None:
    install(msgspec.structs.replace(wish, ntp=("192.168.10.1", "192.168.10.3")), machine, no_words)
    text = machine.path("/etc/systemd/timesyncd.conf.d/lintel.conf").read_text()
    assert "NTP=192.168.10.1 192.168.10.3\n" in text


def test_a_bundle_is_installed_from_without_the_network(machine: PlayedMachine, wish: Wish, bundle: Path) -> None:
    install(wish, machine, no_words)
    for call in machine.called("apt-get"):
        assert "Dir::Etc::SourceParts=-" in call
    (pip,) = [call for call in machine.calls if "/bin/pip " in call]
    assert "--no-index" in pip
    assert str(bundle / "wheels") in pip


def test_an_agent_on_the_hubs_computer_gets_its_password(machine: PlayedMachine, tmp_path: Path, bundle: Path) -> None:
    hall = load_hall(_with_speaker(tmp_path))
    install(Wish(hall=hall, bundle=bundle, agents=("speaker-1",)), machine, no_words)
    password = machine.path("/etc/lintel/agents/speaker-1.password").read_text().strip()
    assert f'"speaker-1": "{password}"' in machine.path("/var/lib/lintel/secrets.json").read_text()
    assert mode_of(machine, "/etc/lintel/agents/speaker-1.password") == "400 lintel:lintel"
    assert machine.owners("/var/lib/lintel/secrets.json") == ("lintel", "lintel")
    assert "lintel-agent@speaker-1.service" in machine.running
    assert (
        " --ca /var/lib/lintel/authority/ca.crt"
        in machine.path("/etc/systemd/system/lintel-agent@.service").read_text()
    )


def test_a_computer_of_devices_has_no_hub(machine: PlayedMachine, tmp_path: Path, bundle: Path) -> None:
    wish = Wish(hall=load_hall(_with_speaker(tmp_path)), bundle=bundle, hub=False, kiosk=False, agents=("speaker-1",))
    with pytest.raises(InstallError, match=r"speaker-1.password is missing; put there what is in secrets.json"):
        install(wish, machine, no_words)
    for name in ("speaker-1.password", "ca.crt"):
        machine._write(f"/etc/lintel/agents/{name}", "secret\n")
    install(wish, machine, no_words)
    assert machine.running == {"lintel-firewall.service", "lintel-agent@speaker-1.service"}
    assert "8883" not in machine.path("/var/lib/lintel-install/firewall.nft").read_text()
    assert not machine.path("/etc/systemd/system/lintel-hub.service").exists()


def test_a_folder_gets_the_files_and_no_program_is_called(
    tmp_path: Path, hall_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "root").mkdir()
    assert main(["install", str(hall_file), "--root", str(tmp_path / "root")]) == 0
    assert (tmp_path / "root/etc/systemd/system/lintel-hub.service").is_file()
    assert (tmp_path / "root/etc/lintel/hall.toml").read_text() == hall_file.read_text()
    capsys.readouterr()
    assert main(["install", str(hall_file), "--root", str(tmp_path / "root")]) == 0
    assert capsys.readouterr().out.endswith("nothing to change\n")
    assert main(["uninstall", "--root", str(tmp_path / "root"), "--with-journal"]) == 0
    assert list((tmp_path / "root").iterdir()) == []


def _with_speaker(folder: Path) -> Path:
    path = folder / "hall" / "hall.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        '[hall]\nid = "small"\nname = "小厅"\n\n[broker]\nhost = "192.168.10.2"\nport = 8883\n\n'
        '[[services]]\ncode = "A"\nname = "户籍"\n\n[[counters]]\nnumber = 1\n\n'
        '[[devices]]\nname = "speaker-1"\nkind = "speaker"\nboard = "speaker-pi"\n',
        "utf-8",
    )
    return path


def doctor_of(machine: PlayedMachine) -> Finding:
    """What the doctor says of this computer's installation."""
    file = machine.path("/etc/lintel/hall.toml")
    place = Place(file=file, hall=load_hall(file), state=machine.path("/var/lib/lintel"), root=machine.root)
    (said,) = installation(place)
    return said


def test_the_doctor_says_when_it_has_to_be_installed_again_and_how(
    machine: PlayedMachine, hall: Hall, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.doctor.installation.Machine", lambda _root: machine)
    wish = Wish(hall=hall, bundle=bundle, kiosk=False, agents=("speaker-1",), lan=("10.1.0.0/16",))
    install(wish, machine, no_words)
    assert doctor_of(machine).how == "ok"
    file = machine.path("/etc/lintel/hall.toml")
    file.write_text(file.read_text("utf-8").replace("port = 8610", "port = 443"), "utf-8")
    said = doctor_of(machine)
    assert (said.how, said.says.partition(":")[0]) == (
        "wrong",
        "/var/lib/lintel-install/firewall.nft, /etc/systemd/system/lintel-hub.service",
    )
    assert said.remedy == ("sudo lintel install /etc/lintel/hall.toml --no-kiosk --agent speaker-1 --lan 10.1.0.0/16")
    again = Wish(hall=load_hall(file), kiosk=False, agents=("speaker-1",), lan=("10.1.0.0/16",))
    assert install(again, machine, no_words) > 0
    assert doctor_of(machine).how == "ok"


def test_the_doctor_names_a_unit_that_is_wanted_no_more_and_a_package_that_is(
    machine: PlayedMachine, hall: Hall, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.doctor.installation.Machine", lambda _root: machine)
    install(Wish(hall=hall, bundle=bundle), machine, no_words)
    file = machine.path("/etc/lintel/hall.toml")
    file.write_text(file.read_text("utf-8").replace("port = 8610", "port = 0"), "utf-8")
    machine.run("dpkg", "--purge", "espeak-ng")
    assert doctor_of(machine).says.partition(":")[0] == ", ".join(
        (
            "/var/lib/lintel-install/firewall.nft",
            "/etc/systemd/system/multi-user.target.wants/lintel-kiosk.service",
            "espeak-ng",
        )
    )
