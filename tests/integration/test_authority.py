"""The hall's own authority, and the broker's certificates by it: kept, renewed in time, and refused when damaged."""

import asyncio
import datetime
import ssl
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from msgspec import structs

from hardware.contract import HUB
from hardware.link import Address
from hub import authority as module
from hub.authority import AUTHORITY_DAYS, RENEW_DAYS, SERVER_DAYS, AuthorityError, load_authority
from hub.broker import Broker
from hub.broker_checks import in_the_clear
from hub.broker_tls import BrokerTls, ca_of
from hub.cli.main import main
from hub.config import HallError, load_hall
from hub.outside_file import BrokerTable
from hub.secrets import load_secrets
from sim.ports import free_port

NAMES = ["hub.lintel", "192.168.10.2", "127.0.0.1"]
HALL_FILE = Path(__file__).parents[2] / "examples" / "two-counters.toml"


def in_days(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Let it be so many days later."""
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
    monkeypatch.setattr(module, "_now", lambda: later)


def test_an_authority_is_made_once_and_keeps_its_keys_to_itself(tmp_path: Path) -> None:
    folder = tmp_path / "authority"
    made = load_authority(folder, "donghu")
    server, device = made.server(NAMES), made.device("dispenser-1")
    again = load_authority(folder, "donghu")
    assert (again.ca_pem, again.ca_der) == (made.ca_pem, made.ca_der)
    assert (again.server(NAMES), again.device("dispenser-1")) == (server, device)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert ssl.PEM_cert_to_DER_cert(made.ca_pem.decode()) == made.ca_der


def test_its_certificates_are_for_their_names_and_valid_for_a_board_without_a_clock(tmp_path: Path) -> None:
    made = load_authority(tmp_path, "donghu")
    found = x509.load_pem_x509_certificate(made.server(NAMES)[0])
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in names] == NAMES
    assert found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "hub.lintel"
    authority = x509.load_der_x509_certificate(made.ca_der)
    assert {one.not_valid_before_utc.year for one in (found, authority)} == {2000}
    days = [(one.not_valid_after_utc - datetime.datetime.now(datetime.UTC)).days for one in (found, authority)]
    assert days == [SERVER_DAYS - 1, AUTHORITY_DAYS - 1]
    device = x509.load_der_x509_certificate(made.device("dispenser-1")[0])
    assert device.not_valid_after_utc == authority.not_valid_after_utc


def test_a_certificate_is_renewed_before_it_ends_and_where_names_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made = load_authority(tmp_path, "donghu")
    first = made.server(NAMES)
    in_days(monkeypatch, SERVER_DAYS - RENEW_DAYS - 2)
    assert made.server(NAMES) == first
    in_days(monkeypatch, SERVER_DAYS - RENEW_DAYS + 1)
    second = made.server(NAMES)
    assert second != first
    assert "server.crt: ends on " in caplog.text
    third = made.server(["hub.lintel"])
    assert third != second
    assert "and now hub.lintel are wanted" in caplog.text
    in_days(monkeypatch, AUTHORITY_DAYS - 100)
    last = made.server(["hub.lintel"])
    assert made.server(["hub.lintel"]) == last
    load_authority(tmp_path, "donghu")
    assert "give all devices a new ca.der before" in caplog.text


@pytest.mark.parametrize("lost", ["ca.key", "both damaged", "another key"])
def test_a_damaged_authority_is_refused_with_what_to_do(tmp_path: Path, lost: str) -> None:
    load_authority(tmp_path, "donghu")
    if lost == "ca.key":
        (tmp_path / "ca.key").unlink()
    elif lost == "both damaged":
        (tmp_path / "ca.crt").write_text("x")
    else:
        load_authority(tmp_path / "other", "donghu")
        (tmp_path / "other" / "ca.key").replace(tmp_path / "ca.key")
    with pytest.raises(AuthorityError, match=r"restore"):
        load_authority(tmp_path, "donghu")


async def test_a_running_broker_gets_a_new_certificate_without_cutting_anybody_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = load_authority(tmp_path / "authority", "donghu")
    address = Address(host="127.0.0.1", port=free_port(), ca=ca_of(tmp_path))
    tls = BrokerTls(authority=made, folder=tmp_path, names=["127.0.0.1"])
    secrets = load_secrets(tmp_path / "secrets.json", [HUB])
    broker = Broker(folder=tmp_path, address=address, hall="donghu", secrets=secrets, tls=tls)
    await broker.start()
    try:
        reader, writer, first = await _connected(address)
        assert not broker.renew()
        in_days(monkeypatch, SERVER_DAYS)
        assert broker.renew()
        async with asyncio.timeout(5):
            while True:
                _, other, second = await _connected(address)
                other.close()
                await other.wait_closed()
                if second != first:
                    break
        assert not reader.at_eof()
        writer.close()
        await writer.wait_closed()
    finally:
        await broker.stop()


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('own = false\nhost = "192.168.10.2"\ntls = true', "tls is for Lintel's own broker"),
        ('tls = true\nca = "ca.pem"', "leave ca out"),
        ('ca = "ca.pem"', "ca is of a broker that already runs"),
        ('names = ["hub.lintel"]', "say tls = true"),
    ],
)
def test_settings_of_tls_that_nobody_would_follow_are_refused(tmp_path: Path, table: str, words: str) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(HALL_FILE.read_text() + f"\n[broker]\n{table}\n")
    with pytest.raises(HallError, match=words):
        load_hall(file)


@pytest.mark.req("M48")
@pytest.mark.parametrize(
    ("host", "tls", "speaks", "warned"),
    [
        ("127.0.0.1", None, False, False),
        ("localhost", None, False, False),
        ("::1", None, False, False),
        ("127.0.0.1", True, True, False),
        ("192.168.10.2", None, True, False),
        ("0.0.0.0", None, True, False),
        ("::", None, True, False),
        ("::ffff:192.168.10.2", None, True, False),
        ("hub.lintel", None, True, False),
        ("localhost.evil", None, True, False),
        ("192.168.10.2", False, False, True),
        ("127.0.0.1", False, False, False),
    ],
)
def test_what_listens_to_the_network_speaks_tls(host: str, tls: bool | None, speaks: bool, warned: bool) -> None:
    table = BrokerTable(host=host, tls=tls)
    assert table.speaks_tls(host) is speaks
    file = structs.replace(load_hall(HALL_FILE).file, broker=table)
    assert ("in the clear" in in_the_clear(file, host)) is warned
    another = structs.replace(file, broker=BrokerTable(own=False, host=host))
    assert (another.broker.speaks_tls(host), in_the_clear(another, host)) == (False, "")


def test_check_says_that_passwords_can_be_heard(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(HALL_FILE.read_text() + '\n[broker]\nhost = "192.168.10.2"\ntls = false\n')
    assert main(["check", str(file)]) == 0
    assert "tls = false at 192.168.10.2: every password goes over the network in the clear" in capsys.readouterr().out


async def _connected(address: Address) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, bytes]:
    """Return a connection by TLS, and the certificate that the broker has shown."""
    context = ssl.create_default_context(cafile=str(address.ca))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    reader, writer = await asyncio.open_connection(address.host, address.port, ssl=context)
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    return reader, writer, shown
