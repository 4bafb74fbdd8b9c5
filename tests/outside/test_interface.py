"""The interface for other systems over HTTP: what it answers, to whom, and that nothing else gets through."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS
from schemathesis.python import asgi

from hub.outside.endpoints import ENDPOINTS
from hub.outside.openapi import DOCUMENT, document
from hub.outside.tokens import SCOPES, make_token
from hub.plans import CLASSES
from hub.rules import commands
from tests.outside.looked_at import CARD, LookedAt, busy

API = "/api/v1"
PLAIN = [one.path for one in ENDPOINTS if "{" not in one.path]


@pytest.fixture
def hall(tmp_path: Path) -> LookedAt:
    return busy(tmp_path)


@pytest.fixture
def token(hall: LookedAt) -> str:
    return make_token(hall.folder, "wall", SCOPES, 1)


def test_the_document_is_that_of_the_program() -> None:
    assert msgspec.json.decode(DOCUMENT.read_bytes()) == msgspec.json.decode(msgspec.json.encode(document()))


async def test_the_document_is_served_as_it_is_written_down(hall: LookedAt, token: str) -> None:
    answered = await hall.ask(f"{API}/openapi.json")
    assert answered.json == msgspec.json.decode(DOCUMENT.read_bytes())
    assert answered.headers["content-type"] == "application/json"


@pytest.fixture(scope="module")
def portal() -> Iterator[None]:
    """The loop in which schemathesis asks: it keeps one for all of the process, which would be left open."""
    asgi._get_portal()
    yield
    asgi._shutdown()


def test_nothing_gets_through_that_the_document_does_not_allow(portal: None, hall: LookedAt, token: str) -> None:
    schema = schemathesis.openapi.from_asgi(f"{API}/openapi.json", hall.app)
    checks = [CHECKS.get_one(name) for name in CHECKS.get_all_names()]
    tried = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        tried.add(operation.path)
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
            times = 25 if operation.path == "/tickets" else 4
            _try_out(hall, operation.as_strategy(generation_mode=mode), checks, token, times)
    assert tried == {one.path for one in ENDPOINTS}


def _try_out(hall: LookedAt, cases: Any, checks: list[Any], token: str, times: int) -> None:
    @settings(
        max_examples=times, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=cases)
    def holds(case: schemathesis.Case) -> None:
        hall.seconds += 60
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=checks)

    holds()


async def test_it_tells_what_the_hall_is_at(hall: LookedAt, token: str) -> None:
    found = {path: (await hall.ask(API + path, token)).json for path in PLAIN}
    assert (found["/hall"]["id"], found["/hall"]["phase"], found["/hall"]["fault"]) == ("beihu", "open", False)
    assert [one["name"] for one in found["/services"]] == ["户籍", "出入境", "取证"]
    assert [(one["number"], one["state"], one["ticket"]) for one in found["/counters"]] == [
        (1, "called", "A001"),
        (2, "paused", None),
    ]
    queues = [(one["service"], one["waiting"], one["expected_minutes"], one["taken"]) for one in found["/queues"]]
    assert queues == [("A", 4, 35, 6), ("B", 1, 40, 1), ("C", 1, None, 1)]
    assert found["/devices"][0]["faults"][0] | {"since": 0} == {
        "part": "printer",
        "what": "paper-out",
        "since": 0,
        "party": "派出所",
    }
    whole, *services = found["/figures"]["figures"]
    assert (whole["taken"], whole["served"], whole["pending"], whole["mean_wait_ms"]) == (8, 1, 7, 40_000)
    assert sum(one["taken"] for one in services) == 8


async def test_numbers_come_in_pages_and_as_chosen(hall: LookedAt, token: str) -> None:
    numbers: list[str] = []
    after: int | None = 0
    while after is not None:
        page = (await hall.ask(f"{API}/tickets", token, query=f"after={after}&limit=3")).json
        numbers += [one["number"] for one in page["tickets"]]
        after = page["next"]
    assert numbers == ["A001", "A002", "A003", "A004", "A005", "A006", "B001", "C001"]
    chosen = (await hall.ask(f"{API}/tickets", token, query="service=A&state=waiting")).json
    assert [(one["number"], one["ahead"]) for one in chosen["tickets"]] == [
        ("A003", 0),
        ("A004", 1),
        ("A005", 2),
        ("A006", 3),
    ]
    assert (await hall.ask(f"{API}/tickets/A002", token)).json["state"] == "done"


@pytest.mark.req("M40", "M18")
async def test_nothing_personal_is_in_any_answer(hall: LookedAt, token: str) -> None:
    hall.do(commands.SignIn(counter=2, person="027002"), commands.CallNext(counter=2))
    paths = [*PLAIN, *(f"/tickets/{number}" for number in hall.scene.state.by_number)]
    text = "".join([(await hall.ask(API + path, token)).text for path in paths])
    people = [word for one in hall.hall.file.people for word in (one.id, one.name, one.phone) if word]
    classes = [*CLASSES, *(words for words, _ in CLASSES.values() if words not in ("取证", ""))]
    assert [word for word in (*people, *classes, CARD, "class", "identity", "photo") if word in text] == []


@pytest.mark.req("M11")
async def test_there_is_nothing_while_nobody_has_a_token(hall: LookedAt) -> None:
    for path in (*PLAIN, "/openapi.json"):
        answered = await hall.ask(API + path, "lintel_x")
        assert (answered.status, answered.json["title"]) == (404, "Not Found")
        assert "the interface is off" in answered.json["detail"]


PROBLEMS = [
    ("/hall", "", "GET", "", 401, "show a token"),
    ("/hall", "lintel_wrong", "GET", "", 401, "show a token"),
    ("/figures", "own", "GET", "", 403, "the token queues-only is not for figures"),
    ("/nothing", "own", "GET", "", 404, "no such address"),
    ("/../hall", "own", "GET", "", 404, "no such address"),
    ("/counters/", "own", "GET", "", 404, "no such address"),
    ("/counters", "own", "POST", "", 405, "for reading only"),
    ("/counters", "own", "OPTIONS", "", 405, "for reading only"),
    ("/counters", "own", "GET", "x=1", 400, "x: /counters takes nothing"),
]


@pytest.mark.parametrize(("path", "token", "method", "query", "status", "words"), PROBLEMS)
async def test_a_refusal_is_a_problem_document(
    hall: LookedAt, path: str, token: str, method: str, query: str, status: int, words: str
) -> None:
    own = make_token(hall.folder, "queues-only", ("queues",), 1)
    answered = await hall.ask(API + path, own if token == "own" else token, method=method, query=query)
    assert answered.status == answered.json["status"] == status
    assert answered.headers["content-type"] == "application/problem+json"
    assert words in answered.json["detail"]
    assert set(answered.json) == {"type", "title", "status", "detail"}
    if status == 401:
        assert answered.headers["www-authenticate"] == "Bearer"


async def test_who_asks_too_often_waits_and_others_do_not(hall: LookedAt, token: str) -> None:
    other = make_token(hall.folder, "other", ("hall",), 1)
    assert [(await hall.ask(f"{API}/hall", token)).status for _ in range(62)] == [200] * 60 + [429] * 2
    refused = await hall.ask(f"{API}/hall", token)
    assert re.fullmatch("[1-9]", refused.headers["retry-after"])
    assert (await hall.ask(f"{API}/hall", other)).status == 200
    hall.seconds += 1
    assert (await hall.ask(f"{API}/hall", token)).status == 200
    wrong = [(await hall.ask(f"{API}/hall", f"lintel_{at}", client="10.0.0.66")).status for at in range(22)]
    assert wrong == [401] * 20 + [429] * 2
    await hall.outside.close()
