"""When certificates end, and the fault that is kept while one does soon: nobody is shut out on a morning unwarned.

What the hub makes itself it makes anew long before; what ends all the same cannot be written, or is not the hub's.
"""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Struct

from hardware.link import Address
from hardware.logs import Log
from hub.certificate import read_certificate
from hub.config import Hall
from hub.hub_faults import HubLook

log = Log(__name__)

WARN_DAYS = 30
LOOK_EVERY_S = 24 * 3600.0
AUTHORITY, BEFORE = "the hall's authority", "the authority that devices flashed earlier know"
BROKER, PAGES, ANOTHER = "the broker's", "the pages'", "the authority of the broker that runs already"
PART, ENDS = "certificate", "ends"
"""Part and fault of the hub, as the journal and the health page have it."""


class Ending(Struct, frozen=True, kw_only=True):
    """A certificate. what: for people. names: for whom it is; of an authority its own name. fingerprint: SHA-256."""

    what: str
    path: Path
    ends: datetime
    names: tuple[str, ...]
    fingerprint: str

    def is_near(self, now: datetime) -> bool:
        """Tell whether it ends in less than WARN_DAYS, or has ended."""
        return self.ends - now < timedelta(days=WARN_DAYS)


def files_of(hall: Hall, folder: Path) -> dict[str, Path]:
    """Return what certificates a hall may have, and where; folder: of the hub's state."""
    kept, beside = folder / "authority", hall.path.parent
    found = {
        AUTHORITY: kept / "ca.crt",
        BEFORE: kept / "ca-before.crt",
        BROKER: kept / "server.crt",
        PAGES: kept / "web.crt",
    }
    if hall.file.web.certificate:
        found[PAGES] = beside / hall.file.web.certificate
    if hall.file.broker.ca:
        found[ANOTHER] = beside / hall.file.broker.ca
    return found


def files_in_use(hall: Hall, folder: Path, broker: Address, *, pages: bool) -> dict[str, Path]:
    """Return those of `files_of` that a running hub shows, or trusts. broker: with its ca. pages: they speak HTTPS."""
    found, used = files_of(hall, folder), set()
    if broker.ca:
        used = {AUTHORITY, BEFORE, BROKER} if hall.file.broker.own else {ANOTHER}
    if pages:
        used |= {PAGES} if hall.file.web.certificate else {AUTHORITY, PAGES}
    return {what: path for what, path in found.items() if what in used}


def endings(files: Mapping[str, Path]) -> Iterator[Ending]:
    """Yield the certificates that are there; raises OSError or ValueError for what is none."""
    for what, path in files.items():
        if path.exists():
            found = read_certificate(path)
            ends, names = found.ends, found.names
            yield Ending(what=what, path=path, ends=ends, names=names, fingerprint=found.fingerprint)


class Endings(HubLook):
    """Looks every day when the certificates in use end. files: as of `files_of`, those alone that are in use."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        super().__init__(PART)
        self._files = files

    async def run(self) -> None:
        """Look now and every day, until cancelled."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(LOOK_EVERY_S)

    def look(self, now: datetime | None = None) -> None:
        """Look now; what cannot be read is told, and is no other fault than before."""
        try:
            near = [one for one in endings(self._files) if one.is_near(now or datetime.now(UTC))]
        except (OSError, ValueError) as error:
            log.error("certificate-not-read", "a certificate in use cannot be read", why=error)
            return
        for one in near:
            log.error("certificate-ends", f"{one.path} ends on {one.ends.date()}; give a new one before", why=one.what)
        self.faults = {PART: ENDS} if near else {}
