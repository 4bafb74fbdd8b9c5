"""What a machine without an account tries at the broker's port, by MQTT and by TLS, byte by byte."""

import contextlib
import socket
import ssl
import time
from pathlib import Path

from tests.attacks.declared import attack
from tests.attacks.mqtt import RefusedError, Session, hello, packet, publish, subscribe, text
from tests.attacks.site import Site

IDLE = 600
GUESSES = 150


@attack(
    who="stranger",
    tried="Names without a password, passwords without a name, wrong and empty ones, nobody at all",
    happens="CONNACK 5, and the connection is ended",
    counted="account",
)
def without_an_account(site: Site) -> None:
    for name, words in (
        ("pad-1", None),
        ("pad-1", ""),
        ("pad-1", "wrong"),
        ("nobody", "x"),
        ("hub", "hub"),
        ("", None),
    ):
        assert _refused(site, name, password=words), (name, words)
    assert _refused(site, "pad-1", user="", password=None)


@attack(
    who="stranger",
    tried="A hundred and fifty guesses of one device's password, as fast as TLS goes",
    happens="Each is refused; 144 random bits are not guessed; that device goes on",
    counted="account",
)
def guessed_passwords(site: Site) -> None:
    before = site.counted("account")
    for at in range(GUESSES):
        assert _refused(site, "pad-1", password=f"guess-{at}")
        if at % 50 == 49:
            site.press()
    site.until(lambda: site.counted("account") >= before + GUESSES)


@attack(
    who="stranger",
    tried="Plain MQTT, HTTP, SSH and noise at the broker's TLS port",
    happens="Ended before a byte of MQTT is read",
    counted="protocol",
)
def plain_at_the_tls_port(site: Site) -> None:
    greetings = (
        hello("pad-1", password=site.passwords["pad-1"]),
        b"GET / HTTP/1.1\r\n\r\n",
        b"SSH-2.0-x\r\n",
        b"\x00" * 64,
    )
    for greeting in greetings:
        with site.plain() as sock:
            sock.sendall(greeting)
            assert _is_ended(sock)


@attack(
    who="stranger",
    tried="TLS 1.0 and 1.1, anonymous and broken ciphers, at the broker and at the pages",
    happens="No agreement, no connection",
    counted="protocol",
)
def older_tls(site: Site) -> None:
    for port in (site.port, site.web):
        for version, ciphers in ((ssl.TLSVersion.TLSv1_1, "ALL"), (ssl.TLSVersion.TLSv1_2, "aNULL:eNULL")):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            with contextlib.suppress(ssl.SSLError):
                context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
            _bind_version(context, version)
            with site.plain(port) as sock:
                try:
                    context.wrap_socket(sock).close()
                except (ssl.SSLError, ConnectionError):
                    continue
            raise AssertionError(f"{version} {ciphers} at {port}")


MALFORMED = {
    "a length of five bytes": b"\x10\xff\xff\xff\xff\xff",
    "a length of 256 MB": b"\x10\xff\xff\xff\x7f",
    "PUBLISH before CONNECT": publish("x", b"x"),
    "SUBSCRIBE before CONNECT": subscribe("#"),
    "no such kind of packet": b"\x00\x00",
    "a CONNECT without an end": packet(0x10, text("MQTT") + b"\x04"),
    "a protocol of another name": packet(0x10, text("MQIsdpX") + b"\x03\x02\x00\x3c" + text("a")),
    "a level that is none": packet(0x10, text("MQTT") + b"\x09\x02\x00\x3c" + text("a")),
    "reserved flags": packet(0x10, text("MQTT") + b"\x04\x03\x00\x3c" + text("a")),
    "a will of quality 3": packet(0x10, text("MQTT") + b"\x04\x1e\x00\x3c" + text("a") + text("t") + text("p")),
    "a name that is no UTF-8": packet(0x10, text("MQTT") + b"\x04\x02\x00\x3c\x00\x02\xff\xfe"),
}
MALFORMED_LATER = {
    "a second CONNECT": hello("pad-1", password="x"),
    "no such kind of packet": b"\x00\x00",
    "PUBLISH of quality 3": packet(0x36, text("a") + b"\0\1x"),
    "PUBLISH to a wildcard": publish("hall/#", b"x"),
    "PUBLISH to no UTF-8": packet(0x30, b"\0\2\xff\xfex"),
    "PUBLISH of a topic longer than itself": packet(0x30, b"\xff\xffx"),
    "SUBSCRIBE to a broken wildcard": subscribe("a/#/b"),
    "SUBSCRIBE of reserved flags": packet(0x80, b"\0\1" + text("a") + b"\0"),
    "SUBSCRIBE to nothing": packet(0x82, b"\0\1"),
    "CONNACK from a client": packet(0x20, b"\0\0"),
}


@attack(
    who="stranger",
    tried="Malformed MQTT, " + "; ".join(MALFORMED),
    happens="Ended at once",
    counted="protocol",
)
def malformed_mqtt(site: Site) -> None:
    for what, data in MALFORMED.items():
        with site.connect() as sock:
            sock.sendall(data)
            if what != "a CONNECT without an end":
                assert _is_ended(sock), what


@attack(
    who="device",
    tried="Malformed MQTT after a good greeting, " + "; ".join(MALFORMED_LATER),
    happens="Its own connection is ended",
    counted="protocol",
)
def malformed_after_the_greeting(site: Site) -> None:
    name = site.bad_name()
    for what, data in MALFORMED_LATER.items():
        bad = site.bad(name)
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            bad.send(data)
        assert bad.is_ended(), what


@attack(
    who="stranger",
    tried="Six hundred connections to the broker that say nothing, and fifty that say a byte now and then",
    happens="Devices come in beside them: the broker may have 16,384 files open",
    counted="protocol",
)
def half_open(site: Site) -> None:
    held = [site.plain() for _ in range(IDLE)]
    slow = [site.connect() for _ in range(50)]
    try:
        for byte in hello("pad-1", password="x")[:3]:
            for sock in slow:
                sock.sendall(bytes([byte]))
            site.press()
        began = time.monotonic()
        site.bad().close()
        assert time.monotonic() - began < 5
        limits = Path(f"/proc/{site.broker_pid}/limits").read_text()
        assert int(limits.partition("Max open files")[2].split()[0]) >= 16384
    finally:
        for sock in (*held, *slow):
            sock.close()


@attack(
    who="stranger",
    tried="Looks for other ports of the hub and its broker",
    happens="Two listen: the broker's and that of the pages",
    counted="",
)
def other_ports(site: Site) -> None:
    found = {port for pid in (site.hub_pid, site.broker_pid) for port in listening(pid)}
    assert found == {site.port, site.web}


def _refused(site: Site, name: str, **words: str | None) -> bool:
    try:
        Session(site.connect(), name, **words).close()  # type: ignore[arg-type]
    except (RefusedError, ConnectionError):
        return True
    return False


def _bind_version(context: ssl.SSLContext, version: ssl.TLSVersion) -> None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version


def _is_ended(sock: socket.socket) -> bool:
    sock.settimeout(10)
    try:
        while sock.recv(4096):
            pass
    except (ConnectionError, ssl.SSLError):
        pass
    return True


def listening(pid: int) -> set[int]:
    """Return the TCP ports at which a process listens."""
    inodes = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            inodes.add(str(link.readlink()).removeprefix("socket:[").removesuffix("]"))
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and words[9] in inodes:
                found.add(int(words[1].rpartition(":")[2], 16))
    return found
