"""``lintel bench node``: the whole firmware of the dispenser with all parts, in the memory that nodes have.

From a key to the dots of the view that answers it; the memory in use while a ticket is printed without the hub, over a
link with TLS; what a moving picture takes; and what a week of presses in fast motion leaves behind. A board of 32 bits
needs half the memory.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from sim.bench.node_life import a_node, heap_alone, key_to_view_ms
from sim.bench.node_week import week


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "node",
        help="a node's memory, its time from key to view, and what a week of presses leaves behind",
        description=__doc__,
        epilog="example:\n  lintel bench node --json --presses 20000",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of words")
    parser.add_argument("--keys", type=int, default=100, help="presses from key to view (default 100)")
    parser.add_argument("--presses", type=int, default=1_000_000, help="presses of the week (default 1000000)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure and print; 1 where a week left anything behind."""
    if min(args.keys, args.presses) <= 0:
        raise ValueError("--keys and --presses are above 0")
    result = measure(keys=args.keys, presses=args.presses)
    print(msgspec.json.encode(result).decode() if args.json else _words(result))
    return 1 if result["week_growth_bytes"] > 0 else 0


def measure(*, keys: int, presses: int) -> dict[str, float]:
    """Return all figures; bytes, ms and us as their names say. Raises NodeBenchError where the node fails."""
    return {**asyncio.run(_live(keys)), **week(presses)}


async def _live(keys: int) -> dict[str, float]:
    took_ms = {}
    for tls in (False, True):
        with tempfile.TemporaryDirectory(prefix="lintel-node-") as name:
            async with a_node(Path(name), tls=tls) as (node, broker):
                took_ms[tls] = round(await key_to_view_ms(node, broker, keys), 2)
                used, free = await heap_alone(node, broker, Path(name) / "flash") if tls else (0, 0)
    return {
        "heap_used_bytes": used,
        "heap_free_bytes": free,
        "key_to_view_ms": took_ms[False],
        "key_to_view_tls_ms": took_ms[True],
    }


def _words(result: dict[str, float]) -> str:
    return (
        f"memory while a ticket is printed without the hub: {result['heap_used_bytes']} bytes, "
        f"{result['heap_free_bytes']} are free\n"
        f"key to view: {result['key_to_view_ms']} ms at the median ({result['key_to_view_tls_ms']} over TLS)\n"
        f"a frame: {result['frame_us']} µs\n"
        f"a week of presses: {result['week_growth_bytes']:+d} bytes; largest free piece "
        f"{result['piece_before_bytes']} bytes before, {result['piece_after_bytes']} after"
    )
