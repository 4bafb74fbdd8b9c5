"""Ten thousand bad messages: the hub goes on, as fast as before, and nothing in the hall has changed."""

import json
import random
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median

import jsonschema
import pytest
import yaml

from hardware.asyncapi import DOCUMENT
from hardware.contract import JobDone, KeyPressed, Topics, encode
from hub.journal import Row, read_rows
from hub.noise import NOISE
from hub.rules.events import DeviceReported, HealthFound
from sim.bench.bench_hall import HALL, Device, bench_hall
from sim.bench.wire import Wire
from tests.hall.fuzz import fuzzed

BAD_MESSAGES = 10_000
PRESSES = 300


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[tuple[Path, list[Device]]]:
    with bench_hall(tmp_path, 2) as devices:
        yield tmp_path, devices


def facts(folder: Path) -> list[tuple[str, bytes]]:
    """Return everything that has happened in the hall: what was decided, without what was refused.

    What is said of a device that turned bad, by itself or by whoever looks after it, is nothing that happens there.
    """
    return [
        (type(fact).__name__, repr(fact).encode())
        for row in rows(folder)
        for fact in row.content().facts
        if not isinstance(fact, DeviceReported | HealthFound)
    ]


def set_apart(folder: Path) -> set[str]:
    """Return the devices that the hub has set apart for how much they said."""
    found = [fact for row in rows(folder) for fact in row.content().facts if isinstance(fact, HealthFound)]
    return {fact.device for fact in found if NOISE in fact.faults}


def rows(folder: Path) -> list[Row]:
    return list(read_rows(folder / "state" / "journal.db"))


def latency(devices: list[Device]) -> float:
    """Return the median of presses by those who behave: a dispenser's ticket, a pad's call."""
    spans = []
    for n in range(PRESSES):
        device = devices[n % 2]
        while not device.is_free():
            device.hear()
        device.press(time.perf_counter())
        while (span := device.hear()) is None:
            pass
        spans.append(span)
        while not device.is_free():
            device.hear()
    return median(spans)


def test_what_is_fuzzed_is_forbidden() -> None:
    """Nearly all of it: what a spoiled value happens to allow again is no bad message."""
    document = yaml.safe_load(DOCUMENT.read_text())
    names = ("Status", "KeyPressed", "JobDone", "JobFailed")
    schemas = [{"$ref": f"#/components/schemas/{name}", **document} for name in names]
    allowed = 0
    for leaf, payload in islice(fuzzed(1), 2000):
        try:
            message = json.loads(payload)
        except ValueError:
            continue
        limit = 1024 if leaf == "status" else 512
        fits = [jsonschema.Draft202012Validator(schema).is_valid(message) for schema in schemas]
        allowed += len(payload) <= limit and any(fits)
    assert allowed <= 2000 * 0.02


@pytest.mark.alone
@pytest.mark.req("M48")
def test_ten_thousand_bad_messages(bench: tuple[Path, list[Device]]) -> None:
    folder, devices = bench
    good, bad = devices[:2], devices[2:]
    before_us = latency(good)
    known = facts(folder)
    send_all(folder, bad)
    assert facts(folder)[: len(known)] == known
    assert {event for event, _ in facts(folder)[len(known) :]} == set(), "something happened in the hall"
    assert set_apart(folder) <= {device.name for device in bad}, "who behaves is heard"
    after_us = latency(good)
    assert after_us <= 1.5 * before_us, f"{after_us / before_us:.2f} times as slow as before"
    log = (folder / "hub.log").read_text()
    assert 1 <= log.count("refused") <= 20, "said once per device and minute"
    assert "Traceback" not in log


def send_all(folder: Path, bad: list[Device]) -> None:
    """Send from two devices that have turned bad, on their own topics and on others'."""
    topics, chance = Topics(HALL), random.Random(7)
    for n, (leaf, payload) in enumerate(islice(fuzzed(2), BAD_MESSAGES - 1000)):
        device = bad[n % 2]
        device.wire.publish(getattr(topics, leaf)(device.name), payload)
        drain(device)
    for n in range(1000):
        device = bad[n % 2]
        device.wire.publish(*forged(topics, chance, device.name, n))
        drain(device)
    wait_until_quiet(folder)


def forged(topics: Topics, chance: random.Random, name: str, n: int) -> tuple[str, bytes]:
    """Return a message that is well made, and a lie: in another's name, of another's job, of a turn never shown."""
    press = encode(KeyPressed(boot=1, seq=n + 1, turn=2**40, key="next"))
    done = encode(JobDone(boot=1, seq=n + 1, job="20261121-000001"))
    return chance.choice(
        [
            (topics.event("dispenser-1"), press),
            (topics.event("pad-1"), press),
            (topics.event("ghost"), press),
            (topics.view("pad-1"), b'{"v":1,"turn":1,"ack":[1,1]}'),
            (topics.hub_status, b'{"state":"lost"}'),
            (topics.event(name), press),
            (topics.event(name), done),
        ]
    )


def drain(device: Device) -> None:
    """Read what the broker says, so that nobody's buffer fills."""
    while device.wire.has_input():
        list(device.wire.arrived())


def wait_until_quiet(folder: Path) -> None:
    """Wait until the hub has worked off what was sent."""
    last, deadline = -1, time.monotonic() + 60
    while (count := len(rows(folder))) != last and time.monotonic() < deadline:
        last = count
        time.sleep(0.3)


def test_a_message_beyond_the_brokers_limit_ends_the_senders_connection_only(
    bench: tuple[Path, list[Device]],
) -> None:
    _, devices = bench
    devices[2].wire.publish(Topics(HALL).event("dispenser-2"), b"x" * 20_000)
    with pytest.raises(ConnectionError):
        hear_for_ever(devices[2])
    assert latency(devices[:2]) > 0


def hear_for_ever(device: Device) -> None:
    while True:
        list(device.wire.arrived())


def test_nobody_gets_in_without_a_password(bench: tuple[Path, list[Device]]) -> None:
    _, devices = bench
    port = devices[0].wire.port
    for name, password in (("pad-1", "wrong"), ("nobody", ""), ("pad-1", None)):
        with pytest.raises(ConnectionError, match="refused"):
            Wire(port=port, name=name, password=password)
