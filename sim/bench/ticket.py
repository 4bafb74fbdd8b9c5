"""``lintel bench ticket``: how many bytes a ticket is, and how long it takes from its fields to them."""

import argparse
from typing import Any

import msgspec

from hub.slips import ahead_words
from printers.forms import Forms
from printers.output import print_bytes
from printers.profile import profile
from sim.bench.timing import median_us

ROUNDS = 2_000
RASTER_ROUNDS = 5
HALL = {
    "hall": "东湖派出所综合服务大厅",
    "rule": "号码当日有效，过号作废",
    "hours": "",
    "enquiry_phone": "027-5550110",
    "complaint_phone": "12345 / 12389",
    "query": "",
    "supervision": "https://jiandu.example/donghu",
    "service": "户籍",
    "counters": "1至5号窗口",
    "copy": "",
}
"""What all tickets of a hall and a service have in common."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "ticket",
        help="how many bytes a ticket is, and how long it takes to lay out",
        description=__doc__,
        epilog="example:\n  lintel bench ticket --json",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of words")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure and print."""
    result = measure()
    print(msgspec.json.encode(result).decode() if args.json else _words(result))
    return 0


def measure() -> dict[str, float]:
    """Return bytes_native and bytes_raster of a usual ticket on 58 mm, and layout_us, layout_raster_us.

    Microseconds are medians of tickets that are never the same twice, from the fields to the bytes.
    """
    forms = Forms()
    native, raster = profile("generic-58"), profile("raster-58")
    return {
        "bytes_native": len(print_bytes(forms.fill("ticket", _values(12)), native)),
        "bytes_raster": len(print_bytes(forms.fill("ticket", _values(12)), raster)),
        "layout_us": _layout_us(forms, native.name, ROUNDS),
        "layout_raster_us": _layout_us(forms, raster.name, RASTER_ROUNDS),
    }


def _layout_us(forms: Forms, name: str, rounds: int) -> float:
    printer = profile(name)
    values = [_values(number) for number in range(rounds)]
    return round(median_us(lambda at: print_bytes(forms.fill("ticket", values[at]), printer), rounds), 1)


def _values(number: int) -> dict[str, str]:
    """Return the fields of one ticket; of those that change, no two tickets have the same."""
    return HALL | {
        "number": f"{'ABCD'[number // 1000 % 4]}{number % 1000:03d}",
        "ahead": str(number),
        "ahead_words": ahead_words(number),
        "expected": f"{number}分钟",
        "time": f"2026-11-21 {number // 60 % 24:02d}:{number % 60:02d}",
        "serial": f"20261121-{number:06d}",
        "check": f"K{number % 1000:03d}",
    }


def _words(result: dict[str, float]) -> str:
    return (
        f"a ticket on 58 mm is {result['bytes_native']} bytes, laid out in {result['layout_us']} us; as a picture "
        f"{result['bytes_raster']} bytes in {result['layout_raster_us']} us"
    )
