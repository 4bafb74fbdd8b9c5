"""The editor of a hub without a broker: what it takes and refuses, what it keeps, and what a start makes of halves."""

import argparse
import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hardware.link import Address, Link
from hub.cli import edits as cli
from hub.cli import undo
from hub.clock import HallClock
from hub.config import load_hall
from hub.edits.kinds import Add, Put, Remove
from hub.edits.permission import may_change
from hub.edits.ready import NotChangedError
from hub.edits.record import KEPT_MAX, Record, Records, sha256_of
from hub.edits.recovery import recover
from hub.journal import Journal, JournalWriteError
from hub.office import AdoptFile, ChangeFile, FileOrder, UndoChange
from hub.orders import Asked
from hub.outages import Outages
from hub.people import hash_pin
from hub.rules import commands
from hub.rules.events import HallChanged
from hub.secrets import load_secrets
from hub.words import REFUSED
from hub.works import Works, put_together
from tests.hall.staffed import CHEN, HALL, LI, PEOPLE, counters, desks, device

PIN = hash_pin("1001")
FILE = (
    "# 小厅\n"
    + HALL.format(rules="# 重呼\nrecalls_max = 3", service_a="", service_b="")
    + "".join(f'[[people]]\nid = "{one}"\nname = "{name}"\npin = "{PIN}"\n' for one, name, _ in PEOPLE[:2])
    + counters(2)
    + device("dispenser-1", "dispenser", "dispenser-pico")
    + desks("dispenser-1")
)
BY = CHEN


class Hub:
    """A hub's parts on a journal of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "hall.toml"
        self.journal = Journal(folder / "journal.db")
        self.hall = load_hall(self.file)
        clock = HallClock(start=self.journal.last_at)
        names = [one.name for one in self.hall.devices]
        secrets = load_secrets(folder / "secrets.json", names)
        outages = Outages(folder / "alive", clock, last_at=self.journal.last_at)
        self.works: Works = put_together(self.hall, self.journal, secrets, folder, clock, outages, is_private=True)
        self.records = Records(folder)
        self.now = clock.now
        self.editor = self.works.editor

    def start(self) -> None:
        link = Link(
            address=Address("127.0.0.1", 1),
            name="hub",
            password="",
            will_topic="hall/x/hub/status",
            subscriptions=[],
            on_message=lambda _message: None,
        )
        self.works.attach(link)
        recover(self.hall, self.records, self.journal, self.now())
        self.works.service.start(link)

    def ask(self, *wanted: commands.Command) -> None:
        for one in wanted:
            outcome = self.works.service.ask(one, lambda _facts: None)
            assert outcome.refused is None, outcome

    def changes(self) -> list[HallChanged]:
        rows = self.journal.told(0, ["HallChanged"])
        return [fact for _at, body in rows for fact in body.facts if isinstance(fact, HallChanged)]

    async def close(self) -> None:
        await self.works.service.stop()
        self.works.feed.close()
        self.journal.close()


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    (tmp_path / "hall.toml").write_text(FILE, encoding="utf-8")
    hub = Hub(tmp_path)
    hub.start()
    yield hub
    await hub.close()


RULE = Put(at=("rules", "recalls_max"), value=5)


@pytest.mark.req("M44")
async def test_a_change_is_written_kept_journalled_and_so_at_once(hub: Hub) -> None:
    same_hall_for_all = hub.hall
    made = await hub.editor.change([RULE], by=BY)
    text = hub.file.read_text(encoding="utf-8")
    assert text == FILE.replace("recalls_max = 3", "recalls_max = 5")
    assert (made.number, made.by, made.words) == (1, BY, "排队规则 recalls_max：3→5")
    assert same_hall_for_all.plan.recalls_max == 5
    [fact] = hub.changes()
    assert (fact.person, fact.summary, fact.edit, fact.sha256) == (BY, made.words, 1, sha256_of(text))
    record = await hub.editor.texts(1)
    assert (record.before, record.after, record.is_kept) == (FILE, text, True)
    assert [path.stat().st_mode & 0o777 for path in (hub.folder / "edits").iterdir()] == [0o600]
    assert await hub.editor.history() == [made]


async def test_a_preview_changes_nothing(hub: Hub) -> None:
    ready = await hub.editor.preview([Put(at=("screen", "welcome"), value="您好")])
    assert (ready.hall.file.screen.welcome, hub.hall.file.screen.welcome) == ("您好", "欢迎光临")
    assert hub.file.read_text(encoding="utf-8") == FILE
    assert await hub.editor.history() == []


async def test_undo_gives_back_the_same_bytes_and_is_a_change_that_can_be_undone(hub: Hub) -> None:
    await hub.editor.change([RULE, Add(to=("services",), value={"code": "C", "name": "车管"})], by=BY)
    changed = hub.file.read_bytes()
    made = await hub.editor.undo(1, by=LI)
    assert hub.file.read_text(encoding="utf-8") == FILE
    assert (made.words, made.undoes) == ("撤销第1次修改：排队规则 recalls_max：5→3；删除业务 C 车管", 1)
    await hub.editor.undo(2, by=LI)
    assert hub.file.read_bytes() == changed
    assert [fact.undoes for fact in hub.changes()] == [0, 1, 2]


async def test_what_was_touched_again_later_is_not_undone_and_the_rest_stays(hub: Hub) -> None:
    await hub.editor.change([RULE], by=BY)
    await hub.editor.change([Put(at=("services", "B", "name"), value="护照")], by=BY)
    await hub.editor.change([Put(at=("rules", "recalls_max"), value=6)], by=BY)
    with pytest.raises(NotChangedError, match=r"第1次修改之后，rules.recalls_max 又被改过"):
        await hub.editor.undo(1, by=BY)
    await hub.editor.undo(2, by=BY)
    assert hub.file.read_text(encoding="utf-8") == FILE.replace("recalls_max = 3", "recalls_max = 6")
    with pytest.raises(NotChangedError, match="没有第9次修改的记录"):
        await hub.editor.undo(9, by=BY)


async def test_what_is_wrong_leaves_file_hall_and_journal_as_they_are(hub: Hub) -> None:
    with pytest.raises(NotChangedError, match=r"第\d+行"):
        await hub.editor.change([RULE, Put(at=("rules", "recalls_max"), value=100)], by=BY)
    assert (hub.file.read_text(encoding="utf-8"), hub.hall.plan.recalls_max) == (FILE, 3)
    assert (hub.changes(), hub.records.numbers()) == ([], [])


@pytest.mark.req("M9")
async def test_who_waits_and_who_works_keeps_his_place(hub: Hub) -> None:
    hub.ask(
        commands.OpenDay(day="20261123"),
        commands.TakeTicket(dispenser="dispenser-1", key="B", boot=1, service="B"),
        commands.SignIn(counter=1, person=CHEN),
    )
    drop_b = [Remove(at=("services", "B"))]
    counter = [Remove(at=("devices", f"{kind}-1")) for kind in ("pad", "lintel", "rating")]
    for edits, says in (
        (drop_b, "业务B 出入境还有未办结的号码"),
        ([*counter, Remove(at=("counters", 1))], "1号窗口有人在岗"),
        ([Remove(at=("people", CHEN))], "陈警官正在岗"),
        (
            [
                Put(at=("people", one), value={"id": one, "name": "某", "pin": PIN, "services": ["B"]})
                for one in (CHEN, LI)
            ],
            "业务A 户籍将无人可办，须先进后出",
        ),
    ):
        with pytest.raises(NotChangedError, match=says):
            await hub.editor.change(edits, by=BY)
    assert hub.file.read_text(encoding="utf-8") == FILE


@pytest.mark.req("M9")
async def test_the_newcomer_may_come_in_the_change_in_which_the_other_goes(hub: Hub) -> None:
    only = Put(at=("people", LI, "services"), value=["B"])
    await hub.editor.change([only], by=BY)
    with pytest.raises(NotChangedError, match="先进后出"):
        await hub.editor.change([Remove(at=("people", CHEN))], by=BY)
    new = Add(to=("people",), value={"id": "027009", "name": "新来", "pin": PIN})
    made = await hub.editor.change([new, Remove(at=("people", CHEN))], by=LI)
    assert made.words == "新增人员 027009 新来；删除人员 027001 陈警官"


async def test_services_of_a_counter_count_from_the_next_call_also_where_they_were_set_live(hub: Hub) -> None:
    hub.ask(
        commands.OpenDay(day="20261123"),
        commands.SetServices(counter=1, services=frozenset("A"), by=CHEN),
    )
    await hub.editor.change([Put(at=("counters", 1, "serves"), value=["B"])], by=BY)
    hub.ask(
        commands.TakeTicket(dispenser="dispenser-1", key="B", boot=1, service="B"),
        commands.SignIn(counter=1, person=CHEN),
    )
    assert hub.changes()[0].counters == (1,)


async def test_what_was_written_by_hand_is_taken_first_and_is_a_change_of_nobody(hub: Hub) -> None:
    hub.file.write_text(FILE.replace("# 重呼", "# 重呼次数").replace('"满员厅"', '"新厅"'), encoding="utf-8")
    await hub.editor.change([RULE], by=BY)
    assert [(one.by, one.words) for one in await hub.editor.history()] == [
        (BY, "排队规则 recalls_max：3→5"),
        ("", "大厅 名称：满员厅→新厅"),
    ]
    assert "# 重呼次数\nrecalls_max = 5" in hub.file.read_text(encoding="utf-8")
    assert hub.hall.name == "新厅"
    hub.file.write_text("[hall", encoding="utf-8")
    with pytest.raises(NotChangedError, match="文件已被手工改动，但不能采用"):
        await hub.editor.change([Put(at=("rules", "recalls_max"), value=7)], by=BY)
    assert (hub.file.read_text(encoding="utf-8"), hub.hall.plan.recalls_max) == ("[hall", 5)


def left_over(folder: Path) -> list[Path]:
    return list(folder.glob("**/.*.new"))


async def test_a_link_to_the_file_and_its_mode_stay(tmp_path: Path) -> None:
    real = tmp_path / "real.toml"
    real.write_text(FILE, encoding="utf-8")
    real.chmod(0o640)
    (tmp_path / "hall.toml").symlink_to(real)
    hub = Hub(tmp_path)
    hub.start()
    await hub.editor.change([RULE], by=BY)
    await hub.close()
    assert (tmp_path / "hall.toml").is_symlink()
    assert (real.stat().st_mode & 0o777, "recalls_max = 5" in real.read_text(encoding="utf-8")) == (0o640, True)
    assert left_over(tmp_path) == []


async def test_a_journal_that_cannot_be_written_leaves_the_file_as_it_was(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_entries: object) -> None:
        raise JournalWriteError("full")

    monkeypatch.setattr(hub.journal, "write", full)
    with pytest.raises(NotChangedError, match="文件保持原样"):
        await hub.editor.change([RULE], by=BY)
    assert (hub.file.read_text(encoding="utf-8"), hub.hall.plan.recalls_max) == (FILE, 3)
    assert hub.records.numbers() == []


async def test_who_goes_away_in_the_middle_does_not_leave_half_of_a_change(hub: Hub) -> None:
    asking = asyncio.create_task(hub.editor.change([RULE], by=BY))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await hub.editor.adopt()  # waits until nobody changes anything
    assert ("recalls_max = 5" in hub.file.read_text(encoding="utf-8"), hub.hall.plan.recalls_max) == (True, 5)
    assert [one.by for one in await hub.editor.history()] == [BY]


async def restarted(hub: Hub) -> Hub:
    await hub.close()
    again = Hub(hub.folder)
    again.start()
    return again


@pytest.mark.parametrize("is_written", [False, True])
async def test_a_change_that_was_cut_off_is_finished_or_forgotten_by_the_next_start(hub: Hub, is_written: bool) -> None:
    after = FILE.replace("recalls_max = 3", "recalls_max = 5")
    hub.records.put(Record(number=1, by=BY, at=hub.now(), words="重呼", before=FILE, after=after))
    if is_written:
        hub.file.write_text(after, encoding="utf-8")
    again = await restarted(hub)
    told = [(fact.person, fact.summary, fact.edit) for fact in again.changes()]
    assert told == ([(BY, "重呼", 1)] if is_written else [])
    assert again.records.numbers() == ([1] if is_written else [])
    third = await restarted(again)
    assert len(third.changes()) == is_written
    await third.close()


async def test_what_was_written_by_hand_while_no_hub_worked_is_a_change_too(hub: Hub) -> None:
    await hub.editor.change([RULE], by=BY)
    hub.file.write_text(FILE, encoding="utf-8")
    again = await restarted(hub)
    assert [(fact.person, fact.summary) for fact in again.changes()][1:] == [("", "排队规则 recalls_max：5→3")]
    await again.editor.undo(2, by=BY)
    assert again.hall.plan.recalls_max == 5
    await again.close()


async def test_old_changes_are_forgotten(tmp_path: Path) -> None:
    records = Records(tmp_path)
    for number in range(1, KEPT_MAX + 3):
        (tmp_path / "edits").mkdir(exist_ok=True)
        (tmp_path / "edits" / f"{number:04}.json").write_text("{}")
    records.put(Record(number=KEPT_MAX + 3, by="", at=1, words="", before="", after=""))
    assert records.numbers() == list(range(4, KEPT_MAX + 4))


@pytest.mark.req("M44")
@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("system", ["people", "devices"]),
        ("business", ["services", "screen.notices", "appointments"]),
        ("announcer", ["screen.notices"]),
        ("viewer", []),
        ("statistician", []),
    ],
)
def test_roles_change_what_is_theirs(role: str, may: list[str]) -> None:
    places = ("people", "devices", "services", "screen.notices", "appointments")
    assert [one for one in places if may_change([role], [tuple(one.split("."))])] == may


@pytest.mark.req("M44")
async def test_orders_for_the_file_need_a_role_for_each_place(hub: Hub) -> None:
    await hub.editor.change([Put(at=("people", LI, "roles"), value=["system"])], by="")

    async def asks(person: str, wanted: FileOrder) -> tuple[bool, str]:
        reply = await hub.works.orders.answer(Asked(person=person, pin="1001", order=wanted))
        return reply.is_done, reply.words

    label = Put(at=("devices", "dispenser-1", "label"), value="东门取号机")
    assert await asks(CHEN, ChangeFile(edits=(label,))) == (False, REFUSED["not-authorised"])
    assert await asks(LI, ChangeFile(edits=(label, RULE))) == (False, REFUSED["not-authorised"])
    done = (True, "第2次修改已生效：设备 东门取号机 位置名称：东门取号机")
    assert await asks(LI, ChangeFile(edits=(label,))) == done
    await hub.editor.change([RULE], by=CHEN)
    assert await asks(LI, UndoChange(number=3)) == (False, REFUSED["not-authorised"])
    assert (await asks(LI, UndoChange(number=2)))[0]
    assert await asks(LI, AdoptFile()) == (False, "文件与运行中的一致")


def command(*words: str) -> int:
    parser = argparse.ArgumentParser()
    parsers = parser.add_subparsers()
    cli.add(parsers)
    undo.add(parsers)
    args = parser.parse_args(words)
    return int(args.run(args))


async def test_the_command_lists_changes_and_undoes_one_in_the_file_where_no_hub_runs(
    hub: Hub, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await hub.editor.change([RULE, Put(at=("people", LI, "roles"), value=["business", "system"])], by=BY)
    where = [str(hub.file), "--state", str(hub.folder)]
    await hub.close()
    assert command("edits", *where) == 0
    assert "1" in capsys.readouterr().out.splitlines()[-1]
    monkeypatch.setattr(undo, "ask_person", lambda: (CHEN, "1001"))
    with pytest.raises(cli.NotDoneError, match=REFUSED["not-authorised"]):
        command("undo", where[0], "1", *where[1:])
    monkeypatch.setattr(undo, "ask_person", lambda: (LI, "1001"))
    assert command("undo", where[0], "1", *where[1:]) == 0
    assert "中枢启动后生效" in capsys.readouterr().out
    assert hub.file.read_text(encoding="utf-8") == FILE
    again = Hub(hub.folder)
    again.start()
    assert [(fact.person, fact.edit, fact.undoes) for fact in again.changes()] == [(BY, 1, 0), (LI, 2, 1)]
    await again.close()


@pytest.mark.parametrize(
    ("option", "words", "edit"),
    [
        ("--set", 'services.A.guide.fee="免费"', Put(at=("services", "A", "guide", "fee"), value="免费")),
        ("--set", "counters.3.serves=['A']", Put(at=("counters", 3, "serves"), value=["A"])),
        ("--set", "people.027001.qualified=false", Put(at=("people", "027001", "qualified"), value=False)),
        ("--add", 'services={code="D"}', Add(to=("services",), value={"code": "D"})),
        ("--remove", "screen.pages.2", Remove(at=("screen", "pages", 2))),
    ],
)
def test_the_command_understands_places(option: str, words: str, edit: object) -> None:
    assert cli.edit_of(option, words) == edit


@pytest.mark.parametrize("words", ["rules.recalls_max", "rules.recalls_max=drei"])
def test_the_command_says_what_it_does_not_understand(words: str) -> None:
    with pytest.raises(ValueError, match=r"PLACE=VALUE|quotes"):
        cli.edit_of("--set", words)
