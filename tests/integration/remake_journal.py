"""Makes the stored journals of the present schema version: python -m tests.integration.remake_journal."""

import sqlite3
from contextlib import closing
from pathlib import Path

from hardware.contract import JobDone, KeyPressed
from hub.calendar import business_day, working_days
from hub.config import load_hall
from hub.desk import Desk
from hub.journal import VERSION, Journal
from hub.owner import name_owner
from hub.presses import turn_of
from hub.rules import commands
from hub.rules.events import DayOpened, TicketPrinted
from tests.integration.test_journal import SCHEMAS, entry

DAY_HALL = Path(__file__).parents[2] / "examples" / "one-counter.toml"
BEGINS = 1_795_225_200_000


def make_rows(path: Path) -> None:
    """Three rows and a seal."""
    with closing(Journal(path)) as journal:
        journal.begin(1000)
        journal.append([entry(1, DayOpened(day="20261121")), entry(2, TicketPrinted(serial=1, at=5)), entry(3)])
        journal.seal(2, 2, manifest="ab" * 32, by="027001", at=2000)


def make_day(path: Path) -> None:
    """Four people take a number; three are called, one of them does not come."""
    hall, at = load_hall(DAY_HALL), BEGINS
    desk, journal = Desk(hall), Journal(path)
    name_owner(journal, hall.id, at)
    journal.begin(at)
    day = business_day(at, hall.zone, hall.day_begins)
    opened = commands.OpenDay(
        day=day, spans=((at, at + 8 * 3_600_000),), working_days=working_days(day, hall.hours, 60)
    )
    ready = [commands.ReportDevice(device=one.name, state="ready", boot=1, alerts={}) for one in hall.devices]
    for order in (opened, *ready):
        at += 1000
        desk.begin(journal.last_row)
        journal.append([done.entry] if (done := desk.order(order, at)) else [])
    dispenser, pad = hall.device("dispenser-1"), hall.device("pad-1")
    presses = [(dispenser, "A", serial) for serial in range(1, 5)]
    presses += [(pad, key, 0) for key in ("next", "recall", "next", "no-show", "next", "next")]
    for seq, (device, key, serial) in enumerate(presses):
        at += 30_000
        turn = turn_of(desk.state, device)
        said = [KeyPressed(boot=1, seq=2 * seq + 1, turn=turn, key=key)]
        said += [JobDone(boot=1, seq=2 * seq + 2, job=f"{day}-{serial:06}")] if serial else []
        for event in said:
            desk.begin(journal.last_row)
            journal.append([desk.hear(device, event, at).entry])
    journal.close()


if __name__ == "__main__":
    SCHEMAS.mkdir(exist_ok=True)
    for name, make in ((f"{VERSION:04}.db", make_rows), (f"{VERSION:04}-day.db", make_day)):
        file = SCHEMAS / name
        file.unlink(missing_ok=True)
        make(file)
        with closing(sqlite3.connect(file)) as db:
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("VACUUM")
