"""The faults of the hall's devices as lines of the log, when they begin and when they are over."""

from collections.abc import Iterable

from hardware.logs import Log
from hub.clock import HallClock
from hub.rules import events
from hub.rules.fault_log import Fault
from hub.upkeep import Upkeep, kind_of

log = Log(__name__)

_TELLING = (
    events.DeviceReported,
    events.HealthFound,
    events.SelfTestMade,
    events.FaultDeclared,
    events.FaultCleared,
)
"""The facts by which a fault may begin or end; of all others nothing is looked at."""
_Known = dict[tuple[str, str, int], Fault]


class FaultLines:
    """Follows durable facts, behind upkeep, which makes faults of them."""

    def __init__(self, upkeep: Upkeep, clock: HallClock) -> None:
        self._upkeep = upkeep
        self._clock = clock
        self._known = self._present()

    def follow(self, facts: Iterable[events.Fact]) -> None:
        """Write a line for each fault that has begun or is over, and for each time in which the hub could not work."""
        found = list(facts)
        for fact in found:
            if isinstance(fact, events.OutageNoted):
                minutes = round((fact.at - fact.since) / 60_000, 1)
                log.warning("outage", f"the {fact.what} did not work for a while", why=f"{minutes} minutes")
            elif isinstance(fact, events.DayOpened):
                log.info("day-opened", "a business day is open", why=fact.day)
        if any(isinstance(fact, _TELLING) for fact in found):
            self._compare()

    def _compare(self) -> None:
        before, self._known = self._known, self._present()
        for key, fault in self._known.items():
            if key not in before:
                log.warning("fault", _words(fault), device=fault.device, why=kind_of(fault))
        for key, fault in before.items():
            if key not in self._known:
                minutes = round((self._clock.now() - fault.since) / 60_000, 1)
                log.info("fault-over", f"over: {_words(fault)}", device=fault.device, why=f"it took {minutes} minutes")

    def _present(self) -> _Known:
        return {(one.device, one.part, one.since): one for one in self._upkeep.present()}


def _words(fault: Fault) -> str:
    return f"{fault.part} {fault.what}".strip()
