"""Attacks with more than a browser sends, and hands that are quicker than the page: what they must not come to."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from hub.journal import JournalWriteError
from hub.people import hash_badge
from hub.staff.gate import Gate
from hub.staff.live import EACH_MAX, Live
from hub.staff.routing import Stream
from hub.staff.sessions import COOKIE, EACH, Sessions
from hub.staff.standing import standing
from hub.staff_file import StaffTable
from hub.web.headers import Guarded
from tests.staff.house import CHEN, MANAGERS, SUN, open_house, staff_hall


async def _sent(headers: dict[str, str], pieces: int) -> tuple[int, int]:
    """Return the status of an answer to a body that comes in pieces of 1 kB, and how many of them were taken."""
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": b"a" * 1024, "more_body": taken < pieces}

    answers: list[Message] = []

    async def send(message: Message) -> None:
        answers.append(message)

    async def reads_all(scope: Scope, receive: Receive, send: Send) -> None:
        answer: Response = PlainTextResponse(str(len(await Request(scope, receive).body())))
        await answer(scope, receive, send)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/t/AAAA/call-back", "headers": raw, "query_string": b""}
    await Guarded(reads_all)(scope, receive, send)
    return answers[0]["status"], taken


async def test_no_more_is_taken_than_was_said() -> None:
    """With both headers a server goes by the chunks: their end is where the sender likes."""
    assert await _sent({"content-length": "5", "transfer-encoding": "chunked"}, 4000) == (411, 0)
    assert await _sent({"content-length": "1024"}, 1) == (200, 1)


async def test_an_origin_that_is_no_address_is_not_ours(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        for origin in ("http://[", "http://[::1", "null"):
            answer = await pages.visitor().client.post("/staff/in", headers={"origin": origin}, data={"number": SUN})
            assert (answer.status_code, "请求来源不符" in answer.text) == (403, True)


async def test_a_full_disk_sends_nobody_away(tmp_path: Path) -> None:
    """Sessions go on in memory; what the journal cannot keep is said by it."""
    async with open_house(tmp_path) as pages:
        sun = await pages.sign_in(SUN)
        (tmp_path / "sessions.new").mkdir()
        assert (await pages.visitor().client.get("/staff/in")).status_code == 200
        assert (await sun.client.post("/staff/lock")).status_code == 303
        assert (await sun.client.get("/staff/guide")).headers["location"].startswith("/staff/locked")
        assert await pages.sign_in(CHEN)


async def test_who_signs_in_without_end_ends_only_his_own_sessions(tmp_path: Path) -> None:
    now = 1_000_000.0
    sessions, table = Sessions(tmp_path / "sessions.json", lambda: now), StaffTable()
    others = sessions.open(SUN, "x")
    mine = []
    for _ in range(EACH + 1):
        now += 1
        mine.append(sessions.open(CHEN, "x"))
    assert sessions.find(others, table) is not None
    assert [sessions.find(one, table) is None for one in mine] == [True] + [False] * EACH


async def test_incidents_of_no_real_time_are_not_looked_for(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        chen = await pages.sign_in(CHEN)
        for asked, why in (
            ("last=0001-01-03", "日期有误"),
            ("first=9999-12-31&last=9999-12-31", "日期有误"),
            ("first=2001-01-01&last=2100-12-31", "一次最多366天"),
            ("first=2026-11-02&last=2026-11-01", "起始日期晚于结束日期"),
        ):
            answer = await chen.client.get(f"/staff/incidents?{asked}")
            assert (answer.status_code, why in answer.text) == (400, True), asked
        assert (await chen.client.get("/staff/incidents?first=２０２６-11-01&last=2026-11-02")).status_code == 200


async def test_a_stream_that_was_asked_for_what_is_not_there_just_ends(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        zheng = await pages.sign_in(MANAGERS["complaints"])
        answer = await zheng.client.get("/staff/complaints/live?which=none")
        assert (answer.status_code, answer.text) == (200, "event: locked\ndata: {}\n\n")


@pytest.mark.req("M41")
async def test_two_who_see_a_fault_at_once_do_not_end_it(tmp_path: Path) -> None:
    """Both pages say 报告系统故障; the second press must not mean the opposite."""
    async with open_house(tmp_path) as pages:
        chen = await pages.sign_in(CHEN)
        assert 'name="turn" value="0"' in (await chen.see("/staff/duty")).text
        first = await chen.ask("/staff/duty/fault", turn=0)
        assert first.json()["words"] == "已向全厅报告系统故障"
        second = await chen.ask("/staff/duty/fault", turn=0)
        assert (second.status_code, pages.house.state.fault is None) == (412, False)
        shown = (await chen.see("/staff/duty")).text
        assert "解除系统故障" in shown
        now = pages.house.state.fault_turn
        assert (await chen.ask("/staff/duty/fault", turn=now)).json()["words"] == "系统故障已解除"


@pytest.mark.req("M12")
async def test_who_came_in_with_a_badge_that_was_taken_back_is_out(tmp_path: Path) -> None:
    """A badge that was found, or kept, opens no page any more, nor one that it has opened before."""
    badge = hash_badge("123456789", "staffed")
    text = staff_hall().replace('name = "孙引导"', f'name = "孙引导"\nbadge = "{badge}"')
    async with open_house(tmp_path, text) as pages:
        finder, chen = await pages.sign_in("123456789", ""), await pages.sign_in(CHEN)
        hall = pages.house.hall
        people = hall.file.people
        at = next(at for at, one in enumerate(people) if one.id == SUN)
        with_none = (*people[:at], replace(people[at], badge=""), *people[at + 1 :])
        hall.become(replace(hall, file=replace(hall.file, people=with_none)))
        assert (await finder.client.get("/staff")).headers["location"] == "/staff/in?next=/staff"
        assert (await chen.client.get("/staff")).status_code == 200


async def test_who_signs_out_is_out_though_it_cannot_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says 登录, so the next person at this PC must not be let in as the one before."""
    async with open_house(tmp_path) as pages:
        sun = await pages.sign_in(SUN)

        def full(*_entries: object) -> None:
            raise JournalWriteError("disk full")

        monkeypatch.setattr(pages.house.service._journal, "write", full)
        assert (await sun.client.post("/staff/out")).status_code == 503
        assert (await sun.client.get("/staff")).headers["location"] == "/staff/in?next=/staff"


async def test_no_cell_of_the_incidents_is_a_formula(tmp_path: Path) -> None:
    async with open_house(tmp_path, staff_hall().replace("陈警官", "=1+1")) as pages:
        chen = await pages.sign_in(CHEN)
        await chen.ask("/staff/duty/fault", turn=0)
        cells = (await chen.client.get("/staff/incidents.csv")).content.decode("utf-8-sig").splitlines()[1].split(",")
        assert [cell for cell in cells if "1+1" in cell]
        assert not [cell for cell in cells if cell.startswith("=")]


@pytest.mark.req("M19")
async def test_one_who_opens_pages_without_end_leaves_the_others_theirs(tmp_path: Path) -> None:
    async with open_house(tmp_path) as pages:
        sessions = Sessions(tmp_path / "sessions.json", lambda: 0.0)
        live = Live(Gate(pages.house, sessions, []))
        stream = Stream(path="/staff/x", permission="home", parts=lambda _visit: {})
        requests = {}
        for number in (CHEN, SUN):
            person = pages.house.hall.person(number)
            assert person is not None
            headers = [(b"cookie", f"{COOKIE}={sessions.open(number, standing(person))}".encode())]
            requests[number] = Request({"type": "http", "method": "GET", "path": "/staff/x", "headers": headers})
        opened = [live.events(requests[CHEN], CHEN, stream) for _ in range(EACH_MAX)]
        for one in opened:
            await anext(one)
        assert (live.is_full(CHEN), live.is_full(SUN)) == (True, False)
        for one in opened:
            await one.aclose()  # type: ignore[attr-defined]
        assert not live.is_full(CHEN)
