"""``lintel bench overload``: what a hall of twelve counters feels while one node floods it with all that it may send.

The hub as it ships with real mosquitto; the flooder has its own account: events, statuses, garbage, replays.
"""

import argparse
import http.client
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from hub.noise import FLOOD, NOISE
from hub.upkeep_words import fault_words
from sim.bench.bench_hall import HALL, Hub, bench_hub
from sim.bench.flooding import Flooding
from sim.bench.pressing import Pressed, Pressing
from sim.ports import free_port

DISPENSERS, COUNTERS = 4, 12
FLOODER = "lintel-12"
RATE = 5000.0
LOOK_EVERY_S = 0.25


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "overload",
        help="what others feel while one node floods the hall",
        description=__doc__,
        epilog="example:\n  lintel bench overload --json",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of words")
    parser.add_argument(
        "--seconds", type=float, default=20.0, help="of presses without and with the flood (default 20)"
    )
    parser.add_argument("--presses", type=float, default=30.0, help="presses a second (default 30)")
    parser.add_argument("--rate", type=float, default=RATE, help="messages a second of the flood (default 5000)")
    parser.add_argument("--qos", type=int, default=1, choices=(0, 1), help="of the flood (default 1)")
    parser.add_argument("--padding", type=int, default=0, help="bytes more in each message of garbage (default 0)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure and print; 1 where a press was lost or nobody named the flooder."""
    if min(args.seconds, args.presses, args.rate) <= 0 or args.padding < 0:
        raise ValueError("--seconds, --presses and --rate are above 0, --padding is not below")
    with tempfile.TemporaryDirectory(prefix="lintel-bench-") as name:
        asked = {"seconds": args.seconds, "presses": args.presses, "rate": args.rate}
        result = measure(Path(name), **asked, qos=args.qos, padding=args.padding)
    print(msgspec.json.encode(result).decode() if args.json else _words(result))
    return 1 if result["lost"] or result["named_after_s"] is None else 0


def measure(
    folder: Path, *, seconds: float = 20.0, presses: float = 30.0, rate: float = RATE, qos: int = 1, padding: int = 0
) -> dict[str, Any]:
    """Return presses without and with a flood in milliseconds, their ratios, and what came of the flood.

    named_after_s: until the health page named the flooder, None: never. hub_percent, broker_percent: of one core.
    """
    keys = {f"dispenser-{n}": "A" for n in range(1, DISPENSERS + 1)}
    keys |= {f"pad-{n}": "next" for n in range(1, COUNTERS + 1)}
    with (
        bench_hub(folder, dispensers=DISPENSERS, counters=COUNTERS, web_port=free_port()) as hub,
        closing(Pressing(hub.port, hub.state, presses, hall=HALL, keys=keys)) as pressing,
    ):
        _say("presses of a calm hall")
        calm = pressing.beside(lambda: time.sleep(seconds / 2))
        _say(f"presses beside {rate:g} messages a second")
        flood = Flood(hub, rate, qos, padding)
        with closing(flood):
            flooded = pressing.beside(lambda: flood.watch(seconds))
        _say("presses of a calm hall")
        calm += pressing.beside(lambda: time.sleep(seconds / 2))
    return _figures(calm, flooded) | flood.figures()


def _figures(calm: Pressed, flooded: Pressed) -> dict[str, Any]:
    before, beside = calm.figures(), flooded.figures()
    return {
        "presses": int(before["presses"] + beside["presses"]),
        "calm_p50_ms": before["ms"],
        "calm_p99_ms": before["p99_ms"],
        "flooded_p50_ms": beside["ms"],
        "flooded_p99_ms": beside["p99_ms"],
        "p50_ratio": round(beside["ms"] / before["ms"], 2),
        "p99_ratio": round(beside["p99_ms"] / before["p99_ms"], 2),
        "lost": calm.lost + flooded.lost,
    }


class Flood:
    """A flood that is watched from outside: by the health page, as everybody sees it."""

    def __init__(self, hub: Hub, rate: float, qos: int, padding: int) -> None:
        self._hub = hub
        self._flooding = Flooding(
            hub.port, FLOODER, hub.passwords()[FLOODER], hall=HALL, rate=rate, qos=qos, padding=padding
        )
        self._named_after_s: float | None = None
        self._told: dict[str, Any] = {}

    def watch(self, seconds: float) -> None:
        """Let it go on for so long, and look when the flooder is named."""
        began = time.monotonic()
        while (passed := time.monotonic() - began) < seconds:
            if self._named_after_s is None and self._is_named():
                self._named_after_s = round(time.monotonic() - began, 2)
            time.sleep(min(LOOK_EVERY_S, max(0.0, seconds - passed)))

    def close(self) -> None:
        """End it; may be called twice."""
        if sent := self._flooding.close():
            rate = round(sent.messages / sent.seconds)
            self._told = {"flood_messages": sent.messages, "flood_a_second": rate, "thrown_out": sent.thrown_out}

    def figures(self) -> dict[str, Any]:
        """Return what came of it."""
        return {"named_after_s": self._named_after_s, **self._told}

    def _is_named(self) -> bool:
        """Tell whether the health page has the flooder among the faults that are not over."""
        connection = http.client.HTTPConnection("127.0.0.1", self._hub.web_port, timeout=10)
        try:
            connection.request("GET", "/devices")
            page = connection.getresponse().read().decode()
        finally:
            connection.close()
        return f"<td>{FLOODER}</td><td>{fault_words(NOISE, FLOOD)}</td>" in page.partition("24小时内已恢复")[0]


def _say(words: str) -> None:
    print(f"measuring {words} …", file=sys.stderr)


def _words(result: dict[str, Any]) -> str:
    named = result["named_after_s"]
    return (
        f"calm: median {result['calm_p50_ms']} ms, p99 {result['calm_p99_ms']} ms\n"
        f"beside {result['flood_a_second']} messages a second: median {result['flooded_p50_ms']} ms "
        f"= {result['p50_ratio']} x, p99 {result['flooded_p99_ms']} ms = {result['p99_ratio']} x\n"
        f"{FLOODER} is {'never named' if named is None else f'named after {named} s'}; lost {result['lost']}"
    )
