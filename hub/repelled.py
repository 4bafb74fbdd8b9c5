"""How often something was tried that nobody may do, by kind, since the hub's start; for the health page and metrics."""

from collections import Counter
from typing import Literal

from hardware.logs import Log

log = Log(__name__)

Kind = Literal["message", "topic", "listening", "account", "protocol", "session", "request", "crowd"]
KINDS: dict[Kind, str] = {
    "message": "不合规的设备消息",
    "topic": "越权的设备消息（字节）",
    "listening": "越权的订阅",
    "account": "账号或密码错误的设备连接",
    "protocol": "不合协议的连接",
    "session": "同一账号的重复连接",
    "request": "被拒绝的网页请求",
    "crowd": "超出数量的网页连接",
}
"""What it is, for people. topic: bytes that the broker threw away, since their sender may not say that there."""
_SAID: dict[Kind, str] = {
    "topic": "messages were thrown away that nobody may send; look for a device that turned bad",
    "listening": "somebody asked the broker for what is not for him, and hears nothing of it",
    "account": "somebody tried the broker with a wrong name or password",
    "protocol": "a connection kept no protocol and was ended",
    "session": "an account came a second time, and the first connection was ended",
    "crowd": "somebody has more connections to the pages than he may",
}
"""What the hub's log says of it; of the others it says more elsewhere, or a browser's mistyped address is no news."""


class Repelled:
    """Counts of each kind."""

    def __init__(self) -> None:
        self.counts: Counter[Kind] = Counter()

    def add(self, kind: Kind, many: int = 1) -> None:
        """Count some more, and say so, which the log does once a minute."""
        self.counts[kind] += many
        if many and kind in _SAID:
            log.warning(
                "repelled",
                _SAID[kind],
                why=f"{self.counts[kind]}{' bytes' if kind == 'topic' else ''} since the hub's start",
            )
