"""The packets of MQTT 3.1.1 that a node sends and understands (OASIS mqtt-v3.1.1-os, chapter 3)."""

CONNACK = 2
PUBLISH = 3
SUBACK = 9

PINGREQ = b"\xc0\x00"
DISCONNECT = b"\xe0\x00"

_REFUSALS = ("", "version", "name", "no service", "password", "not allowed")


def connect(*, name, password, keepalive_s, will_topic, will):
    """Return CONNECT: a clean session, the device's name as client and user, a retained will at QoS 1 (3.1)."""
    head = b"\x00\x04MQTT\x04\xee" + _two(keepalive_s)
    return _packet(0x10, head, _text(name), _text(will_topic), _text(will), _text(name), _text(password))


def subscribe(packet_id, topics):
    """Return SUBSCRIBE to all topics at QoS 1 (3.8)."""
    return _packet(0x82, _two(packet_id), b"".join([_text(topic) + b"\x01" for topic in topics]))


def publish(packet_id, topic, payload, is_retained):
    """Return PUBLISH at QoS 1 (3.3)."""
    return _packet(0x33 if is_retained else 0x32, _text(topic), _two(packet_id), payload)


def puback(packet_id):
    """Return PUBACK (3.4)."""
    return b"\x40\x02" + _two(packet_id)


def refusal(code):
    """Return in words why CONNACK said no (3.2.2.3)."""
    return _REFUSALS[code] if code < len(_REFUSALS) else str(code)


def topic_and_id(body, qos):
    """Return topic, packet id (0 at QoS 0) and where the payload begins in a PUBLISH's body, or None if it is cut."""
    if len(body) < 2:
        return None
    end = 2 + (body[0] << 8 | body[1])
    start = end + 2 if qos else end
    if start > len(body):
        return None
    return bytes(body[2:end]), (body[end] << 8 | body[end + 1]) if qos else 0, start


def _packet(kind, *fields):
    length = 0
    for field in fields:
        length += len(field)
    packet = bytearray([kind])
    while length > 0x7F:
        packet.append(length & 0x7F | 0x80)
        length >>= 7
    packet.append(length)
    for field in fields:
        packet.extend(field)
    return packet


def _text(value):
    data = value if isinstance(value, bytes) else value.encode()
    return _two(len(data)) + data


def _two(number):
    return bytes((number >> 8, number & 0xFF))
