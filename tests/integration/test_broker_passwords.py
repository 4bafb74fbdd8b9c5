"""mosquitto's file of passwords as it is made here: mosquitto's own program takes it, and nothing plain is written."""

import os
import subprocess
from pathlib import Path

import pytest

from hub.broker_passwords import matches, write_passwords

WORDS = {"hub": "one-long-secret", "pad-1": "another secret 密"}


def test_what_is_kept_is_the_hash_of_the_very_accounts(tmp_path: Path) -> None:
    path = tmp_path / "broker.passwords"
    assert write_passwords(path, WORDS)
    text = path.read_text()
    assert not write_passwords(path, dict(reversed(WORDS.items())))
    assert path.read_text() == text, "the same accounts are not salted anew: no broker reads its files for nothing"
    assert [word for word in WORDS.values() if word in text] == []
    assert path.stat().st_mode & 0o777 == 0o600
    kept = dict(line.split(":") for line in text.splitlines())
    assert {name: matches(word, kept[name]) for name, word in WORDS.items()} == {"hub": True, "pad-1": True}
    assert not matches(WORDS["hub"], kept["pad-1"])
    for changed in (WORDS | {"pad-1": "x"}, WORDS | {"pad-2": "x"}, {"hub": WORDS["hub"]}):
        assert write_passwords(path, changed)


@pytest.mark.parametrize(
    "damaged", [b"", b"hub\n", b"hub:$7$101$!$!\npad-1:x\n", b"hub:$6$x$y\npad-1:$7$x$\n", b"\xff"]
)
def test_a_damaged_file_is_written_anew(tmp_path: Path, damaged: bytes) -> None:
    path = tmp_path / "broker.passwords"
    path.write_bytes(damaged)
    assert write_passwords(path, WORDS)
    assert not write_passwords(path, WORDS)


def test_it_is_what_mosquittos_own_program_writes(tmp_path: Path) -> None:
    """Should that ever write another kind of hash, this says so before a broker refuses everybody."""
    path = tmp_path / "theirs"
    path.touch(mode=0o600)
    there = f"{os.environ['PATH']}:/usr/sbin"
    for name, word in WORDS.items():
        subprocess.run(["mosquitto_passwd", "-b", path, name, word], check=True, env={"PATH": there})
    kept = dict(line.split(":") for line in path.read_text().splitlines())
    assert {name: matches(word, kept[name]) for name, word in WORDS.items()} == dict.fromkeys(WORDS, True)
