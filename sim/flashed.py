"""A hall of boards that were flashed: the simulator gives them pins and power, and leaves their flash as it is."""

from functools import partial
from pathlib import Path

from sim.hall import Hall
from sim.programs import Programs


class FlashedHall(Hall):
    """A `Hall` whose nodes run on exactly what is in the folders ``nodes/NAME`` of its state.

    port: the broker's, for which they were flashed; no cable is between, so none can be cut. at, tls: as of `Hall`.
    """

    def __init__(
        self, file: str | Path, *, state: str | Path, port: int, at: str | None = None, tls: bool = False
    ) -> None:
        super().__init__(file, state=state)
        self._make = partial(Programs, at=at, tls=tls, flashed_for=port)
