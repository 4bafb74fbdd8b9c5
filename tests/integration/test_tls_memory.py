"""A dispenser has room for TLS: the widest pictures, presses and slips go through it, and its link comes back."""

import re
from pathlib import Path

from hardware.contract import JobDone, KeyPressed
from tests.contract.devices import DEVICE
from tests.contract.pictures import picture
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import until
from tests.integration.link_faults import Site, a_hub, a_site

FREE_BYTES = 9_000
SLIP = b"\x1b@" * 600 + b"x\n\x1dV\x00"
TROUBLE = ("Memory", "Traceback", "--")


async def test_a_dispenser_does_everything_over_tls(tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, a_hub(site) as hub:
        await hub.ready(DEVICE)
        free = [int(found[1]) for line in site.node.console if (found := re.match(r"(\d+) bytes of memory", line))]
        assert [bytes_ > FREE_BYTES for bytes_ in free] == [True]
        for number in range(1, 4):
            hub.show(DEVICE, panel=picture(1024, seed=number, motion="scroll", pace_ms=20), turn=number)
            hub.print(DEVICE, f"20261121-{number:06d}", SLIP)
            await until(lambda at=number: len(hub.distinct(DEVICE)) == 2 * at - 1, limit_s=30, why=lambda: _said(site))
            event = await hub.event(DEVICE, number=2 * number - 1)
            assert event == JobDone(boot=1, seq=2 * number - 1, job=f"20261121-{number:06d}", at=event.at)
            hub.acknowledge(DEVICE, event)
            await site.node.press("A")
            press = await hub.press(DEVICE, number=2 * number)
            assert press == KeyPressed(boot=1, seq=2 * number, turn=number, key="A", at=press.at)
            hub.acknowledge(DEVICE, press)
            await _comes_back(site, hub)
        assert [line for line in site.node.console if any(word in line for word in TROUBLE)] == []


async def _comes_back(site: Site, hub: PlayedHub) -> None:
    """Unplug and plug in: every connection asks for memory in one piece."""
    known = len(hub.statuses[DEVICE])
    site.cable.cut()
    site.cable.mend()
    await until(lambda: len(hub.statuses[DEVICE]) > known + 1, why=lambda: _said(site))
    await hub.ready(DEVICE)


def _said(site: Site) -> list[str]:
    return site.node.console
