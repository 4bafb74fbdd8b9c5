"""A whole hall without devices, as tests and scripts use it: real hub, broker and firmware, model chips and paper.

async with Hall("examples/five-counters.toml") as hall:
    await hall.press("dispenser-1", "A")
    ticket = await hall.paper("dispenser-1")
    shown = await hall.panel("lintel-3", "A001")
"""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from hub.config import Hall as HallPlan
from hub.config import load_hall
from sim.changes import Bus, Change, CounterNow, ServiceNow, Snapshot, SpokenNow
from sim.device import Device
from sim.errors import HallStartError, NoSuchThingError, WaitedInVainError
from sim.hall_faults import HallFaults
from sim.programs import Programs
from sim.shown import Shown
from sim.slips import PrintedSlip, Slips

LIMIT_S = 10.0
HAND_S = 0.2
"""How long a hand takes to take a slip."""
HAND_LIMIT_S = 2.0
"""How long a hand waits for the printer's answer, which may never come, before it takes the slip."""

T = TypeVar("T")


class Hall(HallFaults):
    """A simulated hall between `start` and `close`, or within ``async with``.

    file: the hall's file. state: folder of journal, secrets and flash, kept; None: a fresh one, removed at the end.
    at: hall time at the start, 2026-11-23T08:20:00; None: the computer's. tls, program: as of `Programs`. limit_s of
    every wait: seconds until WaitedInVainError, a TimeoutError. Unknown devices and keys raise NoSuchThingError.
    """

    def __init__(
        self,
        file: str | Path,
        *,
        state: str | Path | None = None,
        at: str | None = None,
        tls: bool = False,
        program: Sequence[str] = (),
    ) -> None:
        self._file = Path(file)
        self._make = partial(Programs, at=at, tls=tls, program=program)
        self._own_state: Path | None = None
        self._given_state = Path(state).absolute() if state is not None else None
        self._plan: HallPlan | None = None
        self._bus = Bus()
        self._slips = Slips(self._bus)
        self._programs: Programs | None = None
        self._is_open = False

    async def __aenter__(self) -> "Hall":
        await self.start()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.close()

    async def start(self, on_step: Callable[[str], None] = lambda _: None) -> None:
        """Start everything and wait until every device shows what it must; on_step hears what is being done.

        Raises HallError where the file is not sound, HallStartError where a program does not come up.
        """
        plan = self._plan = load_hall(self._file)
        if not plan.file.broker.own:
            raise HallStartError(f"{self._file}: a simulated hall brings its own broker; remove own = false")
        try:
            self._programs = self._make(plan, state=self._make_state(), bus=self._bus, slips=self._slips)
            await self._programs.start(on_step)
            self._is_open = True
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End every process and remove a state folder of our own; may be called twice."""
        self._is_open = False
        self._bus.tell(None)
        if self._programs:
            await self._programs.close()
        if self._own_state:
            shutil.rmtree(self._own_state, ignore_errors=True)
            self._own_state = None

    async def press(self, device: str, key: str) -> None:
        """Press a key as a finger does: down, bouncing, about 40 ms, up, bouncing."""
        await self.device(device).press(key)

    async def down(self, device: str, key: str) -> None:
        """Press a key and hold it."""
        await self.device(device).down(key)

    async def up(self, device: str, key: str) -> None:
        """Let a key go; nothing happens if it is not down."""
        await self.device(device).up(key)

    async def paper(self, device: str, *, limit_s: float = LIMIT_S) -> PrintedSlip:
        """Take the slip that has waited longest in a device's slot; wait for one if there is none.

        A hand is slower than a printer's answer: where the hub can be told, it knows and shows this when it returns.
        """
        self.printer(device)
        number = await self.until(
            lambda: self._slips.first_in_slot(device),
            limit_s=limit_s,
            otherwise=lambda: f"no slip came out of {device} within {limit_s:g} s; {self._words(device)}",
        )
        with contextlib.suppress(WaitedInVainError):
            await self.until(lambda: not self.programs().ear.has_job(device), limit_s=HAND_LIMIT_S)
        await asyncio.sleep(HAND_S)
        return self._slips.take(number)

    async def panel(self, device: str, text: str = "", *, limit_s: float = LIMIT_S) -> Shown:
        """Wait until the text is on show somewhere on a device's panel, and return the picture; at once without one."""
        shown = self.device(device)
        if shown.panel is None:
            raise NoSuchThingError(f"{device} has no panel")
        return await self.until(
            lambda: Shown(shown.panel) if shown.panel and text in shown.panel.text else None,
            limit_s=limit_s,
            otherwise=lambda: f"{device} did not show {text!r} within {limit_s:g} s; {self._words(device)}",
        )

    def lamps(self, device: str) -> dict[str, bool]:
        """Return a device's lamps as they are at this moment: key to whether it is lit."""
        return self.device(device).lamps

    async def until(
        self,
        check: Callable[[], T | None],
        *,
        limit_s: float = LIMIT_S,
        otherwise: Callable[[], str] = lambda: "what was waited for did not come",
    ) -> T:
        """Return what ``check`` returns as soon as that is true; it is called at every change in the hall."""
        try:
            async with asyncio.timeout(limit_s):
                with self._bus.listen() as listener:
                    while not (found := check()):
                        await listener.next()
                    return found
        except TimeoutError:
            raise WaitedInVainError(otherwise()) from None

    def card(self, device: str, number: str | None) -> None:
        """Lay an identity card with this number on a device's reader; None takes it off."""
        self.device(device).card(number)

    @property
    def state(self) -> Path:
        """The folder of journal, secrets and the nodes' flash; raise HallStartError where there is none yet."""
        folder = self._given_state or self._own_state
        if not folder:
            raise HallStartError("the hall has not been started, so it has no state folder yet")
        return folder

    @property
    def journal(self) -> Path:
        """The hub's journal."""
        return self.state / "journal.db"

    @property
    def devices(self) -> tuple[str, ...]:
        """The names of all devices, in the order of the file."""
        return tuple(self.programs().devices)

    @property
    def screen_url(self) -> str:
        """The address of the hall screen, which the hub serves."""
        return f"http://127.0.0.1:{self.programs().hub.web_port}/"

    def device(self, name: str) -> Device:
        """Return a device, for what this door has no word for."""
        devices = self.programs().devices
        if name not in devices:
            raise NoSuchThingError(f"no device {name!r}; the hall has {', '.join(devices)}")
        return devices[name]

    def take(self, slip: int) -> None:
        """Lay a slip on the table."""
        self._slips.take(slip)

    def discard(self, slip: int) -> None:
        """Throw a slip away."""
        self._slips.discard(slip)

    def slip_png(self, slip: int) -> bytes:
        """Return a slip's picture."""
        return self._slips.png(slip)

    async def spoken(self, device: str, text: str, *, limit_s: float = LIMIT_S) -> SpokenNow:
        """Wait until a speaker says something with this text in it, or return what it said last with it."""
        said = self.device(device)
        return await self.until(
            lambda: next((one for one in reversed(said.spoken) if text in one.text), None),
            limit_s=limit_s,
            otherwise=lambda: f"{device} did not say {text!r}; it said {[one.text for one in said.spoken]}",
        )

    def spoken_wav(self, device: str, number: int) -> bytes:
        """Return what a speaker said as a WAV file; raise NoSuchThingError where it did not, or long ago."""
        return self.device(device).sound(number)

    def snapshot(self) -> Snapshot:
        """Return all that can be seen of the hall now; raise HallStartError before its start."""
        plan, programs = self._plan, self.programs()
        if not plan:
            raise HallStartError("the hall has not been started")
        return Snapshot(
            hall=plan.name,
            zone=plan.zone.key,
            services=tuple(ServiceNow(code=service.code, name=service.name) for service in plan.services),
            counters=tuple(CounterNow(number=one.number, name=plan.counter_name(one.number)) for one in plan.counters),
            devices=tuple(device.now() for device in programs.devices.values()),
            hub=programs.hub.state,
            screen=self.screen_url,
            troubles=programs.troubles(),
        )

    async def watch(self) -> AsyncIterator[Snapshot | Change]:
        """Yield a snapshot, then every change until the hall closes; a snapshot again when changes were missed."""
        with self._bus.listen() as listener:
            yield self.snapshot()
            while self._is_open:
                change = await listener.next()
                if listener.missed:
                    listener.forget()
                    yield self.snapshot()
                elif change:
                    yield change

    def _make_state(self) -> Path:
        if self._given_state:
            self._given_state.mkdir(parents=True, exist_ok=True)
            return self._given_state
        self._own_state = Path(tempfile.mkdtemp(prefix="lintel-sim-"))
        return self._own_state

    def programs(self) -> Programs:
        """Return what runs; raise HallStartError before the start."""
        if not self._programs:
            raise HallStartError("the hall does not run; start it, or use it within its async with")
        return self._programs

    def _words(self, device: str) -> str:
        """Say what a device shows, for whoever has waited for something else."""
        panel = self.device(device).panel
        return f"on show: {panel.text!r}" if panel else "it has no panel"
