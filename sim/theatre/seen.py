"""What is seen of a hall from outside, piece by piece: all that the laws are judged by."""

from collections.abc import Mapping

from msgspec import Struct

from hardware.contract import Event, View
from hub.rules.events import Fact
from hub.views import Face


class RowSeen(Struct, frozen=True, kw_only=True):
    """A row of the journal. device, boot, seq: of the event that it answers; None where the hub decided by itself.
    at_s: when it was seen, by a clock that only grows.
    """

    row: int
    facts: tuple[Fact, ...] = ()
    device: str | None = None
    boot: int | None = None
    seq: int | None = None
    message: Event | None = None
    at_s: float = 0.0


class ViewSeen(Struct, frozen=True, kw_only=True):
    """A view that the broker handed out. at_s: when, by a clock that only grows."""

    device: str
    view: View
    at_s: float


class PanelSeen(Struct, frozen=True, kw_only=True):
    """What can be read on a device's panel at a moment."""

    device: str
    text: str
    at_s: float


class PaperSeen(Struct, frozen=True, kw_only=True):
    """A slip that came out of a printer. text: its lines."""

    device: str
    text: tuple[str, ...]


class SpokenSeen(Struct, frozen=True, kw_only=True):
    """What a speaker began to say. text: the words as people write them."""

    device: str
    text: str


Seen = RowSeen | ViewSeen | PanelSeen | PaperSeen | SpokenSeen


class Rest(Struct, frozen=True, kw_only=True):
    """The hall when all is mended and nothing moves any more.

    views: what the broker keeps for each device. faces: what the rules say that each device shows. acks: device to the
    last event of it that is in the journal, (0, 0) for none. panels: device to whether its panel shows its view.
    breaks: what is wrong with the journal's chain, in words.
    """

    views: Mapping[str, View]
    faces: Mapping[str, Face]
    acks: Mapping[str, tuple[int, int]]
    panels: Mapping[str, bool]
    breaks: tuple[str, ...] = ()
