"""A mosquitto that hangs is ended and started again; one that is reached is left alone."""

import asyncio
import os
import signal
import socket
from contextlib import suppress
from pathlib import Path

from hardware.contract import HUB
from hardware.link import Address, Link
from hub.broker import Broker
from hub.secrets import load_secrets
from hub.watch.hung_broker import end_hung
from sim.ports import free_port
from tests.contract.waiting import until

LOOKS, EVERY_S = 20, 0.05


async def test_a_broker_that_hangs_is_started_again(tmp_path: Path) -> None:
    address = Address("127.0.0.1", free_port())
    secrets = load_secrets(tmp_path / "secrets.json", [HUB])
    broker = Broker(folder=tmp_path, address=address, hall="small", secrets=secrets)
    await broker.start()
    link = Link(
        address=address,
        name=HUB,
        password=secrets.passwords[HUB],
        will_topic=None,
        subscriptions=[],
        on_message=lambda _message: None,
    )
    looks = [0]

    def is_reached() -> bool:
        looks[0] += 1
        return link.is_up

    works = (broker.run(), link.run(), end_hung(broker, is_reached, every_s=EVERY_S, looks=LOOKS))
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await until(lambda: link.is_up)
        looks[0] = 0
        await until(lambda: looks[0] > LOOKS)
        assert broker.restarts == 0, "one that is reached is left alone"
        hung = int(await asyncio.to_thread((tmp_path / "broker.pid").read_text))
        os.kill(hung, signal.SIGSTOP)
        link.renew()  # as it does by itself when nobody answers its pings
        await until(lambda: broker.restarts and link.is_up)
        assert _listens(address)
        with suppress(ProcessLookupError):
            os.kill(hung, 0)
            raise AssertionError("it still hangs there")
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await broker.stop()


def _listens(address: Address) -> bool:
    with socket.create_connection((address.host, address.port), timeout=1):
        return True


async def test_a_broker_elsewhere_is_nobodys_business_here() -> None:
    await end_hung(None, lambda: False)
