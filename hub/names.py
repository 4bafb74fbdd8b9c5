"""Names that stand on notices: in memory until the paper is out, on disk only where the unit wants that (M40)."""

from pathlib import Path

import msgspec

from hardware.link import Address
from hardware.logs import Log
from hub.paper_file import NoticesTable
from hub.private_file import read_private, too_old
from hub.secrets import write_private
from hub.within import stays_within

log = Log(__name__)


class Names:
    """Own serial of a notice to the name on it.

    Where they are kept, it is in a file of their own and not in the journal, whose chain can forget nothing.
    """

    def __init__(self, path: Path, table: NoticesTable) -> None:
        self._path, self._table = path, table
        self._names: dict[str, str] = read_names(path) if table.keep_names else {}
        self.follow_table(table)

    def follow_table(self, table: NoticesTable) -> None:
        """Keep names as the hall's present file says; where it says so no more, the file with them goes."""
        self._table = table
        if not table.keep_names:
            self._path.unlink(missing_ok=True)

    def put(self, own_serial: str, name: str) -> None:
        """Remember a name, which is not yet out on paper."""
        self._names[own_serial] = name
        self._write()

    def of(self, own_serial: str) -> str:
        """Return the name on a notice, empty where it is not known: then there is a line to write it on."""
        return self._names.get(own_serial, "")

    def printed(self, own_serial: str) -> None:
        """Forget a name whose paper is out or will not come out, unless names are kept."""
        if not self._table.keep_names:
            self._names.pop(own_serial, None)

    def begin_day(self, day: str) -> None:
        """Forget whatever has been kept long enough, or was to be out on paper yesterday. day: YYYYMMDD."""
        if not self._table.keep_names:
            self._names.clear()
        old = too_old(((own_serial, own_serial[:8]) for own_serial in self._names), day, self._table.keep_days)
        for own_serial in old:
            del self._names[own_serial]
        if old:
            self._write()

    def _write(self) -> None:
        if not self._table.keep_names:
            return
        try:
            write_private(self._path, msgspec.json.encode(self._names))
        except OSError as error:
            log.error(
                "names-not-kept", f"{self._path}: names of notices are not kept; free disk space", why=error.strerror
            )


def may_travel(address: Address, *, own_broker: bool) -> bool:
    """Return whether a name may go to a printer: only by TLS, or where Lintel's own broker never leaves the computer.

    Another program's broker may listen to more than the hub can see, so the loopback is not enough there.
    """
    if address.ca is not None:
        return True
    return own_broker and stays_within(address.host)


def read_names(path: Path) -> dict[str, str]:
    """Return the names that are kept in a file; none where it is not there or cannot be read."""
    return read_private(path, str)
