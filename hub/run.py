"""Puts a hub together from its parts and runs it until it is told to stop; the only place where they meet."""

import asyncio
import contextlib
import ctypes
import gc
import logging
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from starlette.types import ASGIApp

from hardware.contract import HUB
from hardware.link import Address, Link
from hub.apart import Apart
from hub.broker import Broker
from hub.broker_tls import BrokerTls, authority_of, ca_of, names_of
from hub.clock import HallClock, wall_ms
from hub.config import MAINTAINER, Hall
from hub.door import Door
from hub.edits.record import Records
from hub.edits.recovery import recover
from hub.journal import Journal
from hub.lock import locked
from hub.names import may_travel
from hub.orders import Orders
from hub.outages import Outages
from hub.owner import check_owner, name_owner
from hub.secrets import Secrets, load_secrets, reader_account
from hub.service import Service
from hub.unshowable import unshowable
from hub.works import Works, put_together

log = logging.getLogger(__name__)

JOURNAL = "journal.db"
M_MMAP_THRESHOLD, LARGE_BYTES = -3, 1024 * 1024
"""mallopt(3) of glibc: from how many bytes on a piece of memory is taken from the system and given back to it."""


async def run_hub(
    hall: Hall,
    *,
    folder: Path,
    address: Address,
    on_ready: Callable[[], None],
    say: Callable[[str], None],
    shift_ms: int = 0,
    web_port: int | None = None,
    tls: bool = False,
    wall: Callable[[], int] = wall_ms,
) -> None:
    """Run the hall's hub with its state in folder until SIGTERM or SIGINT; on_ready is called when it serves.

    say: of the setup code, where nobody is administrator. shift_ms: how far hall time is from the computer's, which may
    play another hour. wall: the computer's clock, ms. web_port: of the hall screen, 0: none, None: the file's. tls:
    whatever the file says.
    """
    port = hall.file.web.port if web_port is None else web_port
    for sentence in unshowable(hall):
        log.warning("%s", sentence)
    with locked(folder):
        check_owner(folder / JOURNAL, hall.id)
        secrets = _secrets_of(hall, folder)
        if not hall.file.broker.own:
            await _serve(hall, folder, address, secrets, on_ready, say, shift_ms, wall, port, None)
            return
        broker_tls = None
        if tls or hall.file.broker.tls:
            names = names_of(hall.file.broker, address)
            broker_tls = BrokerTls(authority=authority_of(folder, hall.id), folder=folder, names=names)
            address = Address(host=address.host, port=address.port, ca=ca_of(folder))
        broker = Broker(
            folder=folder, address=address, hall=hall.id, secrets=secrets, tls=broker_tls, readers=_readers_of(hall)
        )
        await broker.start()
        watching = asyncio.create_task(broker.run())
        try:
            await _serve(hall, folder, address, secrets, on_ready, say, shift_ms, wall, port, broker)
        finally:
            watching.cancel()
            await broker.stop()


async def _serve(
    hall: Hall,
    folder: Path,
    address: Address,
    secrets: Secrets,
    on_ready: Callable[[], None],
    say: Callable[[str], None],
    shift_ms: int,
    wall: Callable[[], int],
    web_port: int,
    broker: Broker | None,
) -> None:
    with contextlib.closing(Journal(folder / JOURNAL)) as journal:
        clock = HallClock(start=journal.last_at, shift_ms=shift_ms, wall=wall)
        outages = Outages(folder / "alive", clock, last_at=journal.last_at)
        name_owner(journal, hall.id, clock.now())
        private = may_travel(address, own_broker=hall.file.broker.own)
        works = put_together(hall, journal, secrets, folder, clock, outages, is_private=private)
        link = _link(address, secrets, works, outages)
        works.attach(link)
        works.editor.on_changed = lambda: _admit(hall, folder, broker)
        recover(hall, Records(folder), journal, clock.now())
        works.service.start(link)
        async with _pages(works, web_port, folder, clock, say), _door(folder, works.orders):
            _settle_memory()
            await _until_told(works.service, link, on_ready)
        works.telling.close()


def _link(address: Address, secrets: Secrets, works: Works, outages: Outages) -> Link:
    service, maintenance = works.service, works.maintenance

    def came_up() -> None:
        outages.broker_back()
        works.came_up()

    return Link(
        address=address,
        name=HUB,
        password=secrets.passwords[HUB],
        will_topic=service.will_topic,
        subscriptions=[*service.subscriptions, *maintenance.subscriptions],
        on_message=lambda message: None if maintenance.hear(message) else service.hear(message),
        on_pause=service.work,
        on_up=came_up,
        on_down=outages.broker_lost,
    )


def _readers_of(hall: Hall) -> list[str]:
    return [reader_account(one) for one in hall.file.interface.readers]


def _secrets_of(hall: Hall, folder: Path) -> Secrets:
    accounts = [HUB, MAINTAINER, *(device.name for device in hall.devices), *_readers_of(hall)]
    return load_secrets(folder / "secrets.json", accounts).only(accounts)


async def _admit(hall: Hall, folder: Path, broker: Broker | None) -> None:
    """Make passwords for devices that are new; another program's broker has to be told of them by its owner."""
    secrets = await asyncio.to_thread(_secrets_of, hall, folder)
    if broker:
        await broker.admit(secrets)


@contextlib.asynccontextmanager
async def _pages(
    works: Works, port: int, folder: Path, clock: HallClock, say: Callable[[str], None]
) -> AsyncIterator[None]:
    """Serve the hall screen, the pages for outside and those of the staff, where the hall has a port for them."""
    if not port:
        yield
        return
    from hub.outside.pages import Outside  # a web server's start-up time, which a hall without screens need not pay
    from hub.staff.first_code import FirstCode
    from hub.staff.passing import sweep
    from hub.staff.reports.nightly import fill_each_day
    from hub.web.server import ScreenServer

    sweep(folder)
    apart, outside = Apart(), Outside(lambda: works.present, folder, office=lambda: works.complaints)
    code = FirstCode(folder, say)
    code.start(works.hall)

    def staff(closing: asyncio.Event) -> ASGIApp:
        from hub.staff.app import staff_pages  # templates, which a hall that nobody looks after need not load
        from hub.staff.house import House

        return staff_pages(House(lambda: works, folder, clock, apart), closing, code)

    server = ScreenServer(works.hall, works.feed, works.maintenance.devices, staff, outside.routes)
    server.start(works.hall.file.web.host, port)
    filling = asyncio.create_task(fill_each_day(works, folder, apart))
    try:
        yield
    finally:
        filling.cancel()
        await asyncio.gather(filling, return_exceptions=True)
        works.feed.close()
        await server.close()
        await outside.close()
        await apart.close()


@contextlib.asynccontextmanager
async def _door(folder: Path, orders: Orders) -> AsyncIterator[None]:
    """Let in the orders of people."""
    door = Door(folder, orders)
    await door.start()
    try:
        yield
    finally:
        await door.close()


def _settle_memory() -> None:
    """Let the collector look only at what presses leave behind: a look at everything would hold one of them up.

    The 8 MB that a PIN's slow hash needs go back to the system: the C library would keep them after the second one.
    """
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


async def _until_told(service: Service, link: Link, on_ready: Callable[[], None]) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    tasks = [asyncio.create_task(work) for work in (link.run(), service.run(), _tell(service, on_ready))]
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([*tasks[:2], stopping], return_when=asyncio.FIRST_COMPLETED)
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
