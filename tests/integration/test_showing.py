"""Views follow what happens, also what happens while they are being brought up to date."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from hardware.contract import Topics, View
from hub.clock import HallClock
from hub.config import load_hall
from hub.desk import Desk
from hub.rules.state import Fault
from hub.showing import DEVICES_A_TURN, Showing
from tests.contract.waiting import until
from tests.hall.staffed import HALL, counters, desks, device

FAULT = "系统故障"


class Shown:
    """A link that keeps what is published through it. then: called after every view."""

    def __init__(self, then: Callable[[], None]) -> None:
        self.texts: dict[str, str] = {}
        self.has_seen_fault = False
        self._then = then

    def publish(self, topic: str, payload: bytes, *, retain: bool) -> None:
        assert retain
        panel = msgspec.json.decode(payload, type=View).panel
        self.texts[Topics("staffed").split(topic)[0]] = panel.text if panel else ""
        self.has_seen_fault |= FAULT in "".join(self.texts.values())
        self._then()


async def test_what_changes_during_a_refresh_is_shown_by_those_who_had_their_turn(tmp_path: Path) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(
        HALL.format(rules="", service_a="", service_b="")
        + counters(4)
        + device("dispenser-1", "dispenser", "dispenser-pico")
        + desks("dispenser-1"),
        encoding="utf-8",
    )
    hall = load_hall(file)
    desk = Desk(hall)
    showing = Showing(hall, desk, clock=HallClock(), day_key=lambda _day: bytes(32))

    def mend() -> None:
        if desk.state.fault:
            desk.state.fault = None
            showing.update_all_soon()

    shown = Shown(mend)
    showing.attach(shown, boot=1)  # type: ignore[arg-type]
    try:
        showing.publish_all()
        desk.state.fault = Fault(device="duty", by="", since=1)
        assert len(hall.devices) > 2 * DEVICES_A_TURN
        showing.update_all_soon()
        await until(lambda: shown.has_seen_fault)
        await until(lambda: FAULT not in "".join(shown.texts.values()), why=lambda: shown.texts)
    finally:
        showing.close()
