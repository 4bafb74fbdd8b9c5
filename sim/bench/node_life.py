"""A dispenser with all parts under the bench: its time from key to view, its memory while alone."""

import asyncio
import ssl
import statistics
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from msgspec import structs

from hardware.board import Board, load_board
from hub.authority import load_authority
from sim.bench.node_broker import DEVICE, HALL, NodeBroker
from sim.bench.node_lease import LEASE, READY
from sim.node import Node, NodeSettings

BOARD = "dispenser-id-pico"
WARM_UP = 5
TICKETS = 3
LIMIT_S = 30.0
PAUSE_S = 0.08
"""Between presses, so that a finger's bounces are over."""
TELL = """
import asyncio, gc

async def tell():
    most = 0
    while True:
        gc.collect()
        if gc.mem_alloc() > most:
            most = gc.mem_alloc()
            print("heap", most, gc.mem_free())
        await asyncio.sleep_ms(40)

asyncio.create_task(tell())
"""


class NodeBenchError(OSError):
    """The node did not do what is measured; the sentence has its console."""


@asynccontextmanager
async def a_node(folder: Path, *, tls: bool) -> AsyncIterator[tuple[Node, NodeBroker]]:
    """Run the widest dispenser with a broker; with TLS that has a certificate of a hall's own authority."""
    context = _context(folder) if tls else None
    broker = NodeBroker((bytes(range(256)), bytes(reversed(range(256)))), context)
    await broker.start()
    ca = folder / "ca.pem" if tls else None
    settings = NodeSettings(hall=HALL, password="any", host="127.0.0.1", port=broker.port, ca=ca)  # noqa: S106
    node = Node(name=DEVICE, board=_fast(load_board(BOARD)), settings=settings, flash=folder / "flash")
    try:
        await node.start()
        await _until(node, lambda: broker.is_up)
        yield node, broker
    finally:
        await node.close()
        await broker.close()


async def key_to_view_ms(node: Node, broker: NodeBroker, presses: int) -> float:
    """Return the median time from a key's first edge to the last dot of the view that answers it."""
    shown = broker.show((0, 0))
    await _until(node, lambda: _bits(node) == shown)
    spans = []
    for _ in range(presses + WARM_UP):
        before = _bits(node)
        began = time.perf_counter()
        press = asyncio.create_task(node.press("A", hold_s=0))
        await _until(node, partial(_has_changed, node, before))
        spans.append(time.perf_counter() - began)
        await press
        await asyncio.sleep(PAUSE_S)
    return statistics.median(spans[WARM_UP:]) * 1000


async def heap_alone(node: Node, broker: NodeBroker, flash: Path) -> tuple[int, int]:
    """Return the most memory that is used, and the least that is free, while tickets are printed without the hub."""
    await node.cut_power()
    broker.is_up = False
    (flash / "lease").write_bytes(LEASE)
    main = (flash / "main.py").read_text()
    (flash / "main.py").write_text(TELL + main)
    await node.start()
    await _until(node, lambda: broker.is_up)
    broker.show((0, 0))
    broker.lose()
    for count in range(1, TICKETS + 1):
        await _until(node, lambda: _bits(node) == READY)
        await node.press("A")
        await _until(node, partial(_has_printed, node, count))
    used, free = zip(*(map(int, line.split()[1:]) for line in node.console if line.startswith("heap ")), strict=True)
    return max(used), min(free)


def _fast(board: Board) -> Board:
    if board.printer is None or not hasattr(board.printer, "baud"):
        raise NodeBenchError(f"{BOARD} has no printer on a line; the bench needs one")
    return structs.replace(board, printer=structs.replace(board.printer, baud=115200))


def _context(folder: Path) -> ssl.SSLContext:
    authority = load_authority(folder / "authority", HALL)
    (folder / "ca.pem").write_bytes(authority.ca_pem)
    certificate, key = authority.server(["127.0.0.1"])
    (folder / "broker.pem").write_bytes(certificate)
    (folder / "broker.key").write_bytes(key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "broker.pem", folder / "broker.key")
    return context


def _has_changed(node: Node, before: bytes) -> bool:
    return _bits(node) != before


def _has_printed(node: Node, count: int) -> bool:
    return len(node.slips) >= count


def _bits(node: Node) -> bytes:
    return bytes(getattr(node.panel, "bits", b""))


async def _until(node: Node, condition: Callable[[], bool]) -> None:
    """Wait for what is seen at the node, or at its broker; raise NodeBenchError with its console."""
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        if time.monotonic() > deadline:
            raise NodeBenchError("the node does not go on; its console says:\n" + "\n".join(node.console))
        try:
            await node.until(condition, limit_s=0.05)
        except TimeoutError:
            continue
