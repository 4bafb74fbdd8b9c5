"""Who may write and read what at the broker, in mosquitto's words."""

from collections.abc import Iterable

from hardware.contract import HUB, Topics
from hub.broker_watch import RECEIVED
from hub.config import MAINTAINER


def access_list(hall: str, readers: Iterable[str] = (), apart: Iterable[tuple[str, str]] = ()) -> str:
    """Return the access list of a hall's broker.

    readers: accounts that may hear of counters, queues and the beat. apart: devices that flood, each with what stands
    last in the topic of which nothing more is passed on; what is forbidden by name goes before what patterns allow.
    """
    own = Topics(hall)
    return f"""# Written by Lintel at every start. A device has its own branch and the beat.
pattern write {own.status("%u")}
pattern write {own.event("%u")}
pattern write {own.want("%u")}
pattern read {own.view("%u")}
pattern read {own.job("%u")}
pattern read {own.hub_status}

user {HUB}
topic readwrite {own.everything}
topic read {RECEIVED}

user {MAINTAINER}
topic read {own.everything}
{_writing_nothing(MAINTAINER, own)}{"".join(_reading(one, own) for one in readers)}{_forbidding(own, apart)}"""


def _reading(account: str, own: Topics) -> str:
    return f"""
user {account}
topic read {own.every_counter}
topic read {own.every_queue}
topic read {own.hub_status}
"""


def _writing_nothing(account: str, own: Topics) -> str:
    """No device, though patterns would give him a branch of his own name; a reader's has a letter no topic may have."""
    return "".join(f"topic deny {topic(account)}\n" for topic in (own.status, own.event, own.want))


def _forbidding(own: Topics, apart: Iterable[tuple[str, str]]) -> str:
    lines, last = [], ""
    for device, leaf in sorted(apart):
        if device != last:
            lines.append(f"\nuser {device}\n")
        lines.append(f"topic deny {own.written(device, leaf)}\n")
        last = device
    return "".join(lines)
