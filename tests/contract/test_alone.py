"""A dispenser goes on without its hub, on the real firmware (docs/protocol.md, "lease" and "taken")."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from hardware.board import load_board
from hardware.contract import HUB_LOST_AFTER_S, LOST, JobDone, KeyPressed, Taken
from hardware.version import VERSION
from sim.node import Node
from tests.contract.broker import HallBroker
from tests.contract.devices import DEVICE, ring_is_refusal
from tests.contract.firmware_node import a_node, settings_for
from tests.contract.firmware_offer import KEY, Offer, made
from tests.contract.lease_file import HEAD, SERVICES, SHOWN, lease_bytes, lease_id, lease_parts
from tests.contract.pictures import centred, dots_of, drawn, picture
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import stays, until

STALE = picture(32, seed=2)
PANEL = picture(128, seed=1)
MINUTE_MS = 60_000
SLOW_S = 20.0


@asynccontextmanager
async def a_dispenser(
    folder: Path, broker: HallBroker, *, baud: int = 115200, board: str = "dispenser-pico"
) -> AsyncIterator[Node]:
    """Give a dispenser its power; its console must not speak of anything that went wrong."""
    found = load_board(board)
    assert found.printer
    found = structs.replace(found, printer=structs.replace(found.printer, baud=baud))
    async with a_node(folder, board=found, settings=settings_for(broker, key=KEY)) as node:
        yield node
        assert [line for line in node.console if "Memory" in line or "Traceback" in line] == [], node.console


@pytest.fixture
async def node(tmp_path: Path, broker: HallBroker, hub: PlayedHub) -> AsyncIterator[Node]:
    async with a_dispenser(tmp_path, broker) as node:
        await hub.ready(DEVICE)
        yield node


@asynccontextmanager
async def alone_at_once(
    folder: Path, broker: HallBroker, hub: PlayedHub, lease: bytes, **options: Any
) -> AsyncIterator[Node]:
    """Give a dispenser with a lease its power while the hub is away."""
    (folder / "flash").mkdir()
    (folder / "flash" / "lease").write_bytes(lease)
    hub.show(DEVICE, panel=PANEL, stale=STALE, lamps={"A": "on"}, turn=57)
    await go_away(hub)
    async with a_dispenser(folder, broker, **options) as node:
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


async def come_back(hub: PlayedHub, node: Node) -> None:
    """Let the hub beat again, and wait until the node shows its view."""
    hub.is_beating = True
    hub.beat()
    await until(lambda: node.panel is not None and node.panel.rows() == dots_of(PANEL), why=lambda: state(node))


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


async def refuses(node: Node, key: str) -> None:
    """Press a key, and hear the two low tones."""
    await until(lambda: node.tone_hz == 0)
    node.tones.clear()
    await node.press(key)
    await until(lambda: ring_is_refusal(node.tones), why=lambda: node.tones)


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
        assert 0 <= event.at - at_ms - ahead_ms < 8000
    await until(lambda: "tickets" not in flash(tmp_path), why=lambda: flash(tmp_path))
    await go_away(hub)
    await start_again(hub, node, boot=2)
    assert (await take(node, "A"))[:3] == ["A803", "户籍业务"]


async def test_a_node_whose_hub_is_lost_in_the_middle_of_an_update_forgets_that_and_gives_tickets(
    tmp_path: Path, broker: HallBroker, hub: PlayedHub
) -> None:
    """It has no memory for both, and the hub offers its firmware again when it is back."""
    new = made(tmp_path, "0.2.0", 7, {"parts/tone.py": ("class Tone", "NEW_IN_THIS = 1\n\n\nclass Tone")})
    offer = Offer(hub, new)
    del offer.files["parts/tone.mpy"]
    board = "dispenser-id-pico"
    async with a_dispenser(tmp_path, broker, board=board) as node:
        await hub.ready(DEVICE)
        hub.show(DEVICE, panel=PANEL, stale=STALE, lamps={"A": "on"}, turn=57)
        await lend(hub, lease_bytes(head=HEAD * 500))
        offer.make()
        await until(lambda: offer.wants["parts/tone.mpy", 0], limit_s=SLOW_S, why=lambda: state(node))
        hub.is_beating = False
        assert (await take(node, "A"))[0] == "A801"
        asked = offer.wants.total()
        assert (await take(node, "A"))[0] == "A802"
        await stays(lambda: offer.wants.total() == asked, for_s=2.5)


NO_ROOM = """{before}import os
{before}tried = os.stat("tried")[6] if "tried" in os.listdir() else 0
{before}if tried < {times}:
{before}    with open("tried", "a") as file:
{before}        file.write("x")
{before}    raise MemoryError
"""
GOING = ("going.py", "    hub, outbox, parts,")
ALONE = ("alone.py", "_HOLD_MS =")


@pytest.mark.parametrize(("module", "place", "times", "boot"), [(*GOING, 40, 2), (*ALONE, 40, 2), (*ALONE, 41, 3)])
async def test_room_to_go_alone_that_is_not_there_at_once_is_looked_for_again_and_then_by_starting_anew(
    tmp_path: Path, broker: HallBroker, hub: PlayedHub, module: str, place: str, times: int, boot: int
) -> None:
    text = NO_ROOM.format(before=place[: len(place) - len(place.lstrip())], times=times)
    changed = made(tmp_path, VERSION, 1, {module: (place, text + place)})
    async with a_node(tmp_path, settings=settings_for(broker, key=KEY)) as node:
        await hub.ready(DEVICE)
        await lend(hub, lease_bytes())
        compiled = module.replace(".py", ".mpy")
        (tmp_path / "flash" / "a" / compiled).write_bytes(changed.files[compiled])
        await go_away(hub)
        await start_again(hub, node, boot=2)
        assert (await take(node, "A"))[0] == "A801"
        assert (tmp_path / "flash" / "tried").stat().st_size == times
        assert hub.statuses[DEVICE][-1].boot == boot
        assert [line for line in node.console if "fails" in line] == ["fails, and starts again:"] * (boot - 2)


async def test_a_ticket_that_the_power_cut_into_is_in_doubt_and_never_printed_again(
    tmp_path: Path, broker: HallBroker, hub: PlayedHub
) -> None:
    async with alone_at_once(tmp_path, broker, hub, lease_bytes(head=HEAD * 100), baud=9600) as node:
        await shows(node, "ready")
        await node.press("A")
        await until(lambda: node.printer is not None and len(node.printer.received) > 100)
        await shows(node, "printing")
        await refuses(node, "A")
        await start_again(hub, node, boot=2)
        assert (await take(node, "A"))[:3] == ["A802", "户籍业务"]
        await shows(node, "ready")
        await come_back(hub, node)
        events = await taken(hub, 1, 2)
        assert told(events) == [("A801", "A", "in-doubt"), ("A802", "A", "out")]
        assert [text[0] for text in texts(node)] == ["A802"]
        assert events[0].at is not None
        assert events[1].at is not None
        assert events[0].at <= events[1].at <= now_ms()


async def test_without_paper_no_number_is_used_and_a_printer_that_dies_leaves_its_ticket_in_doubt(
    tmp_path: Path, broker: HallBroker, hub: PlayedHub
) -> None:
    async with alone_at_once(tmp_path, broker, hub, lease_bytes()) as node:
        assert node.printer
        await shows(node, "ready")
        node.printer.paper_out = True
        await refuses(node, "A")
        await shows(node, "no-paper")
        node.printer.paper_out = False
        assert (await take(node, "A"))[0] == "A801"
        node.printer.die_after = 12
        await shows(node, "ready")
        await node.press("A")
        await shows(node, "no-paper")
        node.printer.power_on()
        assert (await take(node, "A"))[0] == "A803"
        await shows(node, "ready")
        await come_back(hub, node)
        papers = [("A801", "A", "out"), ("A802", "A", "in-doubt"), ("A803", "A", "out")]
        assert told(await taken(hub, 1, 3)) == papers


async def test_numbers_that_are_used_up_and_a_day_that_is_over_are_said(
    tmp_path: Path, broker: HallBroker, hub: PlayedHub
) -> None:
    given_ms = now_ms()
    lease = lease_bytes(services={"C": SERVICES["C"]}, given=given_ms, until=given_ms + 9000)
    async with alone_at_once(tmp_path, broker, hub, lease) as node:
        assert (await take(node, "C"))[0] == "C999"
        await shows(node, "used-up")
        await refuses(node, "C")
        await refuses(node, "A")
        assert node.lamps["C"] is False
        assert node.panel
        await until(lambda: node.panel and node.panel.rows() == centred(STALE, 128, 16), limit_s=SLOW_S)
        await refuses(node, "C")
        await come_back(hub, node)
        (event,) = await taken(hub, 1, 1)
        assert event.number == "C999"


async def test_one_service_without_numbers_leaves_the_others(
    tmp_path: Path, broker: HallBroker, hub: PlayedHub
) -> None:
    services = {**SERVICES, "C": ("C", 1000, 999, "交管")}
    async with alone_at_once(tmp_path, broker, hub, lease_bytes(services=services)) as node:
        await shows(node, "ready")
        await refuses(node, "C")
        await shows(node, "used-up")
        await refuses(node, "D")
        assert (await take(node, "B"))[0] == "B841"


@pytest.mark.parametrize("lease", [b"LEASE1\n{}\n", b"LEASE2\n", b"", b"LEASE1\n[" + b"7" * 50])
async def test_a_lease_that_is_none_is_no_lease(
    tmp_path: Path, broker: HallBroker, hub: PlayedHub, lease: bytes
) -> None:
    async with alone_at_once(tmp_path, broker, hub, lease) as node:
        await until(lambda: [line for line in node.console if "the lease is of no use" in line])
        await refuses(node, "A")
        assert node.panel
        assert node.panel.rows() == centred(STALE, 128, 16)


async def test_the_dispenser_with_all_parts_has_room_for_it(tmp_path: Path, broker: HallBroker, hub: PlayedHub) -> None:
    lease = lease_bytes(head=HEAD * 2000)
    assert len(lease_parts(lease)) > 4
    async with alone_at_once(tmp_path, broker, hub, lease, board="dispenser-id-pico") as node:
        hub.show(DEVICE, panel=picture(1024, motion="scroll", pace_ms=20), stale=picture(64))
        for number in range(801, 806):
            assert (await take(node, "A"))[0] == f"A{number}"
        hub.is_beating = True
        assert len(await taken(hub, 1, 5)) == 5
        hub.print(DEVICE, "20261121-000001", b"\x1b@" * 4000 + b"x\n\x1dV\x00")
        event = await hub.event(DEVICE, number=6)
        assert event == JobDone(boot=1, seq=6, job="20261121-000001", at=event.at)


def now_ms() -> int:
    return time.time_ns() // 1_000_000
