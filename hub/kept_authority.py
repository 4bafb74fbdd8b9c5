"""The authority as a running hub has it: its files, made by a program of its own when one is missing or ends soon.

What makes certificates takes 12 MB and a tenth of a second; most starts only look at what is there.
"""

import contextlib
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hardware.logs import Log
from hub.certificate import AuthorityError, Certificate, read_certificate

log = Log(__name__)

SERVER_RENEW_DAYS = 180
"""The broker's certificate is made anew when it is asked for and ends sooner than this."""
WEB_RENEW_DAYS = 120
CA_RENEW_DAYS = 2 * 365
"""The authority's own certificate is made anew so long before its end: two years to bring devices the next one."""
BEFORE = "ca-before.crt"
"""File of the authority's certificate that was replaced by one that ends later."""
LIMIT_S = 60.0


class KeptAuthority:
    """One hall's authority with its files in ``folder``; what is not there, or ends soon, is made."""

    def __init__(self, folder: Path, hall: str) -> None:
        """Make the authority where there is none; raise AuthorityError where its files are damaged."""
        self._folder, self._hall = folder, hall
        self._own()
        before = folder / BEFORE
        if before.exists() and (old := read_certificate(before)).ends > _now():
            words = f"{before} ends on {old.ends.date()}; give all devices a new ca.der before, with lintel flash"
            log.warning("authority-ends", words)

    @property
    def ca_pem(self) -> bytes:
        """Its certificate."""
        return (self._folder / "ca.crt").read_bytes()

    def server(self, names: Iterable[str]) -> tuple[bytes, bytes]:
        """Return certificate and key, PEM, of the broker for these names and addresses."""
        certificate, key = self._kept("server", list(dict.fromkeys(names)), SERVER_RENEW_DAYS)
        return certificate.read_bytes(), key.read_bytes()

    def web(self, names: Iterable[str]) -> tuple[Path, Path]:
        """Return the files, PEM, of certificate and key of the pages for these names and addresses."""
        return self._kept("web", list(dict.fromkeys(names)), WEB_RENEW_DAYS)

    def _kept(self, stem: str, names: list[str], renew_days: int) -> tuple[Path, Path]:
        paths = self._folder / f"{stem}.crt", self._folder / f"{stem}.key"
        if not all(path.exists() for path in paths) or not self._is_good(paths[0], names, renew_days):
            self._make(stem, names)
        return paths

    def _is_good(self, path: Path, names: list[str], renew_days: int) -> bool:
        own = self._own()
        try:
            found = read_certificate(path)
        except ValueError:
            return False
        is_lasting = found.ends - _now() >= timedelta(days=renew_days) or found.ends >= own.ends
        is_ours = found.by == own.key != b""
        return is_ours and is_lasting and found.begins <= _now() and list(found.names) == names

    def _own(self) -> Certificate:
        """Return the authority's certificate, made or replaced where that is due."""
        path = self._folder / "ca.crt"
        if path.exists() and (self._folder / "ca.key").exists():
            with contextlib.suppress(ValueError):
                found = read_certificate(path)
                if found.ends - _now() >= timedelta(days=CA_RENEW_DAYS):
                    return found
        self._make()
        return read_certificate(path)

    def _make(self, stem: str = "", names: Iterable[str] = ()) -> None:
        """Have it made; raise AuthorityError with the maker's sentence."""
        made = subprocess.run(
            [sys.executable, "-P", "-m", "hub.authority", str(self._folder), self._hall, stem, *names],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        if made.returncode:
            raise AuthorityError(made.stderr.strip().rpartition("\n")[2] or f"{self._folder}: nothing could be made")
        log.info("certificate-made", f"{self._folder / (stem or 'ca')}.crt was made")


def _now() -> datetime:
    return datetime.now(UTC)
