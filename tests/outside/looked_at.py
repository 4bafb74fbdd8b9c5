"""A hall with people in it, made by the rules themselves, and what looks at it from outside without a network."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import msgspec
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message

from hardware.health import Health
from hub.config import Hall, load_hall
from hub.maintenance import DeviceNow, DevicesNow
from hub.outside.pages import Outside
from hub.outside.present import Present
from hub.progress_codes import code_of
from hub.rules import commands
from hub.secrets import Secrets
from hub.upkeep import FaultTicket, Party
from hub.web.headers import Guarded
from tests.rules.situations import NOW, SPANS, Scene

EXAMPLES = Path(__file__).parents[2] / "examples"
DAY = "20261123"
NEXT_DAY = "20261124"
SECRETS = Secrets(passwords={}, key="5a" * 32)
PAGE = '\n[progress]\nenabled = true\nurl = "http://hub.example:8610"\n'
CARD = "9f" * 32
PAPER = FaultTicket(
    device="dispenser-1", part="printer", what="paper-out", since=NOW, until=None, minutes=1.0,
    party=Party(name="派出所", work="upkeep"),
)  # fmt: skip


class Answered(NamedTuple):
    """What came of a request."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


class LookedAt:
    """A hall at its work: eight people have taken numbers, one is called, one served, two have gone through."""

    def __init__(self, folder: Path, more: str = PAGE) -> None:
        self.folder = folder
        self.hall = hall_in(folder, more)
        self.scene = Scene(self.hall.plan)
        self.seconds = 0.0
        self._desk = SimpleNamespace(state=self.scene.state)
        clock = SimpleNamespace(now=lambda: self.scene.now)
        self.present = Present(self.hall, self._desk, clock, SECRETS, self.devices)  # type: ignore[arg-type]
        self.outside = Outside(lambda: self.present, folder, lambda: self.seconds)
        self.app: ASGIApp = Guarded(Starlette(routes=self.outside.routes))

    def do(self, *orders: commands.Command) -> None:
        """Let something happen in the hall."""
        self.scene.do(*orders)
        self.present.changed(False)

    def take(self, serial: int, service: str = "A", **more: Any) -> None:
        take = commands.TakeTicket(dispenser="dispenser-1", key="A", boot=1, service=service, **more)
        self.do(take, commands.ConfirmPrint(dispenser="dispenser-1", job=f"{self.scene.state.day}-{serial:06}"))
        self.scene.later(1_000)

    def code(self, serial: int, day: str = DAY) -> str:
        return code_of(SECRETS, day, serial)

    async def ask(
        self, path: str, token: str = "", *, method: str = "GET", query: str = "", client: str = "10.0.0.9"
    ) -> Answered:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return await asked(self.app, path, method=method, query=query, client=client, headers=headers)

    def devices(self) -> DevicesNow:
        named = [self._device(device.name, device.kind, device.counter) for device in self.hall.devices]
        return DevicesNow(hall=self.hall.name, at=self.scene.now, zone="Asia/Shanghai", devices=named, faults=[PAPER])

    def _device(self, name: str, kind: str, counter: int | None) -> DeviceNow:
        return DeviceNow(
            name=name, label="", kind=kind, counter=counter, is_node=True, state="ready", since=NOW, fw="0.2.0",
            update="", alerts={}, health=Health(), percent=None,
            faults=[PAPER] if name == PAPER.device else [],
        )  # fmt: skip


def hall_in(folder: Path, more: str) -> Hall:
    shutil.copytree(EXAMPLES / "photos", folder / "photos", dirs_exist_ok=True)
    text = (EXAMPLES / "full-hall.toml").read_text(encoding="utf-8")
    (folder / "hall.toml").write_text(text + more, encoding="utf-8")
    return load_hall(folder / "hall.toml")


def busy(folder: Path, more: str = PAGE) -> LookedAt:
    """Return a hall in which everything has happened that somebody might want to know of others."""
    looked = LookedAt(folder, more)
    looked.do(commands.OpenDay(day=DAY, spans=SPANS), commands.SignIn(counter=1, person="027001"))
    looked.take(1)
    looked.take(2, klass="elderly", by="027003")
    looked.take(3, claim="soldier")
    looked.take(4, identity=CARD)
    for serial in (5, 6):
        looked.take(serial)
    looked.take(7, "B")
    looked.take(8, "C")
    looked.do(commands.CallNext(counter=1))
    looked.scene.later(60_000)
    looked.do(commands.Finish(counter=1, result="1"))
    looked.scene.later(5_000)
    looked.do(commands.CallNext(counter=1))
    return looked


async def asked(
    app: ASGIApp, path: str, *, method: str, query: str = "", client: str, headers: dict[str, str]
) -> Answered:
    """Have an application answer one request. client: the address it comes from."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode(),
        "root_path": "", "scheme": "http", "http_version": "1.1", "client": (client, 1), "server": ("hub", 80),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    await app(scope, receive, send)
    start = sent[0]
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return Answered(start["status"], _headers(start["headers"]), body)


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in raw}
