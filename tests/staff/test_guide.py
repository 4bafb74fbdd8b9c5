"""The guide's pages: what a guide does for people, what he is told, and what he may not (M7, M24, M25, M35, S10)."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from hub.rules import commands, events
from hub.rules.plan import ORDINARY
from hub.secrets import load_secrets
from hub.slips import ticket_of
from hub.staff.pages import DECLARED
from hub.staff.permissions import PERMISSIONS, may
from hub.staff.routing import Action
from printers.forms import Forms
from printers.profile import profile
from tests.hall.staffed import device
from tests.staff.house import CHEN, LI, SUN, Pages, Visitor, open_house, staff_hall
from tests.staff.served import come_up, print_out

EAST = device("dispenser-2", "dispenser", "dispenser-pico", 'label = "东门取号机"')
SERVICE_A = """minutes = 30
elsewhere = "自助机可办，也可网上办"
[services.guide]
basis = "户口登记条例"
fee = "免费"
"""
NOBODY_NEEDS_THEM = ("guide-see", "guide-take", "guide-tickets", "receive", "home", "on-duty")


async def told(visitor: Visitor, path: str, **form: object) -> str:
    """Return the words of an action that is carried out."""
    answer = await visitor.ask(f"/staff/{path}", **form)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["words"])


async def why_not(visitor: Visitor, path: str, **form: object) -> tuple[int, str]:
    """Return status and words of an action that is refused."""
    answer = await visitor.ask(f"/staff/{path}", **form)
    return answer.status_code, answer.json()["words"]


def last(pages: Pages, kind: type) -> object:
    """Return the last fact of a kind."""
    return [fact for fact in pages.facts() if isinstance(fact, kind)][-1]


@pytest.mark.req("M7", "M18", "S21")
async def test_one_tap_is_a_ticket_and_a_class_and_papers_seen_go_with_it(tmp_path: Path) -> None:
    async with open_house(tmp_path, staff_hall(more=EAST)) as pages:
        come_up(pages)
        sun = await pages.sign_in(SUN)
        assert await told(sun, "guide/take", service="A") == "已取号 A001 户籍，前面无人"
        one = last(pages, events.TicketTaken)
        assert (one.by, one.klass, one.dispenser) == (SUN, ORDINARY, "dispenser-1")
        assert await why_not(sun, "guide/take", service="A") == (409, "正在出票 请稍候"), (
            "a second tap is no second ticket"
        )
        print_out(pages)
        words = await told(sun, "guide/take", service="B", klass="pregnant", prechecked="true", printer="dispenser-2")
        assert words == "已取号 B001 出入境，前面无人"
        two = pages.house.state.by_number["B001"]
        assert (two.klass, two.prechecked, two.dispenser, two.taken_by) == ("pregnant", True, "dispenser-2", SUN)
        assert last(pages, events.TicketPrechecked).by == SUN
        page = (await sun.see("/staff/guide")).text
        assert "行动不便的孕妇" in page
        assert "已预审" in page
        assert await why_not(sun, "guide/take") == (400, "请选择业务")
        assert await why_not(sun, "guide/take", service="Q") == (409, "无此业务")
        assert await why_not(sun, "guide/take", service="A", klass="appointment") == (400, "无此类别")
        assert await why_not(sun, "guide/take", service="A", printer="pad-1") == (400, "没有这台打印机，请重新选择")


@pytest.mark.req("S9", "M7")
async def test_a_guide_gives_a_real_name_ticket_to_who_has_no_card(tmp_path: Path) -> None:
    async with open_house(tmp_path, staff_hall(service_a="real_name = true")) as pages:
        come_up(pages)
        sun = await pages.sign_in(SUN)
        assert "实名" in (await sun.see("/staff/guide")).text
        assert (await told(sun, "guide/take", service="A")).startswith("已取号 A001")
        assert last(pages, events.TicketTaken).identity == ""


async def test_a_printer_is_chosen_once_for_a_tablet(tmp_path: Path) -> None:
    async with open_house(tmp_path, staff_hall(more=EAST)) as pages:
        come_up(pages)
        sun = await pages.sign_in(SUN)
        assert (await sun.see("/staff/guide?printer=nowhere")).status_code == 400
        await sun.see("/staff/guide?printer=dispenser-2")
        assert 'name="printer" value="dispenser-2"' in (await sun.see("/staff/guide")).text
        await told(sun, "guide/take", service="A")
        assert last(pages, events.TicketTaken).dispenser == "dispenser-2"
        paper_out = commands.ReportDevice(device="dispenser-2", state="ready", boot=1, alerts={"printer": "paper-out"})
        pages.house.ask(paper_out)
        page = (await sun.see("/staff/guide")).text
        assert "东门取号机 <small>缺纸</small>" in page
        assert "东门取号机 缺纸" in page


@pytest.mark.req("S10")
async def test_where_the_wait_is_long_the_guide_and_the_ticket_say_how_else(tmp_path: Path) -> None:
    async with open_house(tmp_path, staff_hall(rules="offer_after_min = 20", service_a=SERVICE_A)) as pages:
        come_up(pages)
        pages.house.ask(commands.SignIn(counter=1, person=CHEN))
        sun = await pages.sign_in(SUN)
        assert "取号前请告知群众" not in (await sun.see("/staff/guide")).text
        assert await told(sun, "guide/take", service="A") == "已取号 A001 户籍，前面无人"
        print_out(pages)
        pages.house.ask(commands.CallNext(counter=1))
        words = await told(sun, "guide/take", service="A")
        assert words == "已取号 A002 户籍，前面无人，约等30分钟。可告知群众：自助机可办，也可网上办"
        offered = await fresh(pages, sun)
        assert "<b>户籍约等" in offered
        assert "取号前请告知群众：自助机可办，也可网上办" in offered
        assert "<b>出入境约等" not in offered, "there it can be had nowhere else"


@pytest.mark.req("S10")
async def test_the_ticket_itself_says_how_else_where_the_wait_is_long(tmp_path: Path) -> None:
    async with open_house(tmp_path, staff_hall(rules="offer_after_min = 20", service_a=SERVICE_A)) as pages:
        come_up(pages)
        pages.house.ask(commands.TakeTicket(dispenser="dispenser-1", key="A", boot=1, service="A"))
        hall, ticket = pages.house.hall, pages.house.state.by_number["A001"]
        secrets = load_secrets(tmp_path / "secrets.json", ["hub"])

        def paper(minutes: int) -> str:
            """A dispenser's ticket, as its printer gets it."""
            data = ticket_of(hall, Forms(), secrets, ticket, minutes * 60_000, profile("generic-58"))
            return data.decode("gb18030", "ignore")

        assert "自助机可办，也可网上办" in paper(20)
        assert "自助机" not in paper(19)


async def fresh(pages: Pages, visitor: Visitor) -> str:
    """Return the page with forecasts of this moment."""
    pages.house.waits._known.clear()
    return (await visitor.see("/staff/guide")).text


@pytest.mark.req("M24")
async def test_who_has_an_appointment_checks_in_by_code_early_late_or_in_time(tmp_path: Path) -> None:
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    rows = {"1001": 30, "1002": -5, "1003": -90}
    hours = {code: [now + timedelta(minutes=at), now + timedelta(minutes=at + 30)] for code, at in rows.items()}
    listed = [
        commands.Appointment(code=code, service="A", start=ms(start), end=ms(end))
        for code, (start, end) in hours.items()
    ]
    async with open_house(tmp_path) as pages:
        come_up(pages)
        pages.house.ask(commands.ListAppointments(appointments=tuple(listed)))
        sun = await pages.sign_in(SUN)
        page = (await sun.see("/staff/guide/appointments")).text
        begin = f"{hours['1001'][0]:%H:%M}"
        early, due, late = f"早到，{begin}起按预约排队", "准时，按预约排队", "迟到超过10分钟，按普通号排队"
        assert [page.index(words) for words in (late, due, early)] == sorted(map(page.index, (late, due, early)))
        for code, words, number in (("1001", early, "Y001"), ("1002", due, "Y002"), ("1003", late, "Y003")):
            said = await told(sun, "guide/check-in", code=code)
            assert said.startswith(f"已取号 {number} 户籍")
            assert said.endswith(words)
            print_out(pages)
        taken = pages.house.state.tickets
        assert [taken[serial].klass for serial in (1, 2, 3)] == ["appointment", "appointment", ORDINARY]
        assert await why_not(sun, "guide/check-in", code="1001") == (409, "预约1001已签到，号码Y001")
        assert await why_not(sun, "guide/check-in", code="4711") == (404, "今天没有预约码4711")
        assert await why_not(sun, "guide/check-in") == (400, "请输入预约码")
        assert "今天未到的预约（0）" in (await sun.see("/staff/guide/appointments")).text


def ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


@pytest.mark.req("M7", "M18")
async def test_everything_that_a_guide_does_with_a_ticket(tmp_path: Path) -> None:
    async with open_house(tmp_path, staff_hall(rules='no_show = "keep"', more=EAST)) as pages:
        come_up(pages)
        sun, house = await pages.sign_in(SUN), pages.house
        claimed = commands.TakeTicket(dispenser="dispenser-1", key="A", boot=1, service="A", claim="elderly")
        house.ask(claimed)
        print_out(pages)
        assert "核实老年人" in (await sun.see("/staff/guide")).text
        assert await told(sun, "guide/confirm", number="A001") == "A001 类别已核实"
        assert house.state.by_number["A001"].klass == "elderly"
        assert await told(sun, "guide/class", number="A001", klass="soldier") == "A001 类别已更改"
        assert await why_not(sun, "guide/class", number="A001", klass="king") == (400, "请选择类别")
        assert await told(sun, "guide/precheck", number="A001") == "A001 已预审"
        assert await why_not(sun, "guide/precheck", number="A001") == (409, "此号不可用")
        assert await told(sun, "guide/reprint", number="A001", printer="dispenser-2") == "A001 正在补打"
        copy = last(pages, events.SlipOrdered)
        assert (copy.what, copy.device, copy.asked_by) == ("copy", "dispenser-2", SUN)
        house.ask(commands.SignIn(counter=1, person=CHEN))
        house.ask(commands.CallNext(counter=1))
        house.ask(commands.MarkNoShow(counter=1))
        assert "已过号" in (await sun.see("/staff/guide")).text
        assert await told(sun, "guide/return", number="A001") == "A001 已返回排队"
        assert await told(sun, "guide/cancel", number="A001") == "A001 已退号"
        assert await why_not(sun, "guide/cancel", number="A001") == (409, "此号不可用")
        assert await why_not(sun, "guide/cancel", number="A999") == (409, "无此号")
        by = {type(fact).__name__: fact.by for fact in pages.facts() if getattr(fact, "by", "") == SUN}
        assert set(by) == {"ClassGiven", "TicketPrechecked", "TicketReturned", "TicketCancelled"}


@pytest.mark.req("M7", "M41")
async def test_a_doubted_ticket_is_asked_for_and_vouched_for(tmp_path: Path) -> None:
    async with open_house(tmp_path, staff_hall(more=EAST)) as pages:
        come_up(pages)
        sun, house = await pages.sign_in(SUN), pages.house
        await told(sun, "guide/take", service="A")
        job = house.state.by_number["A001"].job
        house.ask(commands.FailPrint(dispenser="dispenser-1", job=job, why="in-doubt", in_doubt=True))
        page = (await sun.see("/staff/guide")).text
        assert "未确认是否出票" in page
        assert "核实是否出票 A001" in page
        assert "已拿到票" in page
        await told(sun, "guide/reprint", number="A001", printer="dispenser-2")
        assert (last(pages, events.PrintRepeated).printer, last(pages, events.PrintRepeated).by) == ("dispenser-2", SUN)
        assert await told(sun, "guide/vouch", number="A001") == "A001 已确认"
        assert house.state.by_number["A001"].state == "waiting"
        assert "未确认是否出票" not in (await sun.see("/staff/guide")).text


@pytest.mark.req("M7")
async def test_a_lost_ticket_is_found_by_its_number_however_it_is_typed(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        come_up(pages)
        sun = await pages.sign_in(SUN)
        for service in "AAB":
            await told(sun, "guide/take", service=service)
            print_out(pages)
        for typed in ("A002", "a2", "Ａ００２", "A-002", "a 02", "2"):
            found = await sun.client.get("/staff/guide/ticket", params={"number": typed})
            assert "前面1人" in found.text, typed
            assert "补打" in found.text
        several = await sun.client.get("/staff/guide/ticket", params={"number": "1"})
        assert "number=A001" in several.text
        assert "number=B001" in several.text
        for typed in ("A9", "9", "乱", "", "1A", "<b>", "²"):
            none = await sun.client.get("/staff/guide/ticket", params={"number": typed})
            assert "请核对票上的字母和数字" in none.text, typed
            assert "<b>号" not in none.text


@pytest.mark.req("M25")
async def test_what_is_handed_in_out_of_hours_waits_with_the_name_of_who_took_it(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        sun, chen = await pages.sign_in(SUN), await pages.sign_in(CHEN)
        assert await why_not(sun, "received/add", service="A") == (409, "现在是取号时间，请直接取号")
        pages.house.ask(commands.EndDay(by=CHEN))
        assert "非取号时间，群众送来的材料可登记代收件" in (await sun.see("/staff/guide")).text
        assert await why_not(sun, "guide/take", service="A") == (409, "非取号时间")
        assert await why_not(sun, "received/add") == (400, "请选择业务")
        assert await told(sun, "received/add", service="A") == "已登记代收：户籍。下次开始取号时自动排队"
        assert (await told(chen, "received/add", service="B")).startswith("已登记代收：出入境")
        page = (await chen.see("/staff/received")).text
        assert "待下次开始取号的（2）" in page
        assert "孙引导" in page
        pages.house.ask(commands.OpenDay(day="20991224"))
        pages.house.ask(commands.Look())
        page = (await sun.see("/staff/received")).text
        assert "今天已排队的（2）" in page
        assert [one.taken_by for one in pages.house.state.tickets.values()] == [SUN, CHEN]


@pytest.mark.req("M35")
async def test_a_guide_shows_and_prints_what_a_service_asks(tmp_path: Path) -> None:
    async with open_house(tmp_path, staff_hall(service_a=SERVICE_A)) as pages:
        come_up(pages)
        sun = await pages.sign_in(SUN)
        page = (await sun.see("/staff/guide/guides")).text
        assert "<dt>审批依据</dt><dd>户口登记条例</dd>" in page
        assert await told(sun, "guide/print-guide", service="A") == "正在打印办事指南：户籍（1号取号机）"
        slip = last(pages, events.SlipOrdered)
        assert (slip.what, slip.service, slip.device, slip.by) == ("guide", "A", "dispenser-1", SUN)
        assert await why_not(sun, "guide/print-guide", service="A") == (409, "正在出票 请稍候")
        assert await why_not(sun, "guide/print-guide", service="B") == (409, "无办事指南")


@pytest.mark.req("M7", "M43")
async def test_a_guide_can_neither_call_nor_rate_and_others_cannot_guide(tmp_path: Path) -> None:
    granted = {name for name in PERMISSIONS if may(frozenset({"guide"}), name)}
    assert granted == set(NOBODY_NEEDS_THEM)
    async with open_house(tmp_path) as pages:
        come_up(pages)
        sun, li = await pages.sign_in(SUN), await pages.sign_in(LI)
        await told(sun, "guide/take", service="A")
        print_out(pages)
        pages.house.ask(commands.SignIn(counter=1, person=CHEN))
        before = len(pages.noted())
        others = [one for one in DECLARED if one.permission not in NOBODY_NEEDS_THEM]
        for one in others:
            answer = await (sun.ask(one.path) if isinstance(one, Action) else sun.client.get(one.path))
            assert answer.status_code == 403, one.path
        assert len(pages.noted()) - before == min(len(others), 30)
        for one in (one for one in DECLARED if one.path.startswith("/staff/guide/") and isinstance(one, Action)):
            assert (await li.ask(one.path, number="A001", service="A")).status_code == 403, one.path
        looked = await li.see("/staff/guide")
        assert looked.status_code == 200
        assert "/staff/guide/take" not in looked.text, "a duty officer looks on"
        assert not any(isinstance(fact, (events.TicketCalled, events.TicketRated)) for fact in pages.facts())


async def test_the_desk_and_the_page_work_at_once(tmp_path: Path) -> None:
    """What is taken at the guide's desk is seen and cancelled on the page; both take at the same printer."""
    async with open_house(tmp_path) as pages:
        come_up(pages)
        sun = await pages.sign_in(SUN)
        at_desk = commands.TakeTicket(dispenser="dispenser-1", key="guide-1", boot=1, service="A", by=SUN)
        pages.house.ask(at_desk)
        assert (await told(sun, "guide/take", service="A")).startswith("已取号 A002")
        print_out(pages)
        assert "A001" in (await sun.see("/staff/guide")).text
        assert await told(sun, "guide/cancel", number="A001") == "A001 已退号"


async def test_a_hall_without_a_printer_says_so(tmp_path: Path) -> None:
    tables = staff_hall().replace('printer = "dispenser-1"', "").split("\n[[")
    text = "\n[[".join(table for table in tables if not table.startswith("devices]]"))
    async with open_house(tmp_path, text) as pages:
        sun = await pages.sign_in(SUN)
        assert "本厅没有能出票的打印机" in (await sun.see("/staff/guide")).text
        assert await why_not(sun, "guide/take", service="A") == (409, "本厅没有可用的打印机")


async def test_forecasts_are_made_a_few_at_a_time(tmp_path: Path) -> None:
    more = "".join(f'[[services]]\ncode = "{code}"\nname = "{code}类"\n\n' for code in "CDEF")
    async with open_house(tmp_path, staff_hall(more=more)) as pages:
        pages.house.ask(commands.SignIn(counter=1, person=CHEN))
        assert list(pages.house.waits.now()) == ["A", "B", "C"]
        assert list(pages.house.waits.now().values()) == [0] * 6


async def test_without_script_a_form_leads_back_to_the_page(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        come_up(pages)
        sun = await pages.sign_in(SUN)
        form = {"proof": sun.proof, "service": "A"}
        headers = {"referer": "http://hub/staff/guide"}
        answer = await sun.client.post("/staff/guide/take", data=form, headers=headers)
        assert answer.status_code == 303
        back = httpx.URL(answer.headers["location"])
        assert (back.path, back.params["said"]) == ("/staff/guide", "已取号 A001 户籍，前面无人")
