"""What keypads say of what was typed and done; from outside."""

from pathlib import Path

from hub.rules.events import CounterPaused
from tests.hall.staffed import CHEN, SUN, WANG, ZHOU, staffed_hall

RESULTS = '[[results]]\ncode = "3"\nname = "不予受理"\nreason = true\n'


async def test_a_guide_reads_for_a_moment_what_his_keys_have_done(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path) as hall:
        for _ in range(3):
            await hall.ticket()
        await hall.sign_in("guide", SUN)
        await hall.shows("guide", "已登录")
        for action, fields, words in (
            ("class", ("1002", "5"), "已定类别 A002"),
            ("precheck", ("1001",), "已预审 A001"),
            ("cancel", ("1003",), "已取消 A003"),
            ("enter", ("7", "1", ""), "已补录 H007"),
            ("enter-done", ("8", "1", "1"), "已补录 H008"),
            ("sign-out", (), "已退出"),
        ):
            await hall.do("guide", action, *fields)
            await hall.shows("guide", words)
        await hall.shows("guide", "未登录")


async def test_what_was_done_gives_way_to_the_next_key_and_to_time(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path) as hall:
        await hall.ticket()
        await hall.sign_in("guide", SUN)
        await hall.do("guide", "cancel", "1001")
        await hall.shows("guide", "已取消 A001")
        await hall.press("guide", "menu")
        await hall.shows("guide", "请选功能")
        await hall.press("guide", "menu", "menu")
        await hall.shows("guide", "等候0人")
        await hall.sign_in("duty", ZHOU)
        await hall.shows("duty", "已登录")
        await hall.until(lambda: "已登录" not in hall.panels["duty"].texts[-1], "it is said for ever")


async def test_a_duty_officer_reads_what_his_keys_have_done(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path) as hall:
        await hall.sign_in("duty", ZHOU)
        for action, fields, words in (
            ("services", ("1", "1"), "已设业务 1号窗"),
            ("enlist", ("2", WANG, "2"), f"已入岗 {WANG}"),
            ("enlist", ("2", CHEN, "1"), f"已入岗 {CHEN}"),
            ("dismiss", ("2", WANG), f"已出岗 {WANG}"),
            ("end-day", (), "今日已结束"),
        ):
            await hall.do("duty", action, *fields)
            await hall.shows("duty", words)


async def test_a_digit_that_stands_for_words_is_shown_as_them(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, more=RESULTS) as hall:
        await hall.ticket()
        await hall.sign_in("pad-1", CHEN)
        await hall.press("pad-1", "menu", "d5", "d1")
        words = hall.plan.reasons("absence")[0]
        await hall.shows("pad-1", f"去向{words}_")
        await hall.press("pad-1", "ok", "ok", "ok")
        assert (await hall.fact(CounterPaused)).reason == words
        await hall.sign_in("pad-1", CHEN)
        await hall.press("pad-1", "next", "finish", "d3")
        await hall.shows("pad-1", "结果不予受理_")
        await hall.press("pad-1", "ok", "d9")
        await hall.shows("pad-1", "原因9_")
        await hall.press("pad-1", "menu", "menu", "d2", "d2")
        await hall.shows("pad-1", "转业务出入境_")


async def test_a_form_that_cannot_succeed_is_refused_before_it_is_filled_in(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, count=1) as hall:
        for digit in ("1", "2", "5"):
            await hall.press("pad-1", "menu", f"d{digit}")
            await hall.shows("pad-1", "未登录")
        await hall.press("pad-1", "d1", "d0", "ok")
        await hall.shows("pad-1", "未登录")
        await hall.sign_in("pad-1", CHEN)
        await hall.press("pad-1", "menu", "d2")
        await hall.shows("pad-1", "无号码")
        await hall.press("pad-1", "d2", "ok")
        await hall.shows("pad-1", "无号码")
        await hall.ticket()
        await hall.press("pad-1", "next")
        await hall.shows("lintel-1", "请A001号到1号窗")
        await hall.press("pad-1", "menu", "d2")
        await hall.shows("pad-1", "转业务_")
