"""Makes the stored journal of the present schema version: python -m tests.integration.remake_journal."""

import sqlite3
from pathlib import Path

from hub.journal import VERSION, Journal
from hub.rules.events import DayOpened, TicketPrinted
from tests.integration.test_journal import SCHEMAS, entry

if __name__ == "__main__":
    SCHEMAS.mkdir(exist_ok=True)
    path: Path = SCHEMAS / f"{VERSION:04}.db"
    path.unlink(missing_ok=True)
    journal = Journal(path)
    journal.begin(1000)
    journal.append([entry(1, DayOpened(day="20261121")), entry(2, TicketPrinted(serial=1, at=5)), entry(3)])
    journal.seal(2, 2, manifest="ab" * 32, by="027001", at=2000)
    journal.close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode = DELETE")
    db.close()
