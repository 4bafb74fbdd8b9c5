"""How a node greets its broker, and what a refusal means (OASIS mqtt-v3.1.1-os, 3.1, 3.2); loaded for a moment."""

from mqtt import packet, text, two

_REFUSALS = ("", "version", "name", "no service", "password", "not allowed")


def connect(*, name, password, keepalive_s, will_topic, will):
    """Return CONNECT: a clean session, the device's name as client and user, a retained will at QoS 1."""
    head = b"\x00\x04MQTT\x04\xee" + two(keepalive_s)
    return packet(0x10, head, text(name), text(will_topic), text(will), text(name), text(password))


def refusal(code):
    """Return in words why CONNACK said no (3.2.2.3)."""
    return _REFUSALS[code] if code < len(_REFUSALS) else str(code)
