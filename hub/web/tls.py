"""TLS of the pages: a certificate of the hall's authority, or the station's own; renewed while people are served."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from hardware.logs import Log
from hub.certificate import RENEW_EVERY_S
from hub.config import Hall
from hub.within import is_anywhere

log = Log(__name__)

ELSEWHERE = ("192.0.2.1", 9)
"""No machine has this address (RFC 5737); a computer says by which of its own it would go there, and sends nothing."""


class CertificateError(ValueError):
    """The station's own certificate cannot be used; the sentence says what to do."""


class SignsPages(Protocol):
    """An authority; `hub.authority.Authority` and `hub.kept_authority.KeptAuthority` are two."""

    def web(self, names: Iterable[str]) -> tuple[Path, Path]:
        """Return the files of certificate and key of the pages for these names and addresses."""


class WebTls:
    """What HTTPS is spoken with. authority: None where the station has a certificate of its own."""

    def __init__(self, hall: Hall, authority: SignsPages | None) -> None:
        self._hall, self._authority = hall, authority
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.context.set_alpn_protocols(["http/1.1"])
        self._shown = b""
        self.renew()

    def renew(self) -> bool:
        """Show a new certificate from now on where there is one; whoever is connected stays so. Tell whether it was.

        Raises CertificateError, AuthorityError or OSError; then the old one goes on being shown.
        """
        certificate, key = self._files()
        shown = certificate.read_bytes()
        if shown == self._shown:
            return False
        try:
            self.context.load_cert_chain(certificate, key, password="")  # none is asked for at a terminal
        except ssl.SSLError as error:
            raise CertificateError(
                f"{certificate} and {key} cannot be used ({error.reason}); give both in PEM, the key without a password"
            ) from error
        self._shown = shown
        return True

    async def keep_renewed(self) -> None:
        """Look every ten minutes whether there is a new one, until cancelled."""
        while True:
            await asyncio.sleep(RENEW_EVERY_S)
            try:
                await asyncio.to_thread(self.renew)
            except (OSError, ValueError) as error:
                log.error("certificate-not-renewed", "the certificate of the pages is not renewed", why=error)

    def _files(self) -> tuple[Path, Path]:
        if self._authority is None:
            return own_certificate(self._hall)
        return self._authority.web(names_of_pages(self._hall))


def own_certificate(hall: Hall) -> tuple[Path, Path]:
    """Return the files of the station's own certificate and its key, which the hall's file names."""
    table, folder = hall.file.web, hall.path.parent
    return folder / table.certificate, folder / table.key


def names_of_pages(hall: Hall) -> list[str]:
    """Return by what browsers may call the hub: as the hall's file says, and its own names and addresses."""
    web, machine = hall.file.web, socket.gethostname()
    host = _own_address(web.host) if is_anywhere(web.host) else web.host
    phones = urlsplit(hall.file.progress.url).hostname or ""
    broker = hall.file.broker
    own = (
        broker.host if broker.own and not is_anywhere(broker.host) else ""
    )  # where no way leads out, nothing else tells
    named = [*web.names, *broker.names, host, own, phones, machine, f"{machine}.local", "127.0.0.1", "localhost"]
    return [name for name in dict.fromkeys(named) if name]


def _own_address(host: str) -> str:
    """Return the address with which this computer is in its network; empty where it is in none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.connect(ELSEWHERE if family == socket.AF_INET else ("2001:db8::1", 9))
        return str(sock.getsockname()[0])
    return ""
