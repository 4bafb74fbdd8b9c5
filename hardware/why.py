"""Why a job failed: the part of the contract that `hardware.contract` takes in."""

from typing import Literal

Why = Literal[
    "paper-out",
    "cover-open",
    "cutter",
    "offline",
    "error",
    "no-answer",
    "too-large",
    "unsupported",
    "late",
    "in-doubt",
    "not-mine",
    "old",
    "damaged",
    "flash",
]
"""Why a job failed. All but ``in-doubt`` promise that nothing came out; ``in-doubt`` says that nobody can know.

Of an update: another node's, not newer than what runs, other bytes than its sums say, a flash that does not take it.
"""
