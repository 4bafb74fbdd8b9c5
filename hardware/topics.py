"""The topics of a hall: the part of the contract that says where each message is found."""

HUB = "hub"
"""The hub's own name among the devices; no device may have it."""


class BadMessageError(ValueError):
    """A message that is not of the contract."""


class Topics:
    """The topics of one hall; the only place on the CPython side where one is spelt."""

    def __init__(self, hall: str) -> None:
        self._root = f"hall/{hall}/"
        self.hub_status = f"{self._root}{HUB}/status"
        self.every_status = f"{self._root}+/status"
        self.every_event = f"{self._root}+/event"
        self.every_want = f"{self._root}+/want"
        self.everything = f"{self._root}#"
        self._told = f"{self._root}told/"
        self.every_counter = f"{self._told}counter/+"
        self.every_queue = f"{self._told}queue/+"

    def status(self, device: str) -> str:
        """Where a device says what it is."""
        return f"{self._root}{device}/status"

    def event(self, device: str) -> str:
        """Where a device sends what happened to it."""
        return f"{self._root}{device}/event"

    def view(self, device: str) -> str:
        """Where the hub says what a device must show."""
        return f"{self._root}{device}/view"

    def job(self, device: str) -> str:
        """Where the hub says what a device must do once."""
        return f"{self._root}{device}/job"

    def want(self, device: str) -> str:
        """Where a device asks for pieces of a new firmware."""
        return f"{self._root}{device}/want"

    def counter(self, number: int) -> str:
        """Where other systems are told of a counter; longer than any topic of a device, whatever that is called."""
        return f"{self._told}counter/{number}"

    def queue(self, service: str) -> str:
        """Where other systems are told of those who wait for a service."""
        return f"{self._told}queue/{service}"

    def written(self, device: str, leaf: str) -> str:
        """Where a device writes: ``status``, ``event`` or ``want``."""
        return {"status": self.status, "event": self.event, "want": self.want}[leaf](device)

    def split(self, topic: str) -> tuple[str, str]:
        """Return device and leaf of a topic of this hall; raise BadMessageError for any other."""
        device, slash, leaf = topic.removeprefix(self._root).partition("/")
        if not topic.startswith(self._root) or not slash or "/" in leaf:
            raise BadMessageError(f"topic {topic} is not one of this hall")
        return device, leaf
