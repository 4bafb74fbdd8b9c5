"""The duty officer's page: what he sees, what he may change, what went wrong (M6, M9, M19, M33, M41, M42, S11, S13)."""

from pathlib import Path

import pytest

from hub.rules import commands
from hub.rules.events import Dismissed, Enlisted, FaultCleared, FaultDeclared, ServicesSet, TicketTaken
from tests.staff.house import CHEN, LI, MANAGERS, SUN, Pages, open_house, staff_hall

READY = commands.ReportDevice(device="dispenser-1", state="ready", boot=1, alerts={})


def take(pages: Pages, count: int, key: str = "A") -> None:
    """Have so many tickets taken and printed."""
    for _ in range(count):
        state = pages.house.state
        pages.house.ask(commands.TakeTicket(dispenser="dispenser-1", key=key, boot=1, service=key))
        (job,) = state.jobs
        pages.house.ask(commands.ConfirmPrint(dispenser="dispenser-1", job=job))


@pytest.mark.req("M6", "M19", "M33", "S4", "S11", "S13")
async def test_everything_is_on_one_page(tmp_path: Path) -> None:
    text = staff_hall(rules="day_volume = 150", more="[alerts]\npeak_waiting = 3\nempty_after_s = 1\n")
    async with open_house(tmp_path, text, opened=[READY]) as pages:
        take(pages, 3)
        pages.house.ask(commands.SignIn(counter=1, person=CHEN))
        pages.house.ask(commands.CallNext(counter=1))
        pages.house.ask(commands.Begin(counter=1))
        take(pages, 2, "B")
        while ("empty", "2") not in pages.house.state.alerts:
            pages.house.ask(commands.Look())
        li = await pages.sign_in(LI)
        page = (await li.see("/staff/duty")).text
        for words in (
            "日均业务量150笔（中峰，开通70%）：应开2个窗口，现开1个",
            "高峰 等候4人",
            "2号窗空岗",
            "引导员未到岗",
            "办理 A001",
            "陈警官 027001",
            "首问责任人：陈警官 027001 1件",
        ):
            assert words in page, words
        assert "<dt>等候人数</dt><dd>4</dd>" in page


@pytest.mark.req("M9", "S21", "M13")
async def test_posts_and_services_are_changed_by_the_officer_in_his_name(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        li = await pages.sign_in(LI)
        assert (await li.ask("/staff/duty/enlist", counter=1, person=CHEN, post="A")).json()["done"]
        alone = await li.ask("/staff/duty/dismiss", counter=1, person=CHEN)
        assert alone.json() == {"done": False, "words": "须先进后出", "to": ""}
        assert (await li.ask("/staff/duty/enlist", counter=1, person=LI, post="B")).json()["done"]
        assert (await li.ask("/staff/duty/dismiss", counter=1, person=CHEN)).json()["done"]
        assert (await li.ask("/staff/duty/services", counter=1, service=("A",))).json()["done"]
        last = await li.ask("/staff/duty/services", counter=2, service=("A",))
        assert last.json()["words"] == "须先进后出"
        facts = pages.facts()
        assert {one.by for one in facts if isinstance(one, Enlisted | Dismissed | ServicesSet)} == {LI}


@pytest.mark.req("M41")
async def test_a_fault_is_told_to_the_hall_and_numbers_by_hand_are_entered(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        li = await pages.sign_in(LI)
        assert (await li.ask("/staff/duty/fault", turn=0)).json()["words"] == "已向全厅报告系统故障"
        assert "报告了系统故障" in (await li.see("/staff/duty")).text
        turn = pages.house.state.fault_turn
        assert (await li.ask("/staff/duty/fault", turn=turn)).json()["words"] == "系统故障已解除"
        for form, words in (
            ({"number": "h012", "service": "A"}, "H012 已补录，按取号时间排队"),
            ({"number": "H012", "service": "A"}, "此号已补录"),
            ({"number": "H013", "service": "A", "at": "9点"}, "时间请填写为 0905 或 09:05"),
            ({"number": "H013", "service": "A", "at": "2561"}, "时间有误"),
            ({"number": "H014", "service": "B", "counter": "2"}, "H014 已补录为办结"),
            ({"number": "A001", "service": "A"}, "无此号"),
            ({"number": "H015", "service": "Z"}, "无此业务"),
        ):
            assert (await li.ask("/staff/duty/enter", **form)).json()["words"] == words
        entered = [one for one in pages.facts() if isinstance(one, TicketTaken)]
        assert [(one.number, one.by) for one in entered] == [("H012", LI), ("H014", LI)]
        assert [type(one) for one in pages.facts() if isinstance(one, FaultDeclared | FaultCleared)] == [
            FaultDeclared,
            FaultCleared,
        ]


@pytest.mark.req("M42", "M26")
async def test_what_went_wrong_is_read_exported_and_both_are_kept(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        li = await pages.sign_in(LI)
        await li.ask("/staff/duty/fault", turn=0)
        page = await li.see("/staff/incidents")
        assert (page.status_code, "系统故障（人工报告）" in page.text, "尚未恢复" in page.text) == (200, True, True)
        table = await li.client.get("/staff/incidents.csv")
        assert table.content.decode("utf-8-sig").splitlines()[0].startswith("情况,开始,恢复")
        assert "attachment" in table.headers["content-disposition"]
        assert "突发情况报告" in (await li.client.get("/staff/incidents.txt")).text
        wrong = await li.see("/staff/incidents?first=yesterday")
        assert (wrong.status_code, "日期有误" in wrong.text) == (400, True)
        assert [one.action for one in pages.noted() if one.action.startswith("incidents")] == [
            "incidents-see",
            "incidents-export",
            "incidents-export",
            "incidents-see",
        ]


@pytest.mark.req("S4")
async def test_who_is_at_his_page_is_on_duty(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        sun = await pages.sign_in(SUN)
        assert "您尚未上岗" in (await sun.see("/staff")).text
        assert (await sun.ask("/staff/on-duty")).json()["words"] == "已上岗"
        assert pages.house.state.on_duty == {f"page-{SUN}": SUN}
        await sun.client.post("/staff/out")
        assert pages.house.state.on_duty == {}


@pytest.mark.req("M43")
async def test_who_has_not_the_role_is_refused_and_that_is_kept(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        viewer = await pages.sign_in(MANAGERS["viewer"])
        assert (await viewer.see("/staff/duty")).status_code == 403
        assert (await viewer.ask("/staff/duty/fault")).json() == {"done": False, "words": "您没有此项权限", "to": ""}
        li = await pages.sign_in(LI)
        li.proof = "forged"
        forged = await li.ask("/staff/duty/fault")
        assert (forged.status_code, forged.json()["words"]) == (403, "请求来源不符，请刷新页面后再试")
        assert not [one for one in pages.facts() if isinstance(one, FaultDeclared)]
        assert [(one.person, one.action, one.refused) for one in pages.noted() if one.refused] == [
            (MANAGERS["viewer"], "duty-see", "not-authorised"),
            (MANAGERS["viewer"], "duty-fault", "not-authorised"),
            (LI, "duty-fault", "forged"),
        ]
