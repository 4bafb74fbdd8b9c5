"""The viewer's pages: records, archives to be carried away, the chain's verification, notices (M26, M13, M15, M38)."""

import io
import os
import re
import shutil
import sqlite3
import time
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import cast

import pytest
from starlette.types import Message

from hardware.link import Link
from hub.archive.checking import verify_archive
from hub.journal import Journal
from hub.orders import LookUp
from hub.pages_open import pages as opened
from hub.rules import commands
from hub.rules.events import NoticesLookedUp
from hub.staff.pages.archive import given
from hub.staff.passing import FOLDER, KEPT_S, FetchedOnce, fresh
from hub.watch.pulse import Pulse
from hub.watch.watched import Watched
from sim.ports import free_port
from tests.staff.house import CHEN, MANAGERS, Pages, Visitor, open_house

VIEWER = MANAGERS["viewer"]
READY = commands.ReportDevice(device="dispenser-1", state="ready", boot=1, alerts={})


def a_day(pages: Pages, count: int = 2) -> str:
    """Have so many come, of whom the first is served, told what is missing and asked for a rating; return the day."""
    house = pages.house
    for _ in range(count):
        house.ask(commands.TakeTicket(dispenser="dispenser-1", key="A", boot=1, service="A"))
        (job,) = house.state.jobs
        house.ask(commands.ConfirmPrint(dispenser="dispenser-1", job=job))
    house.ask(commands.SignIn(counter=1, person=CHEN))
    house.ask(commands.CallNext(counter=1))
    house.ask(commands.Begin(counter=1))
    house.ask(commands.GiveNotice(counter=1, items=("<b>护照</b>",), oral=True))
    house.ask(commands.Finish(counter=1, result=""))
    return house.state.day


def seen(pages: Pages, action: str) -> list[str]:
    return [one.subject for one in pages.noted() if one.person == VIEWER and one.action == action]


@pytest.mark.req("M26", "M13", "M15")
async def test_a_record_is_found_by_each_of_its_marks_and_every_look_is_kept(tmp_path: Path) -> None:
    async with open_house(tmp_path, opened=[READY]) as pages:
        day = a_day(pages)
        viewer = await pages.sign_in(VIEWER)
        assert "填写一项或几项后查找" in (await viewer.see("/staff/archive")).text
        for query, numbers in (
            (f"first={day}&last={day}&number=a1", ["A001"]),
            ("serial=2", ["A002"]),
            (f"paper={day}-g001", ["A001"]),
            ("service=A", ["A002", "A001"]),
            ("counter=１", ["A001"]),
            (f"staff={CHEN}", ["A001"]),
            ("staff=028001", []),
            ("last=2020-01-01", []),
        ):
            page = (await viewer.see(f"/staff/archive?{query}")).text
            assert re.findall(r'<th scope="row"><a [^>]*>(\w+)<', page) == numbers, query
        looked = seen(pages, "archive-see")
        usual = f"{date.fromisoformat(day) - timedelta(days=91):%Y%m%d}"
        assert looked[:3] == ["/staff/archive", f"first={day} last={day} number=A001", f"first={usual} serial=2"]
        assert f"own_serial={day}-G001" in looked
        assert len(looked) == 9


@pytest.mark.req("M26", "M13", "M14", "M15")
async def test_one_record_has_all_its_steps_with_who_made_each(tmp_path: Path) -> None:
    async with open_house(tmp_path, opened=[READY]) as pages:
        day = a_day(pages)
        viewer = await pages.sign_in(VIEWER)
        page = (await viewer.see(f"/staff/archive/record/{day}/1")).text
        flat = re.sub(r"\s+", "", re.sub(r"<[^>]+>", "|", page))
        for words in ("首问责任人||陈警官(027001)", "状态||办结", "评价||未评价", f"告知单|||{day}-G001"):
            assert words in flat, words
        for step in ("取号||–||系统", "呼叫||1号窗||陈警官(027001)", "办结||1号窗||陈警官(027001)"):
            assert step in flat, step
        assert "没有署名" not in flat
        assert seen(pages, "archive-see")[-1] == f"first={day} last={day} serial=1"
        for wrong in (f"{day}/77", f"{day}/0", f"{day}/x", "20261399/1", "x/1", "..%2f..%2fetc/1"):
            answer = await viewer.see(f"/staff/archive/record/{wrong}")
            assert answer.status_code == 404, wrong


NO_SENSE = (
    ("archive", "first=2026-13-01", "日期有误"),
    ("archive", "last=0001-01-01", "日期有误"),
    ("archive", "first=9999-12-31", "日期有误"),
    ("archive", "first=2026-11-02&last=2026-11-01", "起始日期晚于结束日期"),
    ("archive", "first=2025-01-01&last=2026-11-01", "一次最多366天"),
    ("archive", "number=../../etc", "号码有误"),
    ("archive", "number=%00", "号码有误"),
    ("archive", "serial=-1", "序号有误"),
    ("archive", "serial=99999999999999999999", "序号有误"),
    ("archive", "paper=<script>x", "单据编号有误"),
    ("archive", "service=' OR 1", "业务有误"),
    ("archive", "counter=100", "窗口有误"),
    ("archive", "staff=abc", "工号有误"),
    ("archive", "number=A001&page=1001", "页码有误"),
    ("archive", "number=A001&page=x", "页码有误"),
    ("notices-given", "serial=A012", "告知单编号有误"),
    ("notices-given", "serial=20261123-G001/../x", "告知单编号有误"),
    ("notices-given", "first=2025-01-01&last=2026-11-01", "一次最多366天"),
    ("notices-given", "first=2026-11-01", "请同时选择起止日期"),
)
EXPORTS_OF_NO_SENSE = (
    ({}, "请选择月份，或起止日期"),
    ({"month": "2026-13"}, "月份有误"),
    ({"month": "9999-12"}, "没有业务日"),
    ({"month": "../../x"}, "月份有误"),
    ({"first": "2026-11-02", "last": "2026-11-01"}, "起始日期晚于结束日期"),
    ({"first": "2026-01-01", "last": "2026-12-31"}, "一次最多92天"),
    ({"month": "2020-01"}, "没有业务日"),
)


@pytest.mark.req("M26", "M15")
async def test_whatever_makes_no_sense_gets_one_clear_sentence(tmp_path: Path) -> None:
    async with open_house(tmp_path, opened=[READY]) as pages:
        viewer = await pages.sign_in(VIEWER)
        for path, query, words in NO_SENSE:
            answer = await viewer.see(f"/staff/{path}?{query}")
            (said,) = re.findall(r'role="alert">(.+)</p>', answer.text)
            assert (answer.status_code, said[: len(words)]) == (400, words), query
        for wanted, words in EXPORTS_OF_NO_SENSE:
            told = (await viewer.ask("/staff/archive/export", **wanted)).json()
            assert (told["done"], words in told["words"]) == (False, True), wanted
        day = pages.house.state.day
        told = (await viewer.ask("/staff/archive/export", first=day, last=day)).json()
        assert told["words"] == "所选日期里有尚未结束的业务日，请等次日开启后再导出"
        for name in ("x.zip", "..%2f..%2fjournal.db", "%2e%2e", "..%5cjournal.db"):
            answer = await viewer.see(f"/staff/archive/file/{name}")
            assert answer.status_code == 404, name
            assert answer.headers["content-type"].startswith("text/html")
        assert "一次性告知查询" in (await viewer.see("/staff/notices-given")).text
        assert [fact for fact in pages.facts() if isinstance(fact, NoticesLookedUp)] == []


async def exported(pages: Pages, viewer: Visitor, **wanted: str) -> tuple[str, str]:
    """Have the day that is over exported; return where it lies and the hash of its manifest."""
    told = (await viewer.ask("/staff/archive/export", **wanted)).json()
    assert told["done"], told
    return told["to"], told["words"].rpartition("：")[2]


@pytest.mark.req("M26")
async def test_an_archive_is_one_file_that_proves_itself_and_is_fetched_once(tmp_path: Path) -> None:
    async with open_house(tmp_path, opened=[READY]) as pages:
        day = a_day(pages)
        pages.house.ask(commands.OpenDay(day="20991221"))
        viewer = await pages.sign_in(VIEWER)
        address, digest = await exported(pages, viewer, first=day, last=day, rows="1")
        name = address.rpartition("/")[2]
        other = await pages.sign_in(MANAGERS["system"])
        assert (await other.see(address)).status_code == 403
        assert (await viewer.client.head(address)).status_code == 200, "who looks at the head takes nothing away"
        fetched = await viewer.client.get(address)
        assert fetched.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert (await viewer.see(address)).status_code == 404
        assert left_behind(tmp_path) == []
        packed = zipfile.ZipFile(io.BytesIO(fetched.content))
        assert {one.date_time for one in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        packed.extractall(tmp_path / "out")
        folder = tmp_path / "out" / name.removesuffix(".zip")
        assert list(verify_archive(folder, tmp_path / "journal.db")) == []
        assert (folder / "manifest.json.sha256").read_text() == f"{digest}  manifest.json\n"
        assert seen(pages, "archive-export") == [f"{day}-{day} rows", address, address, address]
        assert {one.refused for one in pages.noted() if one.action == "archive-export"} == {"", "not-authorised"}


def left_behind(folder: Path) -> list[str]:
    """Return the files that lie there to be fetched."""
    return sorted(one.name for one in (folder / FOLDER).rglob("*") if one.is_file())


@pytest.mark.req("M26")
async def test_nothing_of_an_export_is_left_whoever_goes_away(tmp_path: Path) -> None:
    async with open_house(tmp_path, opened=[READY]) as pages:
        day = a_day(pages)
        pages.house.ask(commands.OpenDay(day="20991221"))
        viewer = await pages.sign_in(VIEWER)
        address, _digest = await exported(pages, viewer, first=day, last=day)
        name, mine = address.rpartition("/")[2], tmp_path / FOLDER / VIEWER
        (mine / name).rename(mine / "never-fetched.zip")
        for folder in (fresh(tmp_path, "099998"), fresh(tmp_path, "099999")):
            (folder / f"{folder.name}.zip").touch()
        long_ago = time.time() - 2 * KEPT_S
        os.utime(tmp_path / FOLDER / "099998", (long_ago, long_ago))
        await exported(pages, viewer, first=day, last=day)
        assert left_behind(tmp_path) == ["099999.zip", name], "what was never fetched goes with the next, or gets old"
        shutil.rmtree(tmp_path / FOLDER / "099999")

        async def receive() -> Message:
            return {"type": "http.disconnect"}

        async def broken(_message: Message) -> None:
            raise OSError("the browser went away")

        path = tmp_path / FOLDER / VIEWER / name
        with pytest.raises(OSError, match="went away"):
            await FetchedOnce(path)({"type": "http", "method": "GET", "headers": []}, receive, broken)
        assert left_behind(tmp_path) == []
        await exported(pages, viewer, first=day, last=day)
        house, clock = pages.house, pages.house.clock
        pulse, link = Pulse(tmp_path, clock), cast(Link, None)  # nobody asks for the metrics of this hub
        watched = Watched(house.works, house.service._journal, link, None, clock, pulse, tmp_path)
        async with opened(watched, free_port(), lambda _words: None, tls=False):
            assert left_behind(tmp_path) == [], "what a hub that was killed has left goes when the next one starts"


@pytest.mark.req("M26")
async def test_the_chain_is_verified_on_the_page_in_words(tmp_path: Path) -> None:
    async with open_house(tmp_path, opened=[READY]) as pages:
        day = a_day(pages)
        pages.house.ask(commands.OpenDay(day="20991221"))
        viewer = await pages.sign_in(VIEWER)
        whole = (await viewer.see("/staff/archive/check")).text
        assert re.search(r"共\d+行，逐行衔接，没有缺失和改动", whole)
        assert "没有移除过日志" in whole
        journal: Journal = pages.house.service._journal
        journal.seal(2, 4, manifest="5e" * 32, by=MANAGERS["system"], at=pages.house.clock.now())
        sealed = (await viewer.see("/staff/archive/check")).text
        assert "逐行衔接，没有缺失和改动" in sealed
        assert re.search(
            rf"2 至 4</th><td>3</td><td>[-: 0-9]+</td><td>管system\(028001\)</td><td><code>{'5e' * 32}", sealed
        )
        assert "较早的3行日志已归档移除" in (await viewer.see(f"/staff/archive?first={day}")).text
        with sqlite3.connect(tmp_path / "journal.db") as db:
            db.execute("UPDATE journal SET at = at + 1 WHERE row = 6")
        db.close()
        broken = (await viewer.see("/staff/archive/check")).text
        assert "第6行与前一行不衔接：其中一行被改动过" in broken
        assert seen(pages, "archive-see")[0] == "/staff/archive/check"


@pytest.mark.req("M15", "M26", "M37")
async def test_notices_are_found_by_serial_and_days_and_every_look_is_kept(tmp_path: Path) -> None:
    async with open_house(tmp_path, opened=[READY]) as pages:
        day = a_day(pages)
        pages.house.ask(commands.GiveNotice(counter=1, items=("别的",), oral=True, service="B", by=CHEN))
        (tmp_path / "names.json").write_text(f'{{"{day}-G001": "赵某", "20200101-G001": "钱某"}}', encoding="utf-8")
        viewer = await pages.sign_in(VIEWER)
        by_serial = (await viewer.see(f"/staff/notices-given?serial={day}-g001")).text
        by_days = (await viewer.see(f"/staff/notices-given?first={day}&last={day}")).text
        for page in (by_serial, by_days):
            for words in ("口头", "陈警官(027001)", "A001", "1、&lt;b&gt;护照&lt;/b&gt;", "赵某"):
                assert words in page, words
            assert "钱某" not in page
        assert ("别的" in by_serial, "别的" in by_days) == (False, True)
        found = given.find(tmp_path, LookUp(serial=f"{day}-G001"), 1)
        assert found.names == {f"{day}-G001": "赵某"}, "no other name leaves the worker"
        assert "没有符合条件的告知" in (await viewer.see("/staff/notices-given?serial=20200101-G001")).text
        looked = [(one.by, one.serial, one.first) for one in pages.facts() if isinstance(one, NoticesLookedUp)]
        assert looked == [(VIEWER, f"{day}-G001", ""), (VIEWER, "", day), (VIEWER, "20200101-G001", "")]
