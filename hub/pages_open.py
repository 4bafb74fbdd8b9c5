"""The pages of a hub between its start and its end: the hall screen, those for outside, those of the staff."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.types import ASGIApp

from hub.apart import Apart
from hub.broker_tls import kept_authority_of
from hub.config import Hall
from hub.watch.watched import Watched
from hub.within import stays_within

if TYPE_CHECKING:
    from hub.web.tls import WebTls


@contextlib.asynccontextmanager
async def pages(watched: Watched, port: int, say: Callable[[str], None], *, tls: bool) -> AsyncIterator[None]:
    """Serve the hall screen and the pages for outside and the staff, where there is a port; tls: in HTTPS anywhere."""
    if not port:
        yield
        return
    from hub.outside.pages import Outside  # a web server's start-up time, which a hall without screens need not pay
    from hub.staff.first_code import FirstCode
    from hub.staff.passing import sweep
    from hub.staff.reports.nightly import fill_each_day
    from hub.watch.page import MetricsPage
    from hub.web.server import ScreenServer

    works, folder, clock = watched.works, watched.folder, watched.clock
    sweep(folder)
    apart, outside = Apart(), Outside(lambda: works.present, folder, office=lambda: works.complaints)
    code = FirstCode(folder, say)
    code.start(works.hall)

    def staff(closing: asyncio.Event) -> ASGIApp:
        from hub.staff.app import staff_pages  # templates, which a hall that nobody looks after need not load
        from hub.staff.house import House

        return staff_pages(House(lambda: works, folder, clock, apart), closing, code)

    secured, ca = _secured(works.hall, folder, port, tls)
    served = [*outside.routes, MetricsPage(watched, outside.keyring).route()]
    context, look = secured.context if secured else None, works.maintenance
    server = ScreenServer(
        works.hall, works.feed, look.devices, staff, served, context, ca, watched.now, look.repelled.add
    )
    server.start(works.hall.file.web.host, port)
    renewing = [secured.keep_renewed()] if secured else []
    try:
        async with _beside([fill_each_day(works, folder, apart), *renewing]):
            yield
    finally:
        works.feed.close()
        await server.close()
        await outside.close()
        await apart.close()


@contextlib.asynccontextmanager
async def _beside(works: Iterable[Coroutine[None, None, None]]) -> AsyncIterator[None]:
    """Run these until the end."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def speaks_https(hall: Hall, port: int, wanted: bool) -> bool:
    """Tell whether the pages speak HTTPS: where others than this computer may ask, or it is wanted."""
    return bool(port) and (wanted or bool(hall.file.web.certificate) or not stays_within(hall.file.web.host))


def _secured(hall: Hall, folder: Path, port: int, wanted: bool) -> "tuple[WebTls | None, bytes | None]":
    """Return what HTTPS is spoken with, and the authority's certificate where that is the hall's own; None: neither."""
    if not speaks_https(hall, port, wanted):
        return None, None
    from hub.web.tls import WebTls

    if hall.file.web.certificate:
        return WebTls(hall, None), None
    authority = kept_authority_of(folder, hall.id)
    return WebTls(hall, authority), authority.ca_pem
