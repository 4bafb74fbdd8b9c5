"""The simulated hall as tests and scripts use it: real hub, broker and firmware from press to dots and paper."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.config import HallError
from hub.journal import read_rows, verify
from sim import Hall
from sim.changes import Change, PanelNow, Snapshot
from sim.errors import HallStartError, NoSuchThingError, WaitedInVainError
from sim.processes import pid_of
from sim.reading import read_text
from tests.hall.running import runs

EXAMPLES = Path(__file__).parents[2] / "examples"
FIVE = EXAMPLES / "five-counters.toml"
ONE = EXAMPLES / "one-counter.toml"


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    async with Hall(ONE) as hall:
        yield hall


def broker_of(hall: Hall) -> int | None:
    return pid_of(hall.state / "broker.pid", word=hall.state / "mosquitto.conf")


async def take(hall: Hall, key: str = "A") -> str:
    """Take a ticket and return its number."""
    await hall.press("dispenser-1", key)
    return (await hall.paper("dispenser-1")).text[1]


async def test_a_press_becomes_paper_and_another_one_becomes_light() -> None:
    async with Hall(FIVE) as hall:
        await hall.press("dispenser-1", "A")
        ticket = await hall.paper("dispenser-1")
        await hall.press("pad-3", "next")
        shown = await hall.panel("lintel-3", "A001")
        pad = await hall.panel("pad-3", "A001")
    assert ticket.text[:3] == ["东湖派出所综合服务大厅", "A001", "户籍"]
    assert b"\x1b@\x1c&" in ticket.data
    assert ticket.image.height > ticket.image.width
    assert shown.text == "请A001号到3号窗"
    assert (len(shown.dots), {len(row) for row in shown.dots}, read_text(shown.dots)) == (16, {128}, shown.text)
    assert (shown.image.size, list(shown.image.tobytes())) == ((128, 16), _packed(shown.dots))
    assert pad.text == "A001"


def _packed(dots: list[list[int]]) -> list[int]:
    return [int("".join(map(str, row[at : at + 8])), 2) for row in dots for at in range(0, len(row), 8)]


async def test_everything_is_removed_at_the_end() -> None:
    hall = Hall(ONE)
    await hall.start()
    state, broker = hall.state, broker_of(hall)
    assert runs(broker)
    await hall.close()
    await hall.close()
    assert (state.exists(), runs(broker)) == (False, False)


async def test_unknown_names_are_answered_with_the_known_ones(hall: Hall) -> None:
    with pytest.raises(LookupError, match="no device 'pad-9'; the hall has dispenser-1, pad-1, lintel-1"):
        await hall.press("pad-9", "next")
    with pytest.raises(NoSuchThingError, match="pad-1 has no key 'A'; it has the keys next, recall, no-show, finish"):
        await hall.press("pad-1", "A")
    with pytest.raises(NoSuchThingError, match="lintel-1 has no key 'A'; it has no keys"):
        await hall.press("lintel-1", "A")
    with pytest.raises(NoSuchThingError, match="pad-1 has no printer"):
        await hall.paper("pad-1")
    with pytest.raises(NoSuchThingError, match="there is no slip 7"):
        hall.take(7)


async def test_a_wait_in_vain_says_what_was_there(hall: Hall) -> None:
    with pytest.raises(TimeoutError, match=r"lintel-1 did not show 'A009' within 0\.2 s; on show: '1号窗口 综合业务'"):
        await hall.panel("lintel-1", "A009", limit_s=0.2)
    with pytest.raises(
        WaitedInVainError, match=r"no slip came out of dispenser-1 within 0\.2 s; on show: '请按键取号'"
    ):
        await hall.paper("dispenser-1", limit_s=0.2)


async def test_slips_are_taken_in_the_order_in_which_they_came_out(hall: Hall) -> None:
    await hall.press("dispenser-1", "A")
    await hall.until(lambda: len(hall.snapshot().devices[0].slips) == 1)
    await hall.press("dispenser-1", "D")
    await hall.until(lambda: len(hall.snapshot().devices[0].slips) == 2)
    assert [(await hall.paper("dispenser-1")).text[1] for _ in range(2)] == ["A001", "D001"]
    assert [(slip.id, slip.place) for slip in hall.snapshot().devices[0].slips] == [(1, "table"), (2, "table")]


async def test_lamps_are_the_pins_at_this_moment(hall: Hall) -> None:
    dark = {"next": False, "recall": False, "no-show": False, "finish": False}
    assert hall.lamps("pad-1") == dark
    await take(hall)
    await hall.until(lambda: hall.lamps("pad-1") == dark | {"next": True})


async def test_a_killed_hub_forgets_nothing_and_a_new_one_goes_on(hall: Hall) -> None:
    assert await take(hall) == "A001"
    await hall.press("pad-1", "next")
    await hall.panel("lintel-1", "A001")
    await hall.kill_hub()
    assert hall.snapshot().hub == "down"
    await hall.start_hub()
    assert hall.snapshot().hub == "ready"
    assert await take(hall) == "A002"
    assert (await hall.panel("lintel-1", "号窗")).text == "请A001号到1号窗"
    assert list(verify(hall.journal)) == []


async def test_a_hall_whose_hub_was_killed_leaves_no_broker_behind() -> None:
    async with Hall(ONE) as hall:
        await hall.kill_hub()
        broker = broker_of(hall)
        assert runs(broker)
    assert not runs(broker)


async def test_a_killed_broker_is_back_and_a_press_counts(hall: Hall) -> None:
    before = broker_of(hall)
    await hall.kill_broker()
    await hall.until(lambda: all(not device.online for device in hall.snapshot().devices))
    await hall.until(lambda: all(device.online for device in hall.snapshot().devices))
    assert broker_of(hall) != before
    assert await take(hall) == "A001"


@pytest.mark.parametrize("fault", ["cut", "frozen"])
async def test_presses_at_a_broken_cable_call_once_when_it_is_mended(hall: Hall, fault: str) -> None:
    await take(hall)
    await take(hall)
    (hall.cut if fault == "cut" else hall.freeze)("pad-1")
    for _ in range(3):
        await hall.press("pad-1", "next")
    hall.mend("pad-1")
    await hall.panel("lintel-1", "A001", limit_s=15)
    await hall.panel("pad-1", "A001", limit_s=15)
    calls = [row for row in read_rows(hall.journal) if "TicketCalled" in repr(row.content())]
    assert len(calls) == 1


async def test_a_node_without_power_is_dark_and_comes_back(hall: Hall) -> None:
    await hall.power_cut("lintel-1")
    await hall.until(lambda: hall.device("lintel-1").panel == PanelNow(w=128, h=16, bits=bytes(256), text=""))
    await hall.until(lambda: not hall.snapshot().devices[2].online, limit_s=30)
    await hall.power_on("lintel-1")
    assert (await hall.panel("lintel-1", "号窗口")).text == "1号窗口 综合业务"


async def test_without_paper_nothing_comes_out_until_there_is_some(hall: Hall) -> None:
    hall.printer("dispenser-1").paper_out = True
    await hall.panel("dispenser-1", "缺纸")
    hall.printer("dispenser-1").paper_out = False
    await hall.panel("dispenser-1", "请按键取号")
    assert re.fullmatch(r"A00\d", await take(hall))


async def test_whoever_watches_sees_the_whole_and_then_the_changes(hall: Hall) -> None:
    news = hall.watch()
    first = await anext(news)
    assert isinstance(first, Snapshot)
    assert first == hall.snapshot()
    await hall.press("dispenser-1", "A")
    seen: list[Change] = []
    while not (seen and seen[-1].slips):
        change = await anext(news)
        assert isinstance(change, Change)
        seen.append(change)
    pressed = [change.pressed for change in seen if change.pressed is not None]
    assert pressed == [("A",), ()]
    assert any(change.lamps and not change.lamps["A"] for change in seen)
    await hall.close()
    rest = [change async for change in news]
    assert all(isinstance(change, Change) for change in rest)


async def test_a_kept_state_goes_on_where_it_was(tmp_path: Path) -> None:
    async with Hall(ONE, state=tmp_path / "state") as hall:
        assert await take(hall) == "A001"
    async with Hall(ONE, state=tmp_path / "state") as hall:
        assert (hall.journal, await take(hall)) == (tmp_path / "state" / "journal.db", "A002")


async def test_a_hall_that_cannot_start_says_what_the_hub_said_and_harms_nobody(hall: Hall) -> None:
    before = broker_of(hall)
    with pytest.raises(HallStartError, match=r"the hub did not become ready; it said:\n.*another program runs with"):
        await Hall(ONE, state=hall.state).start()
    assert (broker_of(hall), await take(hall)) == (before, "A001")


async def test_a_hall_with_a_bad_file_or_a_foreign_chip_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text("[hall]\n")
    with pytest.raises(HallError):
        await Hall(bad).start()
    foreign = tmp_path / "foreign.toml"
    foreign.write_text(ONE.read_text("utf-8").replace("lintel-pico", "lintel-pi"), "utf-8")
    with pytest.raises(HallStartError, match="lintel-1 has the board lintel-pi"):
        await Hall(foreign).start()
