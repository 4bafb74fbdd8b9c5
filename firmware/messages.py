"""What the hub says, checked; docs/protocol.md is the contract. What is wrong anywhere is refused as a whole.

Keys that are not known here are passed over, so that a newer hub can drive an older node.
"""

from checks import COUNT_MAX, BadMessageError, base64, number, of_kind, parsed, whole

VIEW_BYTES = 4096
JOB_BYTES = 6144
STATUS_BYTES = 1024
JOB_PART_BYTES = 4096
CONTRACT = 1

_MOTIONS = ("still", "flip", "scroll", "blink")
_LAMPS = ("off", "on", "blink")
_STATES = ("init", "ready", "disconnected", "sleeping", "lost")


class Picture:
    """Pixels for a panel: h rows of ceil(w / 8) bytes, leftmost pixel in the highest bit, and how they move.

    bits is a bytearray, since framebuf takes nothing else.
    """

    def __init__(self, w, h, bits, motion, pace_ms):
        self.w = w
        self.h = h
        self.bits = bits
        self.motion = motion
        self.pace_ms = pace_ms

    def is_like(self, other):
        """Return whether another picture, or None, looks and moves the same."""
        return (
            other is not None
            and (self.w, self.h, self.motion, self.pace_ms) == (other.w, other.h, other.motion, other.pace_ms)
            and self.bits == other.bits
        )


class View:
    """All that a device must show."""

    def __init__(self, found, lifted):
        whole(found, "v", 1, COUNT_MAX)
        self.turn = whole(found, "turn", 0, COUNT_MAX)
        ack = of_kind(found, "ack", list)
        if len(ack) != 2:
            raise BadMessageError("ack is not a pair")
        self.ack = (number(ack[0], "ack", 0, COUNT_MAX), number(ack[1], "ack", 0, COUNT_MAX))
        self.lamps = _lamps(found)
        self.panel = _picture(found, "panel", lifted)
        self.stale = _picture(found, "stale", lifted)
        if self.stale:
            self.stale.motion = "still"
        self.tone = _notes(found)


def view(payload):
    """Return the View in a payload, or raise BadMessageError."""
    return View(*parsed(payload))


def job(payload):
    """Return id, data, part and parts of a print job, or raise BadMessageError."""
    found, lifted = parsed(payload)
    if found.get("do") != "print":
        raise BadMessageError("do is not print")
    name = _job_id(of_kind(found, "id", str))
    parts = whole(found, "parts", 1, 64, 1)
    part = whole(found, "part", 1, parts, 1)
    data = base64(of_kind(found, "data", str), lifted)
    if len(data) > JOB_PART_BYTES:
        raise BadMessageError("data has more than %d bytes" % JOB_PART_BYTES)
    return name, data, part, parts


def beat(payload):
    """Return state, boot and at of the hub's status, as a dictionary, or raise BadMessageError."""
    found, _ = parsed(payload)
    if found.get("state") not in _STATES:
        raise BadMessageError("state is not one of the contract")
    return {
        "state": found["state"],
        "boot": whole(found, "boot", 0, COUNT_MAX, 0),
        "at": whole(found, "at", 0, COUNT_MAX, 0),
    }


def _job_id(name):
    """Return the id if it is day-serial or day-serial-copy: 20261121-000123-2."""
    fields = name.split("-")
    if not 2 <= len(fields) <= 3 or (len(fields[0]), len(fields[1])) != (8, 6) or not 1 <= len(fields[-1]) <= 6:
        raise BadMessageError("id is no job's")
    if len(fields) == 3 and len(fields[2]) > 3:
        raise BadMessageError("id is no job's")
    for field in fields:
        for letter in field:
            if not "0" <= letter <= "9":
                raise BadMessageError("id is no job's")
    return name


def _lamps(found):
    lamps = of_kind(found, "lamps", dict, {})
    if len(lamps) > 32:
        raise BadMessageError("there are more than 32 lamps")
    for state in lamps.values():
        if state not in _LAMPS:
            raise BadMessageError("a lamp is neither off, on nor blink")
    return lamps


def _picture(found, key, lifted):
    """Return the Picture under a key, or None where there is none."""
    panel = found.get(key)
    if panel is None:
        return None
    of_kind(found, key, dict)
    w, h = whole(panel, "w", 1, 1024), whole(panel, "h", 1, 64)
    motion = of_kind(panel, "motion", str, "still")
    pace_ms = whole(panel, "pace_ms", 0, 60000, 0)
    if motion not in _MOTIONS or len(of_kind(panel, "text", str, "")) > 128:
        raise BadMessageError("%s has a wrong motion or text" % key)
    bits = base64(of_kind(panel, "bits", str), lifted)
    if len(bits) != (w + 7) // 8 * h:
        raise BadMessageError("%s of %dx%d has %d bytes of bits" % (key, w, h, len(bits)))
    return Picture(w, h, bytearray(bits), motion, pace_ms)


def _notes(found):
    notes = of_kind(found, "tone", list, [])
    if len(notes) > 16:
        raise BadMessageError("there are more than 16 notes")
    for note in notes:
        if type(note) is not list or len(note) != 2:
            raise BadMessageError("a note is not a pair")
        number(note[0], "tone", 0, 20000)
        number(note[1], "tone", 1, 5000)
    return notes
