"""The clerk's pad in a browser: what the keys of a pad do, in the name of whoever presses, and never twice."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from hub.presses import turn_at, turn_of
from hub.rules import commands, events
from hub.rules.state import Ticket
from tests.staff.house import CHEN, LI, LIST, MANAGERS, PIN, SUN, WANG, Pages, Visitor, open_house, staff_hall
from tests.staff.served import come_up, print_out

RESULTS = """
[[results]]
code = "1"
name = "办结"

[[results]]
code = "2"
name = "受理"
promise = true
print = true

[[results]]
code = "3"
name = "不予受理"
reason = true
print = true

[[results]]
code = "4"
name = "容缺受理"
form = "supplement"
"""


class Clerk:
    """Somebody at a counter's page."""

    def __init__(self, pages: Pages, visitor: Visitor) -> None:
        self.pages, self.visitor = pages, visitor

    @property
    def ticket(self) -> Ticket | None:
        return self.pages.house.state.counter(1).ticket

    async def press(self, key: str, **form: object) -> httpx.Response:
        """Press a key as the page shows it now, unless the form says what was seen."""
        shown = {"turn": turn_at(self.pages.house.state, 1), "papers": self.papers} | form
        return await self.visitor.ask(f"/staff/counter/{key}", **shown)

    @property
    def papers(self) -> str:
        return self._papers

    _papers = "-1"

    async def look(self) -> str:
        """Return the page, and remember how many papers it has seen."""
        text = (await self.visitor.see("/staff/counter")).text
        found = re.search(r'name="papers" value="(\d+)"', text)
        self._papers = found[1] if found else "-1"
        return text

    async def does(self, key: str, **form: object) -> str:
        """Press a key that is expected to do something; return what was said."""
        answer = await self.press(key, **form)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["words"])

    async def may_not(self, key: str, **form: object) -> str:
        """Press a key that is expected to be refused; return why."""
        answer = await self.press(key, **form)
        assert answer.status_code >= 400, answer.text
        return str(answer.json()["words"])


def take(pages: Pages, service: str = "A", **more: str) -> str:
    """Give a number whose paper is out at once."""
    pages.house.ask(
        commands.TakeTicket(dispenser="dispenser-1", key=service, boot=1, service=service, **more)  # type: ignore[arg-type]
    )
    print_out(pages)
    return list(pages.house.state.tickets.values())[-1].number


@asynccontextmanager
async def at_counter(folder: Path, *, results: bool = False, person: str = CHEN) -> AsyncIterator[Clerk]:
    """Open a house with somebody signed in at counter 1 on the page."""
    text = staff_hall(RESULTS if results else "")
    async with open_house(folder, text) as pages:
        come_up(pages)
        clerk = Clerk(pages, await pages.sign_in(person))
        await clerk.does("choose", counter=1)
        await clerk.does("sign")
        yield clerk


@pytest.mark.req("M12", "M13")
async def test_a_clerk_chooses_a_counter_and_what_he_does_bears_his_name(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        come_up(pages)
        first, second = take(pages), take(pages)
        chen = Clerk(pages, await pages.sign_in(CHEN))
        assert "您在哪个窗口" in await chen.look()
        assert await chen.may_not("next") == "请先选择窗口"
        assert await chen.may_not("choose", counter=9) == "无此窗口"
        await chen.does("choose", counter=1)
        assert "无人登录" in await chen.look()
        assert await chen.may_not("next") == "未登录"
        assert await chen.does("sign") == "陈警官已在1号窗上岗"
        assert await chen.does("next") == f"已呼叫 {first}"
        assert await chen.does("recall") == f"再次呼叫 {first}"
        assert await chen.does("begin") == f"{first} 开始办理"
        assert await chen.does("next") == f"已呼叫 {second}"
        assert await chen.does("no-show") == f"{second} 已弃号"
        stamped = [one.by for one in pages.facts() if hasattr(one, "by") and isinstance(one, CALLS)]
        assert set(stamped) == {CHEN}

        li = Clerk(pages, await pages.sign_in(LI))
        await li.does("choose", counter=1)
        assert "本窗口现由 陈警官 登录" in await li.look()
        assert await li.may_not("next") == "本窗口现由陈警官登录，不能代为操作"
        assert await li.may_not("sign") == "已有人登录"
        await chen.does("out")
        await li.does("sign")
        assert await chen.may_not("recall") == "本窗口现由李警官登录，不能代为操作"
        await chen.does("choose", counter=2)
        sun = await pages.sign_in(SUN)
        assert (await sun.client.get("/staff/counter")).status_code == 403


CALLS = (events.TicketCalled, events.TicketRecalled, events.ServiceBegun, events.TicketFinished, events.TicketNotShown)


async def test_a_double_click_and_a_late_one_do_nothing(tmp_path: Path) -> None:
    async with at_counter(tmp_path) as clerk:
        first, _second = take(clerk.pages), take(clerk.pages)
        seen, pad = turn_at(clerk.pages.house.state, 1), clerk.pages.house.hall.device("pad-1")
        assert seen == turn_of(clerk.pages.house.state, pad), "both press about the same"
        assert await clerk.does("next", turn=seen) == f"已呼叫 {first}"
        assert await clerk.may_not("next", turn=seen) == "请再按一次"
        assert await clerk.may_not("no-show", turn=-1) == "请再按一次"
        assert await clerk.may_not("next", turn="x") != ""
        clerk.pages.house.ask(commands.Begin(counter=1))
        assert await clerk.may_not("no-show", turn=seen) == "请再按一次"
        assert clerk.ticket is not None
        assert clerk.ticket.number == first
        assert [one.refused for one in clerk.pages.noted() if one.action == "counter-serve"] == ["old-turn"] * 3


@pytest.mark.req("M14")
async def test_a_transfer_names_where_and_why_and_keeps_the_first_receiver(tmp_path: Path) -> None:
    async with at_counter(tmp_path) as clerk:
        number = take(clerk.pages)
        await clerk.does("next")
        assert await clerk.may_not("transfer", service="B") == "请选原因"
        assert await clerk.may_not("transfer", reason=1) == "请另选窗口"
        assert await clerk.does("transfer", service="B", to=2, reason=1) == f"{number} 已转2号窗"
        li = Clerk(clerk.pages, await clerk.pages.sign_in(LI))
        await li.does("choose", counter=2)
        turn = turn_at(clerk.pages.house.state, 2)
        assert (await li.press("sign", turn=turn)).status_code == 200
        assert (await li.press("next", turn=turn_at(clerk.pages.house.state, 2))).status_code == 200
        text = await li.look()
        assert "首问责任人" in text
        assert "陈警官（1号窗）" in text


async def test_numbers_are_called_out_of_turn_parked_and_called_back(tmp_path: Path) -> None:
    async with at_counter(tmp_path) as clerk:
        first, second, other = take(clerk.pages), take(clerk.pages), take(clerk.pages, "B")
        assert await clerk.may_not("special", number="1") == f"请写明字母：{first}、{other}"
        assert await clerk.may_not("special", number="a2") == "请选原因"
        assert await clerk.may_not("special", number="<b>", reason=1) == "无此号"
        assert await clerk.does("special", number="2", reason=1) == f"特呼 {second}"
        text = await clerk.look()
        assert "特呼（材料已补齐）" in text
        assert await clerk.does("park") == f"{second} 已挂起"
        assert f'aria-label="叫回 {second}"' in await clerk.look()
        assert await clerk.does("next") == f"已呼叫 {first}"
        text = await clerk.look()
        assert "为何是此号：按序" in text
        assert re.search(rf"{first} \d\d:\d\d；{other} \d\d:\d\d", text)
        assert await clerk.does("return", number=second) == f"{second} 已回队列"
        assert await clerk.may_not("return", number=second) == "此号不可用"


@pytest.mark.req("M18", "S21")
async def test_a_claimed_class_is_confirmed_and_known_to_the_clerk_alone(tmp_path: Path) -> None:
    async with at_counter(tmp_path) as clerk:
        number = take(clerk.pages, claim="elderly")
        assert "自称老年人" in await clerk.look()
        assert await clerk.does("confirm-class", number=number) == f"{number} 类别已确认"
        clerk.pages.house.ask(commands.MarkPrechecked(number=number, by=SUN))
        await clerk.does("next")
        text = await clerk.look()
        assert "老年人" in text
        assert "已预审" in text
        second = (await clerk.visitor.client.get("/staff/second")).text
        assert number in second
        assert not any(words in second for words in ("老年人", "陈警官", CHEN, "已预审"))


@pytest.mark.req("M17")
async def test_who_leaves_says_why_until_when_and_whom_to_phone(tmp_path: Path) -> None:
    async with at_counter(tmp_path) as clerk:
        assert await clerk.may_not("pause", minutes=15) == "请选原因"
        assert await clerk.may_not("pause", reason=1, back="25:00") == "返回时间有误，请按 14:30 的样式填写"
        assert await clerk.may_not("pause", reason=1, minutes=-5) == "返回时间有误"
        assert await clerk.may_not("pause", reason=1, phone="<i>") == "联系电话有误"
        assert await clerk.does("pause", reason=2, minutes=30) == "已显示去向：就餐"
        paused = [one for one in clerk.pages.facts() if isinstance(one, events.CounterPaused)][-1]
        assert (paused.reason, paused.phone, paused.by) == ("就餐", "027-5550110", CHEN)
        assert paused.back_at is not None
        assert 0 <= paused.at + 30 * 60_000 - paused.back_at < 10_000
        second = (await clerk.visitor.client.get("/staff/second")).text
        assert all(words in second for words in ("就餐", "027-5550110", "返回时间"))
        assert await clerk.may_not("sign", pin="9999") == "密码不正确"
        assert await clerk.may_not("sign") == "密码不正确"
        assert await clerk.does("sign", pin=PIN) == "陈警官已在1号窗上岗"
        assert clerk.pages.house.state.counter(1).away is None


async def test_another_takes_over_where_the_first_is_away(tmp_path: Path) -> None:
    async with at_counter(tmp_path) as clerk:
        await clerk.does("pause", reason=1, minutes=0)
        li = Clerk(clerk.pages, await clerk.pages.sign_in(LI))
        await li.does("choose", counter=1)
        assert "李警官 接岗" in await li.look()
        assert await li.does("sign") == "李警官已在1号窗上岗"


@pytest.mark.req("M15", "M37", "S7")
async def test_what_is_not_ticked_is_told_once_and_for_all(tmp_path: Path) -> None:
    async with at_counter(tmp_path) as clerk:
        number = take(clerk.pages)
        assert await clerk.may_not("notice") == "无号码"
        await clerk.does("next")
        await clerk.does("tick", there=LIST[0])
        await clerk.does("tick", there=LIST[0])
        assert await clerk.may_not("tick", there="别的") == "清单中没有这项材料"
        text = await clerk.look()
        assert "打印告知单（缺 2 项）" in text
        second = (await clerk.visitor.client.get("/staff/second")).text
        assert [one in second for one in (number, "还缺 2 项材料", *LIST)] == [True] * 5
        assert re.search(rf"{LIST[0]}</span> <strong>已有", second)
        seen, items = clerk.papers, LIST[1:]
        said = await clerk.does("notice", items=items, more="租房合同\n\n 租房合同 ", papers=seen)
        assert said.startswith("已送打印：告知单 ")
        assert await clerk.may_not("notice", items=items, papers=seen) == "请再按一次"
        given = [one for one in clerk.pages.facts() if isinstance(one, events.NoticeGiven)]
        assert [(one.items, one.by, one.oral) for one in given] == [((*items, "租房合同"), CHEN, False)]
        print_out(clerk.pages)
        assert "告知单 " in (text := await clerk.look())
        assert "已打出" in text
        assert (await clerk.does("oral-notice", items=items)).startswith("已记录口头告知")
        await clerk.look()
        assert await clerk.may_not("notice", more="") == "没有所缺材料，无需告知"
        assert await clerk.may_not("notice", more="长" * 61) == "每项材料不超过60个字"
        assert await clerk.may_not("notice", more="\n".join(map(str, range(21)))) == "所缺材料不超过20项"
        assert await clerk.does("reprint-slip") == "正在补打"
        clerk.pages.house.ask(
            commands.FailPrint(
                dispenser="dispenser-1", job=next(iter(clerk.pages.house.state.slips)), why="paper-out", in_doubt=False
            )
        )
        assert "未打出：缺纸" in await clerk.look()


@pytest.mark.req("M16", "M23", "M36", "M45")
async def test_results_ask_for_what_they_need_and_leave_their_slips(tmp_path: Path) -> None:
    async with at_counter(tmp_path, results=True) as clerk:
        for _ in range(4):
            take(clerk.pages)
        await clerk.does("next")
        assert await clerk.may_not("next") == "先办结本号"
        assert await clerk.may_not("finish") == "请选择办理结果"
        assert "此结果须出具单据" in await clerk.may_not("finish", result=3)
        assert await clerk.does("finish", result=1) == "A001 办结"
        await clerk.does("next")
        assert await clerk.does("conclude", result=2, days=3) == "A002 受理"
        await clerk.does("next")
        assert await clerk.may_not("conclude", result=3) == "请选原因"
        assert await clerk.does("conclude", result=3, reason=2) == "A003 不予受理"
        await clerk.does("next")
        assert await clerk.may_not("conclude", result=4, days=2) == "无此代码"
        assert await clerk.does("conclude", result=4, days=2, items=LIST[1:]) == "A004 容缺受理"
        ended = [one for one in clerk.pages.facts() if isinstance(one, events.TicketFinished)]
        assert [(one.result, one.reason, one.promised, one.deadline, one.items, one.by) for one in ended] == [
            ("1", "", "", "", (), CHEN),
            ("2", "", "20991223", "", (), CHEN),
            ("3", "2", "", "", (), CHEN),
            ("4", "", "", "20991222", LIST[1:], CHEN),
        ]
        slips = [one.what for one in clerk.pages.facts() if isinstance(one, events.SlipOrdered)]
        assert slips == ["acceptance", "refusal", "supplement"]


async def test_a_key_works_without_script_and_leads_back_to_the_page(tmp_path: Path) -> None:
    async with at_counter(tmp_path) as clerk:
        number, visitor = take(clerk.pages), clerk.visitor
        form = {"proof": visitor.proof, "turn": str(turn_at(clerk.pages.house.state, 1))}
        came_from = {"referer": "http://hub/staff/counter?said=x"}
        answer = await visitor.client.post("/staff/counter/next", data=form, headers=came_from, follow_redirects=True)
        assert (answer.status_code, answer.url.path) == (200, "/staff/counter")
        assert f"已呼叫 {number}" in answer.text
        again = await visitor.client.post("/staff/counter/next", data=form, headers=came_from)
        assert (again.status_code, "请再按一次" in again.text) == (412, True)


@pytest.mark.req("M10")
async def test_an_auxiliary_waits_for_his_officer(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        wang = Clerk(pages, await pages.sign_in(WANG))
        await wang.does("choose", counter=1)
        assert await wang.may_not("sign") == "民警未在岗"


@pytest.mark.req("M41")
async def test_faults_and_numbers_given_by_hand_are_entered_as_at_a_pad(tmp_path: Path) -> None:
    async with at_counter(tmp_path) as clerk:
        take(clerk.pages)
        assert await clerk.does("fault") == "已告知全厅：系统故障"
        assert await clerk.may_not("next") == "系统故障"
        assert "请听从引导员安排" in (await clerk.visitor.client.get("/staff/second")).text
        assert await clerk.does("fault") == "故障已解除"
        assert await clerk.may_not("enter", number="x", service="A") == "备用号和时间只填数字"
        assert await clerk.may_not("enter", number="7", service="A", when="9999") == "时间有误"
        assert await clerk.does("enter", number="7", service="A", when="1") == "已补录 H007"
        assert await clerk.does("enter-done", number="8", service="A") == "已补录 H008（已办）"


@pytest.mark.req("S7")
async def test_the_second_screen_goes_on_while_the_clerk_is_locked_out(tmp_path: Path) -> None:
    async with at_counter(tmp_path) as clerk:
        assert "欢迎" in (await clerk.visitor.client.get("/staff/second")).text
        await clerk.visitor.client.post("/staff/lock")
        assert (await clerk.visitor.client.get("/staff/counter")).status_code == 303
        answer = await clerk.visitor.client.get("/staff/second")
        assert (answer.status_code, "欢迎" in answer.text) == (200, True)
        assert await clerk.may_not("next") == "页面已锁定，请输入密码"
        assert (await clerk.pages.visitor().client.get("/staff/second")).status_code == 303
        assert MANAGERS
