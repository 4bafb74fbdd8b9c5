"""ESC/POS bytes turned back into paper: what a person reads on it, and a picture of it."""

from sim.paper.reader import Reader, read_slips
from sim.paper.slip import Slip

__all__ = ["Reader", "Slip", "read_slips"]
