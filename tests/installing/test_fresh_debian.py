"""An installation on a fresh Debian that runs, from a bundle, with no network but a cable to one other computer.

Needs root, Debian's archive, and debootstrap, systemd-nspawn, ip of this computer; takes a quarter of an hour.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.installing.bundle import make_bundle
from hub.installing.machine import Machine
from tests.installing.container import HUB, Container, make_debian
from tests.installing.newer import newer_bundle

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(3600)]

EXAMPLES = Path(__file__).parents[2] / "examples"
STICK = "/media/stick"
INSTALL = ("sh", f"{STICK}/lintel/install.sh", f"{STICK}/hall.toml")
LISTED = {8883, 8610}
"""The ports that docs/installing.md lists for this hall's file; there is no sshd."""
OF_THE_SYSTEM = re.compile(
    r"/var/log(/.*)?|/var/cache(/.*)?|/var/lib/apt(/.*)?|/var/lib/systemd(/.*)?"
    r"|/var/lib/dpkg/(status-old|available(-old)?|lock.*|diversions-old|statoverride-old)"
    r"|/etc/(passwd|group|shadow|gshadow)-"
)
"""What the system writes about itself; docs/installing.md says why each is left."""


@pytest.fixture(scope="module")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh Debian, which is copied for each that is installed on."""
    missing = [name for name in ("debootstrap", "systemd-nspawn", "nsenter", "ip") if shutil.which(name) is None]
    if os.geteuid() != 0 or missing:
        pytest.skip(f"needs root and {', '.join(missing) or 'its programs'}")
    arch = Machine().run("dpkg", "--print-architecture").strip()
    return make_debian(tmp_path_factory.mktemp("debian") / "debian", arch)


@pytest.fixture(scope="module")
def stick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle, and the hall's file beside it."""
    folder = tmp_path_factory.mktemp("stick")
    arch = Machine().run("dpkg", "--print-architecture").strip()
    make_bundle(Machine(), folder / "lintel", arch)
    text = (EXAMPLES / "full-hall.toml").read_text("utf-8")
    opened = f'[broker]\nhost = "{HUB}"\nport = 8883\n\n[web]\nhost = "0.0.0.0"\n'
    speaker = '\n[[devices]]\nname = "speaker-9"\nkind = "speaker"\nboard = "speaker-here"\n'
    copies = '\n[copies]\nto = ["/media/lintel-copy"]\n'
    (folder / "hall.toml").write_text(text.replace("[web]\n", opened) + speaker + copies, "utf-8")
    (folder / "speaker-here.json").write_text(
        '{"chip": "raspberry-pi", "voice": {"driver": "alsa", "device": "default"}}'
    )
    shutil.copytree(EXAMPLES / "photos", folder / "photos")
    return folder


@pytest.fixture(scope="module")
def started(debian: Path, stick: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """A fresh Debian that runs."""
    yield from _started(debian, stick, tmp_path_factory)


@pytest.fixture(scope="module")
def hub(debian: Path, stick: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """A Debian on which a hub was installed."""
    for container in _started(debian, stick, tmp_path_factory):
        assert "\ndone: " in container.run(*INSTALL, "--no-kiosk", "--agent", "speaker-9")
        yield container


def _started(debian: Path, stick: Path, factory: pytest.TempPathFactory) -> Iterator[Container]:
    root = factory.mktemp("computer") / "root"
    subprocess.run(["cp", "--archive", debian, root], check=True)
    with Container(root, (stick, STICK)) as container:
        yield container
    shutil.rmtree(root)


@pytest.fixture(autouse=True)
def the_container_may_go_on(shared_processes: set[int], request: pytest.FixtureRequest) -> None:
    """It runs for many tests."""
    for name in ("started", "hub"):
        if name in request.fixturenames:
            process = request.getfixturevalue(name)._process
            shared_processes.add(process.pid)


def test_a_second_time_nothing_changes(hub: Container) -> None:
    said = hub.run(*INSTALL, "--no-kiosk", "--agent", "speaker-9")
    assert said.endswith("\nnothing to change\n"), said
    again = ("lintel", "install", f"{STICK}/hall.toml", "--no-kiosk", "--agent", "speaker-9", "--plan")
    assert hub.run(*again) == "nothing to change\n"


def test_systemd_finds_nothing_wrong_and_judges_every_unit_enclosed(hub: Container) -> None:
    units = sorted(path.name for path in hub.root.glob("etc/systemd/system/lintel-*"))
    assert units == [
        "lintel-agent@.service",
        "lintel-copies.service",
        "lintel-drill.service",
        "lintel-drill.timer",
        "lintel-firewall.service",
        "lintel-hub.service",
    ]
    names = [name.replace("@", "@speaker-9") for name in units]
    done = hub.tried("systemd-analyze", "verify", "--man=no", *names)
    assert (done.returncode, done.stderr) == (0, "")
    for name in [one for one in names if one.endswith(".service")]:
        judged = hub.run("systemd-analyze", "security", "--no-pager", name)
        assert float(re.findall(r"exposure level for .*: ([0-9.]+)", judged)[0]) <= 3.0


def test_everything_runs(hub: Container) -> None:
    for unit in ("lintel-hub", "lintel-firewall", "lintel-copies", "lintel-agent@speaker-9", "lintel-drill.timer"):
        assert hub.run("systemctl", "is-active", unit) == "active\n"
    assert hub.tried("systemctl", "is-active", "mosquitto").stdout == "inactive\n"
    status = hub.run("systemctl", "show", "--property=StatusText", "lintel-hub")
    assert "1 of 12 devices ready" in status  # the speaker's agent, with the password that it was given


def test_a_port_scan_shows_what_the_page_lists(hub: Container) -> None:
    assert {int(port) for port in hub.knock("tcp", HUB).split()} == LISTED
    assert hub.knock("udp", HUB).split() == []


def test_nothing_listens_to_the_network_that_only_the_firewall_would_hide(hub: Container) -> None:
    assert {port for port, host in _listening(hub.root) if not host.startswith("127.")} == LISTED


def test_the_firewall_is_a_table_beside_others(hub: Container) -> None:
    hub.run("nft", "add", "table", "inet", "somebodys")
    hub.run("systemctl", "restart", "lintel-firewall")
    assert set(hub.run("nft", "list", "tables").split("\n")) >= {"table inet somebodys", "table inet lintel"}
    hub.run("nft", "delete", "table", "inet", "somebodys")


def test_a_device_is_let_in_by_tls_and_its_password(hub: Container) -> None:
    state = hub.root / "var/lib/lintel"
    password = json.loads((state / "secrets.json").read_text())["passwords"]["lintel-1"]
    ca = str(state / "authority/ca.crt")
    assert hub.knock("greet", HUB, "8883", ca, "lintel-1", password) == "0"
    assert hub.knock("greet", HUB, "8883", ca, "lintel-1", "guessed") in ("4", "5")


def test_who_is_in_a_hurry_waits_and_comes_in_afterwards(hub: Container) -> None:
    assert 1 <= int(hub.knock("hurry", HUB, "8883", "400")) <= 100  # 60 at once, 20 a second, and the first repeats
    hub.run("sh", "-c", "sleep 11")  # the firewall forgets after 10 s
    assert hub.knock("hurry", HUB, "8883", "5") == "5"


def test_a_frozen_hub_is_started_again_and_its_broker_goes_on(hub: Container) -> None:
    before = hub.run("systemctl", "show", "--property=MainPID", "lintel-hub")
    broker = (hub.root / "var/lib/lintel/broker.pid").read_text()
    hub.run("systemctl", "kill", "--kill-whom=main", "--signal=STOP", "lintel-hub")
    is_back = "systemctl show -p NRestarts lintel-hub | grep -qv =0 && systemctl -q is-active lintel-hub"
    hub.run("sh", "-c", f"until {is_back}; do sleep 0.2; done", limit_s=90)
    assert hub.run("systemctl", "show", "--property=MainPID", "lintel-hub") != before
    assert (hub.root / "var/lib/lintel/broker.pid").read_text() == broker


def test_nobody_but_the_hub_reads_its_secrets(hub: Container) -> None:
    for path in ("/var/lib/lintel/secrets.json", "/var/lib/lintel/authority/ca.key", "/etc/lintel/hall.toml"):
        assert hub.tried("runuser", "-u", "nobody", "--", "cat", path).returncode == 1


def test_a_hall_that_works_gets_another_version_and_keeps_it_where_the_next_does_not_come_up(
    hub: Container, stick: Path
) -> None:
    """Under a umask that would shut the hub's user out, and in root's own folder."""
    newer_bundle(stick / "lintel", stick / "good", "7.0.0")
    upgrade = f"umask 077; cd /root; exec lintel upgrade {STICK}"
    assert hub.run("sh", "-c", f"{upgrade}/good").endswith(
        "\nLintel 7.0.0 works; the version before is still in /opt/lintel\n"
    )
    _runs(hub, "7.0.0")
    fails = '    if str(folder) == "/var/lib/lintel":\n        raise OSError("no hub today")\n'
    newer_bundle(stick / "lintel", stick / "broken", "8.0.0", run=fails)
    done = hub.tried("sh", "-c", f"{upgrade}/broken --now")
    assert (done.returncode, done.stderr) == (
        1,
        "lintel: Lintel 8.0.0 did not come up, and 7.0.0 works again: its hub does not start; see why: journalctl -u "
        "lintel-hub.service\n",
    )
    assert "no hub today" in hub.run("journalctl", "-u", "lintel-hub", "-n", "50")
    _runs(hub, "7.0.0")
    judged = {one["check"]: one["how"] for one in json.loads(hub.tried("lintel", "doctor", "--json").stdout)}
    assert [judged[name] for name in ("permissions", "journal", "hub", "installation")] == ["ok"] * 4


def _runs(hub: Container, version: str) -> None:
    """Hub and agent run in a version, and have found each other."""
    assert hub.run("lintel", "--version") == f"lintel {version}\n"
    is_ready = "systemctl show -p StatusText lintel-hub | grep -q '1 of 12 devices ready'"
    hub.run("sh", "-c", f"until {is_ready}; do sleep 0.2; done", limit_s=90)
    for unit in ("lintel-hub", "lintel-agent@speaker-9"):
        pid = hub.run("systemctl", "show", "-p", "MainPID", "--value", unit).strip()
        assert hub.run("cat", f"/proc/{pid}/cmdline").startswith(f"/opt/lintel/{version}/bin/python")


def test_after_the_removal_the_tree_is_as_before(started: Container) -> None:
    before = started.manifest()
    assert "\ndone: " in started.run(*INSTALL)
    assert (started.root / "usr/bin/chromium").exists()
    started.run("systemctl", "is-active", "lintel-hub")
    assert started.run("lintel", "uninstall", "--with-journal").endswith("\nLintel is gone\n")
    after = started.manifest()
    differ = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    assert [name for name in differ if not OF_THE_SYSTEM.fullmatch(name)] == []
    assert started.run("systemctl", "list-units", "--no-legend", "lintel-*") == ""


def _listening(root: Path) -> set[tuple[int, str]]:
    """Return port and address of every socket inside that waits for others."""
    init = next(path for path in Path("/proc").glob("[0-9]*/root") if _leads_to(path, root))
    found = set()
    for file, state in (("tcp", "0A"), ("tcp6", "0A"), ("udp", "07"), ("udp6", "07")):
        for line in (init.parent / "net" / file).read_text().splitlines()[1:]:
            fields = line.split()
            address, port = fields[1].split(":")
            if fields[3] == state:
                found.add((int(port, 16), _address(address)))
    return found


def _leads_to(link: Path, root: Path) -> bool:
    try:
        return (link / "etc/lintel/hall.toml").samefile(root / "etc/lintel/hall.toml")
    except OSError:
        return False


def _address(text: str) -> str:
    if len(text) == 8:
        return ".".join(str(int(text[at : at + 2], 16)) for at in (6, 4, 2, 0))
    return "127.0.0.1" if text == "0" * 24 + "01000000" else text
