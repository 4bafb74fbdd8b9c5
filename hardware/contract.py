"""The contract between hub and devices: topics, messages, version and limits; docs/protocol.md says it in prose.

Five topics for every device, one for the hub; JSON payloads at QoS 1. What the hub accepts is strict (an unknown key is
an error), what a device accepts may carry keys that it does not know, so that a newer hub can drive an older node.
"""

from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct
from msgspec.json import Decoder

from hardware.health import Health
from hardware.print_job import JOB_PART_BYTES as JOB_PART_BYTES
from hardware.print_job import Print as Print
from hardware.speech import AnyJobId, Call, Doing, Speak
from hardware.topics import HUB as HUB
from hardware.topics import BadMessageError as BadMessageError
from hardware.topics import Topics as Topics
from hardware.update import Piece, Switch, Update, Want
from hardware.why import Why as Why

CONTRACT = 1
"""Version of everything in this module; it grows when an old device could misread a new message."""

T = TypeVar("T")

EVENT_BYTES = 512
STATUS_BYTES = 1024
VIEW_BYTES = 4096
JOB_BYTES = 4096
JOB_WHOLE_BYTES = 64 * 1024
WANT_BYTES = 128
READER_KEY_BYTES = 32
BEAT_EVERY_S = 5.0
HUB_LOST_AFTER_S = 15.0
RESEND_AFTER_S = 2.0

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,31}\Z", description="hall or device, as it stands in a topic")]
KeyName = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,15}\Z", description="key cap: next, recall, A")]
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Positive = Annotated[int, Meta(ge=1, le=2**53 - 1)]
Millis = Annotated[int, Meta(ge=0, le=2**53 - 1, description="milliseconds since 1970-01-01T00:00Z")]
Lamp = Literal["off", "on", "blink"]
Motion = Literal["still", "flip", "scroll", "blink"]
Direction = Literal["left", "right", "up", "down"]
PartKind = Literal["keys", "lamps", "panel", "tone", "printer", "reader", "arrow", "voice"]
DeviceState = Literal["init", "ready", "disconnected", "sleeping", "lost"]
NearEnd = Literal["near-end"]
"""An alert of a printer that goes on printing: its paper is nearly used up (M4)."""

AlertOf = Literal[PartKind, "update"]
Alerts = Annotated[dict[AlertOf, Annotated[str, Meta(max_length=32)]], Meta(max_length=8)]


class Status(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a device says of itself, retained; its last will is ``{"state":"lost"}``.

    boot: grows by one at each start, survives power loss. fw: version of the firmware or agent. parts: what it has.
    alerts: part to what is wrong with it (``{"printer":"paper-out"}``), empty when all is well; ``update`` is
    ``rolled-back`` from when a new firmware did not prove itself until one does.
    """

    state: DeviceState
    boot: Count = 0
    contract: Count = 0
    fw: Annotated[str, Meta(max_length=32)] = ""
    parts: Annotated[tuple[PartKind, ...], Meta(max_length=8)] = ()
    alerts: Alerts = {}
    health: Health | None = None


class KeyPressed(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="do", tag="key"
):
    """A key went down. turn: what was on show then. at: the hall's time as the device knows it, or None."""

    boot: Positive
    seq: Positive
    turn: Count
    key: KeyName
    at: Millis | None = None


class JobDone(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="do", tag="done"
):
    """A job was done, once and wholly: for a print, the printer has said that the paper is out."""

    boot: Positive
    seq: Positive
    job: AnyJobId
    at: Millis | None = None


class JobFailed(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="do", tag="failed"
):
    """A job was not done; see `Why`."""

    boot: Positive
    seq: Positive
    job: AnyJobId
    why: Why
    at: Millis | None = None


class IdentityRead(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="do", tag="identity"
):
    """An identity card was read, once for as long as it lay there; nothing that stands on it is here.

    turn: what was on show when it was found. who: the first 16 bytes of HMAC-SHA256 of the identity number under the
    view's `Reader.key`, in hexadecimal (S9).
    """

    boot: Positive
    seq: Positive
    turn: Count
    who: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z", description="the same for a card all day, and no other day")]
    at: Millis | None = None


Event = KeyPressed | JobDone | JobFailed | IdentityRead
"""What a device sends, numbered by (boot, seq), kept and sent again until a view acknowledges it."""


class Panel(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Pixels for a panel.

    bits: base64 of h rows from the top, each of ceil(w / 8) bytes, leftmost pixel in the highest bit (PBM P4, Pillow's
    mode "1", MicroPython's MONO_HLSB). w may exceed the panel's own width: ``flip`` shows windows of the panel's width
    one after another for pace_ms each, ``scroll`` moves one pixel to the left every pace_ms, ``blink`` is on and off
    for pace_ms each. Narrower or lower than the panel: centred. text: the same in words, for people. gbk:
    for a card that draws text itself: its pages in GBK, apart by a form feed, each as wide as the card.
    """

    w: Annotated[int, Meta(ge=1, le=1024)]
    h: Annotated[int, Meta(ge=1, le=64)]
    bits: bytes
    text: Annotated[str, Meta(max_length=128)] = ""
    motion: Motion = "still"
    pace_ms: Annotated[int, Meta(ge=0, le=60_000)] = 0
    gbk: Annotated[bytes, Meta(max_length=512)] = b""


Note = tuple[Annotated[int, Meta(ge=0, le=20_000)], Annotated[int, Meta(ge=1, le=5_000)]]


class Reader(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Asks for an identity card. key: the day's secret, 32 bytes, under which a card's number becomes `who` (S9)."""

    key: Annotated[bytes, Meta(min_length=READER_KEY_BYTES, max_length=READER_KEY_BYTES)]


class View(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that a device must show, retained; never a delta.

    v: grows with every view of the hub. turn: changes when what the keys act on changes. ack: the last event, as
    (boot, seq), that is durable; (0, 0) before the first. lamps: a key's lamp that is not named is off. stale: what to
    show when the hub is lost. tone: (hertz, 0 is silence; milliseconds) pairs, sounded once when this view
    acknowledges an event that was waiting here, never otherwise. reader: set only while a card is awaited; None leaves
    the reader idle. arrow: which arrow of the board is lit; None is dark. light: 0 to 15, how bright panel and arrow
    are; None is as the board file says. calls: a voice's, (number, counter) being called; others are not said again.
    None: not told.
    """

    v: Positive
    turn: Count
    ack: tuple[Count, Count]
    lamps: Annotated[dict[KeyName, Lamp], Meta(max_length=32)] = {}
    panel: Panel | None = None
    stale: Panel | None = None
    tone: Annotated[tuple[Note, ...], Meta(max_length=16)] = ()
    reader: Reader | None = None
    arrow: Direction | None = None
    light: Annotated[int, Meta(ge=0, le=15)] | None = None
    calls: Annotated[tuple[Call, ...], Meta(max_length=99)] | None = None


Job = Print | Speak | Update | Piece | Switch


class HubStatus(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The hub's birth and beat, retained, every `BEAT_EVERY_S`; its will is ``{"state":"lost"}``.

    at: the hall's time. boot: one more at each start of the hub; a device that sees a new one sends again what is not
    acknowledged. alerts: what is wrong (``{"journal":"disk-full"}``).
    """

    state: DeviceState
    boot: Count = 0
    at: Millis = 0
    contract: Count = 0
    version: Annotated[str, Meta(max_length=32)] = ""
    alerts: Annotated[dict[str, str], Meta(max_length=8)] = {}


LOST = b'{"state":"lost"}'
"""The last will of everybody."""


_encode = msgspec.json.Encoder().encode
_event: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_status = msgspec.json.Decoder(Status)
_view = msgspec.json.Decoder(View)
_job: dict[str, Decoder[Job]] = {
    "print": Decoder(Print),
    "speak": Decoder(Speak),
    "update": Decoder(Update),
    "piece": Decoder(Piece),
    "switch": Decoder(Switch),
}
_doing = msgspec.json.Decoder(Doing)
_beat = msgspec.json.Decoder(HubStatus)
_want = msgspec.json.Decoder(Want)


def encode(message: Status | Event | View | Job | HubStatus | Want) -> bytes:
    """Return the message as the JSON that travels."""
    return _encode(message)


def decode_event(payload: bytes) -> Event:
    """Return the event, or raise BadMessageError."""
    return _decode(_event, payload, EVENT_BYTES)


def decode_status(payload: bytes) -> Status:
    """Return a device's status, or raise BadMessageError."""
    return _decode(_status, payload, STATUS_BYTES)


def decode_view(payload: bytes) -> View:
    """Return the view, its panels' bits checked against their sizes, or raise BadMessageError."""
    view = _decode(_view, payload, VIEW_BYTES)
    for panel in (view.panel, view.stale):
        if panel and len(panel.bits) != (panel.w + 7) // 8 * panel.h:
            raise BadMessageError(f"a panel of {panel.w}x{panel.h} has {len(panel.bits)} bytes of bits")
    return view


def decode_job(payload: bytes) -> Job:
    """Return the job or the part of one, or raise BadMessageError."""
    return _decode(_job[_decode(_doing, payload, JOB_BYTES).do], payload, JOB_BYTES)


def decode_want(payload: bytes) -> Want:
    """Return which piece of a file a device wants, or raise BadMessageError."""
    return _decode(_want, payload, WANT_BYTES)


def decode_beat(payload: bytes) -> HubStatus:
    """Return the hub's status, or raise BadMessageError."""
    return _decode(_beat, payload, STATUS_BYTES)


def _decode(decoder: msgspec.json.Decoder[T], payload: bytes, limit: int) -> T:
    if len(payload) > limit:
        raise BadMessageError(f"{len(payload)} bytes, more than the {limit} allowed")
    try:
        return decoder.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadMessageError(str(error)) from error


def split_job(job_id: str, data: bytes) -> list[Print]:
    """Return a print job as the parts that travel, in order; raise ValueError above `JOB_WHOLE_BYTES`."""
    if len(data) > JOB_WHOLE_BYTES:
        raise ValueError(f"job {job_id}: {len(data)} bytes, more than the {JOB_WHOLE_BYTES} allowed")
    chunks = [data[at : at + JOB_PART_BYTES] for at in range(0, len(data), JOB_PART_BYTES)] or [b""]
    return [Print(do="print", id=job_id, data=chunk, part=n, parts=len(chunks)) for n, chunk in enumerate(chunks, 1)]
