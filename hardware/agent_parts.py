"""What the agent needs of a device's parts, whatever drives them; drivers are `hardware.gpio` and on upper floors."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from hardware.contract import NearEnd, Panel, PartKind, Why
from hardware.speech import Speak


class KeysPart(Protocol):
    """Keys that a hand presses."""

    def listen(self, on_press: Callable[[str, int | None], None], turn_on_show: Callable[[], int | None]) -> None:
        """Call on_press on the running event loop with a key's name, once a press, as soon as it goes down.

        turn_on_show: asked at the very edge, from whatever thread sees it; its answer comes with the press.
        """

    def close(self) -> None:
        """Let go of the pins; may be called twice."""


class LampsPart(Protocol):
    """Lamps that are lit or dark; blinking is the agent's."""

    def light(self, lit: frozenset[str]) -> None:
        """Light the lamps of these names and darken all others."""

    def close(self) -> None:
        """Darken all lamps and let go of the pins; may be called twice."""


class PanelPart(Protocol):
    """A panel of pixels that moves pictures by itself."""

    def show(self, panel: Panel | None) -> None:
        """Show a picture with its motion from the beginning, instead of what is on show; None is dark."""

    def dim(self, level: int | None) -> None:
        """Shine at a level of 0 to 15 from now on; None is as the board file says."""

    def close(self) -> None:
        """Darken the panel and let go of the bus; may be called twice."""


class TonePart(Protocol):
    """A buzzer."""

    def sound(self, hertz: int) -> None:
        """Sound this tone until told otherwise; 0 is silence."""

    def close(self) -> None:
        """Fall silent and let go of the pin; may be called twice."""


class PrinterPart(Protocol):
    """A printer; its calls block and are made from a thread, one at a time."""

    def put_out(self, data: bytes) -> Why | None:
        """Print; return None when the paper is out, or why it is not."""

    def check(self) -> Why | NearEnd | None:
        """Ask the printer how it is; None is well, also where it cannot answer."""

    def close(self) -> None:
        """Let go of the port; may be called twice."""


class ReaderPart(Protocol):
    """A reader of identity cards; its calls block, are made from a thread, one at a time, and raise OSError."""

    def has_card(self) -> bool | None:
        """Return whether a card lies there; None is no answer, which says neither."""

    def who(self, key: bytes) -> str | None:
        """Return `IdentityRead.who` of the card that lies there; None where it cannot be read, or has no number."""

    def close(self) -> None:
        """Let go of the port; may be called twice."""


class VoicePart(Protocol):
    """A voice that keeps its own queue; everything is called on the event loop."""

    def hear(self, job: Speak, waited_s: float) -> None:
        """Queue what is to be said. waited_s: how long ago it was called."""

    def set_calls(self, calls: Iterable[tuple[str, int]]) -> None:
        """Take note of which numbers are being called now, with their counters; others are not said again."""

    async def run(self, ended: Callable[[str, Why | None], None], speaking: Callable[[bool], None]) -> None:
        """Say what is queued, one thing after another, until cancelled; what has begun is said to its end.

        ended: told of every job's end by its id, and why it was not said or None. speaking: told when sound begins and
        ends.
        """

    def close(self) -> None:
        """Let go of the loudspeaker; may be called twice."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of one device; None is a part that it does not have."""

    keys: KeysPart | None = None
    lamps: LampsPart | None = None
    panel: PanelPart | None = None
    tone: TonePart | None = None
    printer: PrinterPart | None = None
    reader: ReaderPart | None = None
    voice: VoicePart | None = None

    def kinds(self) -> tuple[PartKind, ...]:
        """Return the names of the parts that are there."""
        there: dict[PartKind, object] = {
            "keys": self.keys,
            "lamps": self.lamps,
            "panel": self.panel,
            "tone": self.tone,
            "printer": self.printer,
            "reader": self.reader,
            "voice": self.voice,
        }
        return tuple(kind for kind, part in there.items() if part)

    def close(self) -> None:
        """Close every part; may be called twice."""
        for part in (self.keys, self.lamps, self.panel, self.tone, self.printer, self.reader, self.voice):
            if part:
                part.close()
