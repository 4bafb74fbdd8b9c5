"""TLS of our own broker: its certificate by the hall's authority, for the names by which devices know the hub."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from hardware.link import Address
from hub.kept_authority import KeptAuthority
from hub.outside_file import BrokerTable

if TYPE_CHECKING:
    from hub.authority import Authority

AUTHORITY = "authority"
"""The authority's folder, in the folder of the hub's state."""


class SignsServers(Protocol):
    """An authority; `hub.authority.Authority` and `hub.kept_authority.KeptAuthority` are two."""

    def server(self, names: Iterable[str]) -> tuple[bytes, bytes]:
        """Return certificate and key, PEM, of a broker for these names and addresses."""


class BrokerTls:
    """Certificate and key of one broker. folder: of the broker's files. names: see `names_of`."""

    def __init__(self, *, authority: SignsServers, folder: Path, names: list[str]) -> None:
        self._authority = authority
        self._certificate = folder / "broker.crt"
        self._key = folder / "broker.key"
        self._names = names

    def files(self) -> dict[Path, str]:
        """Return what the two files must hold now; a certificate that would end soon is made anew for that."""
        certificate, key = self._authority.server(self._names)
        return {self._certificate: certificate.decode(), self._key: key.decode()}

    def lines(self) -> str:
        """Return what mosquitto's configuration says of the listener; nodes speak no more than TLS 1.2."""
        return f"certfile {self._certificate}\nkeyfile {self._key}\ntls_version tlsv1.2\n"


def names_of(table: BrokerTable, address: Address) -> list[str]:
    """Return the names and addresses in the broker's certificate, the hall's file's own first."""
    return list(dict.fromkeys([*table.names, address.host, "127.0.0.1", "localhost"]))


def authority_of(folder: Path, hall: str) -> "Authority":
    """Return the authority of the hall whose hub has its state in folder; raise AuthorityError."""
    from hub.authority import (
        load_authority,  # cryptography takes a tenth of a second, which halls without TLS need not pay
    )

    return load_authority(folder / AUTHORITY, hall)


def kept_authority_of(folder: Path, hall: str) -> KeptAuthority:
    """Return the same for a hub that runs: it makes certificates, but not in its own memory."""
    return KeptAuthority(folder / AUTHORITY, hall)


def ca_of(folder: Path) -> Path:
    """Return the file, PEM, by which the hub and agents on its computer know the broker."""
    return folder / AUTHORITY / "ca.crt"
