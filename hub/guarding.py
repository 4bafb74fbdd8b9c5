"""What a program of the hall does at its start so that nobody else on its computer reads what it knows."""

import os
import resource

PRIVATE = 0o077


def keep_to_itself() -> None:
    """Make every new file its owner's alone, and no picture of the memory, with all passwords in it, when it crashes.

    Programs that it starts inherit both; systemd-coredump looks at the same limit.
    """
    os.umask(PRIVATE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
