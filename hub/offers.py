"""What a service is had by without waiting here, said where the wait is long (S10: 自助办、网上办)."""

from hub.config import Hall

MINUTE_MS = 60_000


def offer(hall: Hall, service: str, expected_ms: int | None) -> str:
    """Return the hall's words for it, empty where there are none or the wait, in ms, is short or nobody knows it."""
    if expected_ms is None or expected_ms < hall.file.rules.offer_after_min * MINUTE_MS:
        return ""
    return next((one.elsewhere for one in hall.services if one.code == service), "")
