"""What the hub makes of a device that says too much, and of those who only have much to say."""

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from hardware.contract import RESEND_AFTER_S, Topics
from hub.config import MAINTAINER, Hall, load_hall
from hub.noise import (
    APART_MOST_MS,
    APART_MS,
    FLOOD,
    FORGOTTEN_MS,
    HEARD,
    LASTING,
    NOISE,
    SUBSCRIPTION,
    TRIAL_MS,
    Noise,
)
from tests.contract.waiting import until

EXAMPLE = Path(__file__).parents[2] / "examples" / "two-counters.toml"
RESEND_MS = round(RESEND_AFTER_S * 1000)
NODE = "lintel-1"


class Ear:
    """A hub's ear with a clock that stands. refused: device to how often it was not heard."""

    def __init__(self) -> None:
        self.hall = load_hall(EXAMPLE)
        self.now, self.refused = 1_000_000, dict[str, int]()
        self.noise = Noise(self.hall, lambda: self.now, self._refuse)
        self.topics = Topics(self.hall.id)

    def says(self, device: str = NODE, leaf: str = "event") -> bool:
        return self.noise.admits(self.topics.written(device, leaf).encode())

    def floods(self, device: str = NODE, leaf: str = "event", *, seconds: float = 1.0, a_second: int = 5000) -> int:
        """Return how many messages of a flood were heard."""
        heard = 0
        for _ in range(round(seconds * a_second)):
            self.now += round(1000 / a_second) if a_second <= 1000 else 0
            heard += self.says(device, leaf)
        return heard

    def passes(self, ms: int) -> None:
        """Let time pass as the hub does, who looks once a second."""
        for _ in range(0, ms, 1000):
            self.now += 1000
            self.noise.look()

    def _refuse(self, device: str, _why: str) -> None:
        self.refused[device] = self.refused.get(device, 0) + 1


@pytest.fixture
async def ear() -> Ear:
    return Ear()


@pytest.mark.parametrize("leaf", sorted(HEARD))
async def test_who_floods_is_set_apart_at_that_topic_alone(ear: Ear, leaf: str) -> None:
    assert ear.floods(leaf=leaf) == HEARD[leaf].at_once
    assert ear.noise.apart == {(NODE, leaf)}
    assert ear.noise.faults({}) == {NODE: FLOOD}
    others = [(one.name, each) for one in ear.hall.devices for each in HEARD if (one.name, each) != (NODE, leaf)]
    assert all(ear.says(*one) for one in others), "everybody else is heard, and it itself at its other topics"
    assert set(ear.refused) == {NODE}


async def test_who_floods_slowly_is_set_apart_too(ear: Ear) -> None:
    ear.floods(seconds=60, a_second=50)
    assert ear.noise.apart == {(NODE, "event")}


@pytest.mark.bad_input
@pytest.mark.parametrize("leaf", sorted(LASTING))
async def test_who_stays_just_below_the_rate_for_ever_is_set_apart_and_fills_no_disk(ear: Ear, leaf: str) -> None:
    gap_ms, hours = round(1000 / HEARD[leaf].a_second), 6
    heard, apart_s = 0, 0
    for at in range(hours * 3_600_000 // gap_ms):
        ear.now += gap_ms
        is_apart = (NODE, leaf) in ear.noise.apart
        heard += not is_apart and ear.says(leaf=leaf)
        if at % (1000 // gap_ms) == 0:
            ear.noise.look()
            apart_s += is_apart
    assert LASTING[leaf].at_once < heard <= LASTING[leaf].at_once + hours * 3600 * LASTING[leaf].a_second
    assert apart_s > hours * 3600 * 0.8, "what it says later hardly reaches the hub"
    assert ear.noise.faults({}) == {NODE: FLOOD}
    assert ear.says("pad-1", leaf), "others are heard"


async def test_who_asks_for_topics_without_end_is_set_apart_whoever_it_is(ear: Ear) -> None:
    """A device asks three times at each connection, and connects anew every second at the most."""
    for _ in range(3600):
        ear.now += 1000
        ear.noise.subscribes(NODE, 3)
        ear.noise.subscribes("nobody", 1_000_000)
    assert ear.noise.apart == frozenset()
    for account in (NODE, MAINTAINER):
        ear.noise.subscribes(account, 1_000_000)
    assert ear.noise.apart == {(NODE, SUBSCRIPTION), (MAINTAINER, SUBSCRIPTION)}
    assert ear.says(), "what it says itself is another matter"
    ear.passes(APART_MS)
    assert ear.noise.apart == frozenset()


@pytest.mark.parametrize("round_trip_ms", [0, 1, 3, 20, 500])
@pytest.mark.parametrize("kept", [16, 1791])
async def test_who_has_kept_much_and_keeps_the_contract_never_is(ear: Ear, kept: int, round_trip_ms: int) -> None:
    """One event under way, the next one when it is acknowledged, the same one again after two seconds of silence."""
    for _ in range(kept):
        while not ear.says():
            ear.passes(RESEND_MS)
        ear.now += round_trip_ms
    assert ear.noise.apart == frozenset()
    assert ear.noise.faults({}) == {}


async def test_a_printer_that_prints_all_day_and_a_hurried_finger_are_heard_at_once(ear: Ear) -> None:
    """Three presses and as many answers a second, for an hour."""
    for _ in range(6 * 3600):
        ear.now += 167
        assert ear.says()


async def test_it_is_heard_again_and_the_fault_is_over_when_it_was_quiet(ear: Ear) -> None:
    ear.floods()
    ear.passes(APART_MS - 1000)
    assert not ear.says()
    ear.passes(1000)
    assert ear.noise.apart == frozenset()
    assert ear.says()
    assert ear.noise.faults({}) == {NODE: FLOOD}, "first it has to show that it is quiet"
    ear.passes(TRIAL_MS)
    assert ear.noise.faults({}) == {}


async def test_who_goes_on_is_set_apart_for_longer_each_time(ear: Ear) -> None:
    lengths = []
    for _ in range(7):
        ear.floods()
        began = ear.now
        while ear.noise.apart:
            ear.passes(1000)
        lengths.append(ear.now - began)
    assert lengths[:4] == [APART_MS, 2 * APART_MS, 4 * APART_MS, 8 * APART_MS]
    assert lengths[-1] == APART_MOST_MS
    assert ear.noise.faults({}) == {NODE: FLOOD}, "that is one fault, not many"
    ear.passes(TRIAL_MS)
    ear.floods()
    ear.passes(APART_MS)
    assert ear.noise.apart, "a quiet minute is not forgetting"
    ear.passes(APART_MOST_MS + TRIAL_MS + FORGOTTEN_MS)
    ear.floods()
    ear.passes(APART_MS)
    assert not ear.noise.apart, "an hour is"


async def test_a_hub_that_was_started_anew_does_not_end_the_fault_before_it_knows(ear: Ear) -> None:
    before = {NODE: {NOISE: FLOOD}, "pad-1": {"memory": "low"}}
    assert ear.noise.faults(before) == {NODE: FLOOD}
    ear.passes(TRIAL_MS)
    assert ear.noise.faults(before) == {}


async def test_a_device_that_is_removed_is_set_apart_no_more(ear: Ear) -> None:
    ear.floods()
    without(ear.hall, NODE)
    ear.noise.follow_hall()
    assert (ear.noise.apart, ear.noise.faults({})) == (frozenset(), {})
    assert ear.says(), "who it is now, the ear asks itself"


def without(hall: Hall, name: str) -> None:
    file = replace(hall.file, devices=tuple(one for one in hall.devices if one.name != name))
    hall.become(replace(hall, file=file))


async def test_the_broker_is_told_of_every_change_and_a_full_disk_ends_nothing(ear: Ear) -> None:
    told, fails = list[frozenset[tuple[str, str]]](), [True]

    async def set_apart(apart: frozenset[tuple[str, str]]) -> None:
        told.append(apart)
        if fails.pop() if fails else False:
            raise OSError("no space left on device")

    keeping = asyncio.create_task(ear.noise.keep(set_apart))
    try:
        ear.floods()
        await until(lambda: len(told) == 1)
        ear.passes(APART_MS)
        await until(lambda: len(told) == 2)
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
    assert told == [{(NODE, "event")}, frozenset()]
