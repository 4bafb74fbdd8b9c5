"""The way of a node that was flashed for a broker: straight to it, so that nothing is between them to be cut."""

from sim.cable import Cable
from sim.errors import NoSuchThingError


class NoCable(Cable):
    """Stands where a device has its cable, and says that there is none."""

    def start(self) -> None:
        """Leave the node to the port that is written on its flash."""

    def cut(self) -> None:
        """Refuse; raise NoSuchThingError."""
        raise NoSuchThingError(
            "a flashed node goes straight to the broker: no cable is there to be cut; stop the broker"
        )

    freeze = cut
