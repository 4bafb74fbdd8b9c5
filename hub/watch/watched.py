"""What a running hub is watched by: the parts whose counts and states become metrics."""

from pathlib import Path
from typing import NamedTuple

from hardware.link import Link
from hub.broker import Broker
from hub.clock import HallClock
from hub.journal import Journal
from hub.watch.hub_now import HubNow, hub_now
from hub.watch.pulse import Pulse
from hub.works import Works


class Watched(NamedTuple):
    """A running hub. broker: None where another program looks after it. folder: its state."""

    works: Works
    journal: Journal
    link: Link
    broker: Broker | None
    clock: HallClock
    pulse: Pulse
    folder: Path

    def now(self) -> HubNow:
        """Return how the hub's computer is; it reads files, so it is called beside the loop."""
        return hub_now(self.works.hall, self.folder, up_s=self.pulse.up_s)
