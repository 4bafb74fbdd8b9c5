"""Clerks at their pads: who may work, who takes over, who is away; from outside, by keys and panels."""

from pathlib import Path

import pytest

from hub.journal import read_rows
from hub.people import hash_badge
from hub.rules.events import (
    AlertRaised,
    CounterPaused,
    Dismissed,
    Enlisted,
    SelfTestMade,
    SignedIn,
    SignedOut,
    TicketCalled,
    TicketNotShown,
    TicketRated,
    TicketRecalled,
    TicketTransferred,
)
from tests.hall.staffed import CHEN, LI, MONDAY, SUN, WANG, ZHAO, ZHOU, staffed_hall

POSTS = f'post_a = "{CHEN}"\npost_b = "{LI}"'


@pytest.mark.req("M8")
async def test_only_who_is_qualified_may_sign_in(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path) as hall:
        await hall.shows("pad-1", "未登录")
        await hall.sign_in("pad-1", ZHAO)
        await hall.shows("pad-1", "未考核合格")
        await hall.sign_in("pad-1", CHEN)
        await hall.shows("pad-1", "无人等候")
        assert [fact.person for fact in hall.facts(SignedIn)] == [CHEN]


@pytest.mark.req("M10")
async def test_an_auxiliary_gets_his_services_only_while_his_supervisor_is_there(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path) as hall:
        await hall.ticket("B")
        await hall.ticket("A")
        await hall.sign_in("pad-2", WANG)
        await hall.shows("pad-2", "民警未在岗")
        await hall.sign_in("pad-1", CHEN)
        await hall.sign_in("pad-2", WANG)
        await hall.shows("pad-2", "等候1人")
        await hall.press("pad-2", "next")
        await hall.shows("lintel-2", "请A001号到2号窗")
        await hall.press("pad-2", "finish")
        await hall.press("pad-2", "next")
        await hall.shows("pad-2", "无号码")


@pytest.mark.req("M12", "M13")
async def test_a_pin_is_asked_for_kept_by_nobody_and_guessed_three_times_only(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path) as hall:
        for _ in range(3):
            await hall.sign_in("pad-1", CHEN, "9999")
            await hall.shows("pad-1", "密码错误")
        await hall.sign_in("pad-1", CHEN)
        await hall.shows("pad-1", "已锁定")
        await hall.sign_in("pad-2", LI)
        await hall.shows("pad-2", "无人等候")
        await hall.ticket()
        await hall.press("pad-2", "next")
        call = await hall.fact(TicketCalled)
        assert call.by == LI
        pin_keys = [row.content().message for row in read_rows(hall.folder / "state" / "journal.db")]
        typed = "".join(one.key for one in pin_keys if one is not None and hasattr(one, "key"))
        assert "d9d9d9d9" not in typed
        assert "d1d0d0d2" not in typed


@pytest.mark.req("M9")
async def test_a_newcomer_is_entered_before_the_last_one_leaves(tmp_path: Path) -> None:
    """Only Chen and Li may do 户籍 at counter 1; counter 2 has somebody for 出入境 alone."""
    async with staffed_hall(tmp_path, counter_more={1: POSTS, 2: f'post_a = "{ZHOU}"'}) as hall:
        await hall.sign_in("duty", CHEN)
        await hall.do("duty", "dismiss", "1", LI)
        assert (await hall.fact(Dismissed)).person == LI
        await hall.do("duty", "dismiss", "1", CHEN)
        await hall.shows("duty", "须先进后出")
        await hall.do("duty", "enlist", "1", LI, "2")
        await hall.do("duty", "dismiss", "1", CHEN)
        assert [fact.person for fact in hall.facts(Dismissed)] == [LI, CHEN]
        await hall.sign_in("pad-1", CHEN)
        await hall.shows("pad-1", "非本窗岗位")
        await hall.sign_in("pad-1", LI)
        await hall.shows("pad-1", "无人等候")


@pytest.mark.req("M9")
async def test_only_an_officer_changes_who_works_where(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, counter_more={1: POSTS}) as hall:
        await hall.do("duty", "enlist", "1", ZHOU, "2")
        await hall.shows("duty", "未登录")
        await hall.sign_in("duty", SUN)
        await hall.do("duty", "enlist", "1", ZHOU, "2")
        await hall.shows("duty", "无此权限")
        assert not hall.facts(Enlisted)


@pytest.mark.req("M12")
async def test_an_idle_pad_locks_and_its_person_opens_it_by_pin(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, rules="lock_min = 0.02") as hall:
        await hall.sign_in("pad-1", CHEN)
        await hall.shows("pad-1", "已锁定")
        await hall.ticket()
        await hall.press("pad-1", "next")
        assert not hall.facts(TicketCalled)
        await hall.sign_in("pad-1", CHEN, "9999")
        await hall.shows("pad-1", "密码错误")
        await hall.sign_in("pad-1", CHEN)
        await hall.shows("pad-1", "等候1人")
        await hall.press("pad-1", "next")
        assert (await hall.fact(TicketCalled)).by == CHEN


@pytest.mark.req("M12")
async def test_a_counter_has_one_person_and_a_person_one_counter(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path) as hall:
        await hall.sign_in("pad-1", SUN)
        await hall.shows("pad-1", "非窗口人员")
        await hall.sign_in("pad-1", "027999", "1001")
        await hall.shows("pad-1", "密码错误")
        await hall.sign_in("pad-1", CHEN)
        await hall.sign_in("pad-1", LI)
        await hall.shows("pad-1", "已有人登录")
        await hall.sign_in("pad-2", CHEN)
        await hall.shows("pad-2", "已在他窗")
        await hall.do("pad-1", "sign-out")
        await hall.shows("pad-1", "未登录")
        await hall.sign_in("pad-2", CHEN)
        await hall.shows("pad-2", "无人等候")


@pytest.mark.req("M13")
async def test_everything_done_at_a_counter_bears_a_name(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path) as hall:
        for _ in range(3):
            await hall.ticket()
        await hall.press("pad-1", "next")
        await hall.shows("pad-1", "未登录")
        assert not hall.facts(TicketCalled)
        await hall.sign_in("pad-1", LI)
        await hall.press("pad-1", "next", "recall", "no-show", "next", "finish")
        await hall.press("rating-1", "r5")
        await hall.press("pad-1", "next")
        await hall.do("pad-1", "transfer", "2", "", "1")
        await hall.do("pad-1", "pause", "1", "", "")
        kinds = (TicketCalled, TicketRecalled, TicketNotShown, TicketRated, TicketTransferred, CounterPaused)
        done = hall.facts(*kinds)
        assert {type(fact) for fact in done} == set(kinds)
        assert {fact.by for fact in done} == {LI}


@pytest.mark.req("M17", "M31", "M12")
async def test_a_pause_turns_every_face_says_where_and_until_when_and_locks_the_pad(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, at=MONDAY + "10:00:05") as hall:
        await hall.shows("rating-1", "暂停服务")
        await hall.sign_in("pad-1", CHEN)
        await hall.shows("lintel-1", "1号窗口 综合业务")
        await hall.shows("rating-1", "陈警官 027001")
        await hall.ticket()
        await hall.do("pad-1", "pause", "2", "15", "")
        await hall.shows("lintel-1", "暂停服务 就餐 10:15返回 电话027-5550110")
        await hall.shows("rating-1", "暂停服务")
        await hall.shows("pad-1", "暂停服务")
        await hall.press("pad-1", "next")
        assert not hall.facts(TicketCalled)
        await hall.sign_in("pad-1", CHEN)
        await hall.shows("lintel-1", "1号窗口 综合业务")
        await hall.shows("rating-1", "陈警官 027001")
        await hall.shows("pad-1", "等候1人")


@pytest.mark.req("M17")
async def test_who_is_not_back_in_time_is_named_to_the_duty_officer(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path) as hall:
        await hall.sign_in("pad-1", CHEN)
        await hall.do("pad-1", "pause", "9", "5", "")
        await hall.shows("pad-1", "请选原因")
        await hall.do("pad-1", "pause", "1", "0", "5550199")
        await hall.shows("lintel-1", "电话5550199")
        await hall.shows("duty", "1号窗逾期未归")
        await hall.sign_in("pad-1", CHEN)
        await hall.until(lambda: "逾期" not in hall.panels["duty"].texts[-1], "the alert stays")


@pytest.mark.req("M31")
async def test_nobody_leaves_a_citizen_standing(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path) as hall:
        await hall.sign_in("pad-1", CHEN)
        await hall.ticket()
        await hall.press("pad-1", "next")
        await hall.press("pad-1", "menu", "d5")
        await hall.shows("pad-1", "先办结本号")
        await hall.do("pad-1", "pause", "1", "5", "")
        await hall.shows("pad-1", "先办结本号")
        assert not hall.facts(CounterPaused)
        await hall.shows("lintel-1", "请A001号到1号窗")


@pytest.mark.req("M19")
async def test_b_takes_over_while_a_is_away_and_nobody_else_does(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, counter_more={1: POSTS}) as hall:
        await hall.sign_in("pad-1", CHEN)
        await hall.ticket()
        await hall.do("pad-1", "pause", "1", "30", "")
        await hall.shows("lintel-1", "暂停服务 开会")
        await hall.sign_in("pad-1", ZHOU)
        await hall.shows("pad-1", "非本窗岗位")
        await hall.sign_in("pad-1", LI)
        await hall.shows("rating-1", "李警官 027002")
        await hall.press("pad-1", "next")
        await hall.shows("lintel-1", "请A001号到1号窗")
        assert [(fact.person, fact.post) for fact in hall.facts(SignedIn)] == [(CHEN, "A"), (LI, "B")]


@pytest.mark.req("M19", "M12")
async def test_b_takes_over_the_locked_pad_of_who_left_without_a_word(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, counter_more={1: POSTS}, rules="lock_min = 0.02") as hall:
        await hall.sign_in("pad-1", CHEN)
        await hall.shows("pad-1", "已锁定")
        await hall.sign_in("pad-1", ZHOU)
        await hall.shows("pad-1", "非本窗岗位")
        await hall.sign_in("pad-1", LI)
        await hall.shows("rating-1", "李警官 027002")
        assert [fact.person for fact in hall.facts(SignedOut)] == [CHEN]


@pytest.mark.req("M19")
async def test_an_empty_counter_is_named_until_somebody_comes(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, count=1, more="[alerts]\nempty_after_s = 0.5\n") as hall:
        await hall.shows("duty", "1号窗空岗")
        await hall.sign_in("pad-1", CHEN)
        await hall.until(lambda: "空岗" not in hall.panels["duty"].texts[-1], "the alert stays")
        await hall.do("pad-1", "pause", "1", "30", "")
        await hall.shows("lintel-1", "暂停服务 开会")
        await hall.sign_in("pad-1", CHEN)
        await hall.do("pad-1", "sign-out")
        await hall.shows("duty", "1号窗空岗")
        empty = [fact for fact in hall.facts(AlertRaised) if fact.alert == "empty"]
        assert len(empty) == 2


@pytest.mark.req("S4")
async def test_a_day_begins_with_an_officer_and_a_guide(tmp_path: Path) -> None:
    hours = '[hours]\nmon = "09:00-12:00"\nself_test_min = 10\n'
    async with staffed_hall(tmp_path, at=MONDAY + "08:59:57", more=hours) as hall:
        test = await hall.fact(SelfTestMade)
        assert {"no-police", "no-guide"} <= set(test.faults)
        assert "民警未到岗" in await hall.shows("duty", "引导员未到岗")
        await hall.sign_in("pad-1", CHEN)
        await hall.until(lambda: "民警" not in hall.panels["duty"].texts[-1], "the officer is not seen")
        await hall.sign_in("guide", SUN)
        await hall.until(lambda: "引导员" not in hall.panels["duty"].texts[-1], "the guide is not seen")


@pytest.mark.req("M12")
async def test_a_badge_signs_in_alone_and_its_number_is_kept_nowhere(tmp_path: Path) -> None:
    """A badge reader types what is on the card, and ok."""
    badge = hash_badge("0012345678", "staffed")
    more = f'[[people]]\nid = "027009"\nname = "吴警官"\npin = "scrypt$00$00"\nbadge = "{badge}"\n'
    async with staffed_hall(tmp_path, count=1, more=more) as hall:
        await hall.menu("pad-1", hall.digit("pad-1", "sign"), "0099999999")
        await hall.shows("pad-1", "密码错误")
        await hall.menu("pad-1", hall.digit("pad-1", "sign"), "0012345678")
        await hall.shows("pad-1", "无人等候")
        assert (await hall.fact(SignedIn)).person == "027009"
        assert b"d5" not in b"".join(row.body.encode() for row in read_rows(hall.folder / "state" / "journal.db"))
        assert not any("2345678" in text for text in hall.panels["pad-1"].texts[-3:])
