"""The lease of the bench's dispenser: four services, and a form for a printer of Chinese."""

import msgspec

_NAMES = {key: name.encode("gb18030") for key, name in zip("ABCD", ("户籍业务", "出入境", "交管", "咨询"), strict=True)}
_HEAD, _MIDDLE, _TAIL = b"\x1b@\x1ca\x01" + b"\x1b@" * 150, b"\n" + b"\x1b@" * 150, b"\n\n\x1dV\x00"
_PICTURES = ("ready", "printing", "used-up", "no-paper")
_FIELDS = {
    "id": "20261121-l00001",
    "day": "20261121",
    "given": 1_795_222_800_000,
    "until": 1_795_309_200_000,
    "utc_offset_s": 28800,
    "services": {key: [key, 801, 840, len(name)] for key, name in _NAMES.items()},
    "form": [
        ["raw", len(_HEAD)],
        ["number", 0],
        ["raw", len(_MIDDLE)],
        ["service", 0],
        ["time", 0],
        ["raw", len(_TAIL)],
    ],
    "pictures": dict.fromkeys(_PICTURES, 256),
    "w": 128,
    "h": 16,
}
_DOTS = b"".join(bytes([at + 1]) * 256 for at in range(len(_PICTURES)))
_PIECES = b"".join(_NAMES.values()) + _HEAD + _MIDDLE + _TAIL + _DOTS
LEASE = b"LEASE1\n" + msgspec.json.encode(_FIELDS) + b"\n" + _PIECES
"""The bytes of the file (docs/protocol.md, "lease")."""
READY = b"\1" * 256
"""What is on show while a press gives a ticket."""
