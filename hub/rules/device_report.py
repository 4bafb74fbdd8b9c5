"""What a device last said of itself, as the rules keep it."""

from msgspec import Struct

NEAR_END = "near-end"


class DeviceReport(Struct, frozen=True, kw_only=True):
    """What a device last said of itself."""

    state: str = "lost"
    boot: int = 0
    alerts: dict[str, str] = {}

    @property
    def printer_stops(self) -> str:
        """Why its printer cannot print; empty where it can, or has none. Paper that is nearly used up stops nothing."""
        wrong = self.alerts.get("printer", "")
        return "" if wrong == NEAR_END else wrong
