"""A lease as a test makes it, without the hub that it is tested against."""

import json
import time
from typing import Any

from hardware.contract import Lease, Panel
from tests.contract.pictures import picture

SHOWN = {name: picture(128, seed=10 + count) for count, name in enumerate(("ready", "printing", "used-up", "no-paper"))}
"""The four pictures of a dispenser that is alone."""
SERVICES: dict[str, tuple[str, int, int, str]] = {
    "B": ("B", 841, 880, "出入境"),
    "A": ("A", 801, 840, "户籍业务"),
    "C": ("C", 999, 999, "交管"),
}
"""By key: letter, first number, last number, name. In an order that no dictionary of MicroPython has by chance."""
HEAD, MIDDLE, TAIL = b"\x1b@\x1c&\x1d!\x11", b"\x1d!\x00\n", b"\n\n\x1dV\x00"
PART_BYTES = 2688
DAY_MS = 86_400_000


def lease_bytes(
    *,
    services: dict[str, tuple[str, int, int, str]] = SERVICES,
    shown: dict[str, Panel] = SHOWN,
    head: bytes = HEAD,
    serial: int = 1,
    **changes: Any,
) -> bytes:
    """Return the bytes of a lease of docs/protocol.md, "lease". changes: fields of its line of JSON."""
    names = {key: name.encode("gb18030") for key, (_, _, _, name) in services.items()}
    now_ms = time.time_ns() // 1_000_000
    fields = {
        "id": lease_id(serial),
        "day": "20261121",
        "given": now_ms,
        "until": now_ms + DAY_MS,
        "utc_offset_s": 28800,
        "services": {key: [*services[key][:3], len(names[key])] for key in services},
        "form": [["raw", len(head)], ["number", 0], ["raw", len(MIDDLE)], ["service", 0], ["raw", 1], ["time", 0]],
        "pictures": {name: len(panel.bits) for name, panel in shown.items()},
        "w": 128,
        "h": 16,
        **changes,
    }
    fields["form"] = [*fields["form"], ["raw", len(TAIL)]]
    line = json.dumps(fields, separators=(",", ":")).encode()
    raw = head + MIDDLE + b"\n" + TAIL
    blobs = b"".join(names.values()) + raw + b"".join(panel.bits for panel in shown.values())
    return b"LEASE1\n" + line + b"\n" + blobs


def lease_id(serial: int) -> str:
    return f"20261121-l{serial:05d}"


def lease_parts(data: bytes, serial: int = 1) -> list[Lease]:
    """Return the jobs that carry a lease."""
    pieces = [data[at : at + PART_BYTES] for at in range(0, len(data), PART_BYTES)]
    return [
        Lease(do="lease", id=lease_id(serial), data=piece, part=part, parts=len(pieces))
        for part, piece in enumerate(pieces, 1)
    ]
