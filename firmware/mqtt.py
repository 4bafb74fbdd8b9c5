"""The packets of MQTT 3.1.1 that a node sends and understands (OASIS mqtt-v3.1.1-os, chapter 3)."""

CONNACK = 2
PUBLISH = 3
SUBACK = 9

PINGREQ = b"\xc0\x00"


def subscribe(packet_id, topics):
    """Return SUBSCRIBE to all topics at QoS 1 (3.8)."""
    return packet(0x82, two(packet_id), b"".join([text(topic) + b"\x01" for topic in topics]))


def publish(packet_id, topic, payload, is_retained):
    """Return PUBLISH at QoS 1 (3.3)."""
    return packet(0x33 if is_retained else 0x32, text(topic), two(packet_id), payload)


def puback(packet_id):
    """Return PUBACK (3.4)."""
    return b"\x40\x02" + two(packet_id)


def topic_and_id(body, qos):
    """Return topic, packet id (0 at QoS 0) and where the payload begins in a PUBLISH's body, or None if it is cut."""
    if len(body) < 2:
        return None
    end = 2 + (body[0] << 8 | body[1])
    start = end + 2 if qos else end
    if start > len(body):
        return None
    return bytes(body[2:end]), (body[end] << 8 | body[end + 1]) if qos else 0, start


def packet(kind, *fields):
    """Return a packet of a kind with its fields, in bytes (2.2)."""
    length = 0
    for field in fields:
        length += len(field)
    found = bytearray([kind])
    while length > 0x7F:
        found.append(length & 0x7F | 0x80)
        length >>= 7
    found.append(length)
    for field in fields:
        found.extend(field)
    return found


def text(value):
    """Return a text or bytes with its length before it (1.5.3)."""
    data = value if isinstance(value, bytes) else value.encode()
    return two(len(data)) + data


def two(number):
    """Return a number as two bytes, the higher one first (1.5.2)."""
    return bytes((number >> 8, number & 0xFF))
