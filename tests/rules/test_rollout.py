"""New firmware goes over a hall node by node: who is next, who has to wait, and what stops it."""

from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace

from hub.rules.rollout import (
    Limits,
    Rollout,
    Seen,
    Step,
    Target,
    advance,
    answered,
    asked,
    in_order,
    stages,
    stop,
)

NEW, OLD = "0.2.0", "0.1.0"
LIMITS = Limits(fetch_ms=20_000, switch_ms=60_000, prove_ms=3_000, repeat_ms=5_000)


@dataclass
class Played:
    """Devices that do as told, in played time; a test says what goes wrong with which."""

    kinds: list[str]
    now: int = 0
    offers: list[str] = field(default_factory=list)
    switched: list[str] = field(default_factory=list)
    rolls_back: set[str] = field(default_factory=set)
    refuses: dict[str, str] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    busy: set[str] = field(default_factory=set)
    away: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        names = [f"n{number}" for number in range(len(self.kinds))]
        self.seen = {name: Seen(is_ready=name not in self.away, boot=1, fw=OLD, is_free=True) for name in names}
        targets = tuple(
            Target(device=name, kind=kind, serial=number + 1, stage=stage)
            for number, (name, kind, stage) in enumerate(zip(names, self.kinds, stages(len(names)), strict=True))
        )
        self.rollout = Rollout(version=NEW, day="20261123", by="", begun_at=0, targets=targets)

    def run(self, seconds: int) -> list[Step]:
        """Let so many seconds pass; return all that was said."""
        said = []
        for _ in range(seconds):
            self.now += 1000
            seen = {
                name: replace(one, is_ready=name not in self.away, is_free=name not in self.busy)
                for name, one in self.seen.items()
            }
            self.rollout, steps = advance(self.rollout, seen, self.now, LIMITS)
            said += steps
            for step in steps:
                self._do(step)
        return said

    def _do(self, step: Step) -> None:
        if step.act == "offer":
            self.offers.append(step.device)
            if step.device not in self.silent:
                self.rollout = asked(self.rollout, step.device, self.now)
                why = self.refuses.get(step.device)
                self.rollout = answered(self.rollout, step.device, step.job, why, self.now)
            return
        self.switched.append(step.device)
        before = self.seen[step.device]
        fw = OLD if step.device in self.rolls_back else NEW
        self.seen[step.device] = replace(before, boot=before.boot + 1, fw=fw)

    def phases(self) -> dict[str, str]:
        return {one.device: one.phase for one in self.rollout.targets}


def test_one_then_some_then_all() -> None:
    assert stages(1) == (0,)
    assert stages(10) == (0, 1, 1, 1, 2, 2, 2, 2, 2, 2)
    hall = Played(["lintel"] * 10)
    hall.run(5)
    assert hall.offers == ["n0"]
    hall.run(1)
    assert sorted(hall.offers) == ["n0", "n1", "n2", "n3"]
    hall.run(60)
    assert set(hall.phases().values()) == {"done"}
    assert hall.switched == [f"n{number}" for number in range(10)]
    assert hall.rollout.ended_at is not None


def test_the_first_is_one_that_is_there_and_dispensers_come_last() -> None:
    devices = [("d", "dispenser", True), ("p", "pad", True), ("l", "lintel", True), ("x", "lintel", False)]
    assert [name for name, _, _ in in_order(devices)] == ["l", "p", "d", "x"]


@pytest.mark.parametrize("why", ["not-mine", "old", "damaged", "flash"])
def test_the_first_that_refuses_stops_all_others(why: str) -> None:
    hall = Played(["lintel"] * 5, refuses={"n0": why})
    hall.run(120)
    assert hall.rollout.stopped == f"n0 {why}"
    assert hall.phases() == {"n0": "failed", "n1": "waiting", "n2": "waiting", "n3": "waiting", "n4": "waiting"}
    assert (hall.switched, hall.rollout.ended_at) == ([], None)


def test_a_roll_back_stops_who_has_fetched_already() -> None:
    hall = Played(["lintel"] * 8, rolls_back={"n1"}, busy={"n2"})
    hall.run(20)
    assert hall.rollout.stopped == "n1 rolled-back"
    hall.busy.clear()
    hall.run(60)
    assert (hall.phases()["n2"], "n2" in hall.switched) == ("ready", False)
    assert {hall.phases()[f"n{n}"] for n in range(3, 8)} == {"waiting"}


def test_firmware_that_falls_after_it_came_up_is_rolled_back() -> None:
    hall = Played(["lintel"] * 2)
    hall.run(3)
    assert hall.phases()["n0"] == "proving"
    hall.seen["n0"] = Seen(is_ready=True, boot=9, fw=OLD, is_free=True)
    hall.run(1)
    assert hall.rollout.stopped == "n0 rolled-back"


def test_a_node_that_gets_nowhere_fails_and_one_that_is_away_does_not() -> None:
    hall = Played(["lintel"] * 2, silent={"n0"})
    hall.run(3)
    hall.away.add("n0")
    hall.run(100)
    assert hall.phases()["n0"] == "fetching"
    hall.away.clear()
    hall.run(21)
    assert hall.rollout.stopped == "n0 no-progress"
    assert hall.offers.count("n0") >= 3, "an offer may be lost, and is made again"


def test_who_misses_an_offer_gets_another_before_he_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hall's file may have less patience than the time after which an offer is repeated."""
    monkeypatch.setitem(globals(), "LIMITS", replace(LIMITS, fetch_ms=8_000, repeat_ms=10_000))
    hall = Played(["lintel"], silent={"n0"})
    hall.run(2)
    hall.silent.clear()
    hall.run(20)
    assert hall.phases() == {"n0": "done"}


def test_a_node_that_does_not_come_back_fails() -> None:
    hall = Played(["lintel"] * 2, busy={"n0"})
    hall.run(3)
    hall.busy.clear()
    hall.run(1)
    hall.away.add("n0")
    hall.run(61)
    assert hall.rollout.stopped == "n0 not-back"


def test_nobody_is_switched_while_somebody_is_served() -> None:
    hall = Played(["lintel"] * 3, busy={"n0"})
    hall.run(200)
    assert (hall.phases()["n0"], hall.switched) == ("ready", [])
    hall.busy.clear()
    hall.run(1)
    assert hall.switched == ["n0"]


def test_dispensers_are_without_firmware_one_at_a_time() -> None:
    hall = Played(["lintel", "lintel", "dispenser", "dispenser", "dispenser"])
    while hall.rollout.ended_at is None and hall.now < 200_000:
        hall.run(1)
        away = [name for name, phase in hall.phases().items() if phase in ("switching", "proving")]
        assert sum(name in ("n2", "n3", "n4") for name in away) <= 1
    assert hall.rollout.ended_at is not None


def test_who_is_away_is_waited_for_and_holds_up_nobody_else() -> None:
    hall = Played(["lintel"] * 6, away={"n1"})
    hall.run(60)
    assert hall.phases() == {"n0": "done", "n1": "waiting", "n2": "done", "n3": "done", "n4": "done", "n5": "done"}
    assert hall.rollout.ended_at is None
    hall.away.clear()
    hall.run(10)
    assert hall.rollout.ended_at is not None


@pytest.mark.parametrize("phase", ["fetching", "ready"])
def test_who_goes_away_in_the_middle_holds_up_the_others_for_a_while_only(phase: str) -> None:
    gone = {f"n{number}" for number in range(1, 5)}
    hall = Played(["lintel"] * 16)
    (hall.silent if phase == "fetching" else hall.busy).update(gone)
    hall.run(8)
    assert [one for one, its in hall.phases().items() if its == phase] == sorted(gone)
    hall.away |= gone
    hall.run(40)
    assert hall.switched == ["n0"], "they may be back at once, and all the others have to wait for them"
    hall.run(120)
    assert {one for one, its in hall.phases().items() if its == "done"} == set(hall.phases()) - gone
    hall.away.clear()
    hall.silent.clear()
    hall.busy.clear()
    hall.run(60)
    assert set(hall.phases().values()) == {"done"}
    assert hall.rollout.ended_at is not None


def test_a_stop_begins_nothing_more_and_ends_what_was_begun() -> None:
    hall = Played(["lintel"] * 8)
    hall.run(2)
    hall.rollout = stop(hall.rollout, "by 027001")
    hall.run(60)
    assert [one.phase for one in hall.rollout.targets] == ["done", *["waiting"] * 7]
    assert stop(hall.rollout, "by another").stopped == "by 027001"


def test_who_has_it_needs_nothing_and_answers_to_another_offer_are_none() -> None:
    hall = Played(["lintel"] * 2)
    hall.seen["n0"] = replace(hall.seen["n0"], fw=NEW)
    hall.silent.add("n1")
    hall.run(3)
    assert (hall.phases()["n0"], hall.switched) == ("done", [])
    before = hall.rollout
    assert answered(before, "n1", "20261122-u00002", None, hall.now) is before
    assert answered(before, "n9", "20261123-u00002", None, hall.now) is before


def test_who_has_to_serve_before_he_has_switched_is_told_again_when_nobody_is_served() -> None:
    hall = Played(["lintel"] * 2)
    hall.run(1)
    hall.rollout = hall.rollout.having(
        replace(hall.rollout.targets[0], phase="switching", boot=1, fw=OLD, since=hall.now, said_at=hall.now)
    )
    hall.busy.add("n0")
    hall.run(500)
    assert (hall.switched, hall.rollout.stopped) == ([], "")
    hall.busy.clear()
    hall.run(1)
    assert hall.switched == ["n0"]
