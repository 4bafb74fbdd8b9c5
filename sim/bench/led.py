"""``lintel bench led``: what a call on a lintel costs, from words to dots and from dots to the bytes of its chain."""

import argparse
from typing import Any

import msgspec

from displays.layout import lay
from displays.luma_panel import fast_device
from displays.strip import image
from hardware.board import Max7219
from sim.bench.timing import median_us

ROUNDS = 2_000
LUMA_ROUNDS = 200
W_PX, H_PX = 128, 16
BOARD = Max7219(w=W_PX, h=H_PX, spi=0, sck=11, mosi=10, cs=8)


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "led",
        help="what a call on a lintel costs, beside luma.led_matrix",
        description=__doc__,
        epilog="example:\n  lintel bench led --json",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of words")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure and print."""
    result = measure()
    print(msgspec.json.encode(result).decode() if args.json else _words(result))
    return 0


def measure() -> dict[str, Any]:
    """Return strip_us: a call's words to dots, with a warm glyph cache. luma_ratio: how much longer luma's display()
    takes than ours for a chain of 128x16; same_bytes: whether both put the same on the wire. Microseconds are medians.

    Raises ImportError where luma.led_matrix is not installed.
    """
    strip_us = median_us(_call, ROUNDS)
    pictures = [image(_call(number)) for number in range(LUMA_ROUNDS)]
    ours, theirs = _Wire(), _Wire()
    fast, slow = fast_device(BOARD, ours), fast_device(BOARD, theirs)
    # Ours is luma's device with one method of its own; the one beneath it is luma's.
    luma_display = super(type(slow), slow).display
    ours.sent.clear()
    theirs.sent.clear()
    chain_us = median_us(lambda at: fast.display(pictures[at % LUMA_ROUNDS]), LUMA_ROUNDS)
    luma_us = median_us(lambda at: luma_display(pictures[at % LUMA_ROUNDS]), LUMA_ROUNDS)
    return {
        "strip_us": round(strip_us, 1),
        "chain_us": round(chain_us, 1),
        "luma_us": round(luma_us, 1),
        "luma_ratio": round(luma_us / chain_us, 1),
        "same_bytes": ours.sent == theirs.sent,
    }


def _call(number: int) -> Any:
    """Lay out a call as the table of faces does, never the same twice."""
    ticket = f"{'ABCD'[number % 4]}{number % 1000:03d}"
    texts = [f"请{ticket}号到3号窗", f"请{ticket}号\n到3号窗", f"请{ticket}号"]
    return lay(texts, small=ticket, panel_w_px=W_PX, panel_h_px=H_PX)


class _Wire:
    """Stands for luma's bus and keeps what is put on it."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def data(self, data: list[int]) -> None:
        self.sent.append(bytes(data))

    def cleanup(self) -> None:
        """Nothing to let go of."""


def _words(result: dict[str, Any]) -> str:
    same = "the same bytes" if result["same_bytes"] else "OTHER BYTES"
    return (
        f"a call's strip takes {result['strip_us']} us; a chain of {W_PX}x{H_PX} {result['chain_us']} us, "
        f"luma.led_matrix {result['luma_us']} us: {result['luma_ratio']} times as long for {same}"
    )
