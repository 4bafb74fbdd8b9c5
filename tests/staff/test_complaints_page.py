"""The page of whoever handles complaints and low ratings: lists, one item's way, names, tables (M46, S16, S17, S18)."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from hub.rules import commands, events
from hub.rules.complaints import Complaint
from hub.staff.pages.complaints.lines import line, steps
from tests.staff.house import CHEN, LI, MANAGERS, Visitor, open_house
from tests.staff.low_ratings import complained, rated

ZHENG = MANAGERS["complaints"]
NAME, PHONE = "欧阳修文", "13800138000"


async def done(visitor: Visitor, step: str, **form: object) -> str:
    """Have something done, and return what is said about it."""
    answer = (await visitor.ask(f"/staff/complaints/{step}", **form)).json()
    assert answer["done"], answer
    return str(answer["words"])


async def refused(visitor: Visitor, step: str, **form: object) -> str:
    """Have something refused, and return why."""
    answer = (await visitor.ask(f"/staff/complaints/{step}", **form)).json()
    assert not answer["done"], answer
    return str(answer["words"])


@pytest.mark.req("M46", "S16", "S18")
async def test_a_low_rating_goes_its_way_to_the_end(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        one = complained(pages, level=1, aspect=2)
        zheng = await pages.sign_in(ZHENG)
        listed = (await zheng.see("/staff/complaints")).text
        for words in (one, "非常不满意", "工作态度", "户籍", "1号窗口", "A001", "待接办", "2099-12-21"):
            assert words in listed, words
        page = (await zheng.see(f"/staff/complaints/{one}")).text
        assert "陈警官 027001" in page
        assert "接办</button>" in page
        assert "登记回访" not in page, "nobody works on what he has not taken over"
        assert await refused(zheng, "call-back", complaint=one, result="content") == "请先接办"
        assert await done(zheng, "take-over", complaint=one) == "已接办"
        assert await done(zheng, "call-back", complaint=one, result="no-answer") == "回访已登记"
        assert await done(zheng, "call-back", complaint=one, result="not-content", words="等候过久") == "回访已登记"
        assert await refused(zheng, "settle", complaint=one, outcome="rectified", words="x") == "请先登记整改措施和期限"
        for days in ("0", "16", "三天", "", "-1"):
            assert (
                await refused(zheng, "plan", complaint=one, words="增开窗口", days=days)
                == "整改期限请填写1至15个工作日"
            )
        assert await refused(zheng, "plan", complaint=one, days="3") == "请填写说明"
        assert await done(zheng, "plan", complaint=one, words="增开窗口", days="３") == "限期整改，最迟2099-12-23办结"
        assert await refused(zheng, "settle", complaint=one, outcome="rectified") == "请填写说明"
        assert await done(zheng, "settle", complaint=one, outcome="rectified", words="已增开") == "已办结"
        assert one not in (await zheng.see("/staff/complaints")).text
        assert one in (await zheng.see("/staff/complaints?which=settled")).text
        page = (await zheng.see(f"/staff/complaints/{one}")).text
        for words in ("群众选择：工作态度", "未接通", "等候过久", "限期整改，2099-12-23前完成", "已增开", "重新办理"):
            assert words in page, words
        assert await refused(zheng, "reopen", complaint=one) == "请填写说明"
        assert await done(zheng, "reopen", complaint=one, words="群众再次来电") == "已重新办理，由您负责"
        assert one in (await zheng.see("/staff/complaints?which=mine")).text


@pytest.mark.req("M46", "M49", "S17")
async def test_what_comes_by_another_way_is_entered_and_names_stay_out_of_it(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        rated(pages, 5)
        zheng = await pages.sign_in(ZHENG)
        hotline = {"channel": "hotline", "reference": "WH-7"}
        for form, why in (
            ({"channel": "hotline"}, "请填写投诉内容或工单号"),
            ({"channel": "rating", "words": "差"}, "请填写投诉内容或工单号"),
            (hotline | {"number": "A099"}, "今日无此号码"),
            (hotline | {"words": f"请回电{PHONE}"}, "请勿填写电话号码或证件号码；联系方式请填入联系方式栏"),
            (hotline | {"words": f"{NAME}来电", "name": NAME}, "请勿填写群众姓名或电话；联系方式请填入联系方式栏"),
        ):
            assert await refused(zheng, "enter", **form) == why
        assert pages.house.state.complaints.known == {}
        said = await done(
            zheng, "enter", **hotline, number="a001", words="态度生硬", name=NAME, phone="１３８００１３８０００"
        )
        (one,) = pages.house.state.complaints.known.values()
        assert said == f"已登记 {one.id}"
        assert (one.counter, one.served_by, one.reference, one.has_contact) == (1, (CHEN,), "WH-7", True)
        assert one.id in (await zheng.see("/staff/complaints?which=all&q=wh-7")).text
        assert one.id not in (await zheng.see("/staff/complaints?which=all&q=A002")).text
        odd = await done(zheng, "enter", channel="visit", words="环境", about=LI, phone="打座机")
        assert odd.endswith("但联系方式未保存：姓名最多40字；电话只能有数字、空格和 + - ( )，最多30位")
        assert await refused(zheng, "contact", complaint=one.id, name="  ") == "请填写姓名或电话"
        assert "打座机" not in str(pages.facts())


@pytest.mark.req("M26", "M46", "S18")
async def test_a_name_is_shown_on_request_alone_and_every_look_is_kept(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        one, other = complained(pages), complained(pages)
        zheng = await pages.sign_in(ZHENG)
        assert "近一年没有留下姓名或电话的差评" in (await zheng.see("/staff/complaints")).text
        for complaint in (one, other):
            assert await done(zheng, "contact", complaint=complaint, name=NAME, phone=PHONE) == "联系方式已登记"
        await done(zheng, "take-over", complaint=one)
        words = "请勿填写群众姓名或电话；联系方式请填入联系方式栏"
        assert await refused(zheng, "call-back", complaint=one, result="content", words=f"{NAME}认可") == words
        await done(zheng, "call-back", complaint=one, result="content", words="认可")
        for path in ("/staff/complaints", f"/staff/complaints/{one}", "/staff/complaints.csv?which=all"):
            text = (await zheng.see(path)).text
            assert NAME not in text, path
            assert PHONE not in text, path
        assert (
            "实名差评回访率 50%（应回访2件，已回访1件，接通1件；近一年）" in (await zheng.see("/staff/complaints")).text
        )
        looked = [note for note in pages.noted() if note.action == "complaints-names"]
        assert looked == []
        shown = (await zheng.see(f"/staff/complaints/{one}/contact")).text
        assert f"{NAME}，{PHONE}" in shown
        pages.house.state.complaints.change(other, served_by=(ZHENG,))
        barred = await zheng.see(f"/staff/complaints/{other}/contact")
        assert (barred.status_code, "本人须回避" in barred.text, NAME in barred.text) == (403, True, False)
        assert "本人经办或被投诉，须回避" in (await zheng.see(f"/staff/complaints/{other}")).text
        looked = [note for note in pages.noted() if note.action == "complaints-names"]
        assert [(note.person, note.subject, note.refused) for note in looked] == [
            (ZHENG, one, ""),
            (ZHENG, other, "not-authorised"),
        ]
        assert NAME not in str(pages.facts())


@pytest.mark.req("M26", "S17")
async def test_the_record_is_taken_away_without_names_and_with_them_and_both_are_kept(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        one, other = complained(pages, aspect=4), complained(pages)
        zheng = await pages.sign_in(ZHENG)
        await done(zheng, "contact", complaint=one, name=NAME, phone=PHONE)
        await done(zheng, "take-over", complaint=other)
        await done(zheng, "settle", complaint=other, outcome="explained", words="=1+1")
        plain = await zheng.client.get("/staff/complaints.csv?which=all")
        rows = list(csv.DictReader(io.StringIO(plain.content.decode("utf-8-sig"))))
        assert [(row["编号"], row["不满意方面"], row["状态"]) for row in rows] == [
            (one, "办事效率", "待接办"),
            (other, "", "已办结"),
        ]
        assert "姓名" not in rows[0]
        assert "attachment; filename=" in plain.headers["content-disposition"]
        named = await zheng.client.get("/staff/complaints-names.xlsx?which=open")
        cells = list(openpyxl.load_workbook(io.BytesIO(named.content)).active.iter_rows(values_only=True))
        assert [row[-2:] for row in cells] == [("姓名", "联系电话"), (NAME, PHONE)]
        kept = [(note.action, note.subject) for note in pages.noted() if "see" not in note.action][1:]
        assert kept == [
            ("complaints-export", "all csv 2件"),
            ("complaints-export", "open xlsx 1件 含姓名电话"),
            ("complaints-names", one),
        ]
        assert (await zheng.see("/staff/complaints?which=none")).status_code == 404
        assert (await zheng.see("/staff/complaints/20260101-T001")).status_code == 404


@pytest.mark.req("M46", "M22")
async def test_who_was_rated_may_appeal_and_the_rating_stays(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        one, other = complained(pages), complained(pages)
        chen, li = await pages.sign_in(CHEN), await pages.sign_in(LI)
        assert "没有可申诉的评价" in (await li.see("/staff/appeals")).text
        assert (await chen.see("/staff/appeals")).text.count("提交申诉") == 2
        appeal = {"complaint": one, "grounds": "mistaken", "words": "老人按错键"}
        assert (await li.ask("/staff/appeals/lodge", **appeal)).json()["words"] == "无此权限"
        assert (await chen.ask("/staff/appeals/lodge", **appeal)).json()["words"] == "申诉已提交，等待复核"
        business = await pages.sign_in(MANAGERS["business"])
        assert (await business.ask("/staff/appeals/lodge", **appeal | {"complaint": other})).json()["done"]
        zheng = await pages.sign_in(ZHENG)
        await done(zheng, "take-over", complaint=one)
        assert await refused(zheng, "settle", complaint=one, outcome="explained", words="x") == "申诉待复核，请先复核"
        assert await done(zheng, "review", complaint=one, accepted="true", words="已看录像") == "复核结果已登记"
        page = (await zheng.see(f"/staff/complaints/{one}")).text
        assert "申诉成立，原评价保留并注明" in page
        assert "非常不满意" in page
        assert pages.house.state.complaints.known[one].level == 1


async def test_every_form_works_without_script(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        one = complained(pages)
        zheng = await pages.sign_in(ZHENG)
        sent = {"proof": zheng.proof, "complaint": one}
        answer = await zheng.client.post("/staff/complaints/take-over", data=sent, follow_redirects=True)
        assert (answer.url.path, "已接办" in answer.text) == (f"/staff/complaints/{one}", True)


@pytest.mark.req("S16")
async def test_a_list_of_many_has_pages_and_what_is_due_first_stands_first(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        zheng = await pages.sign_in(ZHENG)
        for at in range(51):
            command = commands.EnterComplaint(by=ZHENG, channel="phone", words=f"第{at}件")
            pages.house.ask(command)
        overdue = next(iter(pages.house.state.complaints.known))
        pages.house.state.complaints.change(overdue, settle_by="20200101")
        first = (await zheng.see("/staff/complaints")).text
        assert "共51件，第1页，共2页" in first
        assert first.index(overdue) < first.index("-T002")
        assert "2020-01-01 逾期" in first
        second = (await zheng.see("/staff/complaints?page=2")).text
        assert (second.count('class="button" href="/staff/complaints/'), overdue in second) == (1, False)
        only = (await zheng.see("/staff/complaints?which=overdue&page=x")).text
        assert (overdue in only, "-T002" in only) == (True, False)


def an_item(**fields: object) -> Complaint:
    return Complaint(id="20261120-T001", channel="rating", at=0, level=2, **fields)  # type: ignore[arg-type]


@pytest.mark.req("S16")
async def test_deadlines_and_every_step_in_words(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        hall = pages.house.hall
        for fields, moods in (
            ({"settle_by": "20261121"}, ("", "wrong", "wrong")),
            ({"settle_by": "20261122"}, ("", "warn", "warn")),
            ({"settle_by": "20261123", "contact_by": "20261122"}, ("warn", "", "warn")),
            ({"settle_by": "20261122", "contact_by": "20261121"}, ("wrong", "warn", "wrong")),
            ({"settle_by": "20261123", "contact_by": "20261121", "called_at": 1}, ("", "", "")),
            ({"settle_by": "20261121", "settled_at": 1}, ("", "", "")),
        ):
            shown = line(hall, an_item(**fields), "20261122")
            assert (shown.call.mood, shown.settle.mood, shown.mood) == moods, fields
        erased = events.ComplaintContactsErased(complaints=("20261120-T001",), at=1)
        kept = events.ComplaintContactKept(complaint="20261120-T001", by="", at=1)
        (told, gone) = steps(hall, [kept, erased])
        assert (told.what, gone.what) == ("群众留下联系方式", "联系方式保存期满，已删除")
