"""Signing in to the staff's pages: who is let in, who is not, what is kept of it (M12, M43, M26)."""

from pathlib import Path

import pytest

from hub.journal import JournalWriteError
from hub.people import hash_badge
from hub.rules.events import AccessNoted
from hub.staff.sessions import COOKIE, Sessions
from hub.staff_file import StaffTable
from tests.staff.house import CHEN, MANAGERS, PIN, SUN, open_house, staff_hall


@pytest.mark.req("M12", "M26")
async def test_number_and_pin_let_in_and_everything_is_kept(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        visitor = pages.visitor()
        shut = await visitor.client.get("/staff")
        assert (shut.status_code, shut.headers["location"]) == (303, "/staff/in?next=/staff")
        wrong = await visitor.client.post("/staff/in", data={"number": SUN, "pin": "9999"})
        assert wrong.status_code == 403
        assert "工号或密码不正确" in wrong.text
        unknown = await visitor.client.post("/staff/in", data={"number": "999999", "pin": "9999"})
        assert (unknown.status_code, "工号或密码不正确" in unknown.text) == (403, True)
        sun = await pages.sign_in(SUN)
        assert "孙引导" in (await sun.see("/staff")).text
        await sun.client.post("/staff/out")
        assert (await sun.client.get("/staff")).status_code == 303
        assert [(one.person, one.action, one.refused) for one in pages.noted()] == [
            (SUN, "sign-in", "wrong-pin"),
            ("", "sign-in", "wrong-pin"),
            (SUN, "sign-in", ""),
            (SUN, "sign-out", ""),
        ]


async def test_after_three_wrong_pins_even_the_right_one_waits(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        visitor = pages.visitor()
        for _ in range(3):
            await visitor.client.post("/staff/in", data={"number": SUN, "pin": "9999"})
        right = await visitor.client.post("/staff/in", data={"number": SUN, "pin": PIN})
        assert (right.status_code, "请一分钟后再试" in right.text) == (403, True)
        assert await pages.sign_in(CHEN)


async def test_a_badge_needs_no_pin(tmp_path: Path) -> None:
    badge = hash_badge("123456789", "staffed")
    text = staff_hall().replace('name = "孙引导"', f'name = "孙引导"\nbadge = "{badge}"')
    async with open_house(tmp_path, text) as pages:
        assert await pages.sign_in("123456789", "")
        visitor = pages.visitor()
        assert (await visitor.client.post("/staff/in", data={"number": "123456780"})).status_code == 403


async def test_a_cookie_of_somebody_else_is_never_kept(tmp_path: Path) -> None:
    """Who is sent a cookie beforehand does not come in with it (session fixation)."""
    async with open_house(tmp_path) as pages:
        visitor = pages.visitor()
        visitor.client.cookies.set(COOKIE, "fixed", path="/staff")
        answer = await visitor.client.post("/staff/in", data={"number": SUN, "pin": PIN})
        set_cookie = answer.headers["set-cookie"]
        assert "fixed" not in set_cookie
        assert all(word in set_cookie for word in ("HttpOnly", "SameSite=strict", "Path=/staff"))


async def test_one_is_not_sent_elsewhere_after_signing_in(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        for target in ("https://evil.example/", "//evil.example/staff", "/staff//evil", "/staffing", "/staff\\evil"):
            visitor = pages.visitor()
            answer = await visitor.client.post("/staff/in", data={"number": SUN, "pin": PIN, "next": target})
            assert answer.headers["location"] == "/staff", target


async def test_a_locked_page_wants_the_pin_of_the_same_person(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        sun = await pages.sign_in(SUN)
        await sun.client.post("/staff/lock")
        assert (await sun.client.get("/staff")).headers["location"] == "/staff/locked?next=/staff"
        assert (await sun.client.post("/staff/locked", data={"pin": "9999"})).status_code == 403
        assert (await sun.client.post("/staff/locked", data={"pin": PIN})).status_code == 303
        assert (await sun.client.get("/staff")).status_code == 200


@pytest.mark.req("M43")
async def test_who_is_not_qualified_any_more_is_out_at_once(tmp_path: Path) -> None:
    text = staff_hall().replace('name = "孙引导"', 'name = "孙引导"\nqualified = false')
    async with open_house(tmp_path, text) as pages:
        answer = await pages.visitor().client.post("/staff/in", data={"number": SUN, "pin": PIN})
        assert (answer.status_code, "未考核合格" in answer.text) == (403, True)


def test_sessions_survive_a_restart_lock_the_idle_and_end(tmp_path: Path) -> None:
    now = 1_000_000.0
    table = StaffTable(lock_min=15, hours=12)
    first = Sessions(tmp_path / "sessions.json", lambda: now)
    cookie = first.open(SUN, "p")
    assert cookie not in (tmp_path / "sessions.json").read_text()
    assert (tmp_path / "sessions.json").stat().st_mode & 0o777 == 0o600
    again = Sessions(tmp_path / "sessions.json", lambda: now)
    session = again.find(cookie, table)
    assert session is not None
    assert (session.person, session.locked) == (SUN, False)
    now += 15 * 60 + 1
    locked = again.find(cookie, table)
    assert locked is not None
    assert locked.locked
    now += 12 * 3600
    assert again.find(cookie, table) is None
    assert Sessions(tmp_path / "sessions.json", lambda: now).find(cookie, table) is None


async def test_while_nothing_can_be_kept_nobody_comes_in_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path) as pages:
        sun = await pages.sign_in(SUN)

        def full(*_entries: object) -> None:
            raise JournalWriteError("disk full")

        monkeypatch.setattr(pages.house.service._journal, "write", full)
        answer = await pages.visitor().client.post("/staff/in", data={"number": CHEN, "pin": PIN})
        assert (answer.status_code, "数据暂时无法保存" in answer.text) == (503, True)
        answer = await sun.ask("/staff/on-duty")
        assert (answer.status_code, "数据暂时无法保存" in answer.json()["words"]) == (503, True)


async def test_what_nobody_may_is_refused_and_kept(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        nobody = pages.visitor()
        assert (await nobody.ask("/staff/lock")).status_code == 303
        assert (await nobody.client.put("/staff/in")).status_code == 405
        assert (await nobody.client.get("/staff/nowhere")).status_code == 404
        assert not any(isinstance(fact, AccessNoted) for fact in pages.facts())
        assert MANAGERS
