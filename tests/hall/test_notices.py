"""What is missing, told once and for all (一次性告知): on paper in two parts, by word of mouth, looked for later."""

import asyncio
import threading
from argparse import ArgumentParser
from pathlib import Path

import pytest

from hardware.contract import Why
from hub.cli import notices, tally
from hub.door import send_order
from hub.orders import GiveNotice, Order, Reply
from hub.rules.events import NoticeGiven, NoticesLookedUp, SlipEnded, SlipOrdered
from tests.hall.staffed import CHEN, LI, LIMIT_S, MONDAY, PINS, StaffedHall, device, staffed_hall

JOURNAL = Path("state", "journal.db")
NAME = "欧阳娜"
MATERIALS = (
    "居民身份证原件",
    "居民户口簿原件",
    "近期一寸免冠照片",
    "监护人同意书",
    "房屋租赁合同",
    "单位在职证明",
    "婚姻登记证明",
    "出生医学证明",
)
SERVICE = f"materials = {list(MATERIALS)}"
PRINTERS = device("printer-1", "printer", "dispenser-pico") + device("printer-2", "printer", "dispenser-pico")
AT = {1: 'printer = "printer-1"', 2: 'printer = "printer-2"'}


def hall_with_notices(folder: Path, more: str = "", at: str | None = MONDAY + "10:00:00"):
    return staffed_hall(folder, service_a=SERVICE, more=more + PRINTERS, counter_more=AT, at=at)


async def order(hall: StaffedHall, what: Order, person: str = CHEN, pin: str | None = None) -> Reply:
    """Hand an order in at the hub's door, from another thread: the hall goes on meanwhile."""
    folder = hall.folder / "state"
    return await asyncio.to_thread(send_order, folder, person, PINS[person] if pin is None else pin, what)


async def called(hall: StaffedHall) -> None:
    """Sign in at counter 1 and call A001; every printer has said that it is well."""
    await hall.sign_in("pad-1", CHEN)
    await hall.ticket()
    await hall.press("pad-1", "next")
    await hall.shows("pad-1", "A001")


def command(module, *words: str | Path) -> int:
    parser = ArgumentParser()
    module.add(parser.add_subparsers())
    args = parser.parse_args([module.__name__.split(".")[-1], *map(str, words)])
    return int(args.run(args))


@pytest.mark.req("M15", "M37")
async def test_a_notice_has_two_parts_one_serial_and_the_officer_who_received(tmp_path: Path) -> None:
    async with hall_with_notices(tmp_path) as hall:
        await called(hall)
        await hall.do("pad-1", "notice", "0104", "")
        stub, given = await hall.paper("printer-1"), await hall.paper("printer-1")
        for part, title in ((stub, "（存根）"), (given, "（通知联）")):
            flat = part.replace("\n", "")
            assert title in flat
            assert "20261123-G001" in flat
            assert "陈警官（027001）" in flat
            assert "户籍" in flat
            assert "2026年11月23日" in flat
            assert "1、居民身份证原件" in flat.replace(" ", "")
            assert "2、监护人同意书" in flat.replace(" ", "")
            assert "居民户口簿" not in flat
            assert "____" in part, "the name is written by hand"
        assert "签收人" in stub
        assert "谢谢您的合作" in given
        notice = await hall.fact(NoticeGiven)
        assert (notice.own_serial, notice.serial, notice.counter, notice.by) == ("20261123-G001", 1, 1, CHEN)
        assert notice.items == (MATERIALS[0], MATERIALS[3])
        assert hall.printers["printer-2"].papers == []


@pytest.mark.req("M15")
async def test_more_than_six_items_go_on_on_a_further_sheet(tmp_path: Path) -> None:
    async with hall_with_notices(tmp_path) as hall:
        await called(hall)
        await hall.do("pad-1", "notice", "01020304", "05060708", "")
        papers = [(await hall.paper("printer-1")).replace("\n", "").replace(" ", "") for _ in range(4)]
        assert all("20261123-G001" in paper for paper in papers)
        assert all("6、单位在职证明" in paper and "7、" not in paper for paper in papers[:2])
        assert all("第1页，共2页" in paper for paper in papers[:2])
        assert all("7、婚姻登记证明8、出生医学证明" in paper for paper in papers[2:])
        assert all("第2页，共2页" in paper for paper in papers[2:])


@pytest.mark.req("M15")
async def test_a_place_with_nothing_is_refused_and_nothing_is_printed(tmp_path: Path) -> None:
    async with hall_with_notices(tmp_path) as hall:
        await hall.sign_in("pad-1", CHEN)
        await hall.do("pad-1", "notice")
        await hall.shows("pad-1", "无号码")
        await hall.ticket()
        await hall.press("pad-1", "next")
        for wrong in ("09", "00", "010"):
            await hall.do("pad-1", "notice", wrong, "")
            await hall.shows("pad-1", "无此代码")
        assert not hall.facts(NoticeGiven)


@pytest.mark.req("M37", "M6")
async def test_an_oral_notice_is_kept_without_paper_and_both_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with hall_with_notices(tmp_path) as hall:
        await called(hall)
        await hall.do("pad-1", "oral-notice", "2", "")
        await hall.until(lambda: hall.facts(NoticeGiven), "it is not kept")
        await hall.do("pad-1", "notice", "1", "")
        await hall.paper("printer-1")
        oral, written = hall.facts(NoticeGiven)
        assert (oral.oral, oral.own_serial, oral.items) == (True, "20261123-G001", (MATERIALS[1],))
        assert (written.oral, written.own_serial) == (False, "20261123-G002")
        assert [slip.own_serial for slip in hall.facts(SlipOrdered)] == ["20261123-G002"]
    assert command(tally, tmp_path / JOURNAL, "--by", "person") == 0
    assert "一次性告知 2 次，其中口头 1 次" in capsys.readouterr().out


@pytest.mark.req("M15", "M40")
async def test_a_name_and_free_items_come_by_an_order_of_whoever_works_there(tmp_path: Path) -> None:
    async with hall_with_notices(tmp_path) as hall:
        await called(hall)
        wanted = GiveNotice(counter=1, missing=(3,), items=("学校证明",), name=NAME)
        assert (await order(hall, wanted, pin="9999")).words == "密码错误"
        assert (await order(hall, wanted, person="099999", pin="1001")).words == "密码错误"
        assert (await order(hall, wanted, person=LI)).words == "无此权限"
        assert hall.facts(NoticeGiven) == []
        reply = await order(hall, wanted)
        assert reply == Reply(is_done=True, words="已送打印", own_serial="20261123-G001")
        stub, given = await hall.paper("printer-1"), await hall.paper("printer-1")
        assert f"{NAME}同志前来办理" in stub.replace("\n", "")
        assert f"{NAME}同志：" in given
        assert "2、学校证明" in given.replace(" ", "")
        assert NAME not in (tmp_path / JOURNAL).read_bytes().decode(errors="ignore")
        assert NAME not in "".join(hall.hub.output)
        assert not (tmp_path / "state" / "names.json").exists()


@pytest.mark.req("M40")
async def test_three_wrong_pins_close_the_door_for_a_while(tmp_path: Path) -> None:
    async with hall_with_notices(tmp_path) as hall:
        await called(hall)
        for _ in range(3):
            assert (await order(hall, GiveNotice(counter=1, missing=(1,)), pin="0000")).words == "密码错误"
        assert (await order(hall, GiveNotice(counter=1, missing=(1,)))).words == "已锁定"
        assert (tmp_path / "state" / "orders.sock").stat().st_mode & 0o777 == 0o600


@pytest.mark.req("M40")
async def test_a_hub_that_dies_before_the_paper_leaves_a_line_for_the_name(tmp_path: Path) -> None:
    """The first notice is in the printer, which is slow; the one with the name waits behind it, in the hub."""
    async with hall_with_notices(tmp_path) as hall:
        await called(hall)
        printer, goes_on = hall.printers["printer-1"], threading.Event()
        put_out = printer.put_out

        def slowly(data: bytes) -> Why | None:
            goes_on.wait(LIMIT_S)
            return put_out(data)

        printer.put_out = slowly
        try:
            await hall.do("pad-1", "notice", "2", "")
            assert (await order(hall, GiveNotice(counter=1, missing=(1,), name=NAME))).is_done
            await hall.begin_again()
        finally:
            goes_on.set()
        papers = [await hall.paper("printer-1") for _ in range(4)]
        assert all("20261123-G002" in paper and "____" in paper for paper in papers[2:])
        assert not any(NAME in paper for paper in papers)


@pytest.mark.req("M40")
async def test_a_unit_may_keep_names_and_then_also_a_second_copy_has_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hall_with_notices(tmp_path, "[notices]\nkeep_names = true\n") as hall:
        await called(hall)
        await order(hall, GiveNotice(counter=1, missing=(1,), name=NAME))
        first = [await hall.paper("printer-1") for _ in range(2)]
        await hall.until(lambda: hall.facts(SlipEnded), "nobody knows that it is out")
        await hall.begin_again()
        await hall.do("pad-1", "reprint-slip", "")
        again = [(await hall.paper("printer-1")).replace("\n", "") for _ in range(2)]
        assert all(NAME in paper.replace("\n", "") for paper in (*first, *again))
        assert not any("补打" in paper for paper in first)
        assert all("补打 陈警官（027001） 10:0" in paper for paper in again)
        assert (tmp_path / "state" / "names.json").stat().st_mode & 0o777 == 0o600
        assert NAME not in (tmp_path / JOURNAL).read_bytes().decode(errors="ignore")
        second = hall.facts(SlipOrdered)[-1]
        assert (second.asked_by, second.copy_of) == (CHEN, hall.facts(SlipOrdered)[0].job)


@pytest.mark.req("M15", "M26")
async def test_only_a_viewer_finds_notices_and_every_look_is_journalled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hall_with_notices(tmp_path) as hall:
        await called(hall)
        await hall.do("pad-1", "notice", "0104", "")
        await hall.paper("printer-1")
        await hall.shows("pad-1", "A001")
        file = tmp_path / "viewer.toml"
        file.write_text(hall.file.read_text().replace('name = "李警官"', 'name = "李警官"\nroles = ["viewer"]'))
        typed = iter(())
        monkeypatch.setattr("hub.cli.notices.ask_person", lambda: next(typed))
        words = (tmp_path / JOURNAL, "--hall", file)
        typed = iter([(LI, PINS[LI]), (CHEN, PINS[CHEN])])
        with pytest.raises(PermissionError, match="无此权限"):
            await asyncio.to_thread(command, notices, *words, "--serial", "20261123-G001")
        assert hall.facts(NoticesLookedUp) == []
    typed = iter([(CHEN, PINS[CHEN]), (LI, "0000"), (LI, PINS[LI]), (LI, PINS[LI])])
    for said in ("无此权限", "密码错误"):
        with pytest.raises(PermissionError, match=said):
            command(notices, *words, "--serial", "20261123-G001")
    assert command(notices, *words, "--serial", "20261123-G001") == 0
    out = capsys.readouterr().out
    assert "20261123-G001  2026-11-23 10:0" in out
    assert "1号窗口  户籍  书面  陈警官（027001）  A001\n    1、居民身份证原件\n    2、监护人同意书\n共1份告知\n" in out
    assert command(notices, *words, "--from", "20261124", "--to", "20261130") == 0
    assert capsys.readouterr().out == "共0份告知\n"
    looks = [(look.by, look.serial, look.first, look.last) for look in hall.facts(NoticesLookedUp)]
    assert looks == [(LI, "20261123-G001", "", ""), (LI, "", "20261124", "20261130")]


@pytest.mark.req("M40")
def test_nothing_but_a_serial_is_looked_for_and_so_journalled(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="--serial 欧阳娜: no such serial; give one such as 20261123-G001"):
        command(notices, tmp_path / "journal.db", "--hall", tmp_path / "hall.toml", "--serial", "欧阳娜")
