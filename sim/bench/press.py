"""``lintel bench press``: from a press to its view, against the floor of the same run.

Dispensers take tickets and answer their print jobs, pads call them: real mosquitto, real journal, the hub as it ships.
"""

import argparse
import selectors
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import msgspec

from hub.journal import read_rows
from sim.bench.bench_hall import Device, bench_hall
from sim.bench.floor import measure_floor

ANSWER_LIMIT_S = 10.0
PAIRS = 25


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "press",
        help="from a press to its view, against the floor of this machine",
        description=__doc__,
        epilog="example:\n  lintel bench press --json",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of words")
    parser.add_argument("--presses", type=int, default=2000, help="presses one at a time (default 2000)")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of the load (default 10)")
    parser.add_argument("--rate", type=int, default=500, help="presses a second under load (default 500)")
    parser.add_argument("--dir", type=Path, default=Path(), help="where the journal is written (default: this folder)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure and print; 1 where a press was lost."""
    if min(args.presses, args.seconds, args.rate) <= 0:
        raise ValueError("--presses, --seconds and --rate are above 0")
    with tempfile.TemporaryDirectory(dir=args.dir, prefix="lintel-bench-") as name:
        result = measure(Path(name), presses=args.presses, rate=args.rate, seconds=args.seconds)
    print(msgspec.json.encode(result).decode() if args.json else _words(result))
    return 1 if result["lost"] else 0


def measure(folder: Path, *, presses: int, rate: int, seconds: float) -> dict[str, float]:
    """Return floor, latencies (microseconds), their ratios to the floor, and how many presses were lost."""
    _say("the floor")
    floor = measure_floor(folder, presses // 2)
    with bench_hall(folder, PAIRS) as devices:
        _say(f"{presses} presses, one at a time")
        single = _one_at_a_time(devices, presses)
        _say(f"{rate} presses a second for {seconds:g} s from {len(devices)} devices")
        load, unanswered = under_load(devices, round(rate * seconds), 1 / rate)
    _say("the floor again")
    floor += measure_floor(folder, presses // 2)
    sent = len(single) + len(load) + unanswered
    kept = sum(b'"do":"key"' in row.body.encode() for row in read_rows(folder / "state" / "journal.db"))
    floor_us = median(floor)
    return {
        "floor_us": round(floor_us, 1),
        "p50_us": round(median(single), 1),
        "p99_us": round(_p99(single), 1),
        "ratio": round(median(single) / floor_us, 2),
        "load_p50_us": round(median(load), 1),
        "load_p99_us": round(_p99(load), 1),
        "load_ratio": round(median(load) / floor_us, 2),
        "lost": max(unanswered, sent - kept),
    }


def _one_at_a_time(devices: list[Device], presses: int) -> list[float]:
    spans = []
    for n in range(presses):
        device = devices[n % len(devices)]
        while not device.is_free():
            device.hear()
        device.press(time.perf_counter())
        while (span := device.hear()) is None:
            pass
        spans.append(span * 1e6)
        while not device.is_free():
            device.hear()
    return spans


def under_load(devices: list[Device], presses: int, every_s: float) -> tuple[list[float], int]:
    """Press at fixed moments, whatever the answers do; return microseconds, and how many had no answer.

    The wait for a device that is not free counts too.
    """
    spans: list[float] = []
    due: dict[Device, list[float]] = {device: [] for device in devices}
    start, sent = time.perf_counter() + 0.1, 0
    with selectors.SelectSelector() as selector:  # the only one whose time-out is finer than a millisecond
        for device in devices:
            selector.register(device.wire, selectors.EVENT_READ, device)
        deadline = start + presses * every_s + ANSWER_LIMIT_S
        while len(spans) < presses and (now := time.perf_counter()) < deadline:
            while sent < presses and start + sent * every_s <= now:
                due[devices[sent % len(devices)]].append(time.perf_counter())
                _press_if_free(devices[sent % len(devices)], due)
                sent += 1
            wait_s = max(0.0, start + sent * every_s - time.perf_counter()) if sent < presses else 0.1
            spans += _hear(selector.select(wait_s), due)
    return spans, presses - len(spans)


def _hear(found: list[tuple[selectors.SelectorKey, int]], due: dict[Device, list[float]]) -> list[float]:
    spans = []
    for key, _ in found:
        span = key.data.hear()
        if span is not None:
            spans.append(span * 1e6)
        _press_if_free(key.data, due)
    return spans


def _press_if_free(device: Device, due: dict[Device, list[float]]) -> None:
    if due[device] and device.is_free():
        device.press(due[device].pop(0))


def _p99(spans: list[float]) -> float:
    return quantiles(spans, n=100)[98]


def _say(words: str) -> None:
    print(f"measuring {words} …", file=sys.stderr)


def _words(result: dict[str, float]) -> str:
    return (
        f"floor {result['floor_us']:.0f} µs (one round trip and one durable write, on this machine, now)\n"
        f"one at a time: p50 {result['p50_us']:.0f} µs = {result['ratio']:.2f} x floor, p99 {result['p99_us']:.0f} µs\n"
        f"under load: p50 {result['load_p50_us']:.0f} µs = {result['load_ratio']:.2f} x floor, "
        f"p99 {result['load_p99_us']:.0f} µs\nlost: {result['lost']:.0f}"
    )
