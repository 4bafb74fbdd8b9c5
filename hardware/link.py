"""The link to the broker that reconnects for ever, for the hub and for agents; steps 2 and 7 of a press.

Every connection is a new one, so nothing of an old session is ever sent again by a library; whoever sent a thing sends
it again.
"""

import asyncio
import random
from collections.abc import Callable, Sequence

from hardware.connection import Address, Connection, LinkRefusedError, Message
from hardware.logs import Log

__all__ = ["Address", "Link", "LinkRefusedError", "Message"]

log = Log(__name__)


class Link:
    """One client of the broker that reconnects for ever.

    will_topic gets ``LOST``, retained, when the connection breaks. Handlers are called on the event loop; an exception
    in on_message is logged and drops neither link nor message. on_pause is called when all that had arrived was handed
    over. A message is acknowledged only through `acknowledge`.
    """

    def __init__(
        self,
        *,
        address: Address,
        name: str,
        password: str,
        will_topic: str | None,
        subscriptions: Sequence[str],
        on_message: Callable[[Message], None],
        on_pause: Callable[[], None] | None = None,
        on_up: Callable[[], None] | None = None,
        on_down: Callable[[], None] | None = None,
    ) -> None:
        self._address = address
        self._name = name
        self._password = password
        self._will_topic = will_topic
        self._subscriptions = [(topic, 1) for topic in subscriptions]
        self._on_message = on_message
        self._on_pause = on_pause
        self._on_up = on_up
        self._on_down = on_down
        self._connection: Connection | None = None
        self.is_up = False
        self.sent_bytes = 0

    async def run(self) -> None:
        """Stay connected until cancelled."""
        attempt = 0
        while True:
            try:
                await self._live_once()
                attempt = 0
                log.warning("link-lost", "the link to the broker is gone; it is looked for")
            except (OSError, ValueError) as error:
                words = f"no link to the broker at {self._address.host}:{self._address.port}"
                log.warning("broker-away", words, why=error)
            attempt += 1
            await asyncio.sleep(random.uniform(0.02, min(5.0, 0.2 * 1.5 ** min(10, attempt))))  # noqa: S311

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Send at QoS 1; while the link is down nothing is sent and nothing is kept."""
        if self._connection and self.is_up:
            self.sent_bytes += len(payload)
            self._connection.publish(topic, payload, retain)

    def acknowledge(self, message: Message) -> None:
        """Tell the broker that the message is safe here."""
        if self._connection:
            self._connection.acknowledge(message)

    def renew(self) -> None:
        """Drop the connection; a new one follows, and with it everything that others have to send again."""
        if self._connection and not self._connection.closed.done():
            self._connection.closed.set_result(None)

    @property
    def unconfirmed(self) -> int:
        """How many of the published messages the broker has not confirmed yet."""
        return self._connection.unconfirmed if self._connection else 0

    async def drain(self, limit_s: float = 1.0) -> None:
        """Wait until the broker has confirmed all that was published, or the limit has passed."""
        deadline = asyncio.get_running_loop().time() + limit_s
        while self.is_up and self._connection and self._connection.waits_for_broker():
            if asyncio.get_running_loop().time() > deadline:
                return
            await asyncio.sleep(0.01)

    async def _live_once(self) -> None:
        connection = Connection(
            address=self._address,
            name=self._name,
            password=self._password,
            will_topic=self._will_topic,
            subscriptions=self._subscriptions,
            on_message=self._on_message,
            on_pause=self._on_pause,
            on_granted=self._came_up,
        )
        self._connection = connection
        try:
            await connection.open()
            await connection.closed
        finally:
            was_up, self._connection, self.is_up = self.is_up, None, False
            connection.close()
            if was_up and self._on_down:
                self._on_down()

    def _came_up(self) -> None:
        """Called between the broker's grant and its first message, so that nobody handles a message while down."""
        self.is_up = True
        log.info("link-up", "the link to the broker is there")
        if self._on_up:
            self._on_up()
