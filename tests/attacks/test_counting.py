"""What the broker repels is counted as it was: lines of its log, and bytes that went to nobody."""

from pathlib import Path

import pytest

from hardware.contract import LOST
from hardware.quick_client import Message
from hub.broker_watch import BrokerLog, Unheard

LINES = b"""1: New client connected from 127.0.0.1:42472 as pad-1 (p2, c1, k60, u'pad-1').
1: pad-1 1 hall/x/pad-1/view
1: pad-1 1 #
1: hub 1 hall/x/+/event
1: Client <unknown> disconnected, not authorised.
1: Client pad-1 disconnected due to malformed packet.
1: Client <unknown> disconnected: Protocol error.
1: Client pad-1 disconnected: Protocol error.
1: Client pad-1 closed its connection.
1: Client connection from 127.0.0.1 failed: error:0A00010B:SSL routines::wrong version number.
1: Client pad-1 already connected, closing old connection.
"""
COUNTED = {"listening": 1, "account": 1, "protocol": 3, "session": 1}


def test_every_line_of_the_log_counts_once(tmp_path: Path) -> None:
    """Half a line is of the next look; a device that loses its power has done nothing."""
    path = tmp_path / "mosquitto.log"
    path.write_bytes(b"1: Client <unknown> disconnected, not authorised.\n")
    own = {"pad-1": ("hall/x/pad-1/view",)}
    log = BrokerLog(path, own.get)
    assert log.look().total() == 0, "what was there before is not counted"
    with path.open("ab") as file:
        file.write(LINES[:-20])
    before = log.look()
    with path.open("ab") as file:
        file.write(LINES[-20:])
    assert log.asked == {"pad-1": 2, "hub": 1}
    assert dict((before + log.look()).items()) == COUNTED
    assert log.asked == {}
    path.write_bytes(LINES)
    assert dict((+log.look()).items()) == COUNTED, "a log that was cut is read from its beginning"
    path.unlink()
    assert log.look().total() == 0


def test_what_was_received_and_heard_by_nobody_is_counted_once() -> None:
    unheard = Unheard("hall/x/hub/status")
    unheard.came_up(1000)
    assert [unheard.told(500, 1000), unheard.told(500, 1000)] == [0, 0], "it begins anew with each connection"

    def hears(topic: str, payload: bytes, *, retain: bool = False) -> None:
        unheard.hear(Message(name=topic.encode(), payload=payload, retain=retain, mid=1))

    hears("hall/x/pad-1/event", b"x" * 10)
    hears("hall/x/pad-1/status", b"y" * 99, retain=True)
    hears("hall/x/pad-1/status", LOST)
    hears("hall/x/hub/status", b"z" * 50)
    assert unheard.told(500 + 10 + 50, 1050) == 0, "an event, and the hub's own beat"
    assert unheard.told(560, 1100) == 0, "what the hub has sent and the broker not counted yet"
    assert unheard.told(610 + 7, 1100) == 7
    assert unheard.told(617, 1100) == 0


@pytest.mark.parametrize("under_way", [0, 30])
def test_what_is_under_way_at_the_first_count_is_not_held_against_anybody(under_way: int) -> None:
    unheard = Unheard("hall/x/hub/status")
    unheard.came_up(0)
    unheard.told(100, under_way)
    unheard.told(100 + under_way, under_way)
    assert unheard.told(100 + under_way, under_way) == 0
