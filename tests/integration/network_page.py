"""docs/network.md, measured: ``python -m tests.integration.network_page`` plays every fault and writes it again."""

import asyncio
import tempfile
from pathlib import Path

from tests.integration.link_faults import FAULTS, KEEPALIVE_S, Fault, Outcome

PAGE = Path(__file__).parents[2] / "docs" / "network.md"
HEAD = f"""# The network of a node

What stands between a node and its hub, and what happens when it breaks. The table is measured by
`python -m tests.integration.network_page` with the real firmware, the real mosquitto and TLS, on one computer; a
keep-alive there has {KEEPALIVE_S} s, in a hall 10 s. `tests/integration/test_link_faults.py` plays the same with the
limits that are given.

## How a node gets there

`settings.json` on its flash says how, in `net`; `docs/hall-file.md` says what belongs to the hub's side.

| board | network | `net` |
|---|---|---|
| W5500-EVB-Pico, W5500-EVB-Pico2 | W5500, cable | `{{}}` is DHCP; or `address` `mask` `gateway` `dns`, all four |
| WT32-ETH01 | LAN8720, cable | the same |
| Pico W, ESP32-S3 | Wi-Fi | `ssid` `password` `country`, and an address likewise; the radio never sleeps |

Before every attempt to reach the broker a node looks whether there is a network. Where there is none its console says
after a few attempts what is missing: `no cable`, `no address by DHCP`, `no access point NAME in reach`, `the access
point NAME refuses the password`. Attempts come after 0.02 s to 5 s, at random, so that a hall full of nodes does not
come back in one instant; a radio joins anew after 15 s. After fifty attempts in vain the network's chip is switched
off and on. Every trouble is said once, and `connected` when it is over.

While there is a link a node pings three times in a keep-alive, and ends the link when nothing came for a whole one. A
press during an outage blinks and is kept; it is told once when the link is back. After 15 s without the hub's beat
the panel shows that the hall is not connected, and presses are refused with two low tones (`docs/protocol.md`, "hub").
When the watchdog is fed stands in `docs/decisions/0017-when-a-node-is-well.md`.

## What breaks, and for how long

| fault | what the node does | its console | noticed, s | limit | back, s | limit |
|---|---|---|---|---|---|---|
"""
TAIL = """
Noticed counts from the fault, for a certificate or a password from the first look at the console. Back counts from the
moment at which the fault was mended, some seconds after it was noticed; for a half-open link, which nobody mends, from
the moment at which it was noticed; for a bad network it is how long a press took to be told and answered.
"""


def row(fault: Fault, outcome: Outcome) -> str:
    """Return one line of the table."""
    noticed = "-" if outcome.noticed_s is None else f"{outcome.noticed_s:.1f}"
    limit = "-" if fault.noticed_s is None else f"{fault.noticed_s:g}"
    says = " ".join(outcome.says.split()) or "-"
    return f"| {fault.name} | {fault.does} | {says} | {noticed} | {limit} | {outcome.back_s:.1f} | {fault.back_s:g} |\n"


async def measured() -> str:
    """Return the page of a run."""
    rows = []
    for fault in FAULTS:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(row(fault, await fault.run(Path(folder))))
    return HEAD + "".join(rows) + TAIL


if __name__ == "__main__":
    PAGE.write_text(asyncio.run(measured()), encoding="utf-8")
