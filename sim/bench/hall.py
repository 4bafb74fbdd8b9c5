"""``lintel bench hall``: what a hall of forty nodes needs of the processor while it calls three citizens a minute.

Everything is as in ``lintel sim``: real hub, real mosquitto, real firmware on a MicroPython for every node.
"""

import argparse
import asyncio
import time
from pathlib import Path
from typing import Any

import msgspec

from sim.processes import cpu_s

EXAMPLE = Path(__file__).parents[2] / "examples" / "twelve-counters.toml"
AT = "2026-11-23T09:00:00"
SECONDS = 60.0
CALLS_A_MINUTE = 3.0
SETTLE_S = 3.0
"""After the start, until what starting costs is over."""
SERVED_AFTER_S = 4.0
CALLED = "请"
"""What a lintel shows of every call."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "hall",
        help="what a simulated hall of forty nodes needs of the processor",
        description=__doc__,
        epilog="example:\n  lintel bench hall --json\n  lintel bench hall examples/full-hall.toml",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "file", nargs="?", type=Path, default=EXAMPLE, help="the hall's file (default: twelve counters)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of words")
    parser.add_argument("--seconds", type=float, default=SECONDS, help=f"of measuring (default {SECONDS:g})")
    parser.add_argument("--calls", type=float, default=CALLS_A_MINUTE, help="citizens a minute (default 3)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure and print."""
    if args.seconds <= 0 or args.calls <= 0:
        raise ValueError("--seconds and --calls are above 0")
    result = measure(args.file, seconds=args.seconds, calls_a_minute=args.calls)
    print(msgspec.json.encode(result).decode() if args.json else _words(result))
    return 0


def measure(
    file: Path = EXAMPLE, *, seconds: float = SECONDS, calls_a_minute: float = CALLS_A_MINUTE
) -> dict[str, Any]:
    """Return how many nodes and calls there were, and what everybody needed, in percent of one core.

    hub_percent and the others: the processor's time of those processes, their own and the system's for them, from when
    every node shows what it must and has settled. start_s: until then.
    """
    return asyncio.run(_measure(file, seconds, 60 / calls_a_minute))


async def _measure(file: Path, seconds: float, every_s: float) -> dict[str, Any]:
    from sim.hall import Hall  # what it needs takes half a second, which other commands need not pay

    hall, began = Hall(file, at=AT), time.monotonic()
    async with hall:
        start_s = time.monotonic() - began
        await asyncio.sleep(SETTLE_S)
        before, from_s = Used(hall), time.monotonic()
        calls = await _citizens(hall, seconds, every_s)
        return {
            "nodes": len(hall.devices),
            "calls": calls,
            "seconds": round(time.monotonic() - from_s, 1),
            "start_s": round(start_s, 1),
            **Used(hall).since(before, time.monotonic() - from_s),
        }


class Used:
    """The processor's time that the programs of a hall have had so far, in seconds."""

    def __init__(self, hall: Any) -> None:
        hub = hall.programs().hub
        nodes = [hall.device(name).node.pid for name in hall.devices]
        self.by_whom_s = {
            "hub": cpu_s(hub.pid),
            "broker": cpu_s(hub.broker_pid()),
            "nodes": sum(cpu_s(pid) for pid in nodes if pid),
            "simulator": time.process_time(),
        }

    def since(self, before: "Used", seconds: float) -> dict[str, float]:
        """Return what each has needed since then, in percent of one core."""
        had = before.by_whom_s
        return {f"{name}_cpu_percent": round((s - had[name]) / seconds * 100, 2) for name, s in self.by_whom_s.items()}


async def _citizens(hall: Any, seconds: float, every_s: float) -> int:
    """Have one citizen after another take a number, be called at the next counter and be served; return how many."""
    dispensers = [name for name in hall.devices if name.startswith("dispenser")]
    pads = [name for name in hall.devices if name.startswith("pad")]
    began, served = time.monotonic(), 0
    while served * every_s < seconds:
        await asyncio.sleep(max(0.0, began + served * every_s - time.monotonic()))
        await _serve(hall, dispensers[served % len(dispensers)], pads[served % len(pads)])
        served += 1
    await asyncio.sleep(max(0.0, began + seconds - time.monotonic()))
    return served


async def _serve(hall: Any, dispenser: str, pad: str) -> None:
    await hall.press(dispenser, "A")
    await hall.paper(dispenser)
    await hall.press(pad, "next")
    await hall.panel(pad.replace("pad", "lintel"), CALLED)
    await asyncio.sleep(SERVED_AFTER_S)
    await hall.press(pad, "finish")


def _words(result: dict[str, Any]) -> str:
    return (
        f"{result['nodes']} nodes, up after {result['start_s']} s; {result['calls']} calls in {result['seconds']} s\n"
        f"of one core: hub {result['hub_cpu_percent']} %, broker {result['broker_cpu_percent']} %, "
        f"nodes {result['nodes_cpu_percent']} %, simulator {result['simulator_cpu_percent']} %"
    )
