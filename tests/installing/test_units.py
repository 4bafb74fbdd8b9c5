"""The units, judged by systemd itself without a running one; the firewall; what the files of the hall lead to."""

import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from hub.cli.options import default_state
from hub.config import Hall, load_hall
from hub.installing import texts
from hub.installing.carrying_out import install
from hub.installing.plan import Wish
from hub.installing.ports import open_ports
from tests.installing.played import PlayedMachine

UNITS = ("lintel-hub", "lintel-copies", "lintel-drill", "lintel-kiosk", "lintel-firewall", "lintel-agent@speaker-1")
EXPOSURE_MAX = 3.0
FOREIGN = ("sysinit.target", "basic.target", "shutdown.target", "seatd.service", "network-pre.target", "network.target")
"""Units of other packages that ours name, for a systemd that is asked about a folder."""


def no_words(words: str) -> None: ...


@pytest.fixture
def wish(tmp_path: Path, bundle: Path) -> Wish:
    """Everything that can be installed at once."""
    text = (Path(__file__).parents[2] / "examples" / "five-counters.toml").read_text("utf-8")
    text = re.sub(r"\[(broker|web|copies)\]\n(?:\w.*\n)*", "", text)
    text += '\n[broker]\nhost = "192.168.10.2"\nport = 8883\n\n[web]\nhost = "0.0.0.0"\nport = 443\n'
    text += '\n[copies]\nto = ["/media/lintel-copy", "/srv/second copy 100%"]\n'
    (tmp_path / "hall.toml").write_text(text, "utf-8")
    return Wish(hall=load_hall(tmp_path / "hall.toml"), bundle=bundle, agents=("speaker-1",))


@pytest.fixture
def installed(machine: PlayedMachine, wish: Wish) -> PlayedMachine:
    install(wish, machine, no_words)
    return machine


def analyzed(machine: PlayedMachine, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *words[:1], f"--root={machine.root}", "--no-pager", *words[1:]],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_holds_a_unit_for_well_enclosed(installed: PlayedMachine, unit: str) -> None:
    name = unit if "@" not in unit else _instance(installed, unit)
    judged = analyzed(installed, "security", "--offline=true", f"{name}.service")
    (exposure,) = re.findall(r"exposure level for .*: ([0-9.]+)", judged.stdout)
    assert float(exposure) <= EXPOSURE_MAX, judged.stdout


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_finds_nothing_wrong_with_a_unit(installed: PlayedMachine, unit: str) -> None:
    for name in FOREIGN:
        installed._write(
            f"/etc/systemd/system/{name}", "[Service]\nExecStart=/bin/x\n" if "service" in name else "[Unit]\n"
        )
    for program in ("/bin/x", "/usr/sbin/nft", "/usr/bin/cage", "/opt/lintel/current/bin/lintel"):
        installed._write(program, "#!/bin/sh\n")
        installed.path(program).chmod(0o755)
    found = analyzed(installed, "verify", "--man=no", f"{unit}.service")
    assert (found.returncode, found.stderr) == (0, "")


def test_a_misspelt_line_would_have_been_found(installed: PlayedMachine) -> None:
    path = installed.path("/etc/systemd/system/lintel-hub.service")
    path.write_text(path.read_text().replace("WatchdogSec", "WatchdogSek"))
    assert "WatchdogSek" in analyzed(installed, "verify", "--man=no", "lintel-hub.service").stderr


@pytest.mark.parametrize("unit", ["lintel-hub", "lintel-agent@"])
def test_what_has_a_watchdog_says_that_it_serves(unit: str) -> None:
    text = texts.shipped(f"{unit}.service")
    for line in ("Type=notify", "Restart=always", "StartLimitIntervalSec=0", "User=lintel", "NoNewPrivileges=yes"):
        assert f"\n{line}\n" in text
    assert "\nWatchdogSec=" in text


def test_a_port_of_roots_is_a_right_of_the_hub_and_no_other(wish: Wish) -> None:
    assert "\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n" in texts.hub_unit(wish.hall)
    modest = load_hall(_changed(wish.hall, "port = 443", "port = 8443"))
    assert "\nAmbientCapabilities=\n" in texts.hub_unit(modest)


def test_copies_may_write_where_they_go_and_nowhere_else(wish: Wish) -> None:
    (line,) = re.findall(r"^ReadWritePaths=(.*)$", texts.copies_unit(wish.hall), re.MULTILINE)
    assert line == '-/media -/mnt "-/srv/second copy 100%%"'


def test_the_firewall_lets_in_what_the_halls_file_names(wish: Wish, machine: PlayedMachine) -> None:
    assert [port.number for port in open_ports(wish.hall)] == [8883, 443]
    rules = texts.firewall(wish.hall, machine, (), has_hub=True)
    assert re.findall(r"^ +(.*dport.*) (?:accept|goto calmly)$", rules, re.MULTILINE) == [
        "udp sport 67 udp dport 68",
        "udp sport 547 udp dport 546",
        "tcp dport { 22 }",
        "tcp dport 8883",
        "tcp dport 443",
    ]
    near = texts.firewall(wish.hall, machine, ("192.168.10.0/24", "10.1.0.0/16"), has_hub=True)
    assert "ip saddr { 192.168.10.0/24, 10.1.0.0/16 } tcp dport 8883 goto calmly\n" in near
    assert "flush" not in rules
    limited = re.findall(r"^ +tcp dport (\d+) update @loud\w* .* drop$", rules, re.MULTILINE)
    assert limited == ["8883", "8883"], "the broker's alone, of both kinds of address: pages may be large"
    assert rules.index("update @loud") < rules.index("ct state established"), "also of who is connected"


def test_sign_in_from_elsewhere_stays_where_it_is(wish: Wish, machine: PlayedMachine) -> None:
    machine._write("/etc/ssh/sshd_config", "#Port 22\nPort 2222\nPortable no\n")
    machine._write("/etc/ssh/sshd_config.d/own.conf", "port 2200\n")
    assert "tcp dport { 2200, 2222 } accept" in texts.firewall(wish.hall, machine, (), has_hub=True)


@pytest.mark.skipif(shutil.which("nft") is None, reason="no nftables here")
def test_nftables_takes_the_rules(wish: Wish, machine: PlayedMachine, tmp_path: Path) -> None:
    (tmp_path / "rules").write_text(texts.firewall(wish.hall, machine, ("192.168.10.0/24",), has_hub=True))
    words = ["unshare", "--net", "--map-root-user", "nft", "--check", "--file", str(tmp_path / "rules")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_hall_that_keeps_to_itself_opens_nothing(hall: Hall) -> None:
    closed = load_hall(Path(__file__).parents[2] / "examples" / "full-hall.toml")
    assert open_ports(closed) == []
    assert "tcp dport 8610" not in texts.firewall(closed, PlayedMachine(hall.path.parent / "x"), (), has_hub=True)


@pytest.mark.parametrize(
    ("host", "has_hub", "address"),
    [
        ("0.0.0.0", True, "http://127.0.0.1:443/"),
        ("192.168.10.2", True, "http://192.168.10.2:443/"),
        ("0.0.0.0", False, "http://192.168.10.2:443/"),
        ("fd00::2", False, "http://[fd00::2]:443/"),
    ],
)
def test_the_hall_screen_is_found(wish: Wish, host: str, has_hub: bool, address: str) -> None:
    hall = load_hall(_changed(wish.hall, 'host = "0.0.0.0"', f'host = "{host}"'))
    assert texts.screen_address(hall, has_hub=has_hub) == address


def test_commands_find_the_state_of_an_installed_hall(hall_file: Path) -> None:
    installed = msgspec.structs.replace(load_hall(hall_file), path=Path("/etc/lintel/hall.toml"))
    assert default_state(installed) == Path("/var/lib/lintel")
    assert default_state(load_hall(hall_file)) != Path("/var/lib/lintel")


def _changed(hall: Hall, old: str, new: str) -> Path:
    path = hall.path.with_name("changed.toml")
    path.write_text(hall.text.replace(old, new), "utf-8")
    return path


def _instance(machine: PlayedMachine, unit: str) -> str:
    """systemd-analyze judges no instance of a template in a folder, so the template is made one."""
    template = machine.path("/etc/systemd/system/lintel-agent@.service").read_text()
    machine._write("/etc/systemd/system/lintel-agent.service", template.replace("%i", unit.partition("@")[2]))
    return "lintel-agent"
