"""What a device that turned bad tries at the broker by mere size and number, with its own password."""

import contextlib
import ssl

import pytest

from tests.attacks.declared import attack
from tests.attacks.mqtt import RefusedError, subscribe
from tests.attacks.site import DEVICES, Site, press_of


@attack(
    who="device",
    tried="A message beyond the broker's limit of 16 kB",
    happens="The sender's connection is ended, and no other",
    counted="protocol",
)
def oversized(site: Site) -> None:
    bad = site.bad()
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        bad.publish(site.topics.event(bad.name), b"x" * 20_000)
    assert bad.is_ended()


@attack(
    who="device",
    tried="Three thousand messages as fast as the network takes them",
    happens="It is set apart: the broker passes nothing of it on for two minutes; presses of others are answered",
    counted="noise",
)
def flood(site: Site) -> None:
    bad = site.bad()
    payload = press_of(1, 1)
    for at in range(3000):
        bad.publish(site.topics.event(bad.name), payload)
        if at % 1000 == 999:
            site.press()
    site.until(lambda: "消息过多" in site.http(DEVICES).decode())


@attack(
    who="device",
    tried="Asks for its own topics again and again: each time costs the broker memory that it never gives back",
    happens="It is cut off and let in no more for two minutes; presses of others are answered",
    counted="noise",
)
def asks_without_end(site: Site) -> None:
    bad = site.bad()
    with contextlib.suppress(ConnectionError, ssl.SSLError):
        for _ in range(10):
            bad.send(subscribe(site.topics.view(bad.name)) * 100)
            bad.heard()
    site.press()
    site.until(bad.is_ended)
    with pytest.raises(RefusedError):
        site.bad(bad.name)
    site.until(lambda: f"<td>{bad.name}</td><td>消息过多" in site.http(DEVICES).decode())


@attack(
    who="device",
    tried="A second session of its account, and sessions that call themselves hub, pad-1 or nothing at all",
    happens="The account is the client's id: only its own first session is ended, and the others stay",
    counted="session",
)
def second_session(site: Site) -> None:
    name = site.bad_name()
    words = site.passwords[name]
    first = site.bad(name)
    for client in ("hub", "pad-1", "dispenser-1", "x" * 100, name):
        second = site.session(client, user=name, password=words)
        assert first.is_ended()
        first = second
    assert not first.is_ended()
    site.press()
