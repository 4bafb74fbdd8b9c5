"""A hall with a journal, as files alone: what copies are made of, without a hub that runs."""

from pathlib import Path

from hub.config import Hall, load_hall
from hub.copies.gather import Source
from hub.journal import Journal
from hub.owner import name_owner
from hub.secrets import load_secrets
from tests.integration.test_journal import entry

FILE = """[hall]
id = "small"
name = "小厅"

[[services]]
code = "A"
name = "户籍"

[[counters]]
number = 1
"""


def hall_in(folder: Path) -> Source:
    """Make a hall with its files in folder/hall and its state in folder/state."""
    (folder / "hall" / "forms").mkdir(parents=True)
    (folder / "hall" / "hall.toml").write_text(FILE, encoding="utf-8")
    (folder / "hall" / "forms" / "ticket.txt").write_text("{number}\n", encoding="utf-8")
    state = folder / "state"
    state.mkdir()
    load_secrets(state / "secrets.json", ["hub", "pad-1"])
    (state / "contacts.json").write_text('{"20261122-T001": {"name": "张三", "phone": "13800000000"}}', "utf-8")
    (state / "day.key").write_text("{}", encoding="utf-8")
    journal = Journal(state / "journal.db")
    name_owner(journal, "small", 1000)
    journal.begin(1000)
    journal.close()
    return Source(hall="small", file=folder / "hall" / "hall.toml", state=state)


def loaded(source: Source) -> Hall:
    return load_hall(source.file)


def add_rows(source: Source, first: int, count: int) -> None:
    """Append events with these numbers to the hall's journal, as a hub does."""
    journal = Journal(source.journal)
    journal.append([entry(seq) for seq in range(first, first + count)])
    journal.close()
