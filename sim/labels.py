"""What is printed on the key caps of a hall's devices."""

from hub.config import Device, Hall
from hub.rules.plan import ORDINARY
from hub.words import LEVELS
from sim.changes import KeyNow

RATINGS = {f"r{level}": words for level, words in LEVELS.items()}
CAPS = {
    "next": "顺呼",
    "recall": "重呼",
    "no-show": "弃号",
    "finish": "结束",
    "menu": "功能",
    "ok": "确认",
    **{f"d{digit}": str(digit) for digit in range(10)},
    **RATINGS,
}
AT_COUNTER = {"next", "recall", "no-show", "finish"}
"""What keys do that a desk's board has too, where it does nothing."""


def keys_of(hall: Hall, device: Device) -> tuple[KeyNow, ...]:
    """Return a device's keys in the order of its board."""
    keys = hall.boards[device.name].keys
    if not keys:
        return ()
    if device.kind == "dispenser":
        return tuple(_dispenser_key(hall, device, key) for key in keys.names())
    return tuple(
        KeyNow(key=key, cap=_digit(key), label=CAPS.get(key, key), used=_is_used(hall, device, key))
        for key in keys.names()
    )


def _is_used(hall: Hall, device: Device, key: str) -> bool:
    return key in CAPS and not (device.counter is None and hall.pad_keys.get(key) in AT_COUNTER)


def _digit(key: str) -> str:
    """Return the digit on a rating key, by which its pad asks for an aspect; empty on other keys."""
    return str(6 - int(key[1])) if key in RATINGS else ""


def _dispenser_key(hall: Hall, device: Device, key: str) -> KeyNow:
    """A class is never shown in public: its key says that it is the guide's, or that one may claim to go first."""
    gives = device.keys.get(key)
    if gives and gives.guide:
        return KeyNow(key=key, cap=key, label=f"{hall.service_name(gives.guide)}指南")
    if gives:
        label = hall.service_name(gives.service)
        if gives.claim:
            return KeyNow(key=key, cap=key, label=f"{label}优先")
        return KeyNow(key=key, cap=key, label=label if gives.klass == ORDINARY else f"{label}（引导员）")
    names = {service.code: service.name for service in hall.services}
    return KeyNow(key=key, cap=key, label=names.get(key, "未启用"), used=key in names)
