"""`lintel theatre`: what it prints, and how it ends."""

import argparse
import json
from pathlib import Path

import pytest

from sim.errors import CannotPlayError
from sim.theatre import command
from sim.theatre.court import Broken
from sim.theatre.play import FILE, Day, script_of

EXAMPLES = Path(__file__).parents[2] / "examples"
BROKEN = Broken(law="No number is given twice on one day.", what="row 7 gives A001 again")


def lintel(*words: str) -> int:
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers())
    args = parser.parse_args(["theatre", *words])
    return int(args.run(args))


def played_with(broken: tuple[Broken, ...], file: Path, seed: int) -> Day:
    return Day(script=script_of(file, seed), broken=broken if seed == 8 else (), rows=40, papers=3, calls=2)


@pytest.fixture
def breaks_on_day_8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "played", lambda file, seed: played_with((BROKEN,), file, seed))


def test_a_script_is_printed_without_being_played(capsys: pytest.CaptureFixture[str]) -> None:
    assert lintel("--seed", "7", "--days", "2", "--script") == 0
    assert capsys.readouterr().out == f"{script_of(FILE, 7)}\n\n{script_of(FILE, 8)}\n"


def test_days_on_which_every_law_held(capsys: pytest.CaptureFixture[str], breaks_on_day_8: None) -> None:
    assert lintel("--seed", "6", "--days", "2") == 0
    assert capsys.readouterr().out.splitlines() == [
        "day 6: 40 rows, 3 papers, 2 calls; every law held",
        "day 7: 40 rows, 3 papers, 2 calls; every law held",
        "2 days, 0 with a broken law",
    ]


def test_a_day_on_which_one_broke_can_be_played_again(
    capsys: pytest.CaptureFixture[str], breaks_on_day_8: None
) -> None:
    assert lintel(str(EXAMPLES / "two-counters.toml"), "--seed", "7", "--days", "2") == 1
    words = capsys.readouterr().out
    assert "row 7 gives A001 again -- No number is given twice on one day." in words
    assert str(script_of(EXAMPLES / "two-counters.toml", 8)) in words
    assert f"again: lintel theatre {EXAMPLES / 'two-counters.toml'} --seed 8" in words
    assert words.endswith("2 days, 1 with a broken law\n")


def test_the_same_for_programs(capsys: pytest.CaptureFixture[str], breaks_on_day_8: None) -> None:
    assert lintel("--seed", "7", "--days", "2", "--json") == 1
    good, bad = map(json.loads, capsys.readouterr().out.splitlines())
    assert good == {"seed": 7, "rows": 40, "papers": 3, "calls": 2, "broken": [], "script": []}
    assert bad["broken"] == [{"law": BROKEN.law, "what": BROKEN.what}]
    assert bad["script"] == str(script_of(FILE, 8)).splitlines()


def test_halls_in_which_people_sign_in_are_refused() -> None:
    with pytest.raises(CannotPlayError, match="sign in"):
        lintel(str(EXAMPLES / "full-hall.toml"), "--seed", "1", "--script")


@pytest.mark.parametrize("words", [("--days", "0"), ("--jobs", "0")])
def test_no_days_at_all_are_refused(words: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        lintel("--seed", "1", *words)
