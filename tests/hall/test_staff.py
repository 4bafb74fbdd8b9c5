"""Clerks at their pads: who may work, who takes over, who is away; from outside, by keys and panels."""

from pathlib import Path

import pytest

from hub.journal import read_rows
from hub.rules.events import SignedIn, TicketCalled
from tests.hall.staffed import CHEN, LI, WANG, ZHAO, staffed_hall


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
