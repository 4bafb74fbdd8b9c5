"""The command line: help with an example for every command, one sentence for every mistake."""

import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from hub.cli.main import GROUP, _own, main

ROOT = Path(__file__).parents[2]
COMMANDS = [[*point.name.split(".")] for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)]
COMMANDS += [["journal", "verify"], ["journal", "show"]]
GROUPS = [[name] for name in sorted({command[0] for command in COMMANDS if len(command) > 1} - {"journal"})]


@pytest.mark.parametrize("command", COMMANDS + GROUPS, ids=" ".join)
def test_every_command_has_help_with_an_example(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    words = capsys.readouterr().out
    assert f"example:\n  lintel {' '.join(command)}" in words


def test_without_a_command_all_of_them_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    words = capsys.readouterr().out
    for command in COMMANDS:
        assert re.search(rf"^    {command[0]}\s", words, re.MULTILINE)


def test_a_module_that_brings_a_command_is_the_entry_point_of_its_name() -> None:
    """What is found by its module, so that nobody asks all packages for it, is what the packages would have said."""
    modules = (ROOT / "hub" / "cli").glob("*.py")
    found = {module.stem: own for module in modules if (own := _own(module.stem))}
    told = [point for point in entry_points(group=GROUP) if point.value == f"hub.cli.{point.name}:add"]
    assert found == {point.name: point.load() for point in told}
    assert {"hub", "check", "journal"} <= found.keys()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["check", "none.toml"], 2, "lintel: none.toml: cannot be read"),
        (["journal", "verify", "none.db"], 2, "lintel: none.db: no journal is there"),
        (["hub", "examples/one-counter.toml", "--broker", "x"], 2, "lintel: --broker x: give it as HOST:PORT"),
        (["bench", "press", "--rate", "0"], 2, "lintel: --presses, --seconds and --rate are above 0"),
        (["render", "ticket", "--number", "Z9", "-o", "x.png"], 2, "lintel: --number Z9: give a letter of A, B, C, D"),
        (["wiring", "lintel-pico", "--out", "README.md"], 1, "lintel: --out README.md: that is a file; name a folder"),
    ],
)
def test_a_mistake_is_one_sentence(
    arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(arguments) == code
    words = capsys.readouterr().err
    assert words.startswith(said)
    assert words.count("\n") == 1


def test_what_the_system_refuses_begins_with_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hall, state = ROOT / "examples" / "one-counter.toml", tmp_path / "state"
    state.write_text("a file in place of a folder")
    assert main(["devices", str(hall), "--state", str(state)]) == 1
    assert capsys.readouterr().err == f"lintel: {state}: Not a directory\n"


def test_check_reads_the_list_of_appointments_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, listed = tmp_path / "hall.toml", tmp_path / "list.csv"
    text = (ROOT / "examples" / "one-counter.toml").read_text(encoding="utf-8")
    file.write_text(f'{text}\n[appointments]\nfile = "list.csv"\n', encoding="utf-8")
    assert main(["check", str(file)]) == 0
    assert "no file list.csv beside this file; until it is there nobody has one" in capsys.readouterr().out
    listed.write_text("code,service,from,to\n1234,A,2026-11-23 09:00,2026-11-23 09:30\n")
    assert main(["check", str(file)]) == 0
    assert "appointments: 1 in list.csv" in capsys.readouterr().out
    listed.write_text("code,service\n")
    assert main(["check", str(file)]) == 2
    assert "list.csv:1: the columns have to be code,service,from,to" in capsys.readouterr().err


def test_a_hall_that_cannot_be_played_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "examples" / "one-counter.toml").read_text(encoding="utf-8")
    file = tmp_path / "hall.toml"
    file.write_text(f"{text}\n[broker]\nown = false\n", encoding="utf-8")
    assert main(["sim", str(file), "--port", "0"]) == 1
    words = capsys.readouterr().err
    assert words == f"lintel: {file}: a simulated hall brings its own broker; remove own = false\n"


def test_a_journal_can_be_read_in_part() -> None:
    journal = ROOT / "tests" / "integration" / "journals" / "0001.db"
    shown = subprocess.run(
        f"{sys.executable} -m hub.cli journal show {journal} | head -1",
        shell=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=20,
        check=False,
    )
    assert shown.stderr == ""
    assert "DayOpened" in shown.stdout
