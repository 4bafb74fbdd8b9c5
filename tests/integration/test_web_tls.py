"""HTTPS of the pages, at the port of HTTP: whom it is shown to, what may go in the clear, how it is renewed."""

import asyncio
import datetime
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from hub import authority as authority_module
from hub.authority import WEB_DAYS, WEB_RENEW_DAYS, Authority, load_authority
from hub.config import Hall, load_hall
from hub.screen_file import WebTable
from hub.web.headers import Guarded
from hub.web.hosted import HostedServer
from hub.web.tls import CertificateError, WebTls, names_of_pages

HALL_FILE = Path(__file__).parents[2] / "examples" / "two-counters.toml"
FROM_LAN = {"x-forwarded-for": "192.168.10.7"}
"""What a proxy on the hub's own computer says of whom it passes on: the server then takes that for who asks."""
LIMIT_S = 5.0


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope)
    await PlainTextResponse(f"{request.url.scheme} {request.url.path}")(scope, receive, send)


def _hall(folder: Path, **web: str) -> Hall:
    file = folder / "hall.toml"
    file.write_text(HALL_FILE.read_text(encoding="utf-8"), encoding="utf-8")
    hall = load_hall(file)
    return replace(hall, file=replace(hall.file, web=WebTable(host="0.0.0.0", port=8610, **web)))


@asynccontextmanager
async def served(tls: WebTls) -> AsyncIterator[int]:
    sock = socket.create_server(("127.0.0.1", 0))
    port = int(sock.getsockname()[1])
    server = HostedServer(Guarded(_echo, has_tls=True), sock, tls.context)
    server.start()
    try:
        yield port
    finally:
        await server.close()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return load_authority(tmp_path / "authority", "donghu")


@pytest.fixture
def tls(tmp_path: Path, authority: Authority) -> WebTls:
    return WebTls(_hall(tmp_path), authority)


def trusting(authority: Authority) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=authority.ca_pem.decode())
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


@pytest.mark.req("M48")
async def test_one_port_speaks_both_and_what_is_secret_goes_by_tls(tls: WebTls, authority: Authority) -> None:
    async with served(tls) as port, httpx.AsyncClient(verify=trusting(authority)) as client:
        plain, secure = f"http://127.0.0.1:{port}", f"https://127.0.0.1:{port}"
        assert (await client.get(f"{secure}/staff")).text == "https /staff"
        assert (await client.get(f"{plain}/staff")).text == "http /staff", "of the hub's own computer nothing leaves"
        for path in ("/", "/t/CODE", "/screen/a", "/trust", "/staffx"):
            assert (await client.get(f"{plain}{path}", headers=FROM_LAN)).text == f"http {path}"
        sent = await client.get(f"{plain}/staff/in?next=%2Fstaff", headers=FROM_LAN)
        assert (sent.status_code, sent.headers["location"]) == (307, f"{secure}/staff/in?next=%2Fstaff")
        for method, path in (("POST", "/staff/in"), ("GET", "/api/v1/hall"), ("GET", "/metrics"), ("PUT", "/staff")):
            assert (await client.request(method, f"{plain}{path}", headers=FROM_LAN)).status_code == 403, path
        odd = await client.get(f"{plain}/staff", headers={**FROM_LAN, "host": "evil/x"})
        assert odd.status_code == 403


async def test_a_browser_that_has_come_by_tls_is_told_to_stay_with_it(tls: WebTls, authority: Authority) -> None:
    async with served(tls) as port, httpx.AsyncClient(verify=trusting(authority)) as client:
        from_lan = await client.get(f"https://127.0.0.1:{port}/", headers={**FROM_LAN, "x-forwarded-proto": "https"})
        assert from_lan.headers["strict-transport-security"] == "max-age=2592000"
        within = await client.get(f"https://127.0.0.1:{port}/")
        assert "strict-transport-security" not in within.headers, "localhost is every program's name"
        assert "strict-transport-security" not in (await client.get(f"http://127.0.0.1:{port}/")).headers


async def test_old_tls_and_other_authorities_are_refused(tls: WebTls, tmp_path: Path) -> None:
    async with served(tls) as port:
        other = load_authority(tmp_path / "other", "donghu")
        async with httpx.AsyncClient(verify=trusting(other)) as client:
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await client.get(f"https://127.0.0.1:{port}/")
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await asyncio.open_connection("127.0.0.1", port, ssl=old)


async def test_a_certificate_is_renewed_while_people_are_connected(
    tls: WebTls, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(tls) as port:
        reader, writer, first = await _connected(port, authority)
        assert not tls.renew()
        later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=WEB_DAYS - WEB_RENEW_DAYS)
        monkeypatch.setattr(authority_module, "_now", lambda: later)
        assert tls.renew()
        _, other, second = await _connected(port, authority, at=later)
        other.close()
        assert second != first
        writer.write(b"GET / HTTP/1.1\r\nHost: hub\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200"), "who was connected is not cut off"
        writer.close()


def test_what_browsers_want_of_a_certificate(tls: WebTls, tmp_path: Path) -> None:
    found = x509.load_pem_x509_certificate((tmp_path / "authority" / "web.crt").read_bytes())
    assert found.not_valid_after_utc - found.not_valid_before_utc == datetime.timedelta(days=WEB_DAYS + 2)
    assert WEB_DAYS + 2 < 825
    named = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {"127.0.0.1", "localhost", socket.gethostname()} <= {str(one.value) for one in named}
    assert (tmp_path / "authority" / "web.key").stat().st_mode & 0o777 == 0o600


def test_a_hall_from_which_no_way_leads_out_is_called_by_the_address_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.web.tls._own_address", lambda _host: "")
    file = tmp_path / "hall.toml"
    hall = '[hall]\nid = "small"\nname = "厅"\n[[services]]\ncode = "A"\nname = "户籍"\n[[counters]]\nnumber = 1\n'
    file.write_text(f'{hall}[broker]\nhost = "192.168.10.2"\n[web]\nport = 8610\nhost = "0.0.0.0"\n', "utf-8")
    assert "192.168.10.2" in names_of_pages(load_hall(file))


def test_a_certificate_of_a_clock_that_was_ahead_is_made_anew(
    tls: WebTls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=400)
    monkeypatch.setattr(authority_module, "_now", lambda: earlier)
    assert tls.renew()
    found = x509.load_pem_x509_certificate((tmp_path / "authority" / "web.crt").read_bytes())
    assert found.not_valid_before_utc < earlier


async def test_a_station_may_have_a_certificate_of_its_own(tmp_path: Path) -> None:
    """Such as one of the police network's authority, which phones and PCs know already."""
    units = load_authority(tmp_path / "units", "unit")
    for file, path in zip(units.web(["127.0.0.1"]), (tmp_path / "own.crt", tmp_path / "own.key"), strict=True):
        path.write_bytes(file.read_bytes())
    tls = WebTls(_hall(tmp_path, certificate="own.crt", key="own.key"), None)
    async with served(tls) as port:
        _, writer, shown = await _connected(port, units)
        writer.close()
        assert ssl.DER_cert_to_PEM_cert(shown) == (tmp_path / "own.crt").read_text()
    (tmp_path / "own.key").write_bytes((tmp_path / "units" / "ca.key").read_bytes())
    with pytest.raises(CertificateError, match=r"own\.crt and .*own\.key cannot be used .* give both in PEM"):
        WebTls(_hall(tmp_path, certificate="own.crt", key="own.key"), None)


async def _connected(
    port: int, authority: Authority, at: datetime.datetime | None = None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, bytes]:
    """Return a connection, and the certificate that was shown. at: for whom that is to be valid; None: for now."""
    context = trusting(authority)
    if at:
        context.verify_flags |= 0x200000  # X509_V_FLAG_NO_CHECK_TIME: this computer's clock is not there yet
    reader, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port, ssl=context), LIMIT_S)
    return reader, writer, writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
