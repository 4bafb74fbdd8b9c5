"""What one of many like acts takes, for benches of single functions."""

import time
from collections.abc import Callable
from statistics import median


def median_us(act: Callable[[int], object], rounds: int) -> float:
    """Return the median time of acts, in microseconds. act: called with the number of its round, from 0."""
    taken = []
    for at in range(rounds):
        began = time.perf_counter_ns()
        act(at)
        taken.append(time.perf_counter_ns() - began)
    return median(taken) / 1000
