"""Days of faults, by seed: every law holds. Twenty of them always, five hundred at night."""

import os
import sys
from multiprocessing import resource_tracker
from pathlib import Path

import pytest

from sim.theatre.command import as_words, days
from sim.theatre.play import FILE, play, script_of

SEEDS = range(1, 21)
NIGHTLY_SEEDS = range(1, 501)
JOBS_A_CORE = 3
"""A day waits for most of its time."""


@pytest.mark.bad_input
@pytest.mark.parametrize("seed", SEEDS)
async def test_every_law_holds_on_a_day_of_faults(seed: int) -> None:
    day = await play(script_of(FILE, seed))
    assert not day.broken, as_words(day, FILE)


@pytest.fixture(scope="module")
def pools() -> None:
    """Begin the process in which Python keeps track of what a pool's processes share; it ends with Python."""
    resource_tracker.ensure_running()


@pytest.mark.nightly
@pytest.mark.timeout(4 * 3600)
@pytest.mark.usefixtures("pools")
def test_every_law_holds_on_five_hundred_days_of_faults(capsys: pytest.CaptureFixture[str]) -> None:
    broken = []
    for count, day in enumerate(days(FILE, NIGHTLY_SEEDS, JOBS_A_CORE * (os.cpu_count() or 1)), 1):
        broken += [as_words(day, FILE)] if day.broken else []
        with capsys.disabled():
            sys.stderr.write(f"{count}/{len(NIGHTLY_SEEDS)} days, {len(broken)} with a broken law\n")
    assert not broken, "\n\n".join(broken)


def test_the_same_seed_is_the_same_day() -> None:
    assert script_of(FILE, 7) == script_of(FILE, 7)
    assert str(script_of(FILE, 7)) == str(script_of(FILE, 7))
    assert script_of(FILE, 7) != script_of(FILE, 8)


def test_days_of_other_halls_can_be_played_too() -> None:
    script = script_of(Path("examples/two-counters.toml"), 1)
    assert script.acts
    assert {act.device for act in script.acts} <= {"dispenser-1", "pad-1", "pad-2"}
