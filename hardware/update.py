"""A new firmware on its way to a node, in pieces that it asks for: the part of the contract for that."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

PIECE_BYTES = 2048
"""Bytes of a file that travel at once, before base64."""
MANIFEST_BYTES = 8192
ASK_AGAIN_S = 2.0
"""After so much silence a node asks again."""
GIVE_UP_S = 60.0
"""After so much silence a node forgets that it was asked to update; what it has is kept for the next offer."""

UpdateId = Annotated[
    str, Meta(pattern=r"^[0-9]{8}-u[0-9]{5}\Z", description="day-u, and a number that grows with every update")
]
SlotPath = Annotated[
    str,
    Meta(
        pattern=r"^(manifest|([a-z0-9_]{1,24}/)?[a-z0-9_]{1,24}\.mpy)\Z",
        description="a file of the firmware, or the list of its files",
    ),
]
Place = Annotated[int, Meta(ge=0, le=2**20)]


class Update(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Offers a firmware: the node fetches its manifest and what it lacks, answers `done`, and goes on as it is.

    size: of the manifest, in bytes. mac: what the manifest's last line must say, hexadecimal.
    """

    do: Literal["update"]
    id: UpdateId
    size: Annotated[int, Meta(ge=1, le=MANIFEST_BYTES)]
    mac: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z", description="HMAC-SHA256 by the node's own key")]


class Piece(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Answers a `Want`. start: where in the file the data belongs, ``from`` in JSON."""

    do: Literal["piece"]
    file: SlotPath
    start: Place = msgspec.field(name="from")
    data: Annotated[bytes, Meta(max_length=PIECE_BYTES)]


class Switch(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Start the firmware that was fetched, now; the answer is a status of the new firmware, or of the old one."""

    do: Literal["switch"]
    id: UpdateId


class Want(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a node lacks, on a topic of its own: neither kept nor numbered. start: ``from`` in JSON."""

    file: SlotPath
    start: Place = msgspec.field(name="from")
