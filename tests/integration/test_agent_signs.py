"""What a device on a Raspberry Pi knows of its hub, and its lamps and tones in time."""

from collections.abc import AsyncIterator

import pytest

from hardware.agent_boot import BootNumber
from hardware.agent_hub import HubWatch
from hardware.agent_signs import LampSigns, ToneSigns
from hardware.contract import HubStatus
from tests.contract.waiting import stays, until

AT = 1_795_237_200_123
BEAT = HubStatus(state="ready", boot=3, at=AT)
WILL = HubStatus(state="lost")
LOST_AFTER_S = 0.05


class Watched:
    """A hub watch and what it said."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.watch = HubWatch(
            on_change=lambda: self.said.append("lost" if self.watch.is_lost else "found"),
            on_new_boot=lambda: self.said.append("new boot"),
            lost_after_s=LOST_AFTER_S,
        )


@pytest.fixture
async def hub() -> AsyncIterator[Watched]:
    watched = Watched()
    watched.watch.start()
    yield watched
    watched.watch.close()
    watched.watch.close()


async def test_silence_loses_the_hub_and_a_beat_finds_it(hub: Watched) -> None:
    hub.watch.hear(BEAT, retained=False)
    await until(lambda: hub.said == ["lost"])
    hub.watch.hear(BEAT, retained=False)
    assert hub.said == ["lost", "found"]


@pytest.mark.parametrize(
    ("message", "retained"),
    [(BEAT, True), (WILL, False), (HubStatus(state="disconnected", boot=3, at=AT), False)],
)
async def test_what_is_no_beat_does_not_keep_the_hub(hub: Watched, message: HubStatus, retained: bool) -> None:
    hub.watch.hear(message, retained=retained)
    await until(lambda: hub.said == ["lost"])
    hub.watch.hear(message, retained=retained)
    assert hub.said == ["lost"]


async def test_who_has_just_started_believes_an_old_will(hub: Watched) -> None:
    hub.watch.hear(WILL, retained=True)
    assert hub.said == ["lost"]


async def test_who_has_heard_a_beat_does_not_believe_an_old_will(hub: Watched) -> None:
    hub.watch.hear(BEAT, retained=False)
    hub.watch.hear(WILL, retained=True)
    assert hub.said == []


async def test_a_new_boot_is_told_also_across_the_will(hub: Watched) -> None:
    for message in (BEAT, BEAT, WILL, HubStatus(state="ready", boot=4, at=AT)):
        hub.watch.hear(message, retained=False)
    assert hub.said == ["new boot"]


async def test_the_halls_time_is_known_from_the_first_beat(hub: Watched) -> None:
    hub.watch.hear(BEAT, retained=True)
    assert hub.watch.hall_time_ms() is None
    hub.watch.hear(BEAT, retained=False)
    assert 0 <= (hub.watch.hall_time_ms() or 0) - AT < 1000


class Lamps:
    """Lamps of the tests: a list of what was lit."""

    def __init__(self) -> None:
        self.seen: list[set[str]] = []

    def light(self, lit: frozenset[str]) -> None:
        self.seen.append(set(lit))

    def close(self) -> None:
        """Nothing is open."""


async def test_lamps_of_a_view_and_a_waiting_key() -> None:
    lamps = Lamps()
    signs = LampSigns(part=lamps, names=("A", "B", "C"), blink_ms=10)
    signs.show({"A": "on", "B": "off", "other": "on"}, waiting=frozenset({"B"}))
    await until(lambda: lamps.seen[:4] == [{"A", "B"}, {"A"}, {"A", "B"}, {"A"}])
    signs.show({"A": "off", "C": "on"}, waiting=frozenset())
    assert lamps.seen[-1] == {"C"}
    count = len(lamps.seen)
    await stays(lambda: len(lamps.seen) == count, for_s=0.03)


class Buzzer:
    """A buzzer of the tests: a list of its frequencies."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def sound(self, hertz: int) -> None:
        self.seen.append(hertz)

    def close(self) -> None:
        """Nothing is open."""


async def test_tones_follow_one_another_and_new_ones_take_their_place() -> None:
    buzzer = Buzzer()
    signs = ToneSigns(buzzer)
    signs.play([(880, 10), (0, 5), (440, 10)])
    await until(lambda: buzzer.seen == [880, 0, 440, 0])
    signs.play([(880, 5000)])
    signs.play([])
    signs.play([(440, 5000)])
    signs.close()
    signs.close()
    assert buzzer.seen == [880, 0, 440, 0, 880, 0, 440, 0]


def test_the_boot_number_grows_and_damage_begins_it_anew(tmp_path) -> None:
    folder = tmp_path / "pad-3"
    assert [BootNumber(folder).begin() for _ in range(3)] == [1, 2, 3]
    BootNumber(folder).keep(41)
    assert BootNumber(folder).begin() == 42
    (folder / "boot").write_bytes(b"\xff\x00")
    assert BootNumber(folder).begin() == 1
    assert sorted(file.name for file in folder.iterdir()) == ["boot"]
