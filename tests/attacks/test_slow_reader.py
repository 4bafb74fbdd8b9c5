"""A device that subscribes and reads nothing: the broker does not keep for it whatever the hub says, until it dies."""

import socket
from pathlib import Path

import pytest

from hardware.contract import HUB, Topics
from tests.attacks.mqtt import Session, publish
from tests.attacks.site import HOST
from tests.contract.broker import HALL, HallBroker

VIEWS, VIEW_BYTES = 20_000, 1000
MOST_MB = 12
"""Of the twenty that it is sent, with what its own sockets and the kernel's hold."""


@pytest.mark.req("M48")
@pytest.mark.parametrize("qos", [0, 1])
async def test_who_reads_nothing_costs_the_broker_little(tmp_path: Path, qos: int) -> None:
    broker = HallBroker(folder=tmp_path, devices=["pad-1", "pad-2"])
    await broker.start()
    sessions: list[Session] = []
    try:

        def come(name: str) -> Session:
            sock = socket.create_connection((HOST, broker.address.port), timeout=20)
            sessions.append(Session(sock, name, password=broker.passwords[name]))
            return sessions[-1]

        slow, hub, calm = come("pad-1"), come(HUB), come("pad-2")
        view = Topics(HALL).view
        slow.subscribe(view("pad-1"), qos)
        calm.subscribe(view("pad-2"), 1)
        calm.heard()
        before = memory_mb(broker.pid)
        data = publish(view("pad-1"), b"x" * VIEW_BYTES, qos=1, retain=True)
        for at in range(VIEWS):
            hub.send(data)
            if at % 100 == 99:
                hub.heard()
        assert memory_mb(broker.pid) - before < MOST_MB
        hub.publish(view("pad-2"), b"still here", qos=1)
        hub.heard()
        assert (view("pad-2"), b"still here") in calm.heard()
    finally:
        for one in sessions:
            one.close()
        await broker.close()


def memory_mb(pid: int) -> float:
    found = Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0]
    return int(found) / 1024
