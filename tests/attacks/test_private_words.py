"""Names and numbers of citizens: neither learnt by trying them, nor brought into the journal unseen (M40, S18)."""

from pathlib import Path

import pytest

from hub.rules.events import ComplaintAppealed, ComplaintOpened
from tests.staff.house import CHEN, LI, MANAGERS, open_house
from tests.staff.low_ratings import complained

NAME, PHONE = "张三", "027-5550199"


@pytest.mark.req("M46", "S18")
async def test_who_was_rated_cannot_try_names(tmp_path: Path) -> None:
    """Whether the name was right must show in no answer; in the journal it must not stand either."""
    async with open_house(tmp_path) as pages:
        one = complained(pages)
        pages.house.works.complaints.keep_contact(one, name=NAME, phone=PHONE)
        for who, status in ((LI, 409), (CHEN, 200)):
            visitor = await pages.sign_in(who)
            tried = [
                await visitor.ask("/staff/appeals/lodge", complaint=complaint, grounds="mistaken", words=words)
                for complaint, words in ((one, f"评价人是{NAME}"), ("20260101-T001", NAME))
            ]
            assert [answer.status_code for answer in tried] == [status, 409]
        (appealed,) = [fact for fact in pages.facts() if isinstance(fact, ComplaintAppealed)]
        assert appealed.words == "评价人是某某"
        zheng = await pages.sign_in(MANAGERS["complaints"])
        await zheng.ask("/staff/complaints/take-over", complaint=one)
        told = await zheng.ask("/staff/complaints/call-back", complaint=one, result="content", words=f"{NAME}满意")
        assert (told.status_code, "请勿填写群众姓名或电话" in told.text) == (400, True), "who knows it is told"


async def test_what_nobody_sees_hides_no_number_and_turns_no_line(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        zheng = await pages.sign_in(MANAGERS["complaints"])
        for words in ("138\u200b0013\u200b8000", "1380013\u20608000", "11010119900307\ufeff2316"):
            told = await zheng.ask("/staff/complaints/enter", channel="visit", words=words)
            assert (told.status_code, "请勿填写电话号码" in told.text) == (400, True), words
        await zheng.ask("/staff/complaints/enter", channel="visit", words="\u202e等了\x1b[2J很久\n没人\x00 \U0002b73f")
        (opened,) = [fact for fact in pages.facts() if isinstance(fact, ComplaintOpened)]
        assert opened.item.words == "等了[2J很久\n没人 \U0002b73f"
        pages.house.works.complaints.keep_contact(opened.item.id, name="\u202e张\u200b三", phone=PHONE)
        kept = pages.house.works.contacts.of(opened.item.id)
        assert kept is not None
        assert kept.name == NAME


@pytest.mark.req("M46")
@pytest.mark.parametrize(("name", "phone"), [("的", ""), ("李", "1"), ("", "-"), ("１", "2 0")])
async def test_a_name_of_one_letter_keeps_nobody_from_his_work(tmp_path: Path, name: str, phone: str) -> None:
    """Whoever leaves 的 for a name would otherwise have made his item one of which nobody can write a word."""
    async with open_house(tmp_path) as pages:
        one = complained(pages)
        pages.house.works.complaints.keep_contact(one, name=name, phone=phone)
        zheng = await pages.sign_in(MANAGERS["complaints"])
        await zheng.ask("/staff/complaints/take-over", complaint=one)
        words = "李警官的回访：2026-11-12 20:10 已说明 2 0"
        told = await zheng.ask("/staff/complaints/call-back", complaint=one, result="content", words=words)
        assert (told.status_code, told.json()["words"]) == (200, "回访已登记")
