"""What a running hub is watched by: the parts whose counts and states become metrics."""

from pathlib import Path
from typing import NamedTuple

from hardware.link import Link
from hub.broker import Broker
from hub.clock import HallClock
from hub.journal import Journal
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
