"""`lintel doctor` beside a hub that runs: what is well, and what it says when a piece of it is gone."""

import asyncio
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from hardware.health import Health
from hub.authority import load_authority
from hub.cli.main import main
from hub.doctor import hall
from hub.doctor.finding import Finding
from hub.maintenance import DeviceNow, DevicesNow
from hub.upkeep import FaultTicket, Party
from sim.hub_process import HubProcess
from sim.ports import free_port

FILE = """
[hall]
id = "looked-at"
name = "厅"
[broker]
port = {broker}
tls = true
[web]
port = {web}
[[services]]
code = "A"
name = "户籍"
[[counters]]
number = 1
[[devices]]
name = "pad-1"
kind = "pad"
board = "pad-pico"
counter = 1
"""


async def doctor(file: Path, state: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Finding]]:
    """Return its exit code, and what it found last of each check."""
    code = await asyncio.to_thread(main, ["doctor", str(file), "--state", str(state), "--json"])
    found = msgspec.json.decode(capsys.readouterr().out, type=list[Finding])
    return code, {one.check: one for one in found}


async def test_a_running_hall_and_what_is_said_when_it_is_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broker, file, state = free_port(), tmp_path / "hall.toml", tmp_path / "state"
    file.write_text(FILE.format(broker=broker, web=free_port()))
    hub = HubProcess(file=file, state=state, broker_port=broker, on_state=lambda _state: None)
    await hub.start()
    try:
        code, found = await doctor(file, state, capsys)
        well = ("hall file", "permissions", "journal", "hub", "pages", "broker", "ports", "certificates", "mosquitto")
        assert {name: found[name].how for name in well} == dict.fromkeys(well, "ok"), found["permissions"]
        assert found["broker"].says.startswith(f"127.0.0.1:{broker}: reached, TLSv1.")
        assert (found["devices"].how, found["devices"].says) == ("wrong", "away: pad-1")
        assert code == 1
        (state / "authority" / "ca.crt").write_bytes(other_authority(tmp_path))
        code, found = await doctor(file, state, capsys)
        assert found["broker"].says.startswith(f"127.0.0.1:{broker} does not show the hall's certificate")
        await hub.kill()
        code, found = await doctor(file, state, capsys)
        assert {name: found[name].how for name in ("hub", "pages", "devices")} == {
            "hub": "wrong",
            "pages": "wrong",
            "devices": "unknown",
        }
    finally:
        await hub.close()


def other_authority(folder: Path) -> bytes:
    load_authority(folder / "other", "another")
    return (folder / "other" / "ca.crt").read_bytes()


def test_it_prints_a_line_for_each_with_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "hall.toml").write_text(FILE.format(broker=free_port(), web=0))
    state = tmp_path / "state"
    assert main(["doctor", str(tmp_path / "hall.toml"), "--state", str(state)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert (
        f"WRONG   state folder: {state} is not there  -> start the hub once, or name its folder with --state" in lines
    )
    assert lines[0] == f"ok      hall file: {tmp_path / 'hall.toml'}: counters 1, devices 1"
    assert {line.split()[0] for line in lines} <= {"ok", "WRONG", "unknown"}


PAD = DeviceNow(
    name="pad-1",
    label="",
    kind="pad",
    counter=1,
    is_node=True,
    state="ready",
    since=None,
    fw="1.2.0",
    update="",
    alerts={},
    health=Health(),
    percent=None,
    faults=[],
)
NOW = DevicesNow(hall="厅", at=7_200_000, zone="Asia/Shanghai", devices=[PAD], faults=[])


@pytest.mark.parametrize(
    ("now", "check", "says"),
    [
        (NOW, "devices", "all 1 are there"),
        (NOW, "firmware", "every node runs 1.2.0"),
        (
            replace(NOW, devices=[replace(PAD, state="lost", since=0)]),
            "devices",
            "away: pad-1 since 01-01 08:00 (120 minutes)",
        ),
        (
            replace(NOW, devices=[PAD, replace(PAD, name="pad-2", fw="1.1.0")]),
            "firmware",
            "nodes run different versions: 1.1.0: pad-2; 1.2.0: pad-1",
        ),
        (replace(NOW, faults=[]), "faults", None),
        (
            replace(
                NOW,
                faults=[
                    FaultTicket(
                        device="pad-1",
                        part=part,
                        what=what,
                        since=0,
                        until=None,
                        minutes=1,
                        party=Party(name="科信支队", work="tech"),
                    )
                    for part, what in (("clock", "drift"), ("memory", "low"))
                ],
            ),
            "faults",
            "pad-1 memory low",
        ),
    ],
    ids=["all there", "one firmware", "one lost", "two firmwares", "no fault", "a fault"],
)
def test_what_is_said_of_devices(now: DevicesNow, check: str, says: str | None) -> None:
    found = {one.check: one.says for one in hall.of_devices(now)}
    assert found.get(check) == says
    assert ("clocks" in found) == bool(now.faults)
