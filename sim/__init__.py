"""A whole hall without devices: real firmware on real MicroPython, model chips and paper."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.hall import Hall

__all__ = ["Hall"]


def __getattr__(name: str) -> object:
    """Import the door when it is first asked for, because other parts of this package are used without it."""
    if name == "Hall":
        from sim.hall import Hall

        return Hall
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
