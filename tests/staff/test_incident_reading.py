"""The page of incidents reads on from where it stopped, and says what a reading of the whole journal says."""

from datetime import datetime
from pathlib import Path

import pytest

from hub.config import kept_hall
from hub.incident_report import Told, report_again, report_incidents
from hub.rules import commands
from tests.staff.house import CHEN, Pages, open_house, staff_hall


def both(pages: Pages, folder: Path) -> tuple[Told, Told]:
    """Return what the page says, and what the whole journal says, at one moment."""
    hall, now = pages.house.hall, pages.house.clock.now()
    today = datetime.fromtimestamp(now / 1000, hall.zone).date()
    again = report_again(folder / "journal.db", hall.path, today, today, now)
    return again, report_incidents(folder / "journal.db", hall, today, today, now)


@pytest.mark.req("M42")
async def test_every_look_finds_what_has_happened_since_the_last(tmp_path: Path) -> None:
    async with open_house(tmp_path, staff_hall()) as pages:
        fault = commands.PressFault(device="page", by=CHEN)
        counts = []
        for command in (
            commands.TakeTicket(dispenser="dispenser-1", key="A", boot=1, service="A"),
            fault,
            commands.TakeTicket(dispenser="dispenser-1", key="A", boot=1, service="A", by=CHEN),
            fault,
            fault,
        ):
            pages.house.service.ask(command, lambda _facts: None)
            again, whole = both(pages, tmp_path)
            assert again.lines == whole.lines
            assert again.table == whole.table
            counts.append((len(again.lines), sum(not line.until for line in again.lines)))
        assert counts == [(0, 0), (1, 1), (1, 1), (1, 0), (2, 1)]


async def test_another_journal_in_its_place_is_read_from_its_beginning(tmp_path: Path) -> None:
    for name, faults in (("one", 1), ("other", 3)):
        folder = tmp_path / name
        folder.mkdir()
        async with open_house(folder, staff_hall()) as pages:
            for _ in range(2 * faults):
                pages.house.ask(commands.PressFault(device="page", by=CHEN))
            again, whole = both(pages, folder)
            assert len(again.lines) == len(whole.lines) == faults


def test_the_hall_is_read_anew_when_its_file_is_another_one(tmp_path: Path) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(staff_hall(), encoding="utf-8")
    first = kept_hall(file)
    assert kept_hall(file) is first
    file.write_text(staff_hall().replace("满员厅", "另一厅"), encoding="utf-8")
    assert (first.name, kept_hall(file).name) == ("满员厅", "另一厅")
