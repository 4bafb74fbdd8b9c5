"""How bright the hall's panels are by the hour of the day: ``[[light]]`` of its file; pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hub.hall_file import LightStep


def level_at(steps: Sequence[LightStep], now: datetime) -> int | None:
    """Return the level, 0 to 15, of the last step that has begun, yesterday's last before the first one of today.

    steps: in the order of their hours; none, and the answer is None: every board has its own light.
    """
    if not steps:
        return None
    hour = f"{now:%H:%M}"
    return next((step.level for step in reversed(steps) if step.start <= hour), steps[-1].level)


def next_step(steps: Sequence[LightStep], now: datetime) -> datetime | None:
    """Return when the next step begins, today or tomorrow; None without steps. now: local, with its zone."""
    begun = [_on(step, now) for step in steps]
    later = [at for at in begun if at > now]
    return min(later) if later else min((_on(step, now + timedelta(days=1)) for step in steps), default=None)


def _on(step: LightStep, day: datetime) -> datetime:
    """Return when a step begins on a day."""
    hour, minute = map(int, step.start.split(":"))
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)
