"""A hall with staff for tests from outside: the real hub and broker, and agents whose parts are fingers and eyes.

What is asked of a test is what people could ask: press keys, look at panels and lamps, read papers. Boards are those of
desks with ten digits, so everything that the rules know can be reached by a key.
"""

import asyncio
import hashlib
import hmac
import itertools
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from hardware.agent import Agent
from hardware.agent_parts import Parts
from hardware.contract import Why
from hardware.link import Address
from hub.config import load_hall
from hub.journal import read_rows
from hub.people import hash_pin
from hub.rules.events import Fact, PhaseChanged
from sim.hub_process import HubProcess
from sim.paper import read_slips
from sim.ports import free_port
from tests.hall.small_hall import FakeKeys, FakePanel

LIMIT_S = 10.0
MONDAY = "2026-11-23T"
T = TypeVar("T")

HALL = """[hall]
id = "staffed"
name = "满员厅"

[rules]
call_pause_s = 0
{rules}

[ticket]
enquiry_phone = "027-5550110"

[[services]]
code = "A"
name = "户籍"
{service_a}

[[services]]
code = "B"
name = "出入境"
{service_b}
"""

CHEN, LI, WANG, ZHAO, SUN, ZHOU = "027001", "027002", "027003", "027004", "027005", "027006"
PINS = {CHEN: "1001", LI: "1002", WANG: "1003", ZHAO: "1004", SUN: "1005", ZHOU: "1006"}
_HASHES: dict[str, str] = {}

PEOPLE = (
    (CHEN, "陈警官", 'kind = "police"'),
    (LI, "李警官", 'kind = "police"'),
    (WANG, "王辅警", f'kind = "auxiliary"\nsupervisor = "{CHEN}"\nservices = ["A"]'),
    (ZHAO, "赵新人", 'kind = "police"\nqualified = false'),
    (SUN, "孙引导", 'kind = "guide"'),
    (ZHOU, "周警官", 'kind = "police"\nservices = ["B"]'),
)


def people(who: tuple[str, ...] = tuple(PINS)) -> str:
    """Return the tables of people, each with the PIN of `PINS`."""
    tables = []
    for number, name, rest in PEOPLE:
        if number in who:
            pin = _HASHES.setdefault(number, hash_pin(PINS[number]))
            tables.append(f'[[people]]\nid = "{number}"\nname = "{name}"\npin = "{pin}"\n{rest}\n')
    return "\n".join(tables)


def device(name: str, kind: str, board: str, more: str = "") -> str:
    return f'[[devices]]\nname = "{name}"\nkind = "{kind}"\nboard = "{board}"\n{more}\n'


def lounge(number: int) -> str:
    """Return a counter of a 会客厅: a table display instead of a lintel."""
    at = f"counter = {number}"
    table = device(f"table-{number}", "table", "lintel-pico", at)
    return (
        f'[[counters]]\nnumber = {number}\nprofile = "lounge"\n'
        + device(f"pad-{number}", "pad", "desk-pico", at)
        + table
    )


def counters(count: int, more: dict[int, str] | None = None) -> str:
    """Return so many counters, each with desk pad, lintel and rating pad."""
    text = ""
    for number in range(1, count + 1):
        at = f"counter = {number}"
        text += f"[[counters]]\nnumber = {number}\n{(more or {}).get(number, '')}\n"
        text += device(f"pad-{number}", "pad", "desk-pico", at)
        text += device(f"lintel-{number}", "lintel", "lintel-pico", at)
        text += device(f"rating-{number}", "rating", "rating-pico", at)
    return text


def desks(prints: str) -> str:
    """Return the guide's and the duty officer's desk. prints: the guide's printer."""
    return device("guide", "guide", "desk-pico", f'prints = "{prints}"') + device("duty", "duty", "desk-pico")


class Lamps:
    """Lamps that one can look at; who blinks is lit and dark in turns."""

    def __init__(self) -> None:
        self.lit: frozenset[str] = frozenset()

    def light(self, lit: frozenset[str]) -> None:
        self.lit = frozenset(lit)

    def close(self) -> None:
        pass


class Printer:
    """A printer with paper, or without. jobs: of each paper, how many jobs were done with the one that it is of.

    dies_after: so many bytes of the next job come, then its power is gone, and nobody knows what came out. torn: what
    was no whole paper. given: how many jobs it got. size: bytes of the last. is_held: it keeps what it has until it is
    let go.
    """

    def __init__(self) -> None:
        self.papers: list[str] = []
        self.torn: list[str] = []
        self.jobs: list[int] = []
        self.given = self.size = 0
        self.why: Why | None = None
        self.is_silent = False
        self.dies_after: int | None = None
        self.is_held = threading.Event()

    def put_out(self, data: bytes) -> Why | None:
        self.given, self.size = self.given + 1, len(data)
        while self.is_held.is_set():
            time.sleep(0.01)
        if self.dies_after is not None:
            return self._die(data[: self.dies_after])
        why = self.why
        if why is None:
            self._keep(["\n".join(slip.text) for slip in read_slips(data)])
        return why

    def _keep(self, papers: list[str]) -> None:
        self.jobs += [self.jobs[-1] + 1 if self.jobs else 1] * len(papers)
        self.papers += papers

    def _die(self, data: bytes) -> Why:
        self.dies_after = None
        slips = read_slips(data)
        self._keep(["\n".join(slip.text) for slip in slips if slip.is_cut])
        self.torn += ["\n".join(slip.text) for slip in slips if not slip.is_cut]
        return "in-doubt"

    def check(self) -> Why | None:
        return None if self.is_silent else self.why

    def close(self) -> None:
        pass


class Reader:
    """An identity card reader; who lays a card on it is known by his number, which stays here."""

    def __init__(self) -> None:
        self.card: str | None = None

    def has_card(self) -> bool | None:
        return self.card is not None

    def who(self, key: bytes) -> str | None:
        return hmac.new(key, self.card.encode(), hashlib.sha256).hexdigest()[:32] if self.card else None

    def close(self) -> None:
        pass


class StaffedHall:
    """A hall between `start` and `close`."""

    def __init__(self, folder: Path, text: str, at: str | None) -> None:
        self.folder = folder
        self.file = folder / "hall.toml"
        self.file.write_text(text, encoding="utf-8")
        self.plan = load_hall(self.file)
        self.port = free_port()
        self.hub = HubProcess(
            file=self.file, state=folder / "state", broker_port=self.port, on_state=lambda _state: None, at=at
        )
        self.keys = {one.name: FakeKeys() for one in self.plan.devices}
        self.panels = {one.name: FakePanel() for one in self.plan.devices}
        self.lamps = {one.name: Lamps() for one in self.plan.devices}
        self.printers = {one.name: Printer() for one in self.plan.devices if self.plan.boards[one.name].printer}
        self.readers = {one.name: Reader() for one in self.plan.devices if self.plan.boards[one.name].reader}
        self._taken = dict.fromkeys(self.printers, 0)
        self.agents: dict[str, Agent] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        await self.hub.start()
        secrets = msgspec.json.decode((self.folder / "state" / "secrets.json").read_bytes())
        for one in self.plan.devices:
            agent = Agent(
                hall=self.plan.id,
                name=one.name,
                board=self.plan.boards[one.name],
                parts=Parts(
                    keys=self.keys[one.name],
                    lamps=self.lamps[one.name],
                    panel=self.panels[one.name],
                    printer=self.printers.get(one.name),
                    reader=self.readers.get(one.name),
                ),
                state=self.folder / one.name,
                address=Address("127.0.0.1", self.port),
                password=secrets["passwords"][one.name],
            )
            self.agents[one.name] = agent
            self._tasks.append(asyncio.create_task(agent.run()))
        for name in self.panels:
            if self.plan.boards[name].panel:
                await self.until(lambda name=name: self.panels[name].texts, f"{name} shows nothing")

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.hub.close()

    async def go_on_at(self, at: str) -> None:
        """Let time pass at once: the hub dies, and starts again at another hour of its hall."""
        self.hub._at = at
        await self.begin_again()

    async def begin_again(self) -> None:
        """Kill the hub and start it again; every device has seen its new views, so that a press means what it shows."""
        views = [agent._view for agent in self.agents.values()]
        latest = max(view.v for view in views if view)
        await self.hub.kill()
        await self.hub.start()
        await self.until(
            lambda: all(agent._view and agent._view.v > latest for agent in self.agents.values()),
            "a device did not see the new hub",
        )

    async def knows_the_hour(self, name: str) -> None:
        """Wait until a desk shows what the hub saw on its first round: at another hour its keys mean other things."""
        await self.until(lambda: self.facts(PhaseChanged), "the hub did not look at the time")
        rows = read_rows(self.folder / "state" / "journal.db")
        changed = max(row.row for row in rows if any(isinstance(one, PhaseChanged) for one in row.content().facts))
        agent = self.agents[name]
        await self.until(lambda: agent._view and agent._view.turn >= changed, f"{name} did not see the hour")

    async def until(self, check: Callable[[], T], words: str = "it did not come") -> T:
        """Wait for a condition, with a limit."""
        try:
            async with asyncio.timeout(LIMIT_S):
                while not (found := check()):  # noqa: ASYNC110  (agents tell nobody)
                    await asyncio.sleep(0.01)
                return found
        except TimeoutError:
            shown = {name: panel.texts[-1:] for name, panel in self.panels.items()}
            raise AssertionError(f"{words}; on show: {shown}; the hub said: {self.hub.output}") from None

    async def press(self, name: str, *keys: str) -> None:
        """Press keys one after another, each when the one before was answered."""
        for key in keys:
            outbox = self.agents[name]._outbox
            self.keys[name].press(key)
            await self.until(lambda outbox=outbox: not outbox.waiting, f"{name} {key}: no answer")

    async def press_unanswered(self, name: str, key: str) -> None:
        """Press a key that nobody can answer now; the device keeps it."""
        self.keys[name].press(key)
        await self.until(lambda: self.agents[name]._outbox.waiting, f"{name} {key}: not kept")

    async def fill(self, name: str, *fields: str) -> None:
        """Type fields, each ended by ok."""
        for field in fields:
            await self.press(name, *(f"d{digit}" for digit in field), "ok")

    async def menu(self, name: str, function: str, *fields: str) -> None:
        """Choose a function of the menu by its digit, and fill in its form."""
        await self.press(name, "menu", f"d{function}")
        await self.fill(name, *fields)

    async def sign_in(self, name: str, who: str, pin: str | None = None) -> None:
        """Sign in by number and PIN."""
        await self.menu(name, self.digit(name, "sign"), who, pin or PINS[who])

    def digit(self, name: str, action: str) -> str:
        """Return the digit of a function in a keypad's menu."""
        menu = self.plan.menu(self.plan.device(name))
        return next(digit for digit, one in menu.items() if one == action)

    async def do(self, name: str, action: str, *fields: str) -> None:
        """Choose a function by its name, of the first menu or of the further one, and fill in its form."""
        more = {one: digit for digit, one in self.plan.more(self.plan.device(name)).items()}
        if action not in more:
            await self.menu(name, self.digit(name, action), *fields)
            return
        await self.press(name, "menu", "menu", f"d{more[action]}")
        await self.fill(name, *fields)

    async def shows(self, name: str, text: str) -> str:
        """Wait until a panel shows a text, and return all of it."""
        panel = self.panels[name]
        await self.until(lambda: panel.texts and text in panel.texts[-1], f"{name} did not show {text!r}")
        return panel.texts[-1]

    async def paper(self, name: str = "dispenser-1") -> str:
        """Take the next paper of a printer."""
        at = self._taken[name]
        papers = self.printers[name].papers
        await self.until(lambda: len(papers) > at, f"no paper came out of {name}")
        self._taken[name] += 1
        job = self.printers[name].jobs[at]
        await self.until(lambda: self.answered(name) >= job, f"{name}: the printer's answer is not known")
        await self.until(lambda: not self.agents[name]._outbox.waiting, f"{name}: its last event is not answered")
        return papers[at]

    def answered(self, name: str) -> int:
        """Return how many papers of a printer the hub knows to be out; paper is seen before that is known."""
        rows = read_rows(self.folder / "state" / "journal.db")
        return sum(row.device == name and '"do":"done"' in row.body for row in rows)

    async def ticket(self, key: str = "A", name: str = "dispenser-1") -> str:
        """Take a ticket as a citizen does, who presses again where he is asked to, and return its paper."""
        await self.press(name, key)
        if "请再按一次" in self.panels[name].texts[-1:]:
            await self.press(name, key)
        return await self.paper(name)

    def facts(self, *kinds: type) -> list[Fact]:
        """Return the facts of the journal, those of some kinds only if any are named."""
        rows = read_rows(self.folder / "state" / "journal.db")
        every = itertools.chain.from_iterable(row.content().facts for row in rows)
        return [fact for fact in every if not kinds or isinstance(fact, kinds)]

    async def fact(self, kind: type[T]) -> T:
        """Wait for a fact of a kind, and return the last one."""
        found = await self.until(lambda: self.facts(kind), f"no {kind.__name__} in the journal")
        return found[-1]


@asynccontextmanager
async def staffed_hall(
    folder: Path,
    *,
    count: int = 2,
    rules: str = "",
    service_a: str = "",
    service_b: str = "",
    more: str = "",
    counter_more: dict[int, str] | None = None,
    who: tuple[str, ...] = tuple(PINS),
    dispenser: str = "",
    dispensers: bool = True,
    board: str = "dispenser-pico",
    at: str | None = None,
) -> AsyncIterator[StaffedHall]:
    """Run a hall of two services, with a dispenser, a guide's and a duty officer's desk.

    who: its people; none: no sign-in. more: further tables. dispenser: further keys of the dispenser's table. at: hall
    time at the start. dispensers: without any, the guide prints on a device printer-1 of ``more``. board: of the
    dispenser.
    """
    text = HALL.format(rules=rules, service_a=service_a, service_b=service_b)
    text += people(who) + counters(count, counter_more)
    if dispensers:
        text += device("dispenser-1", "dispenser", board, dispenser)
    text += desks("dispenser-1" if dispensers else "printer-1") + more
    hall = StaffedHall(folder, text, at)
    try:
        await hall.start()
        yield hall
    finally:
        await hall.close()
