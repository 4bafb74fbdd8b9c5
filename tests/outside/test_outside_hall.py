"""A running hub, looked at from outside: a phone that scans a paper, another system with its token, a reader's ear."""

import asyncio
import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from hardware.contract import Why
from hardware.link import Address
from hardware.topics import Topics
from hub.cli.main import main
from hub.secrets import reader_account
from sim.paper import read_slips
from sim.ports import free_port
from tests.contract.waiting import until
from tests.hall.small_hall import FILE, FakeKeys, FakePrinter, SmallHall
from tests.outside.test_topics import Ear


class Paper(FakePrinter):
    """A printer whose codes can be scanned."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: list[list[str]] = []

    def put_out(self, data: bytes) -> Why | None:
        self.codes += [slip.qr for slip in read_slips(data)]
        return super().put_out(data)


def is_awake(keys: FakeKeys) -> bool:
    """Whether its device shows something that a press can be about."""
    return hasattr(keys, "_turn_on_show") and keys._turn_on_show() is not None


def heard(ear: Ear, topic: str) -> dict[str, Any]:
    return dict(json.loads(ear.heard.get(topic, b"{}")))


async def got(address: str, token: str = "") -> tuple[int, str]:
    def get() -> tuple[int, str]:
        request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"} if token else {})
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    return await asyncio.to_thread(get)


@pytest.mark.req("M38", "M50", "M11")
async def test_a_running_hub_is_looked_at_from_outside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    more = f'\n[web]\nport = {port}\n[progress]\nenabled = true\nurl = "{here}"\n'
    hall = SmallHall(tmp_path, 1, hub_file=f'{FILE}{more}[interface]\ntopics = true\nreaders = ["signage"]\n')
    hall.printer = paper = Paper()
    state, ears = str(tmp_path / "state"), []

    def lintel(*words: str) -> str:
        assert main(["token", state, *words]) == 0
        return capsys.readouterr().out.strip()

    async def counters(token: str) -> Any:
        status, body = await got(f"{here}/api/v1/counters", token)
        return json.loads(body) if status == 200 else status

    try:
        await hall.hub.start()
        hall.start_agents()
        account, password = lintel("reader", "signage").split()
        assert account == reader_account("signage")
        ears.append(Ear(Address("127.0.0.1", hall.port), account, password, ["hall/#"]))
        await until(lambda: all(is_awake(hall.keys[name]) for name in ("dispenser-1", "pad-1")))
        hall.keys["dispenser-1"].press("A")
        await until(lambda: paper.codes)
        ((address,),) = paper.codes
        topics = Topics("small")
        await until(lambda: heard(ears[0], topics.queue("A")).get("waiting") == 1)
        status, page = await got(address)
        assert (status, "A001" in page, "排队等候中" in page) == (200, True, True)
        assert (await got(address[:-1] + "-"))[0] == 404
        assert "办理事项清单" in (await got(f"{here}/services"))[1]
        token = lintel("make", "wall", "--scopes", "queues")
        assert [(one["number"], one["state"], one["waiting"]) for one in await counters(token)] == [(1, "idle", 1)]
        hall.keys["pad-1"].press("next")
        await until(lambda: heard(ears[0], topics.counter(1)).get("number") == "A001")
        await until(lambda: heard(ears[0], topics.queue("A")).get("waiting") == 0)
        assert (await counters(token))[0]["ticket"] == "A001"
        assert "请到1号窗口" in (await got(address))[1]
        lintel("revoke", "wall")
        assert await counters(token) == 404
    finally:
        for ear in ears:
            await ear.close()
        await hall.close()
    assert " 2 " in lintel("list"), "both uses are written down at the end"
