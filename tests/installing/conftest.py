"""A played computer, and the hall that it is to become."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.config import Hall, load_hall
from tests.installing.played import PlayedMachine, played_bundle

EXAMPLES = Path(__file__).parents[2] / "examples"
OPEN = '[broker]\nhost = "0.0.0.0"\nport = 8883\n\n[web]\nhost = "0.0.0.0"\n'


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """An installation sets it for what it makes."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What survives a power cut is not looked at here."""
    monkeypatch.setattr(os, "fsync", lambda file: None)


@pytest.fixture
def machine(tmp_path: Path) -> PlayedMachine:
    return PlayedMachine(tmp_path / "computer")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return played_bundle(tmp_path / "bundle")


@pytest.fixture
def hall_file(tmp_path: Path) -> Path:
    """The full hall, which devices and browsers reach by the network, with its pictures."""
    folder = tmp_path / "hall"
    (folder / "photos").mkdir(parents=True)
    for picture in (EXAMPLES / "photos").iterdir():
        (folder / "photos" / picture.name).write_bytes(picture.read_bytes())
    text = (EXAMPLES / "full-hall.toml").read_text("utf-8").replace("[web]\n", OPEN)
    (folder / "hall.toml").write_text(text, "utf-8")
    return folder / "hall.toml"


@pytest.fixture
def hall(hall_file: Path) -> Hall:
    return load_hall(hall_file)
