"""What the hub says, checked; docs/protocol.md is the contract. What is wrong anywhere is refused as a whole.

Keys that are not known here are passed over, so that a newer hub can drive an older node.
"""

from checks import COUNT_MAX, BadMessageError, base64, number, of_kind, parsed, whole
from limits import PICTURE_BYTES
from micropython import const

_JOB_PART_BYTES = const(2688)
_SELDOM = ("update", "piece", "switch")
_MOTIONS = ("still", "flip", "scroll", "blink")
_LAMPS = ("off", "on", "blink")
_LETTERS = {"print": "", "lease": "l"}
"""What can be done with a job's bytes, and the letter that its serial then begins with."""


class Picture:
    """Pixels for a panel: h rows of ceil(w / 8) bytes, leftmost pixel in the highest bit, and how they move.

    bits can be written to, since framebuf takes nothing else, and may lie in memory that the next message is put into.
    """

    def __init__(self, found, lifted):
        self.w, self.h = whole(found, "w", 1, 1024), whole(found, "h", 1, 64)
        self.motion = of_kind(found, "motion", str, "still")
        self.pace_ms = whole(found, "pace_ms", 0, 60000, 0)
        if self.motion not in _MOTIONS or len(of_kind(found, "text", str, "")) > 128:
            raise BadMessageError("motion")
        self.bits = base64(found, "bits", lifted)
        if len(self.bits) != (self.w + 7) // 8 * self.h or len(self.bits) > PICTURE_BYTES:
            raise BadMessageError("bits")
        self.gbk = base64(found, "gbk", lifted) if "gbk" in found else None

    def is_like(self, other):
        """Return whether another picture, or None, looks and moves the same."""
        return (
            other is not None
            and (self.w, self.h, self.motion, self.pace_ms) == (other.w, other.h, other.motion, other.pace_ms)
            and self.bits == other.bits
        )


class View:
    """All that a device must show. Its pictures are valid until the next message comes. reader: a secret, or None.

    arrow, light: as in the contract, or None.
    """

    def __init__(self, found, lifted):
        whole(found, "v", 1, COUNT_MAX)
        self.turn = whole(found, "turn", 0, COUNT_MAX)
        ack = of_kind(found, "ack", list)
        if len(ack) != 2:
            raise BadMessageError("ack")
        self.ack = (number(ack[0], "ack", 0, COUNT_MAX), number(ack[1], "ack", 0, COUNT_MAX))
        self.lamps = _lamps(found)
        self.panel = _picture(found, "panel", lifted)
        self.stale = _picture(found, "stale", lifted)
        self.tone = _notes(found)
        self.reader = _reader(found, lifted)
        self.arrow = None if found.get("arrow") is None else of_kind(found, "arrow", str)
        self.light = None if found.get("light") is None else whole(found, "light", 0, 15)


def view(payload, scratch):
    """Return the View in a payload, or raise BadMessageError. scratch: as of `lift.lift`."""
    return View(*parsed(payload, scratch))


def job(payload, scratch):
    """Return id, data, part and parts of a print job or of a lease, whose id tells, or raise BadMessageError.

    Of what is asked for seldom it returns found and lifted, as `checks.parsed`: who does it also checks it.
    """
    found, lifted = parsed(payload, scratch)
    if found.get("do") in _SELDOM:
        return found, lifted
    if found.get("do") not in _LETTERS:
        raise BadMessageError("do")
    name = _job_id(of_kind(found, "id", str), _LETTERS[found["do"]])
    parts = whole(found, "parts", 1, 64, 1)
    part = whole(found, "part", 1, parts, 1)
    data = base64(found, "data", lifted)
    if len(data) > _JOB_PART_BYTES:
        raise BadMessageError("data")
    return name, data, part, parts


def _job_id(name, letter):
    """Return the id if it is day-serial or day-serial-copy: 20261121-000123-2; letter: the serial's first, if any."""
    fields = name.split("-")
    if letter and fields[1:] and fields[1][:1] == letter:
        fields[1] = "0" + fields[1][1:]
    elif letter:
        raise BadMessageError("id")
    lengths = [len(field) for field in fields]
    is_good = lengths[:2] == [8, 6] and (len(fields) == 2 or (len(fields) == 3 and 1 <= lengths[2] <= 3))
    for field in fields:
        for letter in field:
            is_good = is_good and "0" <= letter <= "9"
    if not is_good:
        raise BadMessageError("id")
    return name


def _lamps(found):
    lamps = of_kind(found, "lamps", dict, {})
    for state in lamps.values():
        if state not in _LAMPS or len(lamps) > 32:
            raise BadMessageError("lamps")
    return lamps


def _picture(found, key, lifted):
    """Return the Picture under a key, or None where there is none."""
    return None if found.get(key) is None else Picture(of_kind(found, key, dict), lifted)


def _reader(found, lifted):
    """Return the secret that identity cards are read with, or None where none is awaited."""
    if found.get("reader") is None:
        return None
    key = base64(of_kind(found, "reader", dict), "key", lifted)
    if len(key) != 32:
        raise BadMessageError("key")
    return key


def _notes(found):
    notes = of_kind(found, "tone", list, [])
    for note in notes:
        if type(note) is not list or len(note) != 2 or len(notes) > 16:
            raise BadMessageError("tone")
        number(note[0], "tone", 0, 20000)
        number(note[1], "tone", 1, 5000)
    return notes
