"""What the hall does when it cannot work as usual, from outside: one key, numbers given by hand, what is reported."""

import os
import resource
import signal
from pathlib import Path

import pytest

from hub.cli import incidents as incidents_command
from hub.rules.events import (
    FaultCleared,
    FaultDeclared,
    OutageNoted,
    ServedByHand,
    TicketCalled,
    TicketFinished,
    TicketTaken,
)
from sim.bench.floor import free_port
from tests.hall.commands import command
from tests.hall.staffed import CHEN, LI, MONDAY, SUN, WANG, StaffedHall, staffed_hall
from tests.hall.test_screen_feed import stream

WORDS = "系统故障 请听从引导员安排"
KEY = 'keys = { no-show = "fault" }\n'
QUIET = "[alerts]\nempty_after_s = 0\naverage_wait_min = 0\n"


async def more(hall: StaffedHall, name: str, action: str, *fields: str) -> None:
    """Choose a function behind the menu, which 功能 pressed twice shows, and fill in its form."""
    menu = hall.plan.more(hall.plan.device(name))
    await hall.press(name, "menu", "menu", next(f"d{digit}" for digit, one in menu.items() if one == action))
    await hall.fill(name, *fields)


@pytest.mark.req("M41")
async def test_one_key_tells_the_whole_hall_and_the_same_key_ends_it(tmp_path: Path) -> None:
    port = free_port()
    table = f"[pad]\n{KEY}[web]\nport = {port}\n" + QUIET
    async with staffed_hall(tmp_path, who=(CHEN, LI, WANG, SUN), more=table) as hall:
        await hall.sign_in("guide", SUN)
        await hall.sign_in("pad-1", CHEN)
        await hall.sign_in("duty", LI)
        await hall.ticket("A")
        await hall.ticket("A")
        await hall.press("pad-1", "next")
        await hall.shows("lintel-1", "请A001号到1号窗")
        await hall.press("guide", "no-show")
        for name in ("lintel-1", "lintel-2", "dispenser-1", "guide", "pad-2"):
            await hall.shows(name, WORDS if name != "pad-2" else "未登录")
        await hall.shows("duty", "系统故障 ")
        async with stream(port) as screen:
            shown = await screen.next()
            assert (shown.fault, shown.calls) == ("系统故障，请听从引导员安排", ())
        await hall.press("dispenser-1", "A")
        assert await hall.shows("dispenser-1", "系统故障") == WORDS
        await hall.shows("pad-1", "A001")
        await hall.press("pad-1", "next")
        await hall.shows("pad-1", "系统故障")
        await hall.press("pad-1", "finish")
        await hall.fact(TicketFinished)
        assert await hall.shows("pad-1", WORDS) == WORDS
        await hall.begin_again()
        await hall.shows("lintel-1", WORDS)
        await hall.press("duty", "no-show")
        await hall.shows("lintel-1", "1号窗口 综合业务")
        await hall.press("pad-1", "next")
        await hall.shows("lintel-1", "请A002号到1号窗")
        declared, cleared = await hall.fact(FaultDeclared), await hall.fact(FaultCleared)
        assert (declared.device, declared.by, cleared.device, cleared.by) == ("guide", SUN, "duty", LI)
        assert [len(hall.facts(kind)) for kind in (TicketTaken, TicketCalled, FaultDeclared)] == [2, 2, 1]


@pytest.mark.req("M41")
async def test_who_may_stop_the_hall_and_who_may_let_it_go_on(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, who=(CHEN, LI, WANG, SUN), more=f"[pad]\n{KEY}" + QUIET) as hall:
        await hall.press("guide", "no-show")
        await hall.shows("guide", "未登录")
        assert hall.facts(FaultDeclared) == []
        await hall.sign_in("guide", SUN)
        await hall.sign_in("duty", LI)
        await more(hall, "duty", "fault")
        await hall.shows("guide", WORDS)
        await hall.press("guide", "no-show")
        await hall.shows("guide", "无此权限")
        await hall.do("duty", "fault")
        await hall.shows("guide", "引导台 等候0人")
        await hall.press("guide", "no-show")
        await hall.shows("guide", WORDS)
        await hall.press("guide", "no-show")
        await hall.shows("guide", "引导台 等候0人")
        assert [fact.by for fact in hall.facts(FaultCleared)] == [LI, SUN]


@pytest.mark.req("M41")
async def test_a_number_that_was_given_by_hand_stands_where_its_holder_came(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, who=(CHEN, SUN), more=QUIET, at=MONDAY + "09:20:00") as hall:
        await hall.sign_in("pad-1", CHEN)
        await hall.sign_in("guide", SUN)
        await hall.ticket("A")
        await hall.go_on_at(MONDAY + "09:30:00")
        await more(hall, "guide", "enter", "12", "1", "0910")
        await hall.shows("guide", "引导台 等候2人")
        await more(hall, "guide", "enter", "13", "1", "5")
        await hall.shows("guide", "引导台 等候3人")
        for fields, refused in (
            (("12", "1", ""), "此号已补录"),
            (("14", "1", "2359"), "时间有误"),
            (("14", "1", "600"), "时间有误"),
            (("14", "9", ""), "无此业务"),
            (("0", "1", ""), "无此号"),
        ):
            await more(hall, "guide", "enter", *fields)
            await hall.shows("guide", refused)
        for number in ("H012", "A001", "H013"):
            await hall.press("pad-1", "next")
            await hall.shows("lintel-1", f"请{number}号到1号窗")
            assert await hall.shows("pad-1", number) == number
        entered = [fact for fact in hall.facts(TicketTaken) if fact.is_reserve]
        first = hall.facts(TicketTaken)[0]
        assert [(one.number, one.by) for one in entered] == [("H012", SUN), ("H013", SUN)]
        assert first.at - entered[0].at == pytest.approx(600_000, abs=59_000)


@pytest.mark.req("M41")
async def test_who_was_served_by_hand_counts_and_is_not_called(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, who=(CHEN, SUN), more=QUIET, at=MONDAY + "09:20:00") as hall:
        await hall.sign_in("pad-1", CHEN)
        await hall.sign_in("guide", SUN)
        await more(hall, "guide", "enter-done", "7", "2", "1")
        await hall.fact(ServedByHand)
        await hall.press("pad-1", "next")
        await hall.shows("pad-1", "无号码")
        await more(hall, "guide", "enter", "8", "1", "")
        await hall.do("guide", "cancel", "0008")
        await hall.shows("guide", "引导台 等候0人")
        await hall.do("guide", "cancel", "0007")
        await hall.shows("guide", "此号不可用")


def let_write(hall: StaffedHall, is_allowed: bool) -> None:
    """A limit on file sizes is the full disk."""
    assert hall.hub.pid
    hard = resource.prlimit(hall.hub.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(hall.hub.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY if is_allowed else 0, hard))


@pytest.mark.req("M42")
async def test_what_went_wrong_is_reported_with_when_and_whom(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with staffed_hall(tmp_path, who=(LI, SUN), more=f"[pad]\n{KEY}" + QUIET, at=MONDAY + "09:00:00") as hall:
        state = hall.folder / "state"
        await hall.sign_in("guide", SUN)
        await hall.sign_in("duty", LI)
        await hall.ticket("A")
        await hall.go_on_at(MONDAY + "09:10:00")
        await hall.until(lambda: [one.what for one in hall.facts(OutageNoted)] == ["hub"], "no outage of the hub")
        await hall.press("guide", "no-show")
        await hall.shows("duty", "系统故障 ")
        await hall.press("duty", "no-show")
        await hall.shows("lintel-1", "暂停服务")
        os.kill(int((state / "broker.pid").read_text()), signal.SIGKILL)
        await hall.until(lambda: len(hall.facts(OutageNoted)) == 2, "no outage of the broker")
        let_write(hall, False)
        await hall.press_unanswered("dispenser-1", "B")
        await hall.shows("lintel-1", WORDS)
        let_write(hall, True)
        await hall.until(lambda: len(hall.facts(OutageNoted)) == 3, "no outage of the journal")
        await hall.paper()
        assert [one.what for one in hall.facts(OutageNoted)] == ["hub", "broker", "journal"]
        csv = tmp_path / "incidents.csv"
        command(incidents_command.add, "incidents", state / "journal.db", "--hall", hall.file, "--csv", csv)
    page = capsys.readouterr().out
    assert "突发情况报告　满员厅" in page
    assert "共4起，未恢复0起" in page
    told = [line.split(". ")[1] for line in page.splitlines() if ". " in line]
    assert told == ["排队主机停止运行", "系统故障（人工报告）", "设备通信中断", "数据无法保存"]
    assert "报告人 孙引导 027005" in page
    assert "解除人 李警官 027002" in page
    assert page.count("影响号码 A001") == 4
    rows = csv.read_text(encoding="utf-8-sig").splitlines()
    assert rows[0].startswith("情况,开始,恢复")
    assert rows[2].split(",")[4:9] == ["孙引导 027005", "李警官 027002", "全部", "1", "A001"]
