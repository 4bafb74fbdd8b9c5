"""Nodes without firmware, for tests of the hub's side of updates: they follow the contract, or break it as told."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from msgspec import json

from hardware.contract import (
    CONTRACT,
    LOST,
    JobDone,
    JobFailed,
    Status,
    Topics,
    decode_job,
    decode_view,
    encode,
)
from hardware.health import Health
from hardware.link import Address, Link, Message
from hardware.update import Piece, Switch, Update, Want
from hardware.why import Why
from hub.config import Hall, load_hall
from hub.secrets import load_secrets, update_keys
from sim.hub_process import HubProcess
from sim.ports import free_port

ASK_AGAIN_S = 0.1
LOOK_EVERY_S = 0.1
T = TypeVar("T")
OLD = "0.0.1"
HALL = """[hall]
id = "small"
name = "小厅<&>"

[rules]
call_pause_s = 0

[upkeep.parties.software]
phone = "027-5550188"

[[services]]
code = "A"
name = "户籍"

[[devices]]
name = "dispenser-1"
kind = "dispenser"
board = "dispenser-pico"

[[counters]]
number = 1

[[devices]]
name = "pad-1"
kind = "pad"
board = "pad-pico"
counter = 1

[[devices]]
name = "lintel-1"
kind = "lintel"
board = "lintel-pico"
counter = 1

[[counters]]
number = 2

[[devices]]
name = "pad-2"
kind = "pad"
board = "pad-pico"
counter = 2

[[devices]]
name = "lintel-2"
kind = "lintel"
board = "lintel-pico"
counter = 2

"""


class FakeNode:
    """One node. loses: (file, from) to how many answers are lost; damages: files that come with a flipped bit.

    dies: its new firmware never reaches the hub, and after that the old one is back. serial: of what it runs.
    """

    def __init__(self, hall: Hall, name: str, password: str, key: str, address: Address) -> None:
        self.name, self.fw, self.boot, self.serial = name, OLD, 1, 0
        self.loses: dict[tuple[str, int], int] = {}
        self.damages: set[str] = set()
        self.dies = False
        self.health: Health | None = Health(free=20_000, up_s=1, reset="power", links=1, bad=0)
        self.files: dict[str, bytes] = {}
        self.offers: list[str] = []
        self.switches: list[str] = []
        self.wants = 0
        self._hall, self._key, self._own_key = hall, key, key
        self._topics = Topics(hall.id)
        self._seq = 0
        self._waiting: bytes | None = None
        self._version = OLD
        self._offer: Update | None = None
        self._task: asyncio.Task[None] | None = None
        self._came = asyncio.Event()
        self._piece: Piece | None = None
        self.link = Link(
            address=address,
            name=name,
            password=password,
            will_topic=self._topics.status(name),
            subscriptions=[self._topics.view(name), self._topics.job(name)],
            on_message=self._hear,
            on_up=self.say,
        )
        self._running = asyncio.create_task(self.link.run())

    def mend(self) -> None:
        """Be as any other again."""
        self.serial, self._key, self.dies = 0, self._own_key, False
        self.loses, self.damages = {}, set()

    def say(self) -> None:
        """Say its status."""
        status = Status(state="ready", boot=self.boot, contract=CONTRACT, fw=self.fw, health=self.health)
        self.link.publish(self._topics.status(self.name), encode(status), retain=True)
        if self._waiting:
            self.link.publish(self._topics.event(self.name), self._waiting)

    async def vanish(self) -> None:
        """Be gone, as the broker tells it of a node without power."""
        self.link.publish(self._topics.status(self.name), LOST, retain=True)
        await self.link.drain()
        await self.close()

    async def close(self) -> None:
        for task in (self._task, self._running):
            if task:
                task.cancel()
        await asyncio.gather(*(one for one in (self._task, self._running) if one), return_exceptions=True)

    def _hear(self, message: Message) -> None:
        self.link.acknowledge(message)
        if message.topic.endswith("/view"):
            if decode_view(bytes(message.payload)).ack >= (self.boot, self._seq):
                self._waiting = None
            return
        match decode_job(bytes(message.payload)):
            case Update() as offer:
                if self._task and not self._task.done() and offer.id != self.offers[-1]:
                    self._task.cancel()  # another firmware is wanted now
                    self._task = None
                self.offers.append(offer.id)
                if self._task is None or self._task.done():
                    self._task = asyncio.create_task(self._fetch(offer))
            case Piece() as piece:
                lost = self.loses.get((piece.file, piece.start), 0)
                self.loses[piece.file, piece.start] = lost - 1
                if lost <= 0:
                    self._piece = piece
                    self._came.set()
            case Switch() as switch:
                self.switches.append(switch.id)
                self._switch()

    def _switch(self) -> None:
        """Start anew, with the new firmware where that lives."""
        self.boot += 1
        self._seq, self._waiting = 0, None
        if not self.dies:
            self.fw = self._version
        self.link.renew()

    async def _fetch(self, offer: Update) -> None:
        why = await self._look_at(offer)
        self._seq += 1
        made = (
            JobDone(boot=self.boot, seq=self._seq, job=offer.id)
            if why is None
            else JobFailed(boot=self.boot, seq=self._seq, job=offer.id, why=why)
        )
        self._waiting = encode(made)
        self.link.publish(self._topics.event(self.name), self._waiting)

    async def _look_at(self, offer: Update) -> Why | None:
        manifest = await self._get("manifest", offer.size)
        head, _, mac = manifest.rstrip(b"\n").rpartition(b"\nmac ")
        if hmac.new(bytes.fromhex(self._key), head + b"\n", hashlib.sha256).hexdigest() != mac.decode():
            return "not-mine"
        lines = head.decode().split("\n")
        if lines[0] != "lintel 1" or lines[2] != f"for {self._hall.id}/{self.name}" or mac.decode() != offer.mac:
            return "not-mine"
        self._version, serial = lines[1].split()[1], int(lines[3].split()[1])
        if serial <= self.serial:
            return "old"
        for line in lines[4:]:
            digest, size, path = line.split()
            self.files[path] = await self._get(path, int(size))
            if hashlib.sha256(self.files[path]).hexdigest() != digest:
                return "damaged"
        return None

    async def _get(self, file: str, size: int) -> bytes:
        data = b""
        while len(data) < size:
            self._came.clear()
            self.wants += 1
            self.link.publish(self._topics.want(self.name), json.encode(Want(file=file, start=len(data))))
            try:
                async with asyncio.timeout(ASK_AGAIN_S):
                    await self._came.wait()
            except TimeoutError:
                continue
            if self._piece and (self._piece.file, self._piece.start) == (file, len(data)):
                data += self._piece.data
        if file in self.damages:
            data = bytes([data[0] ^ 1]) + data[1:]
        return data


class FakeHall:
    """The real hub and its broker, with nodes that are none."""

    def __init__(self, folder: Path, text: str) -> None:
        self.folder, self.state = folder, folder / "state"
        self.file = folder / "hall.toml"
        self.file.write_text(text, encoding="utf-8")
        self.plan = load_hall(self.file)
        self.port, self.web = free_port(), free_port()
        self.hub = HubProcess(
            file=self.file, state=self.state, broker_port=self.port, on_state=lambda _: None, web_port=self.web
        )
        self.nodes: dict[str, FakeNode] = {}

    def connect(self) -> None:
        names = [device.name for device in self.plan.devices]
        passwords = load_secrets(self.state / "secrets.json", names).passwords
        keys = update_keys(self.state / "secrets.json", names)
        for name in names:
            address = Address("127.0.0.1", self.port)
            self.nodes[name] = FakeNode(self.plan, name, passwords[name], keys[name], address)


async def eventually(look: Callable[[], T], *, limit_s: float = 20.0) -> T:
    """Return what a slow look at the hub returns as soon as that is true."""
    async with asyncio.timeout(limit_s):
        while True:
            if found := look():
                return found
            await asyncio.sleep(LOOK_EVERY_S)


@asynccontextmanager
async def fake_hall(folder: Path, text: str) -> AsyncIterator[FakeHall]:
    hall = FakeHall(folder, text)
    try:
        await hall.hub.start()
        hall.connect()
        yield hall
    finally:
        await asyncio.gather(*(node.close() for node in hall.nodes.values()))
        await hall.hub.close()
