"""A device on a Raspberry Pi: the contract of docs/protocol.md over parts; steps 1 and 8 of a press.

The firmware's nodes do the same. The agent knows nothing of queues, and nothing of what drives its parts.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

from msgspec import structs

from hardware.agent_boot import BootNumber
from hardware.agent_hub import HubWatch
from hardware.agent_parts import Parts
from hardware.agent_printer import PrinterDesk
from hardware.agent_reader import ReaderDesk
from hardware.agent_signs import REFUSED, LampSigns, ToneSigns
from hardware.agent_voice import VoiceDesk
from hardware.board import Board
from hardware.contract import (
    CONTRACT,
    AlertOf,
    BadMessageError,
    DeviceState,
    Event,
    NearEnd,
    Panel,
    PartKind,
    Status,
    Topics,
    View,
    Why,
    decode_beat,
    decode_job,
    decode_view,
    encode,
)
from hardware.jobs import Jobs
from hardware.lease import Lease
from hardware.link import Address, Link, Message
from hardware.logs import Log
from hardware.outbox import Outbox
from hardware.speech import Speak
from hardware.update import Piece, Switch, Update
from hardware.version import VERSION

log = Log(__name__)

LOG_BAD_EVERY_S = 60.0


class Agent:
    """One device of a hall.

    name: the device's, which is its account at the broker too. board: how fast its lamps blink and which it has. parts:
    closed with the agent. state: folder of the boot number, this device's own.
    """

    def __init__(
        self, *, hall: str, name: str, board: Board, parts: Parts, state: Path, address: Address, password: str
    ) -> None:
        self._name = name
        self._topics = topics = Topics(hall)
        self._parts = parts
        self._boot = BootNumber(state)
        self._stop = asyncio.Event()
        self._view: View | None = None
        self._panel: Panel | None = None
        self._alerts: dict[AlertOf, str] = {}
        self._bad = 0
        self._bad_logged_at_s = float("-inf")
        self._handlers: dict[str, Callable[[bytes, bool], None]] = {
            topics.view(name): self._hear_view,
            topics.job(name): self._hear_job,
            topics.hub_status: self._hear_hub,
        }
        self._link = Link(
            address=address,
            name=name,
            password=password,
            will_topic=topics.status(name),
            subscriptions=list(self._handlers),
            on_message=self._hear,
            on_up=self._come_up,
        )
        self._outbox = Outbox(boot=0, send=self._send)
        self._hub = HubWatch(on_change=self._draw, on_new_boot=self._outbox.send_again)
        self._jobs = Jobs(answer=self._answer)
        self._desk = PrinterDesk(printer=parts.printer, jobs=self._jobs, set_alert=partial(self._set_alert, "printer"))
        self._reader = ReaderDesk(part=parts.reader, on_card=self._card)
        self._voice = VoiceDesk(
            part=parts.voice, answer=self._answer, set_alert=partial(self._set_alert, "voice"), on_change=self._draw
        )
        names, blink_ms = (board.lamps.pins, board.lamps.blink_ms) if board.lamps else ({}, 250)
        self._lamps = LampSigns(part=parts.lamps, names=names, blink_ms=blink_ms)
        self._tone = ToneSigns(parts.tone)

    async def run(self) -> None:
        """Serve until `stop` is called or the task is cancelled; both tell the hall that this end is meant.

        Raises OSError where the boot number cannot be kept. The parts are closed at the end.
        """
        try:
            self._outbox.boot = self._boot.begin()
            self._hub.start()
            if self._parts.keys:
                self._parts.keys.listen(self._press, self._turn_on_show)
            await self._serve()
        finally:
            self.close()

    @property
    def is_connected(self) -> bool:
        """Whether broker and hub are heard."""
        return self._link.is_up and not self._hub.is_lost

    def stop(self) -> None:
        """End the run in good order: a slip that is being printed comes out whole."""
        self._stop.set()

    def close(self) -> None:
        """Cancel all timers and close the parts; may be called twice."""
        for closing in (self._outbox, self._hub, self._lamps, self._tone, self._parts):
            closing.close()

    async def _serve(self) -> None:
        desks = (self._desk.run(), self._reader.run(), self._voice.run())
        works = [asyncio.create_task(work) for work in (self._link.run(), *desks)]
        stopping = asyncio.create_task(self._stop.wait())
        state: DeviceState = "disconnected"
        try:
            done, _ = await asyncio.wait([*works, stopping], return_when=asyncio.FIRST_COMPLETED)
            state = "disconnected" if stopping in done else "lost"
        finally:
            await _cancelled(stopping, *works[1:])
            self._publish_status(state)
            await self._link.drain()
            await _cancelled(works[0])
        for task in works:
            if not task.cancelled():
                task.result()

    def _come_up(self) -> None:
        self._publish_status()
        self._outbox.send_again()

    def _hear(self, message: Message) -> None:
        """Take one message. It is acknowledged at once: nothing depends on the broker's memory."""
        self._link.acknowledge(message)
        handle = self._handlers.get(message.topic)
        if handle is None:
            return
        try:
            handle(message.payload, message.retain)
        except BadMessageError as error:
            self._note_bad(message.topic, error)

    def _hear_view(self, payload: bytes, _retained: bool) -> None:
        view = decode_view(payload)
        self._view = view
        if self._outbox.adopt(view.ack):
            self._keep_boot()
            self._publish_status()
        is_answer = self._outbox.acknowledge(view.ack)
        self._draw()
        if is_answer:
            self._tone.play(view.tone)

    def _hear_job(self, payload: bytes, _retained: bool) -> None:
        job = decode_job(payload)
        if not self._outbox.has_room_for_answers:
            return
        if isinstance(job, Speak):
            self._voice.hear(job, self._hub.hall_time_ms())
        elif isinstance(job, Lease):
            if job.part == job.parts:  # a Raspberry Pi does not go on alone (docs/alone.md)
                self._answer(job.id, "unsupported")
        elif isinstance(job, Update | Switch):
            # Its programs come with the system that it runs on.
            self._answer(job.id, "unsupported")
        elif not isinstance(job, Piece):
            self._jobs.hear(job)

    def _hear_hub(self, payload: bytes, retained: bool) -> None:
        self._hub.hear(decode_beat(payload), retained=retained)

    def _turn_on_show(self) -> int | None:
        """Return what a press would mean at this moment, None for nothing; may be called from another thread."""
        view = self._view
        return view.turn if view and not self._hub.is_lost else None

    def _press(self, key: str, turn: int | None) -> None:
        """A key went down: an event if there was something on show that it can mean."""
        if turn is not None and self._outbox.press(key=key, turn=turn, at=self._hub.hall_time_ms()):
            self._draw()
        else:
            self._tone.play(REFUSED)

    def _card(self, who: str, turn: int) -> None:
        """An identity card was read while the view of that turn was on show."""
        if not self._outbox.identity(who=who, turn=turn, at=self._hub.hall_time_ms()):
            self._tone.play(REFUSED)

    def _answer(self, job: str, why: Why | None) -> None:
        self._outbox.answer(job=job, why=why, at=self._hub.hall_time_ms())

    def _draw(self) -> None:
        """Bring lamps and panel up to date; a picture that is already on show goes on moving as it does."""
        view, is_lost = self._view, self._hub.is_lost
        if view is None or is_lost:
            self._lamps.show(self._voice.lamps, waiting=frozenset())
        else:
            self._lamps.show({**view.lamps, **self._voice.lamps}, waiting=self._outbox.waiting_keys)
        if view:
            self._voice.show(view.calls)
            self._reader.expect(view.reader.key if view.reader else None, None if is_lost else view.turn)
        panel = _shown(view, is_lost) if view else None
        if self._parts.panel and view:
            self._parts.panel.dim(view.light)
        if self._parts.panel and panel != self._panel:
            self._panel = panel
            self._parts.panel.show(panel)

    def _set_alert(self, part: PartKind, why: Why | NearEnd | None) -> None:
        if why != self._alerts.get(part):
            self._alerts = {one: what for one, what in self._alerts.items() if one != part} | (
                {part: why} if why else {}
            )
            self._publish_status()

    def _publish_status(self, state: DeviceState = "ready") -> None:
        status = Status(state=state)
        if state != "lost":
            status = Status(
                state=state,
                boot=self._outbox.boot,
                contract=CONTRACT,
                fw=VERSION,
                parts=self._parts.kinds(),
                alerts=self._alerts,
            )
        self._link.publish(self._topics.status(self._name), encode(status), retain=True)

    def _send(self, event: Event) -> None:
        self._link.publish(self._topics.event(self._name), encode(event))

    def _keep_boot(self) -> None:
        """Keep the adopted number. If that fails, the next start adopts again: nothing is lost but this sentence."""
        try:
            self._boot.keep(self._outbox.boot)
        except OSError as error:
            log.error("boot-number-not-kept", f"boot number {self._outbox.boot} is not kept", why=error)

    def _note_bad(self, topic: str, error: BadMessageError) -> None:
        self._bad += 1
        now_s = asyncio.get_running_loop().time()
        if now_s - self._bad_logged_at_s >= LOG_BAD_EVERY_S:
            self._bad_logged_at_s = now_s
            log.warning("ignored", f"{topic}: ignored", device=self._name, why=f"{self._bad} so far: {error}")


def _shown(view: View, is_lost: bool) -> Panel | None:
    """Return the picture that belongs on the panel."""
    if not is_lost:
        return view.panel
    return structs.replace(view.stale, motion="still") if view.stale else None


async def _cancelled(*tasks: asyncio.Task[None] | asyncio.Task[bool]) -> None:
    """Cancel tasks and wait for their ends, whatever these are."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
