"""All that is served to whoever is no part of the hall: the services, a ticket's own queue, the interface."""

import time
from collections.abc import Callable
from pathlib import Path

from starlette.routing import BaseRoute

from hub.complaints import ComplaintsOffice
from hub.outside.keyring import Keyring
from hub.outside.present import Present
from hub.outside.routes import Interface
from hub.web.progress_page import ProgressPages
from hub.web.services_page import services_route


class Outside:
    """The pages for outside. present: the hall as it is now. folder: the hub's. clock: seconds.
    office: who calls those back who rated badly; None: nobody does.

    It must be closed, so that the last uses of tokens are written down.
    """

    def __init__(
        self,
        present: Callable[[], Present],
        folder: Path,
        clock: Callable[[], float] = time.monotonic,
        office: Callable[[], ComplaintsOffice] | None = None,
    ) -> None:
        self._keyring = Keyring(folder)
        self._routes = [
            services_route(lambda: present().hall),
            *ProgressPages(present, clock, office).routes(),
            *Interface(present, self._keyring, clock).routes(),
        ]

    @property
    def keyring(self) -> Keyring:
        """Whose tokens hold."""
        return self._keyring

    @property
    def routes(self) -> list[BaseRoute]:
        """Where the pages are."""
        return self._routes

    async def close(self) -> None:
        """Write down what has to be; may be called twice."""
        await self._keyring.close()
