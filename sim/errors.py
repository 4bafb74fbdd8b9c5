"""What a simulated hall refuses or waits for in vain; every error also is the builtin one that would be caught."""


class SimError(Exception):
    """Something of the simulated hall is not as it must be."""


class NoSuchThingError(SimError, LookupError):
    """A device, key or slip that the hall does not have; the sentence names those that it has."""


class HallStartError(SimError, RuntimeError):
    """The hall did not come up; the sentence carries what the process said that failed."""


class CannotPlayError(SimError, ValueError):
    """A hall that the theatre cannot play; the sentence says why."""


class WaitedInVainError(SimError, TimeoutError):
    """What was waited for did not come within the limit; the sentence says what was there instead."""
