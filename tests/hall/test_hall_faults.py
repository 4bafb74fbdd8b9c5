"""What hangs and what travels badly in a simulated hall, and how the hall goes on when it is over."""

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.journal import read_rows, verify
from hub.rules.events import TicketTaken
from sim import Hall
from sim.bad_link import WELL
from sim.processes import pid_of
from tests.hall.hands import ticket

EXAMPLES = Path(__file__).parents[2] / "examples"
BAD = {"lag_ms": 20, "lag_spread_ms": 60, "lost": 0.02, "doubled": 0.4, "shuffled": 0.4}


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    async with Hall(EXAMPLES / "one-counter.toml") as hall:
        yield hall


def taken(hall: Hall) -> list[str]:
    """Return the numbers of the journal, in order."""
    return [
        fact.number for row in read_rows(hall.journal) for fact in row.content().facts if isinstance(fact, TicketTaken)
    ]


def broker_of(hall: Hall) -> int | None:
    return pid_of(hall.state / "broker.pid", word=hall.state / "mosquitto.conf")


def runs(pid: int | None) -> bool:
    return pid is not None and Path(f"/proc/{pid}").exists()


@pytest.mark.req("M41")
async def test_who_hangs_holds_a_press_up_and_loses_none(hall: Hall) -> None:
    for freeze, thaw in ((hall.freeze_hub, hall.thaw_hub), (hall.freeze_broker, hall.thaw_broker)):
        freeze()
        before = len(taken(hall))
        await hall.press("dispenser-1", "A")
        await hall.until(lambda: hall.lamps("dispenser-1")["A"])
        assert len(taken(hall)) == before
        thaw()
        await ticket(hall, pressed=True)
    assert taken(hall) == ["A001", "A002"]
    hall.freeze_hub()
    assert hall.snapshot().hub == "frozen"
    await hall.kill_hub()
    await hall.start_hub()
    await hall.restart_broker()
    await hall.restart_hub()
    assert await ticket(hall) == "A003"
    assert list(verify(hall.journal)) == []


async def test_a_node_that_hangs_goes_on_or_is_started_anew_by_its_watchdog(hall: Hall) -> None:
    hall.freeze_node("pad-1")
    assert hall.device("pad-1").now().hangs
    first = hall.device("pad-1").node.pid
    hall.thaw_node("pad-1")
    assert not hall.device("pad-1").now().hangs
    hall.freeze_node("pad-1")
    await hall.press("dispenser-1", "A")
    await hall.paper("dispenser-1")
    await hall.until(lambda: hall.device("pad-1").node.pid not in (None, first), limit_s=20)
    await hall.until(lambda: hall.lamps("pad-1")["next"])
    assert not hall.device("pad-1").now().hangs
    await hall.restart_node("pad-1")
    await hall.until(lambda: hall.lamps("pad-1")["next"])


async def test_over_bad_links_every_press_counts_once(hall: Hall) -> None:
    chance = random.Random(8)
    for device in hall.devices:
        hall.link(device, **BAD, chance=chance)
    assert hall.snapshot().devices[0].link.doubled == BAD["doubled"]
    papers = [await ticket(hall) for _ in range(6)]
    assert papers == taken(hall)
    for device in hall.devices:
        hall.link(device)
    assert hall.device("pad-1").now().link == WELL
    await hall.press("pad-1", "next")
    await hall.panel("lintel-1", "A001", limit_s=20)
    assert taken(hall) == [f"A{number:03}" for number in range(1, 7)]
    with pytest.raises(ValueError, match="lost is a share of all packets, from 0 to 1"):
        hall.link("pad-1", lost=3)


async def test_a_closed_hall_leaves_nothing_that_hangs() -> None:
    hall = Hall(EXAMPLES / "one-counter.toml")
    await hall.start()
    hub, broker = hall.programs().hub.pid, broker_of(hall)
    node = hall.device("pad-1").node.pid
    assert all(runs(pid) for pid in (hub, broker, node))
    hall.freeze_node("pad-1")
    hall.freeze_broker()
    hall.freeze_hub()
    await hall.close()
    assert not any(runs(pid) for pid in (hub, broker, node))
