"""The pages of a hub between its start and its end: the hall screen, those for outside, those of the staff."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.types import ASGIApp

from hub.apart import Apart
from hub.broker_tls import authority_of
from hub.clock import HallClock
from hub.config import Hall
from hub.within import stays_within
from hub.works import Works

if TYPE_CHECKING:
    from hub.web.tls import WebTls


@contextlib.asynccontextmanager
async def pages(
    works: Works, port: int, folder: Path, clock: HallClock, say: Callable[[str], None], *, tls: bool
) -> AsyncIterator[None]:
    """Serve the hall screen, the pages for outside and those of the staff, where the hall has a port for them.

    tls: HTTPS too, also where nobody but this computer can ask.
    """
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

    secured, ca = _secured(works.hall, folder, port, tls)
    context = secured.context if secured else None
    maintenance, more = works.maintenance, outside.routes
    server = ScreenServer(
        works.hall, works.feed, maintenance.devices, staff, more, context, ca, maintenance.repelled.add
    )
    server.start(works.hall.file.web.host, port)
    daily = [asyncio.create_task(fill_each_day(works, folder, apart))]
    daily += [asyncio.create_task(secured.renew_daily())] if secured else []
    try:
        yield
    finally:
        for task in daily:
            task.cancel()
        await asyncio.gather(*daily, return_exceptions=True)
        works.feed.close()
        await server.close()
        await outside.close()
        await apart.close()


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
    authority = authority_of(folder, hall.id)
    return WebTls(hall, authority), authority.ca_pem
