"""Puts a hub together from its parts and runs it until it is told to stop; the only place where they meet."""

import asyncio
import contextlib
import ctypes
import gc
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path

from hardware.contract import HUB
from hardware.link import Address, Link, Message
from hardware.logs import Log
from hub.broker import Broker
from hub.broker_checks import in_the_clear
from hub.broker_tls import BrokerTls, ca_of, kept_authority_of, names_of
from hub.broker_watch import RECEIVED, BrokerWatch
from hub.clock import HallClock, wall_ms
from hub.config import MAINTAINER, Hall
from hub.door import Door
from hub.edits.record import Records
from hub.edits.recovery import recover
from hub.endings import Endings, files_in_use
from hub.journal import Journal
from hub.lock import locked
from hub.names import may_travel
from hub.noise import Noise
from hub.notify import Notify
from hub.orders import Orders
from hub.outages import Outages
from hub.owner import check_owner, name_owner
from hub.pages_open import pages, speaks_https
from hub.secrets import Secrets, load_secrets, reader_account, tell_if_lost
from hub.service import Service
from hub.unshowable import unshowable
from hub.watch.hung_broker import end_hung
from hub.watch.pulse import Pulse
from hub.watch.watched import Watched
from hub.works import Works, put_together

log = Log(__name__)

JOURNAL, SECRETS = "journal.db", "secrets.json"
M_MMAP_THRESHOLD, LARGE_BYTES = -3, 1024 * 1024
"""mallopt(3) of glibc: from how many bytes on a piece of memory is taken from the system and given back to it."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How a hub is to run. on_ready: called when it serves. say: told the setup code, where nobody is administrator.

    notify: who is told that it lives. shift_ms: how far hall time is from the computer's, which may play another hour.
    wall: the computer's clock, ms. web_port: of the pages, 0: none. tls: whatever the file says, pages too.
    """

    on_ready: Callable[[], None]
    say: Callable[[str], None]
    notify: Notify
    shift_ms: int = 0
    wall: Callable[[], int] = wall_ms
    web_port: int = 0
    tls: bool = False


async def run_hub(hall: Hall, *, folder: Path, address: Address, wanted: Wanted) -> None:
    """Run the hall's hub with its state in folder and its broker at address until SIGTERM or SIGINT."""
    _warn(hall)
    with locked(folder):
        check_owner(folder / JOURNAL, hall.id)
        if hall.file.copies.to:
            from hub.copies.guard import check_copies  # only a hall with copies needs to look at them

            check_copies(hall, folder / JOURNAL)
        tell_if_lost(folder / SECRETS, folder / JOURNAL)
        secrets = _secrets_of(hall, folder)
        async with _broker(hall, folder, address, secrets, tls=wanted.tls) as (broker, reached):
            await _serve(hall, folder, reached, secrets, broker, wanted)


@contextlib.asynccontextmanager
async def _broker(
    hall: Hall, folder: Path, address: Address, secrets: Secrets, *, tls: bool
) -> AsyncIterator[tuple[Broker | None, Address]]:
    """Run the hub's own broker, where it has one; yield it and how it is reached."""
    if not hall.file.broker.own:
        yield None, address
        return
    if words := in_the_clear(hall.file, address.host):
        log.warning("broker-in-the-clear", words)
    broker_tls = None
    if tls or hall.file.broker.speaks_tls(address.host):
        names = names_of(hall.file.broker, address)
        broker_tls = BrokerTls(authority=kept_authority_of(folder, hall.id), folder=folder, names=names)
        address = Address(host=address.host, port=address.port, ca=ca_of(folder))
    readers = _readers_of(hall)
    broker = Broker(folder=folder, address=address, hall=hall.id, secrets=secrets, tls=broker_tls, readers=readers)
    await broker.start()
    watching = asyncio.create_task(broker.run())
    try:
        yield broker, address
    finally:
        watching.cancel()
        await broker.stop()


def _warn(hall: Hall) -> None:
    for sentence in unshowable(hall):
        log.warning("not-showable", "a word cannot be shown as it is written", why=sentence)


async def _serve(
    hall: Hall, folder: Path, address: Address, secrets: Secrets, broker: Broker | None, wanted: Wanted
) -> None:
    with contextlib.closing(Journal(folder / JOURNAL)) as journal:
        clock = HallClock(start=journal.last_at, shift_ms=wanted.shift_ms, wall=wanted.wall)
        outages = Outages(folder / "alive", clock, last_at=journal.last_at)
        name_owner(journal, hall.id, clock.now())
        private = may_travel(address, own_broker=hall.file.broker.own)
        works = put_together(hall, journal, secrets, folder, clock, outages, is_private=private)
        at_broker = BrokerWatch(folder, works.maintenance.repelled, hall, works.noise) if broker else None
        link = _link(address, secrets, works, outages, at_broker)
        works.attach(link)
        works.editor.on_changed = lambda: _admit(hall, folder, broker)
        recover(hall, Records(folder), journal, clock.now())
        works.service.start(link)
        watched = Watched(works, journal, link, broker, clock, Pulse(folder, clock), folder)
        async with (
            pages(watched, wanted.web_port, wanted.say, tls=wanted.tls),
            _door(folder, works.orders),
            _peace(works.noise, broker),
            running(at_broker.run() if at_broker else None),
            running(works.maintenance.chain.run()),
            _certificates(
                works, files_in_use(hall, folder, address, pages=speaks_https(hall, wanted.web_port, wanted.tls))
            ),
        ):
            _settle_memory()
            await _until_told(watched, wanted.on_ready, wanted.notify)
        works.telling.close()


def _link(address: Address, secrets: Secrets, works: Works, outages: Outages, at_broker: BrokerWatch | None) -> Link:
    service, maintenance, noise = works.service, works.maintenance, works.noise

    def came_up() -> None:
        if at_broker:
            at_broker.came_up(link)
        outages.broker_back()
        works.came_up()

    def hear(message: Message) -> None:
        if at_broker and at_broker.hear(message, link):
            return
        if not noise.admits(message.name):
            link.acknowledge(message)
        elif not maintenance.hear(message):
            service.hear(message)

    link = Link(
        address=address,
        name=HUB,
        password=secrets.passwords[HUB],
        will_topic=service.will_topic,
        subscriptions=[*service.subscriptions, *maintenance.subscriptions, *([RECEIVED] if at_broker else [])],
        on_message=hear,
        on_pause=service.work,
        on_up=came_up,
        on_down=outages.broker_lost,
    )
    return link


def _readers_of(hall: Hall) -> list[str]:
    return [reader_account(one) for one in hall.file.interface.readers]


def _secrets_of(hall: Hall, folder: Path) -> Secrets:
    accounts = [HUB, MAINTAINER, *(device.name for device in hall.devices), *_readers_of(hall)]
    return load_secrets(folder / SECRETS, accounts).only(accounts)


async def _admit(hall: Hall, folder: Path, broker: Broker | None) -> None:
    """Make passwords for devices that are new; another program's broker has to be told of them by its owner."""
    secrets = await asyncio.to_thread(_secrets_of, hall, folder)
    if broker:
        await broker.admit(secrets)


@contextlib.asynccontextmanager
async def _door(folder: Path, orders: Orders) -> AsyncIterator[None]:
    """Let in the orders of people."""
    door = Door(folder, orders)
    await door.start()
    try:
        yield
    finally:
        await door.close()


@contextlib.asynccontextmanager
async def _certificates(works: Works, files: Mapping[str, Path]) -> AsyncIterator[None]:
    """Tell of what ends soon."""
    works.maintenance.endings = Endings(files)
    async with running(works.maintenance.endings.run()):
        yield


@contextlib.asynccontextmanager
async def running(work: Coroutine[None, None, None] | None) -> AsyncIterator[None]:
    """Do something beside until the end; None: nothing."""
    task = asyncio.create_task(work) if work else None
    if task:
        task.add_done_callback(_tell_of_the_end)
    try:
        yield
    finally:
        if task:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def _tell_of_the_end(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("part-ended", "a part of the hub has ended by a fault of the program", why=repr(error))


@contextlib.asynccontextmanager
async def _peace(noise: Noise, broker: Broker | None) -> AsyncIterator[None]:
    """Have our own broker pass on nothing of devices that flood; of another program's the hub itself hears nothing."""
    keeping = asyncio.create_task(noise.keep(broker.set_apart)) if broker else None
    try:
        yield
    finally:
        if keeping:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)


def _settle_memory() -> None:
    """Let the collector look only at what presses leave behind: a look at everything would hold one of them up.

    The 8 MB that a PIN's slow hash needs go back to the system: the C library would keep them after the second one.
    """
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    gc.enable()


async def _until_told(watched: Watched, on_ready: Callable[[], None], notify: Notify) -> None:
    service, link = watched.works.service, watched.link

    def ready() -> None:
        on_ready()
        notify.ready()

    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    feeding = notify.feed(lambda: service.is_sound, lambda: _status(watched.works, link))
    hung = end_hung(watched.broker, lambda: link.is_up)
    works = (link.run(), service.run(), _tell(service, ready), feeding, watched.pulse.run(), hung)
    tasks = [asyncio.create_task(work) for work in works]
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([*tasks[:2], stopping], return_when=asyncio.FIRST_COMPLETED)
        notify.stopping()
        await service.stop()
    finally:
        for task in [*tasks, stopping]:
            task.cancel()
        results = await asyncio.gather(*tasks, stopping, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


async def _tell(service: Service, on_ready: Callable[[], None]) -> None:
    await service.ready.wait()
    on_ready()


def _status(works: Works, link: Link) -> str:
    """Say in a line how the hall is, for whoever looks at the unit."""
    devices, state = works.hall.devices, works.desk.state
    there = sum(state.report(one.name).state == "ready" for one in devices)
    broker = "" if link.is_up else "; no link to the broker"
    journal = "; the journal cannot be written" if works.service.trouble else ""
    return f"{there} of {len(devices)} devices ready{broker}{journal}"
