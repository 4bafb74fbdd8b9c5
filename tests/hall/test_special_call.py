"""Calls that pass by the line: a given number with a reason, and who was here before; from outside."""

from pathlib import Path

from hub.rules.events import TicketCalled
from tests.hall.staffed import CHEN, staffed_hall


async def test_a_special_call_takes_a_number_out_of_turn_with_a_reason(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path) as hall:
        await hall.ticket()
        await hall.ticket()
        await hall.sign_in("pad-1", CHEN)
        await hall.press("pad-1", "menu", "d1", "d1", "d0", "d0", "d2")
        await hall.shows("pad-1", "A002")
        await hall.press("pad-1", "ok", "d1", "ok")
        await hall.shows("lintel-1", "请A002号到1号窗")
        call = await hall.fact(TicketCalled)
        assert (call.why, call.reason, call.by) == ("number", "1", CHEN)
        await hall.do("pad-1", "special", "1002", "1")
        await hall.shows("pad-1", "此号不可用")
        await hall.do("pad-1", "special", "1099", "1")
        await hall.shows("pad-1", "无此号")


async def test_who_was_parked_comes_back_before_those_who_came_meanwhile(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path) as hall:
        await hall.ticket()
        await hall.ticket()
        await hall.sign_in("pad-1", CHEN)
        await hall.press("pad-1", "next")
        await hall.shows("pad-1", "A001")
        await hall.do("pad-1", "park")
        await hall.shows("pad-1", "等候1人")
        await hall.do("pad-1", "return", "1001")
        await hall.shows("pad-1", "等候2人")
        await hall.press("pad-1", "next")
        await hall.shows("lintel-1", "请A001号到1号窗")
