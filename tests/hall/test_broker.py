"""The broker: Lintel's own, or one that already runs; what it lets a device do, and how it ends."""

from pathlib import Path

import msgspec
import pytest

from hardware.contract import HUB, KeyPressed, Topics, decode_view, encode
from hub.config import MAINTAINER
from sim.bench.wire import Wire
from tests.contract.broker import HallBroker
from tests.hall.small_hall import FILE, SmallHall, small_hall


def is_running(pid: int) -> bool:
    """Tell whether a process runs; one that has ended and whom nobody has asked for its end does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def test_it_outlives_a_hub_that_is_killed_and_ends_with_one_that_is_stopped(tmp_path: Path) -> None:
    async with small_hall(tmp_path, 1) as hall:
        first = hall.hub.broker_pid()
        assert first
        await hall.hub.kill()
        assert is_running(first)
        await hall.hub.start()
        assert hall.hub.broker_pid() == first, "the next hub takes it over"
    assert not is_running(first)


@pytest.mark.req("M48")
async def test_its_files_are_for_their_owner_only(tmp_path: Path) -> None:
    async with small_hall(tmp_path, 1) as hall:
        private = [hall.folder / "state" / name for name in ("secrets.json", "broker.passwords", "broker.acl")]
        assert [oct(path.stat().st_mode & 0o777) for path in private] == ["0o600"] * 3
        assert hall.passwords()["pad-1"] not in private[1].read_text(), "only hashes are there"


@pytest.mark.req("M48", "S24")
async def test_a_device_reads_and_writes_its_own_branch_only(tmp_path: Path) -> None:
    """Messages tell, not acknowledgements: mosquitto acknowledges what it throws away."""
    async with small_hall(tmp_path, 1) as hall:
        topics = Topics(hall.hall.id)
        for task in hall.agents:
            task.cancel()
        spy = Wire(port=hall.port, name=MAINTAINER, password=hall.passwords()[MAINTAINER])
        pad = Wire(port=hall.port, name="pad-1", password=hall.passwords()["pad-1"])
        spy.subscribe(topics.everything)
        pad.subscribe(topics.everything)
        drain(spy)
        forged = encode(KeyPressed(boot=9, seq=1, turn=0, key="A"))
        for topic in (topics.event("dispenser-1"), topics.view("pad-1"), topics.hub_status, topics.job("dispenser-1")):
            pad.publish(topic, forged)
        pad.publish(topics.event("pad-1"), forged)
        heard = []
        while (topics.event("pad-1"), forged) not in heard:
            heard += list(spy.arrived())
        assert [topic for topic, payload in heard if payload == forged] == [topics.event("pad-1")]
        seen = {topic for topic, _ in drain(pad)}
        assert seen <= {topics.view("pad-1"), topics.job("pad-1"), topics.hub_status}
        spy.close()
        pad.close()


async def test_a_hall_may_name_a_broker_that_already_runs(tmp_path: Path) -> None:
    broker = HallBroker(folder=tmp_path / "broker", devices=["dispenser-1", "pad-1", "lintel-1"], hall="small")
    await broker.start()
    outside = f"{FILE}\n[broker]\nown = false\nport = {broker.address.port}\n"
    hall = SmallHall(tmp_path, 1, hub_file=outside, port=broker.address.port)
    state = tmp_path / "state"
    state.mkdir()
    (state / "secrets.json").write_bytes(msgspec.json.encode({"passwords": broker.passwords, "key": "00" * 32}))
    try:
        await hall.hub.start()
        assert hall.hub.broker_pid() is None, "it started none"
        pad = Wire(port=broker.address.port, name="pad-1", password=broker.passwords["pad-1"])
        pad.subscribe(Topics("small").view("pad-1"))
        assert decode_view(pad.receive()).panel
        pad.close()
    finally:
        await hall.close()
        await broker.close()
    assert HUB in broker.passwords


async def test_a_port_that_is_taken_is_said_in_one_sentence(tmp_path: Path) -> None:
    broker = HallBroker(folder=tmp_path / "broker", devices=[])
    await broker.start()
    hall = SmallHall(tmp_path, 1, port=broker.address.port)
    try:
        with pytest.raises(Exception, match=r"another program listens at 127.0.0.1:\d+; end it, or name another port"):
            await hall.hub.start()
    finally:
        await hall.close()
        await broker.close()


def drain(wire: Wire) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    while wire.has_input():
        found += list(wire.arrived())
    return found
