"""The hall's secrets: a password and an update key for every device, and the key of the tickets' check codes.

They are made when they are first needed.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from hardware.logs import Log
from hub.as_owner import give
from hub.durable import settle
from hub.lock import one_writer

CHECK_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Nothing that is read wrongly from thermal paper: no 0 and O, no 1 and I."""


log = Log(__name__)


class SecretsError(ValueError):
    """The file of secrets cannot be used; the sentence says what to do."""


class Secrets(Struct, kw_only=True):
    """passwords: account of the broker (each device, reader, the hub, the maintainer) to password. key: hexadecimal.

    keys: device to its update key, 64 hexadecimal digits, which signs the firmware that this node and no other takes.
    """

    passwords: dict[str, str]
    key: Annotated[str, Meta(pattern=r"^([0-9a-f]{2})+\Z")]
    keys: dict[str, str] = {}

    def only(self, accounts: Iterable[str]) -> "Secrets":
        """Return the same without the passwords of anybody else, such as a device that the hall has no more."""
        return Secrets(passwords={name: self.passwords[name] for name in accounts}, key=self.key)

    def check_code(self, day: str, number: str) -> str:
        """Return the four letters that tell a ticket of this hall from a copied number."""
        digest = bytes.fromhex(self.digest(f"{day} {number}"))
        return "".join(CHECK_LETTERS[byte % len(CHECK_LETTERS)] for byte in digest[:4])

    def digest(self, text: str) -> str:
        """Return a hexadecimal digest of a text that only this hall can make."""
        return hmac.new(bytes.fromhex(self.key), text.encode(), hashlib.sha256).hexdigest()


def reader_account(reader: str) -> str:
    """Return the broker's account of a reader. mosquitto's patterns of access are for nobody whose name has a plus."""
    return f"reader+{reader}"


def tell_if_lost(path: Path, journal: Path) -> None:
    """Say so where a hall that has worked has no secrets any more: those that are made now, no device has."""
    if journal.exists() and not path.exists():
        remedy = "no device comes in with what it has; end the hub and restore the last copy, or flash all devices"
        log.error("secrets-lost", f"{path} is gone and is made anew: {remedy}")


def load_secrets(path: Path, accounts: Iterable[str]) -> Secrets:
    """Return the secrets at path, with a password for every account; what is missing is made and kept."""
    return _with_all(path, accounts, lambda found: found.passwords, lambda: secrets.token_urlsafe(18))


def update_keys(path: Path, devices: Iterable[str]) -> dict[str, str]:
    """Return device to update key (64 hexadecimal digits) for these at least; what is missing is made and kept."""
    return _with_all(path, devices, lambda found: found.keys, lambda: secrets.token_hex(32)).keys


def _with_all(
    path: Path, names: Iterable[str], table: Callable[[Secrets], dict[str, str]], make: Callable[[], str]
) -> Secrets:
    """Return the secrets at path, of which a table has one for every name; what is missing is made and kept."""
    with one_writer(path):
        found = _read(path)
        missing = [name for name in names if name not in table(found)]
        if missing:
            table(found).update({name: make() for name in missing})
            _keep(path, found)
    return found


def _read(path: Path) -> Secrets:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Secrets)
    except FileNotFoundError:
        return Secrets(passwords={}, key=secrets.token_hex(32))
    except OSError as error:
        raise SecretsError(f"{path}: {error.strerror}; it has to be a file of the hub's user, 0600") from error
    except msgspec.MsgspecError as error:
        raise SecretsError(f"{path}: {error}; restore it, or remove it and give all devices new passwords") from error


def _keep(path: Path, found: Secrets) -> None:
    write_private(path, msgspec.json.format(msgspec.json.encode(found), indent=1))


def write_private(path: Path, data: bytes) -> None:
    """Replace the file at path whole, readable by its owner only; durable when this returns.

    What root writes into the hub's folder is the hub's, or it could not read its own secrets afterwards.
    """
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    with new.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    give(path.parent, new)
    new.replace(path)
    settle(path.parent)
