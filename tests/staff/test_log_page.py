"""The system administrator's pages: who did what, and the tokens of other systems (M26, M44)."""

import re
from datetime import datetime
from pathlib import Path

import pytest

from hub.outside.tokens import SCOPES, TOKENS, make_token, read_tokens
from hub.rules import commands
from hub.rules.events import AccessNoted
from hub.staff.pages.log.reading import KINDS, LINES, SEEN, SIGNING, Line
from hub.staff.pages.log.words import DOINGS, KIND_WORDS, doing
from hub.staff.permissions import PERMISSIONS
from tests.staff.house import CHEN, LI, MANAGERS, Pages, Visitor, open_house, staff_hall

SYSTEM, VIEWER = MANAGERS["system"], MANAGERS["viewer"]


async def lines(visitor: Visitor, query: str = "") -> list[tuple[str, ...]]:
    """Return what the log shows: person, doing, what about, what came of it."""
    page = (await visitor.see(f"/staff/log?{query}")).text
    rows = re.findall(r'<th scope="row">[-: 0-9]+</th>(.+?)</tr>', page)
    return [tuple(re.findall(r"<td>(.*?)</td>", row)) for row in rows]


async def a_morning(pages: Pages) -> None:
    """Somebody looks for a notice, somebody is refused, somebody works at a counter, another calls a fault."""
    house = pages.house
    viewer = await pages.sign_in(VIEWER)
    await viewer.see("/staff/archive?paper=20200101-G001")
    await viewer.see("/staff/notices-given?serial=20200101-G001")
    await viewer.ask("/staff/tokens/make", name="x")
    await viewer.client.post("/staff/out", data={"proof": viewer.proof})
    house.ask(commands.SignIn(counter=1, person=CHEN))
    house.ask(commands.SignOut(counter=1))
    li = await pages.sign_in(LI)
    await li.ask("/staff/duty/enlist", counter=2, person=LI, post="B")
    await pages.visitor().client.post("/staff/in", data={"number": VIEWER, "pin": "0000"})


@pytest.mark.req("M26", "M44")
async def test_the_log_says_in_words_who_did_what_and_what_was_refused(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        await a_morning(pages)
        system = await pages.sign_in(SYSTEM)
        seen = await lines(system)
        assert seen[0] == ("管system(028001)", "查看登录与查阅记录", "–", "完成")
        assert [one for one in seen if VIEWER in one[0]] == [
            ("管viewer(028003)", "登录工作页面", "–", "拒绝：工号或密码不正确"),
            ("管viewer(028003)", "退出工作页面", "–", "完成"),
            ("管viewer(028003)", "外部接口令牌", "–", "拒绝：无此权限"),
            ("管viewer(028003)", "查阅告知单", "单据 20200101-G001", "完成"),
            ("管viewer(028003)", "查阅办件档案、告知单", "单据 20200101-G001", "完成"),
            ("管viewer(028003)", "登录工作页面", "–", "完成"),
        ]
        assert ("李警官(027002)", "安排岗位", "窗口 2　工号 027002", "完成") in seen
        assert await lines(system, f"person={CHEN}") == [
            ("陈警官(027001)", "窗口退出", "窗口 1", "完成"),
            ("陈警官(027001)", "窗口登录", "窗口 1", "完成"),
        ]
        assert {one[3][:2] for one in await lines(system, "kind=refused")} == {"拒绝"}
        assert len(await lines(system, "kind=refused")) == 2
        assert await lines(system, "last=2020-01-01") == []
        assert len(await lines(system, f"person={VIEWER}&page=2")) == 0
        for query, words in (
            ("first=x", "日期有误"),
            ("last=9999-12-31", "日期有误"),
            ("first=2026-01-01&last=2026-12-31", "一次最多92天"),
            ("person=' OR 1", "工号有误"),
            ("kind=x", "类型有误"),
        ):
            answer = await system.see(f"/staff/log?{query}")
            assert (answer.status_code, words in answer.text) == (400, True), query


@pytest.mark.req("M26")
async def test_the_log_is_paged_and_right_at_midnight(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        for number in range(150):
            pages.house.note(VIEWER, "archive-see", f"serial={number}")
        system = await pages.sign_in(SYSTEM)
        first = await lines(system, f"person={VIEWER}")
        second = await lines(system, f"person={VIEWER}&page=2")
        assert [one[2] for one in first + second] == [f"序号 {number}" for number in range(149, -1, -1)]
        today = datetime.now(pages.house.hall.zone).date()
        days = f"first={today}&last={today}"
        assert len(await lines(system, days)) == 100


def test_every_doing_has_words_and_is_of_one_kind() -> None:
    assert set(KIND_WORDS) == set(KINDS)
    assert AccessNoted in LINES
    assert {*DOINGS, *PERMISSIONS} >= SIGNING | SEEN
    assert [name for name in (*DOINGS, *PERMISSIONS) if doing(name) == name] == []
    exports = {name for name in PERMISSIONS if Line(at=0, person="", action=name).kind == "exported"}
    assert exports == {name for name, one in PERMISSIONS.items() if "导出" in one.words}


async def test_the_page_has_a_word_for_all_that_a_token_may_read(tmp_path: Path) -> None:
    make_token(tmp_path, "everything", SCOPES, 1)
    async with open_house(tmp_path) as pages:
        page = (await (await pages.sign_in(SYSTEM)).see("/staff/tokens")).text
        assert [scope for scope in SCOPES if f'value="{scope}"' not in page] == []
        assert "运行指标（监控）" in page


@pytest.mark.req("M44")
async def test_a_token_is_made_shown_once_and_revoked_and_that_is_kept(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        system = await pages.sign_in(SYSTEM)
        assert "还没有令牌，接口关闭" in (await system.see("/staff/tokens")).text
        form = {"name": "Wall-Display ", "scopes": ["queues", "hall"], "proof": system.proof}
        made = await system.client.post("/staff/tokens/make", data=form)
        assert (made.status_code, made.headers["cache-control"]) == (200, "no-store")
        (written,) = re.findall(r"lintel_[\w-]{43}", made.text)
        (token,) = read_tokens(tmp_path)
        assert (token.name, token.scopes) == ("wall-display", ("hall", "queues"))
        page = (await system.see("/staff/tokens")).text
        assert ("大厅与业务目录、窗口与排队情况" in page, "停用 wall-display" in page, written in page) == (
            True,
            True,
            False,
        )
        for name, scopes, words in (
            ("wall-display", ("hall",), "已有令牌"),
            ("x", (), "请至少选择一项"),
            ("x", ("all",), "请至少选择一项"),
            ("../x", ("hall",), "名称有误"),
            ("<script>", ("hall",), "名称有误"),
        ):
            told = (await system.ask("/staff/tokens/make", name=name, scopes=scopes)).json()
            assert (told["done"], words in told["words"]) == (False, True), name
        revoked = (await system.ask("/staff/tokens/revoke", name="wall-display")).json()
        assert revoked == {"done": True, "words": "wall-display 的令牌已停用", "to": "/staff/tokens"}
        again = (await system.ask("/staff/tokens/revoke", name="wall-display")).json()
        assert again["words"] == "wall-display 没有有效的令牌"
        assert read_tokens(tmp_path)[0].revoked_at is not None
        kept = [one.subject for one in pages.noted() if one.action == "tokens"]
        assert kept[0] == "make wall-display queues,hall"
        assert kept[-2:] == ["revoke wall-display"] * 2
        assert written not in (tmp_path / "journal.db").read_bytes().decode(errors="ignore")
        (tmp_path / TOKENS).write_text("{", encoding="utf-8")
        broken = await system.see("/staff/tokens")
        assert (broken.status_code, "令牌文件无法读取" in broken.text) == (503, True)


@pytest.mark.req("M26")
async def test_markup_of_whoever_asks_stays_text_in_the_log(tmp_path: Path) -> None:
    async with open_house(tmp_path, staff_hall()) as pages:
        pages.house.note(VIEWER, "archive-see", "<script>x</script> number=<b> first=20261101")
        system = await pages.sign_in(SYSTEM)
        page = (await system.see("/staff/log")).text
        assert "<script>x" not in page
        assert "&lt;script&gt;x&lt;/script&gt;　号码 &lt;b&gt;　起 2026-11-01" in page
