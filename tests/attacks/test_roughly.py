"""Attacks with more than a browser sends, and hands that are quicker than the page: what they must not come to."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from hub.web.headers import Guarded
from tests.staff.house import SUN, open_house


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
