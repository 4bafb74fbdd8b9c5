"""The pages of a hub between its start and its end: the hall screen, those for outside, those of the staff."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from starlette.types import ASGIApp

from hub.apart import Apart
from hub.watch.watched import Watched


@contextlib.asynccontextmanager
async def pages(watched: Watched, port: int, say: Callable[[str], None]) -> AsyncIterator[None]:
    """Serve the hall screen, the pages for outside and those of the staff, where the hall has a port for them."""
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

    served = [*outside.routes, MetricsPage(watched, outside.keyring).route()]
    server = ScreenServer(works.hall, works.feed, works.maintenance.devices, staff, served)
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
