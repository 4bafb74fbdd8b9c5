"""A hall and its journal of five days, written once; each test that changes it gets a copy of its own."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from hub.archive.export import Job, export
from hub.archive.manifest import Manifest
from hub.config import Hall
from tests.archive.book import VIEWER, written

MADE_AT = 1_796_000_000_000


class Place(NamedTuple):
    """A folder of one's own with a journal in it."""

    hall: Hall
    journal: Path
    folder: Path

    def export(self, name: str, first: str = "20261121", last: str = "20261123", **more: object) -> Manifest:
        job = Job(
            journal=self.journal, hall=self.hall, first=first, last=last, to=self.folder / name, by=VIEWER, at=MADE_AT
        )
        return export(replace(job, **more))


@pytest.fixture(scope="session")
def written_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Hall, Path]:
    return written(tmp_path_factory.mktemp("archive"))


@pytest.fixture
def place(written_once: tuple[Hall, Path], tmp_path: Path) -> Place:
    hall, journal = written_once
    (tmp_path / "state").mkdir()
    return Place(hall, Path(shutil.copy(journal, tmp_path / "state")), tmp_path)
