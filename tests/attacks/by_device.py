"""What a device that turned bad tries at the broker and at the hub, with its own password."""

import json
import time

from hardware.contract import JobDone, encode
from hub.rules.events import TicketCalled, TicketPrinted, TicketTaken
from tests.attacks.declared import attack
from tests.attacks.mqtt import Session
from tests.attacks.site import Site, press_of

QUALITIES = (0, 1, 2)
NEVER = 2**53


@attack(
    who="device",
    tried="Presses in another's name, on another's topics, at every quality of service",
    happens="The broker passes nothing on; nothing is journalled",
    counted="topic",
)
def forged_presses(site: Site) -> None:
    spy, bad, before = site.maintainer(), site.bad(), site.facts()
    spy.subscribe(site.topics.everything)
    spy.heard()
    press = press_of(9, 1, key="A")
    for qos in QUALITIES:
        for victim in ("dispenser-1", "pad-1", "ghost", "hub"):
            bad.publish(site.topics.event(victim), press, qos=qos)
            bad.publish(site.topics.status(victim), b'{"state":"lost"}', qos=qos, retain=True)
            bad.publish(site.topics.want(victim), b'{"file":"a","start":0}', qos=qos)
    bad.heard()
    assert [one for one in spy.heard() if one[1] == press or b"lost" in one[1]] == []
    assert site.facts() == before


@attack(
    who="device",
    tried="Speaks as the hub: views, jobs, the hub's beat, what other systems are told, retained, at every quality",
    happens="The broker passes nothing on and keeps nothing",
    counted="topic",
)
def speaks_as_the_hub(site: Site) -> None:
    bad, poison = site.bad(), b'{"v":1,"turn":1,"ack":[9,9],"poison":1}'
    own = bad.name
    targets = [of(name) for of in (site.topics.view, site.topics.job) for name in ("pad-1", "dispenser-1", own)]
    targets += [site.topics.hub_status, site.topics.counter(1), site.topics.queue("A"), "$SYS/broker/uptime", "x"]
    for qos in QUALITIES:
        for topic in targets:
            bad.publish(topic, poison, qos=qos, retain=True)
    bad.heard()
    late = site.maintainer()
    late.subscribe("#")
    assert [topic for topic, payload in late.heard() if payload == poison] == []


@attack(
    who="device",
    tried="Leaves a will on another's status, on the hub's, on another's event",
    happens="The will is thrown away when it falls due; nobody is said to be lost",
    counted="",
)
def stolen_wills(site: Site) -> None:
    spy = site.maintainer()
    spy.subscribe(site.topics.everything)
    spy.heard()
    for topic in (site.topics.status("pad-1"), site.topics.hub_status, site.topics.event("pad-1")):
        site.bad(will=(topic, b'{"state":"lost","stolen":1}')).close()
    last = site.bad(will=(site.topics.status("pad-40"), b"{}"))  # not its own either
    last.close()
    own = site.bad_name()
    site.bad(own, will=(site.topics.status(own), b'{"state":"lost"}')).close()
    heard: list[tuple[str, bytes]] = []
    while (site.topics.status(own), b'{"state":"lost"}') not in heard:  # its own will is heard, and comes last
        heard += spy.heard()
    assert [payload for _topic, payload in heard if b"stolen" in payload or payload == b"{}"] == []


@attack(
    who="device",
    tried="Listens: #, $SYS/#, +/+/+/+, shared subscriptions, others' views and jobs, at every quality",
    happens="Granted, as MQTT 3.1.1 has it, and hears its own view, its own job and the hub's beat alone",
    counted="listening",
)
def listens_in(site: Site) -> None:
    bad = site.bad()
    topics = ("#", "+/+/+/+", "$SYS/#", "$share/all/#", f"{site.topics.view('+')}", f"{site.topics.job('dispenser-1')}")
    for qos in QUALITIES:
        for topic in topics:
            bad.subscribe(topic, qos)
    bad.heard()
    site.press()
    own = {site.topics.view(bad.name), site.topics.job(bad.name), site.topics.hub_status}
    assert {topic for topic, _payload in bad.heard()} <= own


@attack(
    who="device",
    tried="Retained poison on its own topics: no JSON, 16 kB, another's state, for every hub and node that comes later",
    happens="The hub refuses it and serves; so does a hub that is killed, starts anew and is given all of it at once",
    counted="message",
)
def retained_poison(site: Site) -> None:
    bad = site.bad()
    for leaf, payload in (
        ("event", b"\xff\xfe"),
        ("event", press_of(NEVER - 1, NEVER - 1)),
        ("status", b'{"state":"ready"' + b" " * 15000 + b"}"),
        ("want", b"[" * 3000),
    ):
        bad.publish(site.topics.written(bad.name, leaf), payload, qos=1, retain=True)
    bad.publish(site.topics.status(bad.name), b'{"state":"ready","boot":1e400}', qos=1, retain=True)
    bad.heard()
    site.kill_hub()
    site.start()
    site.press()
    for leaf in ("event", "status", "want"):
        bad.publish(site.topics.written(bad.name, leaf), b"", retain=True)
    bad.heard()
    site.until_it_counts()


def _view_of(site: Site, name: str) -> dict[str, object]:
    late = site.maintainer()
    late.subscribe(site.topics.view(name))
    found = late.heard()
    assert found
    return dict(json.loads(found[0][1]))


@attack(
    who="device",
    tried="Sends an old press again: the same number, fifty times, then numbers that were used before",
    happens="It is acknowledged and done once",
    counted="again",
)
def replayed_press(site: Site) -> None:
    name = site.bad_name()
    bad = site.bad(name)
    turn = _turn_of(site, name)
    before = len(site.facts())
    was = site.resent()
    for seq in (5, *[5] * 49, 4, 3, 5):
        bad.publish(site.topics.event(name), press_of(3, seq, turn), qos=1)
    _answered(site, bad, (3, 5))
    assert len(_calls(site, name, before)) <= 1
    site.until(lambda: site.resent() >= was + 49, site.resent)


@attack(
    who="device",
    tried="Events of the future: the greatest boot and number there are, and greater ones; then boots that go back",
    happens="What is beyond the contract is refused; what goes back is taken as known. It shuts out itself alone",
    counted="message",
)
def events_of_the_future(site: Site) -> None:
    bad = site.bad()
    before = len(site.facts())
    for boot, seq in ((NEVER, 1), (1, NEVER), (2**63, 2**64), (-1, 1), (10**30, 1)):
        bad.publish(site.topics.event(bad.name), press_of(boot, seq), qos=1)
    bad.publish(site.topics.event(bad.name), press_of(NEVER - 1, NEVER - 1), qos=1)
    _answered(site, bad, (NEVER - 1, NEVER - 1))
    for boot, seq in ((1, 1), (NEVER - 2, 5), (NEVER - 1, 1)):
        bad.publish(site.topics.event(bad.name), press_of(boot, seq), qos=1)
    bad.heard()
    site.press()
    assert _calls(site, bad.name, before) == []


@attack(
    who="device",
    tried="Guesses the turn: presses of a hundred turns that were never shown to it",
    happens="Each is refused and answered by a view; nobody is called",
    counted="journal",
)
def guessed_turns(site: Site) -> None:
    bad = site.bad()
    turn = _turn_of(site, bad.name)
    before, refused = len(site.facts()), site.refused_presses()
    guesses = list(range(turn + 1, turn + 101))
    for seq, guess in enumerate(guesses, 1):
        bad.publish(site.topics.event(bad.name), press_of(1, seq, guess), qos=1)
    _answered(site, bad, (1, len(guesses)))
    new = site.facts()[before:]
    assert [fact for fact in new if isinstance(fact, TicketCalled | TicketTaken)] == []
    assert site.refused_presses() == refused + len(guesses)


@attack(
    who="device",
    tried="Says that another's print job is done, or one that nobody gave",
    happens="Nothing is marked as printed",
    counted="journal",
)
def anothers_job(site: Site) -> None:
    bad = site.bad()
    jobs = [f"{time.strftime('%Y%m%d')}-{row:06}" for row in range(1, 100)]
    before = [fact for fact in site.facts() if isinstance(fact, TicketPrinted)]
    for seq, job in enumerate(jobs, 1):
        bad.publish(site.topics.event(bad.name), encode(JobDone(boot=1, seq=seq, job=job)), qos=1)
    _answered(site, bad, (1, len(jobs)))
    assert [fact for fact in site.facts() if isinstance(fact, TicketPrinted)] == before


BAD_PAYLOADS = (
    b"",
    b"\x00" * 20,
    b"\xff\xfe{}",
    b'{"do":"key","boot":1,"seq":1,"turn":0,"key":"\xf0\x28"}',
    b"[" * 8000,
    b'{"do":' * 2000,
    b'{"do":"key","boot":NaN,"seq":Infinity,"turn":0,"key":"next"}',
    b'{"do":"key","boot":1e400,"seq":1,"turn":0,"key":"next"}',
    b'{"do":"key","boot":' + b"9" * 4000 + b',"seq":1,"turn":0,"key":"next"}',
    b'{"do":"key","boot":1,"seq":1,"turn":0,"key":"next","extra":1}',
    b'{"do":"key","boot":1,"seq":1,"turn":0,"key":' + b'"' + b"n" * 600 + b'"}',
    b'{"do":"key","boot":true,"seq":"1","turn":null,"key":["next"]}',
    b'{"do":"__proto__","boot":1,"seq":1}',
    press_of(1, 1) + press_of(1, 2),
    press_of(1, 1) + b" " * 15000,
)


@attack(
    who="device",
    tried="Payloads that are none: deep and endless JSON, NaN, huge numbers, no UTF-8, two in one, 15 kB of blanks",
    happens="Each is counted and left; the log says so once a minute; nothing is journalled",
    counted="message",
)
def payloads_that_are_none(site: Site) -> None:
    bad, before = site.bad(), site.facts()
    was = site.counted("message")
    for payload in BAD_PAYLOADS:
        bad.publish(site.topics.event(bad.name), payload, qos=1)
        bad.publish(site.topics.status(bad.name), payload or b" ", qos=1)
    bad.heard()
    site.until(lambda: site.counted("message") >= was + 2 * len(BAD_PAYLOADS), lambda: site.counted("message") - was)
    assert site.facts() == before
    assert "Traceback" not in site.log


@attack(
    who="device",
    tried="The same key twice in one event, so that two readers read two things",
    happens="It counts for the topic's device, as one press of its own at the most",
    counted="message",
)
def keys_twice(site: Site) -> None:
    bad, before = site.bad(), len(site.facts())
    twice = b'{"do":"key","boot":1,"seq":1,"turn":0,"key":"next","device":"pad-1","key":"next"}'
    bad.publish(site.topics.event(bad.name), twice, qos=1)
    bad.publish(
        site.topics.event(bad.name), b'{"do":"key","do":"key","boot":1,"boot":1,"seq":2,"turn":0,"key":"x"}', qos=1
    )
    bad.heard()
    site.press()
    assert len(_calls(site, bad.name, before)) <= 1


def _calls(site: Site, pad: str, since: int) -> list[TicketCalled]:
    """Return the calls at a pad's counter."""
    new = [fact for fact in site.facts()[since:] if isinstance(fact, TicketCalled)]
    return [fact for fact in new if fact.counter == int(pad.removeprefix("pad-"))]


def _turn_of(site: Site, name: str) -> int:
    return int(str(_view_of(site, name)["turn"]))


def _answered(site: Site, bad: Session, upto: tuple[int, int]) -> None:
    """Wait until a view acknowledges an event of a device."""
    site.until(lambda: tuple(_view_of(site, bad.name)["ack"] or ()) >= upto, lambda: _view_of(site, bad.name))  # type: ignore[arg-type]
