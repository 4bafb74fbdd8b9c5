"""What a node's network hangs on: the socket in the wall, or the access point; it can be away, or give no address."""

from pathlib import Path

import msgspec


class Access(msgspec.Struct, kw_only=True, omit_defaults=True):
    """How it is. cable: a cable is in, or the access point is there. dhcp: somebody gives addresses.

    ssid, password: of the access point; None takes every station. rssi: how strong it is heard, dBm.
    """

    cable: bool = True
    dhcp: bool = True
    ssid: str | None = None
    password: str | None = None
    rssi: int = -60


def set_access(flash: Path, access: Access) -> None:
    """Tell the node with this flash how it is from now on; its next look finds it."""
    file = access_file(flash)
    new = file.with_name(file.name + ".new")
    new.write_bytes(msgspec.json.encode(access))
    new.replace(file)


def access_file(flash: Path) -> Path:
    """Return the file in which a node's model of its network chip looks; it need not be there."""
    return flash.absolute().with_name(flash.name + ".net")
