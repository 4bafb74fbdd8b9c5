"""Complaints in a running hub's parts: over months of its journal, names apart from it, tables, the command line."""

import argparse
import asyncio
import csv
import io
import json
import pickle
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import openpyxl
import pytest

from hub.apart import Apart
from hub.calendar import business_day, day_begin, working_days
from hub.cells import harmless
from hub.cli import complaints as command_line
from hub.clock import HallClock
from hub.complaints import ComplaintsOffice, call_back_share, select
from hub.complaints_record import history, past
from hub.complaints_table import COLUMNS, csv_bytes, table, xlsx_bytes
from hub.config import Hall, load_hall
from hub.contacts import FILE, Contact, ContactError, Contacts
from hub.desk import Desk, Outcome
from hub.journal import Body, Entry, Journal, JournalWriteError, read_rows
from hub.outages import Outages
from hub.people import hash_pin
from hub.private_words import PrivateWordsError, check_words
from hub.rules import commands, events
from hub.rules.command import Command
from hub.rules.complaints import Complaint
from hub.secrets import load_secrets
from hub.works import put_together
from tests.contract.waiting import until

T = TypeVar("T")
DAY_MS = 86_400_000
FIRST = "20261123"
NAME, PHONE = "欧阳修文", "13800138000"
PIN = hash_pin("1234")
FILE_TEXT = f"""[hall]
id = "small"
name = "小厅"

[rules]
call_pause_s = 0
arrival_s = 0
rating_s = 60
sign_in = true

[complaints]
contact_days = 2
settle_days = 5
keep_days = 20

[[services]]
code = "A"
name = "户籍"

[[counters]]
number = 1

[[devices]]
name = "dispenser-1"
kind = "dispenser"
board = "dispenser-pico"

[[devices]]
name = "rating-1"
kind = "rating"
board = "rating-pico"
counter = 1

[[people]]
id = "1001"
name = "陈警官"
pin = "{PIN}"

[[people]]
id = "2001"
name = "郑警官"
pin = "{PIN}"
roles = ["complaints"]
"""
ONE = f"{FIRST}-T001"


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Hall:
    file = tmp_path_factory.mktemp("hall") / "hall.toml"
    file.write_text(FILE_TEXT, encoding="utf-8")
    return load_hall(file)


class Hub:
    """What of a hub complaints need: decided, kept in a real journal, told; no broker and no clock."""

    def __init__(self, hall: Hall, folder: Path) -> None:
        self.hall, self.folder = hall, folder
        self.journal = Journal(folder / "journal.db")
        self.desk = Desk(hall)
        self.now = day_begin(FIRST, hall.zone) + 9 * 3_600_000
        self.contacts = Contacts(folder / FILE, hall.file.complaints.keep_days)
        self.office = ComplaintsOffice(hall, self.contacts, ask=self.ask, state=lambda: self.desk.state)
        self.begin_day()

    def ask(self, command: Command, told: Callable[[Iterable[events.Fact]], None] = lambda _facts: None) -> Outcome:
        self.desk.begin(self.journal.last_row)
        outcome = self.desk.ask(command, self.now)
        self.journal.append([outcome.entry])
        told(outcome.facts)
        self.office.follow(outcome.facts)
        return outcome

    def begin_day(self, days: int = 0) -> None:
        """What the hub itself does when a day begins, some days later."""
        self.now += days * DAY_MS
        day = business_day(self.now, self.hall.zone)
        self.ask(commands.OpenDay(day=day, working_days=working_days(day, self.hall.hours, 60)))
        for due in self.office.due():
            self.ask(due)

    def rate(self, level: int = 1) -> None:
        """Somebody takes a ticket, is served by 1001, and rates."""
        serial = self.desk.state.taken + 1
        for command in (
            commands.SignIn(counter=1, person="1001"),
            commands.TakeTicket(dispenser="dispenser-1", key="A", boot=1, service="A"),
            commands.ConfirmPrint(dispenser="dispenser-1", job=f"{self.desk.state.day}-{serial:06}"),
            commands.CallNext(counter=1),
            commands.Finish(counter=1),
            commands.Rate(counter=1, level=level),
        ):
            assert not self.ask(command).refused
        self.now += 1000

    def settle(self, complaint: str = ONE) -> None:
        self.office.do(commands.TakeOverComplaint(complaint=complaint, by="2001"))
        done = commands.SettleComplaint(complaint=complaint, by="2001", outcome="explained", words="已说明")
        assert not self.office.do(done).refused

    def everything_written(self) -> bytes:
        """All files of the state folder but the private one."""
        return b"".join(path.read_bytes() for path in self.folder.iterdir() if path.is_file() and path.name != FILE)


@pytest.fixture
def hub(hall: Hall, tmp_path: Path) -> Iterator[Hub]:
    made = Hub(hall, tmp_path)
    yield made
    made.journal.close()


@pytest.mark.req("M46", "S16")
def test_what_is_open_for_months_is_there_when_the_hub_starts_and_it_reads_today_alone(hub: Hub) -> None:
    hub.rate()
    for _ in range(70):
        hub.begin_day(1)
        hub.rate(5)
    again = Desk(hub.hall)
    again.reload(hub.journal)
    assert again.state.complaints.known == hub.desk.state.complaints.known
    assert [one.id for one in again.state.complaints.open()] == [ONE]
    assert len(list(hub.journal.today())) < 10
    assert [one.id for one in hub.office.listed("overdue", "2001")] == [ONE]


@pytest.mark.req("S16")
def test_the_record_has_what_was_settled_and_all_that_happened(hub: Hub) -> None:
    hub.rate()
    hub.begin_day(30)
    hub.settle()
    hub.begin_day(10)
    hub.rate(2)
    path, since = hub.folder / "journal.db", hub.now - 15 * DAY_MS
    assert hub.office.listed("all", "2001")[0].id == f"{hub.desk.state.day}-T001", "settled before today: the record's"
    every = past(path, since)
    assert [one.is_open for one in every] == [False, True], "it was still open at the beginning of that time"
    assert [one.id for one in select(every, "settled", by="", today="")] == [ONE]
    told = history(path, ONE, day_begin(FIRST, hub.hall.zone))
    assert told
    assert [type(fact).__name__ for fact in told.facts] == ["ComplaintOpened", "ComplaintTakenOver", "ComplaintSettled"]
    assert told.complaint == next(one for one in every if one.id == ONE)
    assert history(path, "20200101-T001", 0) is None


class Slow(Apart):
    """Another process that is none: what it reads comes back pickled, after something else has happened."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        super().__init__()
        self.meanwhile, self.runs = meanwhile, 0

    async def run(self, function: Callable[..., T], *args: object, **_more: object) -> T:
        self.runs += 1
        found = pickle.dumps(function(*args))
        self.meanwhile()
        return pickle.loads(found)


@pytest.mark.req("S16")
async def test_the_record_is_read_once_and_kept_up_also_with_what_happens_while_it_is_read(hub: Hub) -> None:
    hub.rate()
    hub.settle()
    hub.begin_day(3)
    for _ in range(3):
        hub.rate()
    today, path = hub.desk.state.day, hub.folder / "journal.db"
    slow = Slow(lambda: hub.settle(f"{today}-T001"))
    first, second = await asyncio.gather(
        hub.office.record.all(slow, path, today), hub.office.record.all(slow, path, today)
    )
    assert first == second == past(path, 0)
    assert [one.is_open for one in first] == [False, False, True, True]
    hub.settle(f"{today}-T002")
    hub.begin_day(1)
    assert await hub.office.record.all(slow, path, today) == past(path, 0)
    assert slow.runs == 1
    quick = Slow(lambda: None)
    one = await hub.office.record.one(quick, path, ONE)
    assert one == history(path, ONE, 0)
    for nobody in ("", "20261123-T009", "20261399-T001", "../../x", f"{ONE}'"):
        assert await hub.office.record.one(quick, path, nobody) is None


@pytest.mark.req("S16")
def test_what_was_settled_long_ago_can_be_reopened(hub: Hub) -> None:
    hub.rate()
    hub.settle()
    hub.begin_day(20)
    (known,) = past(hub.folder / "journal.db", 0)
    again = commands.ReopenComplaint(complaint=ONE, by="2001", words="群众再次来电", known=known)
    assert not hub.office.do(again).refused
    (item,) = hub.office.listed("mine", "2001")
    ahead = working_days(hub.desk.state.day, hub.hall.hours, 5)
    assert (item.id, item.reopened, item.settle_by, item.outcome) == (ONE, 1, ahead[-1], None)
    assert hub.office.do(again).refused == "not-settled"


def test_rows_since_a_moment_are_found_without_reading_the_years_before(tmp_path: Path) -> None:
    """The moments lie unevenly and some are equal; every one of them is asked for."""
    moments = [1, 1, 1, 5, 6, 6, 40, 41, 90, 90]
    journal = Journal(tmp_path / "journal.db")
    journal.append([Entry(at=at, body=Body(note=f"x{place}")) for place, at in enumerate(moments)])
    journal.close()
    for since in range(95):
        found = [row.at for row in read_rows(tmp_path / "journal.db", since=since, words=["x"])]
        assert found == [at for at in moments if at >= since]


@pytest.mark.req("M46", "S18")
def test_names_are_apart_from_the_journal_and_their_owners_alone(hub: Hub) -> None:
    hub.rate()
    assert not hub.office.keep_contact(ONE, name=NAME, phone=PHONE).refused
    private = hub.folder / FILE
    assert private.stat().st_mode & 0o777 == 0o600
    assert json.loads(private.read_text())[ONE]["name"] == NAME
    written = hub.everything_written()
    assert NAME.encode() not in written
    assert PHONE.encode() not in written
    (item,) = hub.office.listed("open", "2001")
    assert item.has_contact
    assert hub.office.contact(item, "1001") is None, "who served may not know"
    assert hub.office.contact(item, "2001") == Contact(name=NAME, phone=PHONE, day=FIRST)
    noted = [fact for row in read_rows(hub.folder / "journal.db") for fact in row.content().facts][-2:]
    assert [(fact.person, fact.subject, fact.refused) for fact in noted] == [
        ("1001", ONE, "not-authorised"),
        ("2001", ONE, ""),
    ]
    assert NAME not in repr(hub.contacts.of(ONE))


@pytest.mark.req("M46")
def test_names_are_erased_for_good_when_their_time_is_over_and_that_is_journalled(hub: Hub) -> None:
    hub.rate()
    hub.office.keep_contact(ONE, name=NAME, phone="")
    hub.begin_day(20)
    assert hub.contacts.of(ONE), "the last day"
    hub.begin_day(1)
    assert hub.contacts.of(ONE) is None
    assert NAME.encode() not in (hub.folder / FILE).read_bytes()
    facts = [fact for row in read_rows(hub.folder / "journal.db") for fact in row.content().facts]
    erased = [fact.complaints for fact in facts if isinstance(fact, events.ComplaintContactsErased)]
    assert erased == [(ONE,)]
    assert [one.id for one in hub.office.listed("open", "2001")] == [ONE], "the matter itself is still open"


def test_a_hub_that_was_off_erases_when_it_starts_again(hub: Hub) -> None:
    hub.rate()
    hub.office.keep_contact(ONE, name=NAME, phone="")
    hub.begin_day(21)
    Contacts(hub.folder / FILE, 20).put(ONE, Contact(name=NAME, day=FIRST))  # as a copy that was brought back
    hub.contacts = Contacts(hub.folder / FILE, 20)
    hub.office = ComplaintsOffice(hub.hall, hub.contacts, ask=hub.ask, state=lambda: hub.desk.state)
    for due in hub.office.due():
        hub.ask(due)
    assert NAME.encode() not in (hub.folder / FILE).read_bytes()


def test_a_name_that_could_not_be_erased_is_erased_later(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.rate()
    hub.office.keep_contact(ONE, name=NAME, phone="")

    def full(_path: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("hub.contacts.write_private", full)
        hub.begin_day(21)
        with pytest.raises(ContactError, match="not written: No space left on device; free disk space"):
            hub.office.keep_contact(ONE, name="又一人", phone="")
    assert NAME.encode() in (hub.folder / FILE).read_bytes()
    assert list(hub.office.due()) == []
    assert NAME.encode() not in (hub.folder / FILE).read_bytes()


def test_a_name_whose_item_is_refused_or_not_kept_is_not_kept_either(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    assert hub.office.keep_contact("20200101-T001", name=NAME, phone=PHONE).refused == "no-complaint"
    hub.rate()

    def broken(_entries: object) -> None:
        raise JournalWriteError("full")

    with monkeypatch.context() as disk:
        disk.setattr(hub.journal, "append", broken)
        with pytest.raises(JournalWriteError):
            hub.office.keep_contact(ONE, name=NAME, phone=PHONE)
    assert NAME.encode() not in (hub.folder / FILE).read_bytes()


@pytest.mark.parametrize(("name", "phone"), [("", ""), ("王" * 41, ""), ("", "138x"), ("", "1" * 31)])
def test_what_is_no_name_and_no_number_is_refused_without_being_repeated(hub: Hub, name: str, phone: str) -> None:
    hub.rate()
    with pytest.raises(ContactError) as caught:
        hub.office.keep_contact(ONE, name=name, phone=phone)
    assert not (phone and phone in str(caught.value))
    assert hub.contacts.of(ONE) is None


@pytest.mark.parametrize(
    "words",
    ["请拨13800138000", "１３８００１３８０００", "138-0013-8000", "0275550110", "110101199003072316", "x" * 501],
)
def test_words_for_the_journal_tell_nobodys_number(words: str) -> None:
    with pytest.raises(PrivateWordsError) as caught:
        check_words(words)
    assert words not in str(caught.value)


@pytest.mark.parametrize("words", ["2026-11-23 10:30 已回访", "工单20261123001", "等候45分钟，A012号", ""])
def test_days_and_numbers_of_tickets_are_no_secret(words: str) -> None:
    check_words(words)


def test_words_must_not_have_the_name_that_was_left(hub: Hub) -> None:
    hub.rate()
    hub.office.keep_contact(ONE, name=NAME, phone="")
    call = commands.NoteCallBack(complaint=ONE, by="2001", result="content", words=f"{NAME}表示认可")
    with pytest.raises(PrivateWordsError):
        hub.office.do(call)
    assert NAME.encode() not in hub.everything_written()


@pytest.mark.req("M46", "S18")
def test_who_left_a_number_has_to_be_called_back_all_of_them(hub: Hub) -> None:
    for _ in range(3):
        hub.rate()
    for number in (1, 2):
        hub.office.keep_contact(f"{FIRST}-T00{number}", name="", phone=PHONE)
    assert call_back_share(hub.office.listed("all", "")).percent == 0
    hub.office.do(commands.TakeOverComplaint(complaint=ONE, by="2001"))
    hub.office.do(commands.NoteCallBack(complaint=ONE, by="2001", result="no-answer"))
    share = call_back_share(hub.office.listed("all", ""))
    assert (share.due, share.called, share.reached, share.percent) == (2, 1, 0, 50.0)


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def read_xlsx(data: bytes) -> list[list[str]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [list(row) for row in book.active.iter_rows()]
    assert {cell.data_type for row in cells for cell in row if cell.value is not None} == {"s"}
    return [[cell.value or "" for cell in row] for row in cells]


@pytest.mark.req("S17")
def test_the_table_has_every_column_and_no_name(hub: Hub) -> None:
    hub.rate(2)
    hub.ask(commands.NameAspect(counter=1, aspect=4))
    hub.office.keep_contact(ONE, name=NAME, phone=PHONE)
    hub.office.do(commands.TakeOverComplaint(complaint=ONE, by="2001"))
    hub.office.do(commands.PlanRectification(complaint=ONE, by="2001", words="增开窗口", days=3))
    hub.begin_day(10)
    late = commands.SettleComplaint(complaint=ONE, by="2001", outcome="rectified", words="已增开")
    assert not hub.office.do(late).refused
    rows = table(hub.hall, past(hub.folder / "journal.db", 0), hub.desk.state.day)
    assert dict(zip(*rows, strict=True)) == {
        "编号": ONE,
        "来源": "窗口评价",
        "工单号": "",
        "时间": "2026-11-23 09:00",
        "业务": "户籍",
        "窗口": "1号窗口",
        "号码": "A001",
        "评价等级": "不满意",
        "不满意方面": "办事效率",
        "内容": "",
        "责任人工号": "2001",
        "状态": "已办结",
        "回访时限": "2026-11-25",
        "首次回访": "",
        "办结时限": "2026-11-26",
        "办结时间": "2026-12-03 09:00",
        "是否逾期": "是",
        "处理结果": "限期整改",
        "整改措施": "增开窗口",
        "申诉": "",
    }
    assert read_csv(csv_bytes(rows)) == read_xlsx(xlsx_bytes(rows)) == [list(row) for row in rows]
    everything = "".join(cell for row in rows for cell in row)
    assert NAME not in everything
    assert PHONE not in everything


@pytest.mark.req("S17")
def test_the_one_table_with_names_is_noted(hub: Hub) -> None:
    hub.rate()
    hub.office.keep_contact(ONE, name=NAME, phone=PHONE)
    items = hub.office.listed("all", "2001")
    rows = table(hub.hall, items, FIRST, hub.office.contacts_for_export(items, "2001"))
    assert rows[1][-2:] == (NAME, PHONE)
    noted = [fact for row in read_rows(hub.folder / "journal.db") for fact in row.content().facts][-1]
    assert noted == events.AccessNoted(person="2001", action="complaints-names", subject=ONE, at=hub.now)


@pytest.mark.req("S17")
@pytest.mark.parametrize("evil", ['=HYPERLINK("http://x")', "+1", "-1+1", "@SUM(A1)", " =1", "＝1", "\t=1", "\r=1"])
def test_no_spreadsheet_takes_words_for_a_formula(hall: Hall, evil: str) -> None:
    item = Complaint(id=ONE, channel="written", at=0, words=evil, plan=evil, reference=evil)
    rows = table(hall, [item], FIRST)
    for column in ("内容", "整改措施", "工单号"):
        assert rows[1][COLUMNS.index(column)] == f"'{evil}"
    assert all(not cell.startswith("=") for cell in read_xlsx(xlsx_bytes(rows))[1])
    assert [harmless(cell) for cell in ("A001", 7, "", None, "2026-11-23", "a=b")] == [
        "A001",
        7,
        "",
        None,
        "2026-11-23",
        "a=b",
    ]


def told(hall: Hall, folder: Path, *more: str) -> int:
    parser = argparse.ArgumentParser()
    command_line.add(parser.add_subparsers())
    args = parser.parse_args(["complaints", str(folder), "--hall", str(hall.path), *more])
    return int(args.run(args))


@pytest.mark.req("S16", "S17")
def test_the_command_lists_what_is_open_and_writes_the_tables(
    hub: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.rate()
    hub.office.keep_contact(ONE, name=NAME, phone=PHONE)
    hub.begin_day(7)
    hub.rate(2)
    second = f"{hub.desk.state.day}-T001"
    hub.settle(second)
    made = tmp_path / "list.csv", tmp_path / "list.xlsx"
    files = ["--csv", str(made[0]), "--xlsx", str(made[1])]
    assert told(hub.hall, hub.folder, "--on", hub.desk.state.day, *files) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{ONE}  非常不满意  户籍  1号窗口  A001  待接办  2026-11-30到期  应回访",
        "共1件未办结",
        "实名差评回访率0%（0/1）",
    ]
    written = read_csv(made[0].read_bytes())
    assert written == read_xlsx(made[1].read_bytes())
    assert [row[0] for row in written[1:]] == [ONE, second]
    assert told(hub.hall, hub.folder, "--overdue", "--on", "20261201") == 0
    shown = capsys.readouterr().out
    assert "2026-11-30到期  逾期" in shown
    assert NAME not in shown
    with pytest.raises(ValueError, match="--on 2026: no such day"):
        told(hub.hall, hub.folder, "--on", "2026")


async def test_a_hub_is_put_together_with_them(hall: Hall, tmp_path: Path) -> None:
    """What the hub orders each second and follows includes them: a name whose time is over goes."""
    Contacts(tmp_path / FILE, 20).put(ONE, Contact(name=NAME, day="20200101"))
    journal, clock = Journal(tmp_path / "journal.db"), HallClock()
    secrets = load_secrets(tmp_path / "secrets.json", ["hub"])
    outages = Outages(tmp_path / "alive", clock, last_at=0)
    works = put_together(hall, journal, secrets, tmp_path, clock, outages, is_private=False)
    running = None
    try:
        works.service.ask(commands.OpenDay(day=business_day(clock.now(), hall.zone)), lambda _facts: None)
        running = asyncio.create_task(works.service.run())
        await until(lambda: NAME.encode() not in (tmp_path / FILE).read_bytes())
        assert works.complaints.listed("open", "2001") == []
    finally:
        if running:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        await works.service.stop()
        journal.close()
