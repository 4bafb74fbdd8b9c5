"""Orders of people, handed in at the hub's door: what is no order, a link that others can read, a hub that is gone."""

import asyncio
import socket
from pathlib import Path

import msgspec
import pytest

from hub.desk import Outcome
from hub.door import NobodyThereError, send_order, short_name
from hub.journal import Body, Entry
from hub.names import Names
from hub.orders import Asked, GiveNotice, Orders, Reply
from hub.paper_file import NoticesTable
from hub.rules.events import NoticeGiven
from hub.rules.state import State
from hub.words import REFUSED
from tests.hall.staffed import CHEN, PINS, staffed_hall


def say(folder: Path, line: bytes) -> bytes:
    """Say anything at the door, and return the line that comes back; nothing where it was shut."""
    with socket.socket(socket.AF_UNIX) as wire, short_name(folder) as path:
        wire.settimeout(5)
        wire.connect(path)
        try:
            wire.sendall(line)
            with wire.makefile("rb") as answer:
                return answer.readline()
        except ConnectionError:
            return b""


def knock(folder: Path) -> Reply:
    return send_order(folder, CHEN, PINS[CHEN], GiveNotice(counter=1, service="A", items=("护照",)))


async def test_what_is_no_order_is_answered_in_words_and_the_door_stays_open(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path):
        folder = tmp_path / "state"
        for line in (b"\n", b"{}\n", b"hello\n", b'{"person":"1","pin":"1","order":{"type":"fly"}}\n'):
            reply = msgspec.json.decode(await asyncio.to_thread(say, folder, line), type=Reply)
            assert reply == Reply(is_done=False, words="无法理解此请求")
        assert await asyncio.to_thread(say, folder, b"x" * 100_000 + b"\n") == b""
        order = GiveNotice(counter=9, items=("护照",))
        reply = await asyncio.to_thread(send_order, folder, CHEN, PINS[CHEN], order)
        assert reply == Reply(is_done=False, words="无此窗口")


async def test_a_killed_hubs_door_is_opened_again(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path) as hall:
        await hall.hub.kill()
        with pytest.raises(NobodyThereError, match="no hub runs with"):
            await asyncio.to_thread(knock, tmp_path / "state")
        await hall.hub.start()
        assert (await asyncio.to_thread(knock, tmp_path / "state")).words == "未登录"


@pytest.mark.req("M40")
async def test_where_others_could_read_it_a_name_is_not_sent_and_the_clerk_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    given = NoticeGiven(own_serial="20261123-G001", serial=0, counter=1, service="A", items=("护照",), by=CHEN, at=1)
    outcome = Outcome(entry=Entry(at=1, body=Body(facts=(given,))), facts=(given,))

    def ask(_command, told) -> Outcome:
        told(outcome.facts)
        return outcome

    async with staffed_hall(tmp_path) as hall:
        for is_private, name in ((False, ""), (True, "欧阳娜")):
            names = Names(tmp_path / "names.json", NoticesTable())
            orders = Orders(hall.plan, ask=ask, state=State, names=names, is_private=is_private)
            order = GiveNotice(counter=1, items=("护照",), name="欧阳娜")
            reply = await orders.answer(Asked(person=CHEN, pin=PINS[CHEN], order=order))
            assert reply.is_done
            assert ("请在告知单上手写姓名" in reply.words) is not is_private
            assert names.of("20261123-G001") == name
    assert "20261123-G001: its name is not sent, since the link to the broker is not TLS" in caplog.text
    assert "欧阳娜" not in caplog.text


@pytest.mark.req("M12")
async def test_who_tries_many_pins_at_once_has_three_tries_like_everybody(tmp_path: Path) -> None:
    async with staffed_hall(tmp_path, count=1) as hall:
        names = Names(tmp_path / "names.json", NoticesTable())
        orders = Orders(hall.plan, ask=lambda _command, _told: None, state=State, names=names, is_private=True)
        order = GiveNotice(counter=1, service="A", items=("护照",))
        tries = [Asked(person=CHEN, pin=str(pin), order=order) for pin in range(2001, 2011)]
        replies = await asyncio.gather(
            *(orders.answer(one) for one in [*tries, Asked(person=CHEN, pin="1001", order=order)])
        )
        assert [reply.words for reply in replies] == [REFUSED["wrong-pin"]] * 3 + [REFUSED["locked"]] * 8


@pytest.mark.parametrize("name", ["\u200b", "\u202e \u2066", "\x9b"])
async def test_of_words_that_no_paper_shows_there_are_none(name: str, tmp_path: Path) -> None:
    """A name of nothing but such characters leaves the line on which it is written by hand."""
    given = NoticeGiven(own_serial="20261123-G001", serial=0, counter=1, service="A", items=("护照",), by=CHEN, at=1)
    asked: list[tuple[str, ...]] = []

    def ask(command, told) -> Outcome:
        asked.append(command.items)
        told((given,))
        return Outcome(entry=Entry(at=1, body=Body(facts=(given,))), facts=(given,))

    async with staffed_hall(tmp_path, count=1) as hall:
        names = Names(tmp_path / "names.json", NoticesTable())
        orders = Orders(hall.plan, ask=ask, state=State, names=names, is_private=True)
        order = GiveNotice(counter=1, service="A", items=("\x1b[2J护照\u202e", "\u200b"), name=name)
        await orders.answer(Asked(person=CHEN, pin=PINS[CHEN], order=order))
        assert names.of("20261123-G001") == ""
        assert asked == [("[2J护照",)]
