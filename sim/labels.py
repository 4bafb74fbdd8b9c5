"""What is printed on the key caps of a hall's devices."""

from hub.config import Device, Hall
from hub.rules.plan import ORDINARY
from sim.changes import KeyNow

PAD = {"next": "顺呼", "recall": "重呼", "no-show": "弃号", "finish": "结束"}


def keys_of(hall: Hall, device: Device) -> tuple[KeyNow, ...]:
    """Return a device's keys in the order of its board."""
    keys = hall.boards[device.name].keys
    if not keys:
        return ()
    if device.kind == "dispenser":
        return tuple(_dispenser_key(hall, device, key) for key in keys.pins)
    return tuple(KeyNow(key=key, cap="", label=PAD.get(key, key), used=key in PAD) for key in keys.pins)


def _dispenser_key(hall: Hall, device: Device, key: str) -> KeyNow:
    """A class is never shown in public, so a key for one only says that it is the guide's."""
    gives = device.keys.get(key)
    if gives:
        label = hall.service_name(gives.service)
        return KeyNow(key=key, cap=key, label=label if gives.klass == ORDINARY else f"{label}（引导员）")
    names = {service.code: service.name for service in hall.services}
    return KeyNow(key=key, cap=key, label=names.get(key, "未启用"), used=key in names)
