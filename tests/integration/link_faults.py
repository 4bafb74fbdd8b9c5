"""What can go wrong between a node and its broker, done to the real firmware and mosquitto, with a stopwatch."""

import asyncio
import datetime
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from hardware.board import load_board
from hardware.contract import HUB, KeyPressed
from hardware.link import Address
from hub.authority import Authority, Purpose, load_authority
from hub.broker_tls import BrokerTls, authority_of, ca_of
from sim.cable import Cable
from sim.lag import far, lossy
from sim.node import Node, NodeSettings
from tests.contract.broker import HALL, HallBroker
from tests.contract.devices import DEVICE
from tests.contract.firmware_node import a_node
from tests.contract.pictures import dots_of, picture
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import stays, until

KEEPALIVE_S = 5
LONGER_S = 3.0
"""How much longer a fault goes on after it was noticed: a node tries less often by and by."""
PANEL, STALE = picture(128, seed=1), picture(32, seed=2)


@dataclass(frozen=True)
class Outcome:
    """What a node said of a fault and how long things took, in seconds; None where there is nothing to be noticed."""

    says: str
    noticed_s: float | None
    back_s: float


@dataclass(frozen=True)
class Site:
    """One node on a cable to a broker with TLS, and a hub that beats."""

    broker: HallBroker
    cable: Cable
    node: Node
    folder: Path

    def says(self, words: str) -> str | None:
        """Return the last line of the console that has these words, None where there is none."""
        return next((line for line in reversed(self.node.console) if words in line), None)


@asynccontextmanager
async def a_hub(site: Site) -> AsyncIterator[PlayedHub]:
    """Play a hub that knows the broker by the hall's authority."""
    address = Address(host="127.0.0.1", port=site.broker.address.port, ca=ca_of(site.folder))
    hub = PlayedHub(hall=HALL, address=address, password=site.broker.passwords[HUB])
    await hub.start()
    try:
        yield hub
    finally:
        await hub.close()


def tls_of(folder: Path, authority: Authority, *names: str) -> BrokerTls:
    """Return what a broker in this folder needs to be known by these names."""
    return BrokerTls(authority=authority, folder=folder / "broker", names=list(names))


@asynccontextmanager
async def a_site(
    folder: Path, tls: BrokerTls | None = None, password: str | None = None, board: str = "dispenser-pico"
) -> AsyncIterator[Site]:
    """Give a device its power. tls: of the broker; None is as it must be. password: at the broker; None likewise."""
    good = tls_of(folder, authority_of(folder, HALL), "127.0.0.1")
    broker = HallBroker(folder=folder / "broker", devices=[DEVICE], tls=tls or good)
    known = broker.passwords[DEVICE]
    broker.passwords[DEVICE] = password or known
    await broker.start()
    broker.passwords[DEVICE] = known
    cable = Cable(broker_port=broker.address.port)
    cable.start()
    settings = NodeSettings(
        hall=HALL, password=known, host="127.0.0.1", port=cable.port, keepalive_s=KEEPALIVE_S, ca=ca_of(folder)
    )
    try:
        async with a_node(folder, board=load_board(board), settings=settings) as node:
            yield Site(broker=broker, cable=cable, node=node, folder=folder)
    finally:
        broker.thaw()
        await cable.close()
        await broker.close()


async def broken(site: Site, *, begin: Callable[[], object], end: Callable[[], object], words: str) -> Outcome:
    """Break a link that is up, see a press wait for its end, and mend it.

    begin, end: may be coroutine functions. words: what the console says of it, at the latest then it is mended.
    """
    async with a_hub(site) as hub:
        await shows_its_view(site, hub)
        began = _now()
        await _done(begin)
        await until(lambda: site.says(words), limit_s=20, why=lambda: site.node.console)
        noticed_s = _now() - began
        await waits_with_a_press(site)
        await stays(lambda: not site.says("connected"), for_s=LONGER_S)
        ended = _now()
        await _done(end)
        await until(lambda: site.says("connected"), limit_s=30, why=lambda: site.node.console)
        back_s = _now() - ended
        await told_once(site, hub)
    said = (site.says(words) or "").partition(": ")[2]
    return Outcome(says=said, noticed_s=noticed_s, back_s=back_s)


async def stranded(site: Site) -> Outcome:
    """Take the broker from a link without a word, and let the node find out and come back by itself."""
    async with a_hub(site) as hub:
        await shows_its_view(site, hub)
        began = _now()
        site.cable.strand()
        await waits_with_a_press(site)
        await until(lambda: site.says("silent"), limit_s=20, why=lambda: site.node.console)
        noticed_s = _now() - began
        await until(lambda: site.says("connected"), limit_s=30, why=lambda: site.node.console)
        back_s = _now() - began - noticed_s
        await told_once(site, hub)
    return Outcome(says=(site.says("silent") or "").partition(": ")[2], noticed_s=noticed_s, back_s=back_s)


async def bad(site: Site, lag: Callable[[], float]) -> Outcome:
    """Make a link bad for longer than two keep-alives; a press and its answer go through, in back_s."""
    async with a_hub(site) as hub:
        await shows_its_view(site, hub)
        site.cable.lag = lag
        connections = len(hub.statuses[DEVICE])
        began = _now()
        await waits_with_a_press(site)
        await told_once(site, hub)
        back_s = _now() - began
        await stays(lambda: len(hub.statuses[DEVICE]) == connections, for_s=2.2 * KEEPALIVE_S)
    return Outcome(says=site.says("broker") or "", noticed_s=None, back_s=back_s)


async def refused(site: Site, *, words: str, tls: BrokerTls) -> Outcome:
    """See a node stay away from a broker that is not as it must be, and come when that has got another certificate."""
    began = _now()
    await until(lambda: site.says(words), limit_s=20, why=lambda: site.node.console)
    noticed_s = _now() - began
    await stays(lambda: not any(site.node.lamps.values()) and not site.says("connected"), for_s=1.0)
    ended = _now()
    await site.broker.start_with(tls)
    await until(lambda: site.says("connected"), limit_s=30, why=lambda: site.node.console)
    back_s = _now() - ended
    async with a_hub(site) as hub:
        await shows_its_view(site, hub)
    return Outcome(says=(site.says(words) or "").partition(": ")[2], noticed_s=noticed_s, back_s=back_s)


async def shows_its_view(site: Site, hub: PlayedHub) -> None:
    """Show a view and see it."""
    await hub.ready(DEVICE)
    hub.show(DEVICE, panel=PANEL, stale=STALE, lamps={"B": "on"}, turn=57)
    await until(lambda: site.node.panel is not None and site.node.panel.rows() == dots_of(PANEL))
    await until(lambda: site.node.lamps["B"])


async def waits_with_a_press(site: Site) -> None:
    """Press a key, and see its lamp blink and the rest stay as it is: nobody is told that a press was lost."""
    await site.node.press("A")
    await until(lambda: site.node.lamps["A"], limit_s=2, why=lambda: site.node.lamps)
    await until(lambda: not site.node.lamps["A"], limit_s=2, why=lambda: site.node.lamps)
    assert site.node.lamps["B"]
    assert site.node.panel
    assert site.node.panel.rows() == dots_of(PANEL)


async def told_once(site: Site, hub: PlayedHub) -> None:
    """See the press arrive as one event, acknowledge it, and see its lamp go out for good."""
    event = await hub.press(DEVICE)
    assert event == KeyPressed(boot=1, seq=1, turn=57, key="A", at=event.at)
    hub.acknowledge(DEVICE, event, lamps={"C": "on"})
    await until(lambda: site.node.lamps["C"] and not site.node.lamps["A"], why=lambda: site.node.lamps)
    assert hub.distinct(DEVICE) == [event]


def ended(authority: Authority) -> Authority:
    """Return the authority as one whose certificates for brokers ended yesterday."""

    class Late(Authority):
        def _end_of(self, _purpose: Purpose) -> datetime.datetime:
            return datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)

    return Late(authority._folder, authority._key, authority._certificate)


async def killed_broker(folder: Path) -> Outcome:
    async with a_site(folder) as site:
        return await broken(site, begin=site.broker.kill, end=site.broker.start, words="ECONN")


async def frozen_broker(folder: Path) -> Outcome:
    async with a_site(folder) as site:
        return await broken(site, begin=site.broker.freeze, end=site.broker.thaw, words="silent")


async def vanishing_packets(folder: Path) -> Outcome:
    async with a_site(folder) as site:
        return await broken(site, begin=site.cable.freeze, end=site.cable.mend, words="silent")


async def half_open(folder: Path) -> Outcome:
    async with a_site(folder) as site:
        return await stranded(site)


async def slow_network(folder: Path) -> Outcome:
    async with a_site(folder) as site:
        return await bad(site, far(0.3))


async def lossy_network(folder: Path) -> Outcome:
    async with a_site(folder) as site:
        return await bad(site, lossy(0.2, seed=1))


async def other_authority(folder: Path) -> Outcome:
    other = load_authority(folder / "other", HALL)
    return await _refused(folder, tls_of(folder, other, "127.0.0.1"), "not correctly signed")


async def other_name(folder: Path) -> Outcome:
    tls = tls_of(folder, authority_of(folder, HALL), "another.lintel")
    return await _refused(folder, tls, "does not match")


async def ended_certificate(folder: Path) -> Outcome:
    tls = tls_of(folder, ended(authority_of(folder, HALL)), "127.0.0.1")
    return await _refused(folder, tls, "has expired")


async def wrong_password(folder: Path) -> Outcome:
    async with a_site(folder, password="another") as site:
        good = tls_of(folder, authority_of(folder, HALL), "127.0.0.1")
        return await refused(site, words="refused: not allowed", tls=good)


async def _refused(folder: Path, tls: BrokerTls, words: str) -> Outcome:
    async with a_site(folder, tls) as site:
        return await refused(site, words=words, tls=tls_of(folder, authority_of(folder, HALL), "127.0.0.1"))


@dataclass(frozen=True)
class Fault:
    """A fault with its limits in seconds. does: what the node does, for the page."""

    name: str
    run: Callable[[Path], Awaitable[Outcome]]
    noticed_s: float | None
    back_s: float
    does: str


_GOES_ON = "goes on showing; a press blinks and is told once"
_STAYS_AWAY = "stays away and dark, tries on"
FAULTS = (
    Fault("broker killed", killed_broker, 2.5, 8.0, _GOES_ON),
    Fault("broker frozen (SIGSTOP)", frozen_broker, 1.5 * KEEPALIVE_S, 8.0, _GOES_ON),
    Fault("packets vanish", vanishing_packets, 1.5 * KEEPALIVE_S, 8.0, _GOES_ON),
    Fault("half open: the broker's end is gone", half_open, 1.5 * KEEPALIVE_S, 8.0, _GOES_ON),
    Fault("slow: 300 ms each way", slow_network, None, 4.0, "works on; a press is answered"),
    Fault("lossy: 20 % lost", lossy_network, None, 8.0, "works on; a press is answered"),
    Fault("certificate of another authority", other_authority, 8.0, 8.0, _STAYS_AWAY),
    Fault("certificate for another name", other_name, 8.0, 8.0, _STAYS_AWAY),
    Fault("certificate has ended", ended_certificate, 8.0, 8.0, _STAYS_AWAY),
    Fault("wrong password", wrong_password, 8.0, 8.0, _STAYS_AWAY),
)


async def _done(act: Callable[[], object]) -> None:
    found = act()
    if asyncio.iscoroutine(found):
        await found


def _now() -> float:
    return asyncio.get_running_loop().time()
