"""What the hub says of itself, at its birth and every few seconds."""

from hardware.contract import CONTRACT, DeviceState, HubStatus, encode
from hardware.version import VERSION


def beat(state: DeviceState, *, boot: int, at: int, broken: str) -> bytes:
    """Return a message of the hub's status. boot: its start number. at: hall time, ms. broken: why it keeps nothing."""
    alerts = {"journal": broken} if broken else {}
    return encode(HubStatus(state=state, boot=boot, at=at, contract=CONTRACT, version=VERSION, alerts=alerts))
