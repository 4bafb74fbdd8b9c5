"""The far end of the floor's round trip, a process of its own: ``python -m sim.bench.echo PORT TRIPS``."""

import sys
from contextlib import closing

from sim.bench.wire import Wire


def main(port: int, trips: int) -> None:
    """Send back whatever comes, so many times."""
    with closing(Wire(port=port, name="floor-echo")) as wire:
        wire.subscribe("floor/there")
        print("ready", flush=True)
        for _ in range(trips):
            wire.publish("floor/back", wire.receive())


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
