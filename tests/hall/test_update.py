"""The hub's side of an update, with the real hub, broker and door; what nodes do is played, and broken on purpose."""

import argparse
import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from hub.cli import devices, update
from hub.door import NobodyThereError, send_order
from hub.firmware_files import FirmwareBuildError, release
from hub.firmware_serial import last_serial
from hub.maintenance import UpdateNow
from hub.office import ShowUpdate, StartUpdate, StopUpdate
from hub.people import hash_pin
from hub.update_store import name_of, put_firmware
from hub.updating import Progress
from tests.contract.waiting import until
from tests.hall.fake_node import HALL, OLD, FakeHall, FakeNode, eventually, fake_hall

FIRMWARE = {"run.mpy": b"M\x06" + bytes(range(256)) * 20, "parts/keys.mpy": b"M\x06keys", "empty.mpy": b""}
NEW = "0.2.0"
LIMIT_S = 30.0
TABLE = "[update]\nfetch_s = 5\nswitch_s = 5\nprove_s = 0.5\nquiet_s = 0\n"


async def begin(hall: FakeHall, version: str = NEW, devices: tuple[str, ...] = ()) -> str:
    firmware = put_firmware(hall.state, FIRMWARE)
    order = StartUpdate(version=version, firmware=firmware, devices=devices)
    reply = await asyncio.to_thread(send_order, hall.state, "", "", order)
    return reply.words


async def now(hall: FakeHall) -> UpdateNow:
    reply = await asyncio.to_thread(send_order, hall.state, "", "", ShowUpdate())
    return msgspec.json.decode(reply.found, type=UpdateNow)


async def when(hall: FakeHall, condition: Callable[[UpdateNow], bool]) -> UpdateNow:
    """Return how far the update is as soon as that is so."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            found = await now(hall)
            if condition(found):
                return found
            await asyncio.sleep(0.05)


def phases(found: UpdateNow) -> dict[str, str]:
    return {one.device: one.phase for one in found.devices}


def progress(found: UpdateNow, device: str) -> Progress:
    return next(one for one in found.devices if one.device == device)


async def test_a_hall_gets_its_firmware_and_the_hub_may_die_meanwhile(tmp_path: Path) -> None:
    async with fake_hall(tmp_path, HALL + TABLE) as hall:
        hall.nodes["lintel-1"].loses = {("run.mpy", 2048): 2, ("manifest", 0): 1}
        await until(lambda: all(node.link.is_up for node in hall.nodes.values()))
        assert await begin(hall) == "开始升级到 0.2.0，共 5 台"
        assert await begin(hall) == "0.2.0 正在升级；先用 --stop 停止"
        await when(hall, lambda found: "done" in phases(found).values())
        await hall.hub.kill()
        await hall.hub.start()
        found = await when(hall, lambda found: found.rollout is not None and found.rollout.ended_at is not None)
        assert {one.fw for one in found.devices} == {NEW}
        assert all(node.files == FIRMWARE for node in hall.nodes.values())
        assert [one.stage for one in found.devices] == [1, 2, 2, 3, 3]
        assert found.devices[-1].device == "dispenser-1"
        jobs = [job for node in hall.nodes.values() for job in set(node.switches)]
        assert len(set(jobs)) == len(jobs) == 5, "every node has a firmware number of its own"


PARTY = {"name": "科信支队", "work": "software", "phone": "027-5550188"}
BREAKS: dict[str, Callable[[FakeNode], None]] = {
    "damaged": lambda node: node.damages.add("run.mpy"),
    "old": lambda node: setattr(node, "serial", 99_999),
    "not-mine": lambda node: setattr(node, "_key", "0" * 64),
    "no-progress": lambda node: node.loses.update({("run.mpy", 2048): 10_000}),
    "rolled-back": lambda node: setattr(node, "dies", True),
}


@pytest.mark.req("M34")
async def test_the_first_that_fails_stops_all_and_is_a_fault_of_somebody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with fake_hall(tmp_path, HALL + TABLE) as hall:
        await until(lambda: all(node.link.is_up for node in hall.nodes.values()))
        for why, breaks in BREAKS.items():
            for node in hall.nodes.values():
                node.mend()
                breaks(node)
            await begin(hall)
            found = await when(hall, lambda found: bool(found.rollout and found.rollout.stopped))
            first = found.devices[0].device
            assert (found.rollout and found.rollout.stopped) == f"{first} {why}"
            assert phases(found) == {
                one.device: "failed" if one.device == first else "stopped" for one in found.devices
            }
            assert {node.fw for node in hall.nodes.values()} == {OLD}
            await eventually(lambda why=why, first=first: (first, "update", why, PARTY) in _faults(hall, capsys))
        for node in hall.nodes.values():
            node.mend()
        await begin(hall)
        await when(hall, lambda found: found.rollout is not None and found.rollout.ended_at is not None)
        await eventually(lambda: not _faults(hall, capsys))
        await a_hub_of_which_the_folder_was_restored(hall)


async def a_hub_of_which_the_folder_was_restored(hall: FakeHall) -> None:
    """It has forgotten what firmware it made; the second attempt is far enough ahead."""
    hall.nodes["pad-1"].serial = last_serial(hall.state) + 500
    await begin(hall, "0.3.0", ("pad-1",))
    found = await when(hall, lambda found: bool(found.rollout and found.rollout.stopped))
    assert progress(found, "pad-1").why == "old"
    await begin(hall, "0.3.0", ("pad-1",))
    await when(hall, lambda found: found.rollout is not None and found.rollout.ended_at is not None)


def _faults(hall: FakeHall, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str, str, dict[str, str]]]:
    parser = argparse.ArgumentParser()
    devices.add(parser.add_subparsers())
    args = parser.parse_args(["devices", str(hall.file), "--state", str(hall.state), "--json"])
    assert args.run(args) == 0
    found = json.loads(capsys.readouterr().out)["faults"]
    return [(one["device"], one["part"], one["what"], one["party"]) for one in found if one["until"] is None]


async def test_what_is_asked_for_wrongly_is_refused_and_a_stop_stops(tmp_path: Path) -> None:
    people = f'[[people]]\nid = "027001"\nname = "陈警官"\npin = "{hash_pin("1001")}"\nroles = ["maintainer"]\n'
    people += f'[[people]]\nid = "027002"\nname = "李警官"\npin = "{hash_pin("1002")}"\n'
    async with fake_hall(tmp_path, HALL + TABLE + people) as hall:
        firmware = await asyncio.to_thread(put_firmware, hall.state, FIRMWARE)

        async def ask(person: str, pin: str, order: StartUpdate | StopUpdate) -> str:
            return (await asyncio.to_thread(send_order, hall.state, person, pin, order)).words

        order = StartUpdate(version=NEW, firmware=firmware)
        assert await ask("027001", "9999", order) == "密码错误"
        assert await ask("027002", "1002", order) == "无此权限"
        assert await ask("027001", "1001", StopUpdate()) == "没有正在进行的升级；用 --status 查看上一次"
        strange = StartUpdate(version=NEW, firmware=firmware, devices=("pad-9",))
        assert (await ask("027001", "1001", strange)).startswith("pad-9 不是本厅的节点；可升级的有 dispenser-1、")
        (hall.state / "update" / firmware / "run.mpy").write_bytes(b"torn")
        assert (await ask("027001", "1001", order)).endswith("the firmware is not whole; run lintel update again")
        assert name_of(FIRMWARE) == await asyncio.to_thread(put_firmware, hall.state, FIRMWARE)
        assert await ask("027001", "1001", order) == "开始升级到 0.2.0，共 5 台"
        assert await ask("027001", "1001", StopUpdate()) == "升级已停止"
        found = await now(hall)
        assert (found.rollout and found.rollout.stopped, found.rollout and found.rollout.by) == ("by 027001", "027001")


@pytest.mark.parametrize(
    ("damaged", "expected"),
    [
        (b"print(\n", r"^run.py:1: .* was never closed; mend that line$"),
        (b"# \xc4\xe3", r"^run.py: no text in UTF-8; take an unharmed copy of the file$"),
    ],
)
def test_sources_that_are_damaged_are_named(tmp_path: Path, damaged: bytes, expected: str) -> None:
    (tmp_path / "version.py").write_text('VERSION = "9.9.9"\n', encoding="utf-8")
    (tmp_path / "run.py").write_bytes(damaged)
    with pytest.raises(FirmwareBuildError, match=expected):
        release("9.9.9", 0, "", "0" * 64, source=tmp_path)


async def test_whoever_stops_without_a_number_is_named_in_chinese(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with fake_hall(tmp_path, HALL + TABLE) as hall:
        await hall.nodes["pad-1"].vanish()
        await begin(hall, devices=("pad-1",))
        parser = argparse.ArgumentParser()
        update.add(parser.add_subparsers())
        args = parser.parse_args(["update", str(hall.file), "--state", str(hall.state), "--stop"])
        assert await asyncio.to_thread(args.run, args) == 0
        args.stop, args.status = False, True
        await asyncio.to_thread(args.run, args)
        line, total = capsys.readouterr().out.splitlines()[-2:]
        assert line.split()[:3] == ["pad-1", "1", "未升级"]
        assert total == "0.2.0：0/1 台完成；已停止：由维护人员停止"


async def test_the_command_makes_the_firmware_and_shows_how_far_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = tmp_path / "firmware"
    sources.mkdir()
    (sources / "version.py").write_text('"""Version."""\n\nVERSION = "9.9.9"\n', encoding="utf-8")
    (sources / "run.py").write_text("print('hello')\n", encoding="utf-8")

    def command(*words: str) -> int:
        parser = argparse.ArgumentParser()
        update.add(parser.add_subparsers())
        args = parser.parse_args(["update", str(tmp_path / "hall.toml"), "--state", str(tmp_path / "state"), *words])
        return int(args.run(args))

    async with fake_hall(tmp_path, HALL + TABLE) as hall:
        await until(lambda: all(node.link.is_up for node in hall.nodes.values()))
        assert await asyncio.to_thread(command, "--status") == 0
        assert capsys.readouterr().out == "还没有升级过\n"
        words = ("--kind", "lintel", "--firmware", str(sources))
        assert await asyncio.to_thread(command, *words) == 0
        said = capsys.readouterr().out.splitlines()
        assert said[0] == "开始升级到 9.9.9，共 2 台"
        assert said[-1] == "9.9.9：2/2 台完成"
        assert [line.split() for line in said[-4:-1]] == [
            ["设备", "批次", "进度", "传输", "现固件", "说明"],
            ["lintel-1", "1", "完成", "100%", "9.9.9"],
            ["lintel-2", "2", "完成", "100%", "9.9.9"],
        ]
        assert sorted(hall.nodes["lintel-2"].files) == ["run.mpy", "version.mpy"]
        assert hall.nodes["pad-1"].offers == []
        assert await asyncio.to_thread(command, *words) == 0
        assert capsys.readouterr().out.splitlines()[-2].split() == [
            "lintel-2",
            "2",
            "完成",
            "100%",
            "9.9.9",
            "已是此版本",
        ]
        with pytest.raises(ValueError, match="--kind duty: no node is one; the hall has dispenser, lintel, pad"):
            command("--kind", "duty")
        with pytest.raises(ValueError, match="--devices names none; leave it out to update every node"):
            command("--devices", ",")
    with pytest.raises(NobodyThereError, match="no hub runs with"):
        command("--status")
