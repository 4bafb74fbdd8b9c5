"""What is read of a certificate without a library, against that library; and an authority that is only looked at."""

import sys
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from hub import kept_authority
from hub.authority import AUTHORITY_DAYS, SERVER_DAYS, load_authority
from hub.certificate import AuthorityError, read_certificate
from hub.kept_authority import BEFORE, CA_RENEW_DAYS, SERVER_RENEW_DAYS, WEB_RENEW_DAYS, KeptAuthority

NAMES = ["hub.lintel", "192.168.10.2", "::1", "localhost"]
AUTHORITIES = [*Path("/etc/ssl/certs").glob("*.pem")][:200]


def later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    moment = datetime.now(UTC) + timedelta(days=days)
    monkeypatch.setattr(kept_authority, "_now", lambda: moment)


def test_it_reads_what_the_library_reads(tmp_path: Path) -> None:
    made = load_authority(tmp_path, "donghu")
    made.server(NAMES)
    made.web(NAMES)
    for name in ("server.crt", "web.crt", "ca.crt"):
        theirs = x509.load_pem_x509_certificate((tmp_path / name).read_bytes())
        ours = read_certificate(tmp_path / name)
        assert (ours.begins, ours.ends) == (theirs.not_valid_before_utc, theirs.not_valid_after_utc)
        assert ours.fingerprint == theirs.fingerprint(hashes.SHA256()).hex(":").upper()
    assert read_certificate(tmp_path / "server.crt").names == tuple(NAMES)
    own = read_certificate(tmp_path / "ca.crt")
    assert own.names[0].startswith("Lintel donghu ")
    assert read_certificate(tmp_path / "web.crt").by == own.key != b""


def test_it_reads_the_certificates_of_the_world_too() -> None:
    """A station's own, or another broker's authority, is made by whatever program they have."""
    if not AUTHORITIES:
        pytest.skip("this computer has no authorities")
    for path in AUTHORITIES:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # one of them has the serial number 0
            theirs = x509.load_pem_x509_certificate(path.read_bytes())
        assert read_certificate(path).ends == theirs.not_valid_after_utc


@pytest.mark.parametrize("text", ["", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_what_is_none_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.crt").write_text(text)
    with pytest.raises(ValueError, match=r"a\.crt: no certificate; give one in PEM"):
        read_certificate(tmp_path / "a.crt")


def test_it_is_made_once_and_then_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = KeptAuthority(tmp_path / "authority", "donghu")
    first, web = kept.server(NAMES), kept.web(NAMES)[0].read_bytes()
    monkeypatch.setattr(sys, "executable", "/nowhere")  # what is well is not made again
    again = KeptAuthority(tmp_path / "authority", "donghu")
    assert (again.server(NAMES), again.web(NAMES)[0].read_bytes(), again.ca_pem) == (first, web, kept.ca_pem)
    for days in (SERVER_DAYS - SERVER_RENEW_DAYS + 1, AUTHORITY_DAYS - CA_RENEW_DAYS + 1):
        later(monkeypatch, days)
        with pytest.raises(FileNotFoundError):
            again.server(NAMES)
    later(monkeypatch, 397 - WEB_RENEW_DAYS + 1)
    with pytest.raises(FileNotFoundError):
        again.web(NAMES)
    later(monkeypatch, -3)
    with pytest.raises(FileNotFoundError):
        again.web(NAMES)


def test_other_names_and_another_authority_make_it_anew(tmp_path: Path) -> None:
    kept = KeptAuthority(tmp_path, "donghu")
    first = kept.server(NAMES)
    second = kept.server(["hub.lintel"])
    assert second != first
    load_authority(tmp_path / "other", "donghu").server(["hub.lintel"])
    for name in ("server.crt", "server.key"):
        (tmp_path / "other" / name).replace(tmp_path / name)
    assert kept.server(["hub.lintel"]) != second
    leaf = x509.load_pem_x509_certificate(kept.server(["hub.lintel"])[0])
    leaf.verify_directly_issued_by(x509.load_pem_x509_certificate(kept.ca_pem))


def test_a_damaged_authority_is_refused_in_one_sentence(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    made = load_authority(tmp_path, "donghu")
    (tmp_path / BEFORE).write_bytes(made.ca_pem)
    KeptAuthority(tmp_path, "donghu")
    assert "give all devices a new ca.der before" in caplog.text
    (tmp_path / "ca.key").unlink()
    with pytest.raises(AuthorityError, match=r"^\S+ca\.key is missing; restore it"):
        KeptAuthority(tmp_path, "donghu")
