"""What changes on many pages at once is made one page in a turn of the loop: a press is heard between any two."""

import asyncio
import itertools
from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request

from hub.staff.gate import Gate
from hub.staff.live import Live
from hub.staff.routing import Stream
from hub.staff.sessions import COOKIE, Sessions
from hub.staff.standing import standing
from hub.staff.visit import Visit
from tests.staff.house import CHEN, open_house

PAGES = 5


async def test_pages_are_made_one_in_a_turn(tmp_path: Path) -> None:
    seen: list[str] = []

    def parts(_visit: Visit) -> Mapping[str, str]:
        seen.append("page")
        return {}

    async def turns() -> None:
        while seen.count("page") < PAGES:
            seen.append("turn")
            await asyncio.sleep(0)

    async with open_house(tmp_path) as pages:
        sessions = Sessions(tmp_path / "sessions.json", lambda: 0.0)
        person = pages.house.hall.person(CHEN)
        assert person is not None
        cookie = sessions.open(CHEN, standing(person))
        headers = [(b"cookie", f"{COOKIE}={cookie}".encode())]
        request = Request({"type": "http", "method": "GET", "path": "/staff/x", "headers": headers})
        live = Live(Gate(pages.house, sessions, []))
        stream = Stream(path="/staff/x", permission="home", parts=parts)
        streams = [live.events(request, CHEN, stream) for _ in range(PAGES)]
        await asyncio.gather(*(anext(one) for one in streams), turns())
        for one in streams:
            await one.aclose()  # type: ignore[attr-defined]
    assert seen.count("page") == PAGES
    assert ("page", "page") not in itertools.pairwise(seen)
