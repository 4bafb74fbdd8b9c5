"""A hall for tests of the hub: the real hub and broker, and agents whose parts are nothing but what they were told."""

import asyncio
import re
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from hardware.agent import Agent
from hardware.agent_parts import Parts
from hardware.board import load_board
from hardware.contract import Panel, Why
from hardware.link import Address
from hub.config import Hall, load_hall
from sim.hub_process import HubProcess
from sim.paper import read_slips
from sim.ports import free_port

_CALL = re.compile(r"请([A-Z]\d{3,})号到(\d+)号窗")

FILE = """[hall]
id = "small"
name = "小厅"

[rules]
call_pause_s = 0

[[services]]
code = "A"
name = "户籍"

[[services]]
code = "B"
name = "出入境"
"""


class FakeKeys:
    """Keys without contacts: what is pressed goes straight to the agent, with what it shows at that moment."""

    def listen(self, on_press: Callable[[str, int | None], None], turn_on_show: Callable[[], int | None]) -> None:
        self._on_press, self._turn_on_show = on_press, turn_on_show

    def press(self, key: str) -> None:
        self._on_press(key, self._turn_on_show())

    def close(self) -> None:
        pass


class FakePanel:
    """A panel that remembers every text that it was asked to show."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def show(self, panel: Panel | None) -> None:
        self.texts.append(panel.text if panel else "")

    def dim(self, level: int | None) -> None:
        pass

    def close(self) -> None:
        pass


class FakePrinter:
    """A printer that is never out of paper and as fast as its thread."""

    def __init__(self) -> None:
        self.slips: list[list[str]] = []
        self.is_stuck = threading.Event()
        self._lock = threading.Lock()

    def put_out(self, data: bytes) -> Why | None:
        while self.is_stuck.is_set():
            time.sleep(0.01)
        with self._lock:
            self.slips += [slip.text for slip in read_slips(data)]
        return None

    def check(self) -> Why | None:
        return None

    def close(self) -> None:
        pass


def until_ten(hall: Hall) -> float:
    """Return by how many seconds a clock has to be wrong, so that no day ends while a test runs."""
    now = datetime.now(hall.zone)
    return (now.replace(hour=10, minute=0) - now).total_seconds()


class SmallHall:
    """One dispenser and so many counters, each with pad and lintel."""

    def __init__(self, folder: Path, counters: int, *, hub_file: str = FILE, port: int | None = None) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.file = folder / "hall.toml"
        self.file.write_text(hub_file + _devices(counters), encoding="utf-8")
        self.hall: Hall = load_hall(self.file)
        self.hub = HubProcess(
            file=self.file, state=folder / "state", broker_port=self.port, on_state=lambda _state: None
        )
        self.hub.clock_s = until_ten(self.hall)
        self.keys = {device.name: FakeKeys() for device in self.hall.devices}
        self.panels = {device.name: FakePanel() for device in self.hall.devices}
        self.printer = FakePrinter()
        self.agents: list[asyncio.Task[None]] = []

    @property
    def journal(self) -> Path:
        return self.folder / "state" / "journal.db"

    def numbers_printed(self) -> list[tuple[str, bool]]:
        """Return every number that came out, and whether its paper says that it is a second one."""
        return [(text[1], "（补打）" in text) for text in self.printer.slips]

    def calls_shown(self, counter: int) -> list[str]:
        """Return the numbers that a lintel has shown, each as often as it came anew."""
        found = [_CALL.search(text) for text in self.panels[f"lintel-{counter}"].texts]
        numbers = [match[1] for match in found if match]
        return [number for at, number in enumerate(numbers) if at == 0 or number != numbers[at - 1]]

    def passwords(self) -> dict[str, str]:
        return dict(msgspec.json.decode((self.folder / "state" / "secrets.json").read_bytes())["passwords"])

    def start_agents(self) -> None:
        passwords = self.passwords()
        for device in self.hall.devices:
            agent = self._agent(device.name, device.kind, passwords[device.name])
            self.agents.append(asyncio.create_task(agent.run()))

    async def close(self) -> None:
        for task in self.agents:
            task.cancel()
        await asyncio.gather(*self.agents, return_exceptions=True)
        await self.hub.close()

    def _agent(self, name: str, kind: str, password: str) -> Agent:
        board = load_board({"dispenser": "dispenser-pi", "pad": "pad-pi", "lintel": "lintel-pi"}[kind])
        printer = self.printer if kind == "dispenser" else None
        return Agent(
            hall=self.hall.id,
            name=name,
            board=board,
            parts=Parts(keys=self.keys[name], panel=self.panels[name], printer=printer),
            state=self.folder / name,
            address=Address("127.0.0.1", self.port),
            password=password,
        )


def _devices(counters: int) -> str:
    text = '\n[[devices]]\nname = "dispenser-1"\nkind = "dispenser"\nboard = "dispenser-pi"\n'
    for n in range(1, counters + 1):
        text += f"\n[[counters]]\nnumber = {n}\n"
        text += f'\n[[devices]]\nname = "pad-{n}"\nkind = "pad"\nboard = "pad-pi"\ncounter = {n}\n'
        text += f'\n[[devices]]\nname = "lintel-{n}"\nkind = "lintel"\nboard = "lintel-pi"\ncounter = {n}\n'
    return text


@asynccontextmanager
async def small_hall(folder: Path, counters: int = 3) -> AsyncIterator[SmallHall]:
    hall = SmallHall(folder, counters)
    try:
        await hall.hub.start()
        hall.start_agents()
        yield hall
    finally:
        await hall.close()
