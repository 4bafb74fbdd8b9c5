"""Nothing in the hub's folder grows without end but the journal and what is made of it: each is flooded here."""

import re
import time
from fnmatch import fnmatch
from pathlib import Path

import pytest

from hub.clock import HallClock
from hub.outside.keyring import Keyring
from hub.outside.tokens import TOKENS_MAX, USES, make_token, read_tokens, read_uses, revoke_token
from hub.refused import OTHERS, SENDERS_MAX, RefusedInput
from hub.rules.rollout import Rollout
from hub.update_store import FIRMWARES_MAX, FOLDER, Kept, put_firmware, save
from hub.watch.bounds import KEPT_BYTES, MOST_BYTES, cut
from hub.watch.pulse import LOW_BYTES, ROOMY_BYTES, Pulse
from sim.hub_process import HubProcess
from sim.ports import free_port
from tests.contract.waiting import until

OPERATOR = Path(__file__).parents[2] / "docs" / "operator.md"
_ROW = re.compile(r"^\| ((?:`[^`]+` ?)+)\| (?P<bound>[^|]+) \|$", re.MULTILINE)


def documented() -> list[str]:
    """Return every name of the table of docs/operator.md, as patterns."""
    part = OPERATOR.read_text("utf-8").partition("## What lies in the state folder")[2].partition("\n## ")[0]
    return [name for row in _ROW.finditer(part) for name in re.findall("`([^`]+)`", row[1])]


async def test_whatever_a_hub_leaves_in_its_folder_is_in_the_table_with_its_bound(tmp_path: Path) -> None:
    (tmp_path / "hall.toml").write_text(
        '[hall]\nid = "small"\nname = "厅"\n[broker]\ntls = true\n[[services]]\ncode = "A"\nname = "户籍"\n'
        '[[counters]]\nnumber = 1\n[[devices]]\nname = "pad-1"\nkind = "pad"\nboard = "pad-pico"\ncounter = 1\n'
    )
    state = tmp_path / "state"
    hub = HubProcess(
        file=tmp_path / "hall.toml",
        state=state,
        broker_port=free_port(),
        on_state=lambda _state: None,
        web_port=free_port(),
    )
    await hub.start()
    try:
        await until(lambda: (state / "alive").exists())
        found = sorted(one.relative_to(state).as_posix() for one in state.rglob("*") if not one.is_dir())
    finally:
        await hub.close()
    patterns = documented()
    assert "journal.db" in patterns
    assert [one for one in found if not any(fnmatch(one, pattern) for pattern in patterns)] == []


def test_a_log_that_is_too_long_begins_anew_and_its_end_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "mosquitto.log"
    assert not cut(path)
    line = b"1795340430: New connection from 192.168.10.66:50000 on port 8883.\n"
    with path.open("ab", buffering=0) as broker:
        for _ in range(3):
            broker.write(line * (MOST_BYTES // len(line) + 2))
            assert cut(path)
            assert not cut(path)
        broker.write(b"the broker goes on\n")
    kept = tmp_path / "mosquitto.log.1"
    assert path.read_bytes() == b"the broker goes on\n"
    assert KEPT_BYTES - 2 * len(line) < kept.stat().st_size <= KEPT_BYTES
    assert set(kept.read_bytes().splitlines(keepends=True)) == {line}, "only whole lines"
    assert kept.stat().st_mode & 0o777 == 0o600


async def test_the_hub_cuts_its_brokers_log(tmp_path: Path) -> None:
    (tmp_path / "mosquitto.log").write_bytes(b"x" * 80 + b"\n" * MOST_BYTES)
    Pulse(tmp_path, HallClock()).look()
    assert (tmp_path / "mosquitto.log").stat().st_size == 0


def test_old_firmware_goes_but_not_that_of_the_present_update(tmp_path: Path) -> None:
    first = put_firmware(tmp_path, {"main.mpy": b"first"})
    rollout = Rollout(version="1", day="20261122", by="", begun_at=1, targets=())
    save(tmp_path, Kept(firmware=first, rollout=rollout))
    names = [first]
    for nth in range(3 * FIRMWARES_MAX):
        names.append(put_firmware(tmp_path, {"main.mpy": b"%d" % nth}))
        time.sleep(0.002)
    left = {one.name for one in (tmp_path / FOLDER).iterdir()} - {"rollout.json"}
    folders = {one for one in left if not one.endswith(".lock")}
    assert folders == {first, *names[-FIRMWARES_MAX:]}
    assert left == folders | {f"{one}.lock" for one in folders}


async def test_uses_of_tokens_that_are_gone_are_forgotten(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    for nth in range(2 * TOKENS_MAX):
        token = keyring.token(make_token(tmp_path, f"wall-{nth}", ("queues",), 1))
        assert token
        keyring.use(token, 1)
        revoke_token(tmp_path, f"wall-{nth}", 2)
    assert not keyring.token("")
    await keyring.close()
    assert len(read_tokens(tmp_path)) <= TOKENS_MAX
    assert 0 < len(read_uses(tmp_path)) <= TOKENS_MAX
    assert (tmp_path / USES).stat().st_size < 20_000


def test_forged_senders_cost_no_memory() -> None:
    refused = RefusedInput(lambda: 0.0)
    for nth in range(10 * SENDERS_MAX):
        refused.add(f"forged-{nth}", "no such device")
    assert len(refused.counts) == SENDERS_MAX + 1
    assert refused.counts[OTHERS] == 9 * SENDERS_MAX


async def test_little_room_is_said_once_until_there_is_room_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="hub.watch.pulse")
    pulse = Pulse(tmp_path, HallClock())
    for free in (ROOMY_BYTES + 1, LOW_BYTES - 1, 0, LOW_BYTES + 1, ROOMY_BYTES + 1, LOW_BYTES - 1):
        monkeypatch.setattr("shutil.disk_usage", lambda _folder, free=free: type("Usage", (), {"free": free}))
        pulse.look()
    said = [record.message.partition(";")[0].rpartition(" is ")[2].rpartition(" has ")[2] for record in caplog.records]
    assert said == ["nearly full", "room again", "nearly full"]


def test_a_clock_that_jumped_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="hub.watch.pulse")
    wall = [1_000_000]
    clock = HallClock(wall=lambda: wall[0], steady=lambda: 5)
    pulse = Pulse(tmp_path, clock)
    for at in (1_000_000, 4_600_000, 4_600_000, 1_000_000):
        wall[0] = at
        pulse.look()
    first, second = (record.message for record in caplog.records)
    assert first.endswith("it differs by 3600 s from hall time")
    assert "agree again" in second
