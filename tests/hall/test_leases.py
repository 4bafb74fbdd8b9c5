"""What a dispenser gets to go on alone, from the real hub, and what becomes of the tickets that it hands over."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest

from hardware.contract import (
    Event,
    JobDone,
    Status,
    Taken,
    Topics,
    View,
    decode_job,
    decode_view,
    encode,
)
from hardware.lease import LEASE_HEAD, Lease
from hardware.link import Address, Link, Message
from hub.journal import read_rows
from hub.rules.events import HandOverRefused, HubReturned, LeaseAnswered, LeaseMade, TicketPrinted, TicketTaken
from sim.paper import read_slips
from tests.contract import waiting
from tests.hall.small_hall import FILE, SmallHall

DEVICE = """
[[devices]]
name = "dispenser-2"
kind = "dispenser"
board = "dispenser-pico"
"""
T = TypeVar("T")


class PlayedDispenser:
    """A dispenser that keeps what it is told to keep and says what it is told to say; its paper is not of interest."""

    def __init__(self, port: int, password: str) -> None:
        self.topics, self.name, self.boot, self.seq = Topics("small"), "dispenser-2", 1, 0
        self.leases: list[tuple[str, bytes]] = []
        self.is_mute = True
        self.ack = (0, 0)
        self._parts: dict[str, list[bytes]] = {}
        self.link = Link(
            address=Address("127.0.0.1", port),
            name=self.name,
            password=password,
            will_topic=self.topics.status(self.name),
            subscriptions=[self.topics.job(self.name), self.topics.view(self.name)],
            on_message=self._hear,
            on_up=self.come_up,
        )

    def come_up(self) -> None:
        status = Status(state="ready", boot=self.boot, parts=("keys", "panel", "printer"))
        self.link.publish(self.topics.status(self.name), encode(status), retain=True)

    def say(self, event: Callable[[int, int], Event]) -> None:
        self.seq += 1
        self.link.publish(self.topics.event(self.name), encode(event(self.boot, self.seq)))

    async def take(self, number: str, at: int, paper: Any = "out") -> None:
        """Hand a ticket over, and wait until the hub has it."""
        self.say(lambda boot, seq: Taken(boot=boot, seq=seq, number=number, key=number[0], at=at, paper=paper))
        await until(lambda: self.ack >= (self.boot, self.seq), limit_s=20)

    def _hear(self, message: Message) -> None:
        self.link.acknowledge(message)
        if message.topic == self.topics.view(self.name):
            view: View = decode_view(bytes(message.payload))
            self.ack = view.ack
            return
        job = decode_job(bytes(message.payload))
        if isinstance(job, Lease):
            self._collect(job)

    def _collect(self, job: Lease) -> None:
        parts = self._parts.setdefault(job.id, [])
        assert job.part == len(parts) + 1
        parts.append(job.data)
        if job.part < job.parts:
            return
        self.leases.append((job.id, b"".join(self._parts.pop(job.id))))
        if not self.is_mute:
            self.say(lambda boot, seq: JobDone(boot=boot, seq=seq, job=job.id))


@asynccontextmanager
async def hall_with_both(folder: Path) -> AsyncIterator[tuple[SmallHall, PlayedDispenser]]:
    """A hall with a dispenser on a Raspberry Pi, and one that the test plays."""
    hall = SmallHall(folder, 1, hub_file=FILE + DEVICE)
    await hall.hub.start()
    password = hall.passwords()
    played = PlayedDispenser(hall.port, password["dispenser-2"])
    hall.agents = [
        asyncio.create_task(hall._agent("dispenser-1", "dispenser", password["dispenser-1"]).run()),
        asyncio.create_task(played.link.run()),
    ]
    try:
        yield hall, played
    finally:
        await hall.close()


until = partial(waiting.until, every_s=0.05)  # a journal takes longer to read than a list


def facts(hall: SmallHall, kind: type[T]) -> list[T]:
    return [fact for row in read_rows(hall.journal) for fact in row.content().facts if isinstance(fact, kind)]


def header(lease: bytes) -> dict[str, Any]:
    head, line, _ = lease.split(b"\n", 2)
    assert head + b"\n" == LEASE_HEAD
    return dict(msgspec.json.decode(line))


def paper(lease: bytes, key: str, number: str) -> list[str]:
    """Put a ticket together as docs/protocol.md, "lease", says, and read it."""
    fields, rest = header(lease), lease.split(b"\n", 2)[2]
    names = {}
    for one, (*_numbers, size) in fields["services"].items():
        names[one], rest = rest[:size], rest[size:]
    printed = {"number": number.encode(), "service": names[key], "time": b"2026-11-21 09:30"}
    data = b""
    for kind, size in fields["form"]:
        data += rest[:size] if kind == "raw" else printed[kind]
        rest = rest[size:] if kind == "raw" else rest
    assert len(rest) == sum(fields["pictures"].values())
    (slip,) = read_slips(data)
    return list(slip.text)


@pytest.mark.req("M41")
async def test_a_dispenser_gets_a_lease_until_it_has_it_and_another_when_something_changes(tmp_path: Path) -> None:
    async with hall_with_both(tmp_path) as (hall, played):
        await until(lambda: len(played.leases) >= 2, limit_s=30)
        (name, first), again = played.leases[:2]
        assert again == (name, first), "not answered, so it comes again, the same"
        fields = header(first)
        assert (fields["id"], fields["services"]["A"][:3], fields["utc_offset_s"]) == (name, ["A", 801, 840], 28800)
        assert (fields["w"], fields["h"], set(fields["pictures"].values())) == (128, 16, {256})
        assert {"小厅", "A801", "户籍", "（离线取号）"} <= set(paper(first, "A", "A801"))
        played.is_mute = False
        await until(lambda: any(one.device == played.name for one in facts(hall, LeaseAnswered)), limit_s=30)
        count = len(played.leases)
        at = fields["given"] + 1000
        await played.take("A801", at)
        await played.take("A802", at + 1000, "failed")
        await until(lambda: len(played.leases) > count, limit_s=30)
        assert header(played.leases[-1][1])["services"]["A"][:3] == ["A", 803, 840]
        forms = tmp_path / "forms"
        forms.mkdir()
        (forms / "ticket.txt").write_text("[centre] 本厅\n[centre 4x4] {number}\n{service} {copy}\n[cut]\n", "utf-8")
        await until(lambda: "本厅" in paper(played.leases[-1][1], "B", "B801"), limit_s=30)
        await until(lambda: len([one for one in facts(hall, LeaseAnswered) if not one.why]) == 3, limit_s=30)
        count, played.boot, played.seq = len(played.leases), 2, 0
        played.come_up()
        await until(lambda: len(played.leases) == count + 1, limit_s=30, why=lambda: "a device that has started anew")
        assert played.leases[-1] == played.leases[-2]
        unsupported = [one for one in facts(hall, LeaseAnswered) if one.device == "dispenser-1"]
        assert [one.why for one in unsupported] == ["unsupported"]
        assert len([one for one in facts(hall, LeaseMade) if one.device == "dispenser-1"]) == 1, "it is not asked again"


@pytest.mark.req("M41")
async def test_what_is_handed_over_is_entered_once_and_what_is_strange_is_told(tmp_path: Path) -> None:
    async with hall_with_both(tmp_path) as (hall, played):
        played.is_mute = False
        await until(lambda: any(not one.why for one in facts(hall, LeaseAnswered)), limit_s=30)
        given = header(played.leases[-1][1])["given"]
        await hall.hub.kill()
        await hall.hub.start()
        assert len(facts(hall, HubReturned)) == 1
        await played.take("B801", given + 500)
        await played.take("B801", given + 500)
        await played.take("A950", given + 600)
        await played.take("A801", given - 86_400_000)
        (taken,) = facts(hall, TicketTaken)
        (printed,) = facts(hall, TicketPrinted)
        assert (taken.number, taken.service, taken.told_at, taken.at == printed.at) == ("B801", "B", given + 500, True)
        assert [(one.number, one.why) for one in facts(hall, HandOverRefused)] == [
            ("A950", "not-leased"),
            ("A801", "other-day"),
        ]
        assert "A950" in hall.hub.output
