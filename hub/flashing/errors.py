"""What can go wrong with a board on a serial port; every sentence says what to do."""


class FlashError(OSError):
    """A board cannot be made what it should be."""


class PortError(FlashError):
    """A serial port cannot be opened: busy, forbidden, or gone."""


class NoMicroPythonError(FlashError):
    """What is on the port does not answer as MicroPython does."""


class PulledOutError(FlashError):
    """The board went away in the middle of the work, or starts again and again."""


class OnBoardError(FlashError):
    """What was done on the board failed there; the sentence has its last line."""


class WrongBoardError(FlashError):
    """The board is not what the hall's file says, or belongs to another device."""
