"""The log: a line for each thing, for people or for programs, that nobody can forge or flood."""

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from hardware.logs import EVERY_S, LINES_MAX, Log, Style, set_up


class Written:
    """What a program writes whose log is set up in one of the two styles. now: seconds, which a test lets pass."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.stream: TextIO = io.StringIO()

    def set_up(self, style: Style) -> None:
        """Root's handlers are those of the test's own runner until here."""
        logging.getLogger().handlers.clear()
        set_up(style, self.stream, lambda: self.now)

    @property
    def lines(self) -> list[str]:
        self.stream.seek(0)
        return self.stream.read().splitlines()


@pytest.fixture
def written() -> Iterator[Written]:
    root, hook = logging.getLogger(), sys.excepthook
    before, level = list(root.handlers), root.level
    yield Written()
    root.handlers[:], sys.excepthook = before, hook
    root.setLevel(level)


log = Log("hub.example")


def test_a_program_reads_one_object_a_line(written: Written) -> None:
    written.set_up("json")
    log.warning("paper-low", "paper is low", device="dispenser-1", why="3 m\nleft")
    log.info("taken", "all is well")
    try:
        raise KeyError("gone")
    except KeyError:
        log.exception("failed", "it goes on")
    first, second, third = map(json.loads, written.lines)
    assert first.pop("time")[-6] in "+-", "with its distance from UTC"
    where = {"where": "hub.example"}
    assert first == {**where, "level": "warning", "event": "paper-low", "device": "dispenser-1"} | {
        "what": "paper is low",
        "why": "3 m\\x0aleft",
    }
    assert {name: second[name] for name in ("level", "event", "what")} == {
        "level": "info",
        "event": "taken",
        "what": "all is well",
    }
    assert third["trace"].endswith("KeyError: 'gone'")


def test_a_person_reads_sentences_with_the_name_that_the_guide_explains(written: Written) -> None:
    written.set_up("plain")
    log.error("paper-out", "nothing is printed", device="dispenser-1", why="no paper\n2026 ERROR forged")
    (line,) = written.lines
    assert line.partition(" ERROR ")[2] == (
        "dispenser-1: nothing is printed: no paper\\x0a2026 ERROR forged [paper-out]"
    )


def test_the_same_line_comes_once_a_minute_and_says_how_many_there_were(written: Written) -> None:
    written.set_up("plain")
    for nth in range(1000):
        log.warning("refused", "refused", device="pad-1", why=nth)
    log.warning("refused", "refused", device="pad-2")
    log.info("back", "it is back", device="pad-1")
    log.info("back", "it is back", device="pad-1")
    assert len(written.lines) == 3
    written.now += EVERY_S
    log.warning("refused", "refused", device="pad-1", why="again")
    assert written.lines[-1].endswith(" WARNING pad-1: refused: again (999 more like it) [refused]")


def test_a_flood_of_different_lines_ends_too(written: Written) -> None:
    written.set_up("plain")
    for nth in range(3 * LINES_MAX):
        log.warning("refused", "refused", device=f"forged-{nth}", why="x" * 5000)
    assert len(written.lines) == LINES_MAX
    assert max(map(len, written.lines)) < 500
    written.now += EVERY_S
    log.warning("refused", "refused", device="pad-1")
    assert len(written.lines) == LINES_MAX + 1


def test_what_libraries_say_is_a_line_too(written: Written) -> None:
    written.set_up("json")
    for _ in range(5):
        logging.getLogger("uvicorn.error").warning("Invalid %s", "request")
    (line,) = map(json.loads, written.lines)
    assert (line["where"], line["what"], line["level"]) == ("uvicorn.error", "Invalid request", "warning")


def test_journald_gets_the_level_of_every_line(
    written: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "stream").open("w+") as stream:
        found = os.fstat(stream.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{found.st_dev}:{found.st_ino}")
        written.stream = stream
        written.set_up("json")
        log.critical("journal-broken", "nothing is recorded")
        log.info("ready", "the hub serves")
        first, second = written.lines
    assert (first[:4], second[:4]) == ("<2>{", "<6>{")


@pytest.mark.parametrize("style", ["plain", "json"])
def test_why_a_program_ends_is_said_in_its_style(style: str) -> None:
    words = [sys.executable, "-m", "hub.cli", "hub", "none.toml", "--log", style]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    (said,) = ended.stderr.splitlines()
    assert ended.returncode == 2
    if style == "json":
        line = json.loads(said)
        assert (line["level"], line["event"]) == ("critical", "program-ended")
        said = "lintel: " + line["what"]
    assert said.startswith("lintel: none.toml: cannot be read")
