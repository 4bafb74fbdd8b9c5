"""The hall's own authority, made at first use: its certificates say which broker and which devices are the hall's."""

import datetime
import ipaddress
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hardware.logs import Log
from hub.certificate import AuthorityError
from hub.kept_authority import BEFORE, CA_RENEW_DAYS, SERVER_RENEW_DAYS, WEB_RENEW_DAYS
from hub.lock import one_writer
from hub.secrets import write_private

log = Log(__name__)

AUTHORITY_DAYS = 20 * 365
SERVER_DAYS = 5 * 365
RENEW_DAYS = SERVER_RENEW_DAYS
WEB_DAYS = 397
"""No browser takes a certificate that is valid for longer than 825 days, and some take 398 of any authority."""
BEGINS = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
"""A board without a battery begins in 2000 or 2021, and would refuse what is valid only later (docs/decisions/0016)."""


class Purpose(NamedTuple):
    """What a certificate is for. days: how long it is valid; None: as long as the authority. begins: None is BEGINS."""

    usage: x509.ObjectIdentifier
    days: int | None = None
    renew_days: int = RENEW_DAYS
    begins_days_ago: int | None = None


BROKER = Purpose(ExtendedKeyUsageOID.SERVER_AUTH, days=SERVER_DAYS)
WEB = Purpose(ExtendedKeyUsageOID.SERVER_AUTH, days=WEB_DAYS, renew_days=WEB_RENEW_DAYS, begins_days_ago=2)
"""A browser knows the time, and one of Apple's counts from the beginning."""
DEVICE = Purpose(ExtendedKeyUsageOID.CLIENT_AUTH)


class Authority:
    """One hall's authority with its files in ``folder``. ca_der, ca_pem: its certificate, which every device keeps.

    before: the one that devices have which were flashed earlier, None where there was none. Both are of the same key
    and name, so what one has signed is good for who knows the other, until the one that he knows ends.
    """

    def __init__(self, folder: Path, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        self._folder = folder
        self._key = key
        self._certificate = certificate
        before = folder / BEFORE
        self.before = x509.load_pem_x509_certificate(before.read_bytes()) if before.exists() else None
        self.ca_pem = certificate.public_bytes(Encoding.PEM)
        self.ca_der = certificate.public_bytes(Encoding.DER)

    @property
    def ends(self) -> datetime.datetime:
        """When the authority itself ends; afterwards every device needs a new ca.der."""
        return self._certificate.not_valid_after_utc

    @property
    def fingerprint(self) -> str:
        """SHA-256 of its certificate, as browsers show it: AB:CD:..."""
        return self._certificate.fingerprint(hashes.SHA256()).hex(":").upper()

    def server(self, names: Iterable[str]) -> tuple[bytes, bytes]:
        """Return certificate and key, PEM, of the broker for these names and addresses, the first as its common name.

        They are kept, and made anew where the names have changed or the end is less than RENEW_DAYS away.
        """
        wanted = list(dict.fromkeys(names))
        if not wanted:
            raise AuthorityError("the broker's certificate needs a name or an address; give one in [broker] names")
        certificate, key = self._kept("server", wanted, BROKER)
        return certificate.public_bytes(Encoding.PEM), _key_bytes(key, Encoding.PEM)

    def web(self, names: Iterable[str]) -> tuple[Path, Path]:
        """Return the files, PEM, of certificate and key of the pages for these names and addresses; kept likewise."""
        self._kept("web", list(dict.fromkeys(names)), WEB)
        return self._folder / "web.crt", self._folder / "web.key"

    def device(self, name: str) -> tuple[bytes, bytes]:
        """Return certificate and key, DER, of a device; it ends with the authority, since no hub can renew it there."""
        certificate, key = self._kept(f"device-{name}", [name], DEVICE)
        return certificate.public_bytes(Encoding.DER), _key_bytes(key, Encoding.DER)

    def _kept(
        self, stem: str, names: list[str], purpose: Purpose
    ) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        path, key_path = self._folder / f"{stem}.crt", self._folder / f"{stem}.key"
        if path.exists() and key_path.exists():
            certificate, key = _read(path, key_path)
            why = self._why_anew(certificate, names, purpose)
            if why is None:
                return certificate, key
            log.warning("certificate-made-anew", str(path), why=f"{why}; it is made anew")
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._signed(key, names, purpose)
        write_private(key_path, _key_bytes(key, Encoding.PEM))
        write_private(path, certificate.public_bytes(Encoding.PEM))
        return certificate, key

    def _why_anew(self, certificate: x509.Certificate, names: list[str], purpose: Purpose) -> str | None:
        """Return in words why a kept certificate is of no more use, None where it is."""
        try:
            certificate.verify_directly_issued_by(self._certificate)
        except (InvalidSignature, ValueError, TypeError):
            return "was signed by another authority"
        if _names_of(certificate) != names:
            return f"is for {', '.join(_names_of(certificate))}, and now {', '.join(names)} are wanted"
        ends = certificate.not_valid_after_utc
        if ends - _now() < datetime.timedelta(days=purpose.renew_days) and ends < self.ends:
            return f"ends on {ends.date()}"
        if certificate.not_valid_before_utc > _now():  # it was made while the computer's clock was ahead
            return f"is not valid before {certificate.not_valid_before_utc.date()}"
        return None

    def _end_of(self, purpose: Purpose) -> datetime.datetime:
        return self.ends if purpose.days is None else min(_now() + datetime.timedelta(days=purpose.days), self.ends)

    def _signed(self, key: ec.EllipticCurvePrivateKey, names: list[str], purpose: Purpose) -> x509.Certificate:
        ago = purpose.begins_days_ago
        begins = BEGINS if ago is None else _now() - datetime.timedelta(days=ago)
        return (
            _begun(names[0], self._certificate.subject, key.public_key(), begins=begins, ends=self._end_of(purpose))
            .add_extension(x509.SubjectAlternativeName([_alternative(name) for name in names]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose.usage]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )


def load_authority(folder: Path, hall: str) -> Authority:
    """Return the hall's authority in folder, made at first use; raise AuthorityError where its files are damaged."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    path = folder / "ca.crt"
    with one_writer(path):
        certificate, key = _found_or_made(path, folder / "ca.key", hall)
        if certificate.not_valid_after_utc - _now() < datetime.timedelta(days=CA_RENEW_DAYS):
            certificate = _prolonged(path, certificate, key)
    authority = Authority(folder, key, certificate)
    before = authority.before
    if before and before.not_valid_after_utc > _now():
        ends = f"{folder / BEFORE} ends on {_end_day(before)}"
        log.warning("authority-ends", f"{ends}; give all devices a new ca.der before, with lintel flash")
    return authority


def _prolonged(path: Path, old: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    """Replace the authority's certificate by one of the same key and name that ends later, and keep the old one."""
    new = _self_signed(key, old.subject)
    write_private(path.with_name(BEFORE), old.public_bytes(Encoding.PEM))
    write_private(path, new.public_bytes(Encoding.PEM))
    ends = f"{path} is of the same key and ends on {_end_day(new)}, the one before it on {_end_day(old)}"
    log.warning("authority-prolonged", "the authority has a new certificate", why=ends)
    return new


def _end_day(certificate: x509.Certificate) -> datetime.date:
    return certificate.not_valid_after_utc.date()


def _found_or_made(path: Path, key_path: Path, hall: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    if key_path.exists() and path.exists():
        return _read(path, key_path)
    if path.exists():
        raise AuthorityError(f"{key_path} is missing; restore it, or remove {path} and give all devices a new ca.der")
    key = ec.generate_private_key(ec.SECP256R1())
    name = f"Lintel {hall} {os.urandom(4).hex()}"
    certificate = _self_signed(key, x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])]))
    # The key first: a start that was cut off in between makes both anew, since nobody has seen either.
    write_private(key_path, _key_bytes(key, Encoding.PEM))
    write_private(path, certificate.public_bytes(Encoding.PEM))
    ends = certificate.not_valid_after_utc.date()
    log.info("authority-made", f"{path}: the hall's authority was made; it ends on {ends}")
    return certificate, key


def _self_signed(key: ec.EllipticCurvePrivateKey, subject: x509.Name) -> x509.Certificate:
    name = str(subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
    ends = _now() + datetime.timedelta(days=AUTHORITY_DAYS)
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        _begun(name, subject, key.public_key(), begins=BEGINS, ends=ends)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _begun(
    name: str,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    *,
    begins: datetime.datetime,
    ends: datetime.datetime,
) -> x509.CertificateBuilder:
    """Return a certificate of a name and a key, without what it is good for."""
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])]))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )


def _alternative(name: str) -> x509.GeneralName:
    """Return a name as what it is, since who is told an address looks among addresses only (RFC 6125, 1.7.2)."""
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _names_of(certificate: x509.Certificate) -> list[str]:
    extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return [str(one.value) for one in extension.value]


def _read(path: Path, key_path: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        key = load_pem_private_key(key_path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise AuthorityError(f"{path} or {key_path}: {error}; restore both files, or remove both") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise AuthorityError(f"{key_path} is not the key of {path}; restore both files, or remove both")
    return certificate, key


def _key_bytes(key: ec.EllipticCurvePrivateKey, encoding: Encoding) -> bytes:
    return key.private_bytes(encoding, PrivateFormat.TraditionalOpenSSL, NoEncryption())


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _main(folder: str, hall: str, stem: str, *names: str) -> int:
    """Make what a hub lacks, in a program that ends then (`hub.kept_authority`)."""
    try:
        authority = load_authority(Path(folder), hall)
        if stem:
            (authority.web if stem == "web" else authority.server)(names)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(_main(*sys.argv[1:]))
