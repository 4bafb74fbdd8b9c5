"""What a node's network hangs on: the socket in the wall, or the access point; it can be away, or give no address."""

from pathlib import Path
from typing import Literal

Trouble = Literal["cable", "dhcp", "password", "weak"]
"""cable: it is out, or the access point is away. dhcp: nobody gives addresses. password: the access point has another.
weak: it is heard badly."""


def set_access(flash: Path, *troubles: Trouble) -> None:
    """Tell the node with this flash what is wrong from now on, nothing without words; its next look finds it."""
    file = access_file(flash)
    new = file.with_name(file.name + ".new")
    new.write_text(" ".join(troubles))
    new.replace(file)


def access_file(flash: Path) -> Path:
    """Return the file in which a node's model of its network chip looks; it need not be there."""
    return flash.absolute().with_name(flash.name + ".net")
