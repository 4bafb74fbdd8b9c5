"""A dispenser goes on without its hub, on the real firmware (docs/protocol.md, "lease" and "taken")."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec import structs

from hardware.board import load_board
from hardware.contract import HUB_LOST_AFTER_S, LOST, JobDone, KeyPressed, Taken
from sim.node import Node
from tests.contract.broker import HallBroker
from tests.contract.devices import DEVICE
from tests.contract.firmware_node import a_node, settings_for
from tests.contract.lease_file import SHOWN, lease_bytes, lease_id, lease_parts
from tests.contract.pictures import dots_of, drawn, picture
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import until

STALE = picture(32, seed=2)
PANEL = picture(128, seed=1)
MINUTE_MS = 60_000
SLOW_S = 20.0


@asynccontextmanager
async def a_dispenser(folder: Path, broker: HallBroker, *, baud: int = 115200) -> AsyncIterator[Node]:
    board = load_board("dispenser-pico")
    board = structs.replace(board, printer=structs.replace(board.printer, baud=baud))
    async with a_node(folder, board=board, settings=settings_for(broker)) as node:
        yield node
        assert [line for line in node.console if "Memory" in line or "Traceback" in line] == [], node.console


@pytest.fixture
async def node(tmp_path: Path, broker: HallBroker, hub: PlayedHub) -> AsyncIterator[Node]:
    async with a_dispenser(tmp_path, broker) as node:
        await hub.ready(DEVICE)
        yield node


async def lend(hub: PlayedHub, data: bytes, *, serial: int = 1, number: int = 1) -> None:
    """Give the node a lease, and wait until it says that it has it."""
    for part in lease_parts(data, serial):
        hub.send_job(DEVICE, part)
    event = await hub.event(DEVICE, number=number)
    assert event == JobDone(boot=event.boot, seq=event.seq, job=lease_id(serial), at=event.at)
    hub.acknowledge(DEVICE, event)


async def go_away(hub: PlayedHub) -> None:
    """Let the hub die, as one that starts now finds out."""
    hub.is_beating = False
    hub.send(hub.topics.hub_status, LOST, retain=True)
    await hub.drain()


async def start_again(hub: PlayedHub, node: Node, boot: int) -> None:
    """Cut the power, and let the node find that its hub is away."""
    await node.cut_power()
    await node.start()
    await hub.ready(DEVICE, boot=boot)


async def shows(node: Node, name: str, *, limit_s: float = SLOW_S) -> None:
    """Wait until the panel shows this picture of the lease."""
    dots = dots_of(SHOWN[name])
    await until(lambda: node.panel is not None and node.panel.rows() == dots, limit_s=limit_s, why=lambda: state(node))


def state(node: Node) -> str:
    shown = [name for name, panel in SHOWN.items() if node.panel and node.panel.rows() == dots_of(panel)]
    return "\n".join(
        [*node.console, *map(str, texts(node)), *(shown or [drawn(node.panel.rows() if node.panel else [])])]
    )


def texts(node: Node) -> list[list[str]]:
    return [slip.text for slip in node.slips if slip.text]


async def take(node: Node, key: str) -> list[str]:
    """Press a key of a node that is alone and ready, and return what its ticket says."""
    await shows(node, "ready")
    before = len(texts(node))
    await node.press(key)
    await until(lambda: len(texts(node)) > before, limit_s=SLOW_S, why=lambda: state(node))
    return texts(node)[before]


async def taken(hub: PlayedHub, first: int, count: int) -> list[Taken]:
    """Acknowledge so many tickets, from this event on, as they are told."""
    found = []
    for number in range(first, first + count):
        event = await hub.event(DEVICE, number=number)
        assert isinstance(event, Taken)
        hub.acknowledge(DEVICE, event)
        found.append(event)
    return found


def told(events: list[Taken]) -> list[tuple[str, str, str]]:
    return [(event.number, event.key, event.paper) for event in events]


def flash(folder: Path) -> set[str]:
    return {path.name for path in (folder / "flash").iterdir()}


async def test_a_dispenser_gives_tickets_after_15_s_and_hands_them_over_at_their_true_times(
    node: Node, hub: PlayedHub, tmp_path: Path
) -> None:
    hub.show(DEVICE, panel=PANEL, stale=STALE, lamps={"A": "on"}, turn=57)
    await lend(hub, lease_bytes())
    hub.is_beating = False
    hub.beat()
    began = time.monotonic()
    await shows(node, "ready", limit_s=HUB_LOST_AFTER_S + 5)
    assert time.monotonic() - began > HUB_LOST_AFTER_S - 0.5
    await until(lambda: node.lamps == {"A": True, "B": True, "C": True, "D": False, "fault": False})
    times_ms = [now_ms()]
    clock = time.strftime("%Y-%m-%d %H:%M", time.gmtime(times_ms[0] // 1000 + 28800))
    first = await take(node, "A")
    assert first[:2] == ["A801", "户籍业务"]
    assert first[2][:15] == clock[:15]
    times_ms.append(now_ms())
    assert (await take(node, "B"))[:2] == ["B841", "出入境"]
    times_ms.append(now_ms())
    assert (await take(node, "A"))[:2] == ["A802", "户籍业务"]
    await shows(node, "ready")
    hub.boot, ahead_ms = 4, 7 * MINUTE_MS
    hub.beat(ahead_ms=ahead_ms)
    await until(lambda: node.panel is not None and node.panel.rows() == dots_of(PANEL), why=lambda: state(node))
    one = await hub.event(DEVICE, number=2)
    await node.press("A")
    hub.acknowledge(DEVICE, one)
    press = await hub.press(DEVICE, number=3)
    assert press == KeyPressed(boot=1, seq=3, turn=57, key="A", at=press.at)
    hub.acknowledge(DEVICE, press)
    assert isinstance(one, Taken)
    events = [one, *await taken(hub, 4, 2)]
    assert told(events) == [("A801", "A", "out"), ("B841", "B", "out"), ("A802", "A", "out")]
    for event, at_ms in zip(events, times_ms, strict=True):
        assert event.at is not None
        assert 0 <= event.at - at_ms - ahead_ms < 1500
    await until(lambda: "tickets" not in flash(tmp_path), why=lambda: flash(tmp_path))
    await go_away(hub)
    await start_again(hub, node, boot=2)
    assert (await take(node, "A"))[:3] == ["A803", "户籍业务"]


def now_ms() -> int:
    return time.time_ns() // 1_000_000
