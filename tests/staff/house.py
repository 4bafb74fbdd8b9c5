"""The staff's pages in this process, on a real journal, the real rules and the real hall; only no broker and no port.

async with open_house(tmp_path) as pages:
    sun = await pages.sign_in(SUN)
    answer = await sun.ask("/staff/guide/take", service="A")
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import httpx
from starlette.types import ASGIApp

from hub.apart import Apart
from hub.clock import HallClock, wall_ms
from hub.config import load_hall
from hub.journal import Journal, read_rows
from hub.outages import Outages
from hub.people import hash_pin
from hub.rules import commands
from hub.rules.events import AccessNoted, Fact
from hub.secrets import load_secrets
from hub.staff.app import staff_pages
from hub.staff.first_code import FirstCode
from hub.staff.house import House
from hub.web.headers import Guarded
from hub.works import put_together
from tests.hall.staffed import HALL, counters, desks, device

CHEN, LI, WANG, SUN = "027001", "027002", "027003", "027005"
PIN = "1234"
_PIN_HASH = hash_pin(PIN)
MANAGERS = {
    "system": "028001",
    "business": "028002",
    "viewer": "028003",
    "statistician": "028004",
    "announcer": "028005",
    "complaints": "028006",
}
"""Who was granted one role each, and is nothing else."""
WORKING_DAYS = ("20991221", "20991222", "20991223")

LIST = ("居民身份证", "户口簿", "照片")
MATERIALS = f"materials = {list(LIST)}".replace("'", '"')
"""What service A asks for."""

STAFF = (
    (CHEN, "陈警官", 'kind = "police"'),
    (LI, "李警官", 'kind = "police"'),
    (WANG, "王辅警", f'kind = "auxiliary"\nsupervisor = "{CHEN}"'),
    (SUN, "孙引导", 'kind = "guide"'),
    *((number, f"管{role}", f'kind = "office"\nroles = ["{role}"]') for role, number in MANAGERS.items()),
)


def staff_hall(more: str = "", rules: str = "", service_a: str = MATERIALS) -> str:
    """Return a hall's file with two counters, a dispenser, desks, clerks, a guide and a manager of every role."""
    people = "".join(
        f'[[people]]\nid = "{number}"\nname = "{name}"\npin = "{_PIN_HASH}"\n{rest}\n\n' for number, name, rest in STAFF
    )
    text = HALL.format(rules=rules, service_a=service_a, service_b="")
    at_counters = {1: 'printer = "dispenser-1"', 2: 'printer = "dispenser-1"'}
    devices = device("dispenser-1", "dispenser", "dispenser-pico") + desks("dispenser-1")
    report = '[report]\nprinter = "dispenser-1"\n'
    return text + counters(2, at_counters) + people + devices + report + more


class Visitor:
    """Somebody at a browser, without a browser."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.proof = ""

    async def see(self, path: str) -> httpx.Response:
        """Return a page, wherever one is sent."""
        answer = await self.client.get(path, follow_redirects=True)
        _before, found, rest = answer.text.partition('name="proof" content="')
        self.proof = rest.partition('"')[0] if found else self.proof
        return answer

    async def ask(self, path: str, **form: object) -> httpx.Response:
        """Send a form as our own script does; the answer is JSON."""
        data = {name: list(value) if isinstance(value, tuple) else str(value) for name, value in form.items()}
        headers = {"accept": "application/json", "x-proof": self.proof}
        return await self.client.post(path, data=data, headers=headers)


class Pages:
    """The pages, the house that they stand on, and people who come."""

    def __init__(self, house: House, app: ASGIApp, journal: Path, closing: asyncio.Event) -> None:
        self.house = house
        self.app = app
        self.closing = closing
        self._journal = journal
        self._visitors: list[Visitor] = []

    def visitor(self) -> Visitor:
        """Return somebody who has not signed in."""
        transport = httpx.ASGITransport(app=self.app)  # type: ignore[arg-type]
        client = httpx.AsyncClient(transport=transport, base_url="http://hub")
        self._visitors.append(Visitor(client))
        return self._visitors[-1]

    async def sign_in(self, person: str, pin: str = PIN) -> Visitor:
        """Return somebody who has signed in and seen his first page."""
        visitor = self.visitor()
        answer = await visitor.client.post("/staff/in", data={"number": person, "pin": pin, "next": "/staff"})
        if answer.status_code != 303:
            raise AssertionError(answer.text)
        await visitor.see("/staff")
        return visitor

    def facts(self) -> list[Fact]:
        """Return all that the journal holds."""
        return [fact for row in read_rows(self._journal) for fact in row.content().facts]

    def noted(self) -> list[AccessNoted]:
        """Return who has seen what, as the journal holds it."""
        return [fact for fact in self.facts() if isinstance(fact, AccessNoted)]

    async def close(self) -> None:
        for one in self._visitors:
            await one.client.aclose()


@asynccontextmanager
async def open_house(folder: Path, text: str = "", *, opened: Iterable[object] = ()) -> AsyncIterator[Pages]:
    """Open the pages of a hall; by default that of `staff_hall`. opened: commands that come before anybody else."""
    file = folder / "hall.toml"
    file.write_text(text or staff_hall(), encoding="utf-8")
    hall = load_hall(file)
    journal = Journal(folder / "journal.db")
    clock = HallClock(start=wall_ms())
    works = put_together(
        hall,
        journal,
        load_secrets(folder / "secrets.json", ["hub", "maintainer", *(one.name for one in hall.devices)]),
        folder,
        clock,
        Outages(folder / "alive", clock, last_at=0),
        is_private=True,
    )
    works.desk.reload(journal)
    apart = Apart()
    house = House(lambda: works, folder, clock, apart)
    closing = asyncio.Event()
    said: list[str] = []
    code = FirstCode(folder, said.append)
    code.start(hall)
    pages = Pages(house, Guarded(staff_pages(house, closing, code)), folder / "journal.db", closing)
    try:
        house.ask(commands.OpenDay(day=f"{datetime.now(hall.zone):%Y%m%d}", working_days=WORKING_DAYS))
        for command in opened:
            house.ask(command)  # type: ignore[arg-type]
        yield pages
    finally:
        closing.set()
        await pages.close()
        works.feed.close()
        await apart.close()
        journal.close()
