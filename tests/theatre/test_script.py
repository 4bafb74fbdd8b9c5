"""Scripts of days, drawn from seeds: everything that may break does on some day, and nothing breaks twice at once."""

from collections import defaultdict
from itertools import pairwise

import pytest

from hub.config import load_hall
from sim.theatre.play import FILE
from sim.theatre.script import (
    BAD,
    CHAIN,
    DEVICE,
    LONG_S,
    MIDNIGHT,
    MORNING,
    NODE,
    PANEL,
    PRINTER,
    PROGRAMS,
    Script,
    Trouble,
    write,
)
from sim.theatre.stage import stage_of

DAYS = 400


@pytest.fixture(scope="module")
def scripts() -> list[Script]:
    stage = stage_of(load_hall(FILE))
    return [write(seed, stage) for seed in range(1, DAYS + 1)]


def test_everything_that_may_break_breaks_on_some_day(scripts: list[Script]) -> None:
    broken = {(one.where if one.where in PROGRAMS else "device", one.what) for day in scripts for one in day.troubles}
    of_devices = {("device", kind.what) for kind in (*DEVICE, *NODE, *PRINTER, *PANEL, *CHAIN, *BAD)}
    assert broken == of_devices | {(where, kind.what) for where, kinds in PROGRAMS.items() for kind in kinds}
    assert {day.begins for day in scripts} == {MORNING, MIDNIGHT}


def test_of_one_thing_there_is_one_trouble_at_a_time(scripts: list[Script]) -> None:
    for day in scripts:
        of_one: dict[str, list[Trouble]] = defaultdict(list)
        for trouble in day.troubles:
            of_one["hub" if trouble.where in PROGRAMS else trouble.where].append(trouble)
        for troubles in of_one.values():
            assert all(one.until_s <= later.at_s for one, later in pairwise(troubles)), day


def test_everything_is_mended_and_let_go_before_the_day_is_over(scripts: list[Script]) -> None:
    for day in scripts:
        assert all(0 <= one.at_s <= one.until_s <= day.length_s for one in day.troubles)
        assert all(0 <= one.at_s < day.length_s for one in day.acts)


def test_one_day_in_ten_is_long_enough_for_silence_to_be_noticed(scripts: list[Script]) -> None:
    long = [day for day in scripts if day.length_s == LONG_S]
    assert len(long) == DAYS // 10
    away = [one for day in long for one in day.troubles if one.where == "hub"]
    assert len(away) == len(long)
    assert all(one.until_s - one.at_s > 15 for one in away)
