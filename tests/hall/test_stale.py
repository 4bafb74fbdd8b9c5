"""Without its hub every device says so by itself; with it back every face is right at once; in the simulated hall."""

import asyncio
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from PIL import Image

from displays.face_table import shipped_faces, stale_picture
from displays.picture import glowing
from hub.journal import read_rows
from sim import Hall
from tests.contract.waiting import until

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "pictures" / "stale"
SILENT_AFTER_S = 15.0
BACK_WITHIN_S = 1.0


async def shown(hall: Hall, expected: dict[str, str], *, limit_s: float) -> None:
    """Wait until every panel shows its text."""
    await asyncio.gather(*(hall.panel(name, text, limit_s=limit_s) for name, text in expected.items()))


def keep_pictures(hall: Hall, names: Iterable[str], when: str) -> None:
    """Keep what all panels show, to be looked at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name in names:
        if panel := hall.device(name).node.panel:
            glowing(Image.frombytes("1", (panel.w, panel.h), panel.bits)).save(PICTURES / f"{when}-{name}.png")


def stale_words(hall: Hall, name: str, kind: str) -> str:
    """Return what a device says without its hub, as much as its panel has room for."""
    panel = hall.device(name).node.panel
    assert panel
    return stale_picture(shipped_faces()[kind]["stale"], panel_w_px=panel.w, panel_h_px=panel.h).text


@pytest.mark.req("M4", "M41")
async def test_every_face_is_stale_without_the_hub_and_right_within_a_second_of_its_return() -> None:
    async with Hall(str(ROOT / "examples" / "two-counters.toml")) as hall:
        await hall.press("dispenser-1", "A")
        await hall.paper("dispenser-1")
        await hall.press("pad-1", "next")
        await hall.panel("lintel-1", "请A001号到1号窗")
        await hall.panel("pad-1", "A001")
        await hall.panel("pad-2", "无人等候")
        kinds = {one.name: one.kind for one in hall.snapshot().devices if one.panel}
        right = {name: panel.text for name in kinds if (panel := hall.device(name).now().panel)}
        right |= {"dispenser-1": "请按键取号", "lintel-1": "请A001号到1号窗"}
        await until(lambda: any("LeaseAnswered" in row.body for row in read_rows(hall.journal)), limit_s=20)
        await hall.kill_hub()
        killed = time.monotonic()
        stale = {name: stale_words(hall, name, kind) for name, kind in kinds.items()}
        assert {stale["pad-1"], stale["dispenser-1"]} == {"手工叫号", "请找引导员取号"}
        assert all(stale[name] != right[name] for name in kinds)
        stale["dispenser-1"] = "请按键取号"  # it goes on alone
        await shown(hall, stale, limit_s=SILENT_AFTER_S + 7)
        assert time.monotonic() - killed < SILENT_AFTER_S + 2
        keep_pictures(hall, kinds, "lost")
        await hall.until(lambda: hall.lamps("dispenser-1")["A"] and hall.lamps("dispenser-1")["B"])
        await hall.panel("dispenser-1", "请按键取号")
        assert not any(lit for name in kinds.keys() - {"dispenser-1"} for lit in hall.lamps(name).values())
        await hall.start_hub()
        began = time.monotonic()
        await shown(hall, right, limit_s=5)
        assert time.monotonic() - began < BACK_WITHIN_S
        keep_pictures(hall, kinds, "back")
