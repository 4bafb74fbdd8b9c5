"""A new firmware over the air: fetched while the node serves, checked, tried, and taken back if it is not good."""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hardware.board import load_board
from hardware.contract import JOB_PART_BYTES, IdentityRead, JobDone, JobFailed, Reader, Status
from hardware.update import Want
from hardware.version import VERSION
from hub.firmware_files import Release
from sim.node import Node
from tests.contract.broker import HallBroker
from tests.contract.devices import DEVICE
from tests.contract.firmware_node import a_node, settings_for
from tests.contract.firmware_offer import KEY, Offer, made, signed
from tests.contract.pictures import picture, window
from tests.contract.played_hub import PlayedHub
from tests.contract.test_reader import KEY as SECRET
from tests.contract.test_reader import NUMBER
from tests.contract.waiting import until
from tests.integration.test_firmware_memory import fast

NEW = {"parts/tone.py": ("class Tone", "NEW_IN_THIS = 1\n\n\nclass Tone")}
CHANGED = {"manifest", "version.mpy", "parts/tone.mpy"}
LIMIT_S = 30.0
CHANCE = random.Random(11)
PIECES_A_GUEST = 15


@dataclass
class Case:
    """A node with its hub; new: a firmware for it, not offered yet."""

    node: Node
    hub: PlayedHub
    flash: Path
    new: Release

    @property
    def status(self) -> Status:
        return self.hub.statuses[DEVICE][-1]

    @property
    def slot(self) -> str:
        return (self.flash / "slot").read_text()

    async def answer(self, offer: Offer, *, number: int = 1) -> JobDone | JobFailed:
        """Return what the node says to an offer, acknowledged."""
        await until(lambda: len(self.hub.distinct(DEVICE)) >= number, limit_s=LIMIT_S, why=lambda: self.node.console)
        event = await self.hub.event(DEVICE, number=number)
        assert isinstance(event, JobDone | JobFailed)
        assert event.job == offer.id
        self.hub.acknowledge(DEVICE, event)
        return event

    async def fetched(self, offer: Offer, *, number: int = 1) -> None:
        """Offer a firmware and wait until the node has it."""
        offer.make()
        assert isinstance(await self.answer(offer, number=number), JobDone)

    async def refused(self, offer: Offer, why: str, *, number: int = 1) -> None:
        """Offer a firmware that the node must not take, and see that nothing has come of it."""
        offer.make()
        event = await self.answer(offer, number=number)
        assert isinstance(event, JobFailed)
        assert event.why == why
        offer.switch()
        event = await self.answer(offer, number=number + 1)
        assert isinstance(event, JobFailed)
        assert (self.slot, self.status.boot, self.status.fw) == ("a", 1, VERSION)
        assert not (self.flash / "b" / "manifest").exists()

    async def runs(self, version: str, slot: str) -> None:
        """Wait until the node says this version, with its firmware in this slot as the good one."""
        await until(
            lambda: (self.status.fw, self.slot) == (version, slot), limit_s=LIMIT_S, why=lambda: self.node.console
        )


@pytest.fixture
async def case(tmp_path: Path, broker: HallBroker, hub: PlayedHub) -> AsyncIterator[Case]:
    async with a_node(tmp_path, board=load_board("pad-pico"), settings=settings_for(broker, key=KEY)) as node:
        await hub.ready(DEVICE)
        hub.show(DEVICE, turn=57, lamps={"next": "on"})
        await until(lambda: node.lamps["next"])
        yield Case(node=node, hub=hub, flash=tmp_path / "flash", new=made(tmp_path, "0.2.0", 7, NEW))
        assert [line for line in node.console if "Memory" in line] == []


async def test_a_new_firmware_is_fetched_while_the_node_serves_and_then_runs(case: Case) -> None:
    offer = Offer(case.hub, case.new)
    await case.fetched(offer)
    assert offer.fetched() == CHANGED, "what the node has it does not fetch"
    assert (case.slot, case.status.fw, case.status.boot) == ("a", VERSION, 1), "it goes on as it is"
    await case.fetched(offer, number=2)
    await case.node.press("next")
    await case.hub.press(DEVICE, number=3)
    case.hub.acknowledge(DEVICE, await case.hub.event(DEVICE, number=3))
    offer.switch()
    await case.runs("0.2.0", "b")
    assert (case.status.boot, case.status.alerts) == (2, {})
    files = {str(path.relative_to(case.flash / "b")): path.read_bytes() for path in (case.flash / "b").rglob("*.mpy")}
    assert files == case.new.files
    offer.switch()
    event = await case.answer(offer, number=4)
    assert isinstance(event, JobFailed)
    assert (event.why, case.slot) == ("old", "b"), "a switch that comes twice does not lead back"


async def test_an_update_of_the_update_fills_the_first_slot_again(case: Case, tmp_path: Path) -> None:
    first = Offer(case.hub, case.new)
    await case.fetched(first)
    first.switch()
    await case.runs("0.2.0", "b")
    second = Offer(case.hub, made(tmp_path, "0.3.0", 8, {}), number=2)
    await case.fetched(second, number=2)
    assert second.fetched() == {"manifest", "version.mpy"}
    second.switch()
    await case.runs("0.3.0", "a")
    files = {str(path.relative_to(case.flash / "a")) for path in (case.flash / "a").rglob("*") if path.is_file()}
    assert files == {"manifest", *case.new.files}


def flipped(data: bytes, at: int) -> bytes:
    """Return bytes with one bit turned over."""
    return data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]


BROKEN = {
    "a flipped bit in a file": ("damaged", lambda new: {"parts/tone.mpy": flipped(new.files["parts/tone.mpy"], 50)}),
    "a file that is too short": ("damaged", lambda new: {"parts/tone.mpy": new.files["parts/tone.mpy"][:-1]}),
    "a flipped bit in a sum": ("not-mine", lambda new: {"manifest": flipped(new.manifest, 200)}),
    "a manifest that is too short": ("damaged", lambda new: {"manifest": new.manifest[:-30]}),
    "a manifest that ends otherwise": ("damaged", lambda new: {"manifest": flipped(new.manifest, -10)}),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_what_is_damaged_is_refused_and_a_good_one_taken_after_it(case: Case, name: str) -> None:
    why, spoilt = BROKEN[name]
    offer = Offer(case.hub, case.new)
    offer.files |= spoilt(case.new)
    await case.refused(offer, why)
    await case.fetched(Offer(case.hub, case.new, number=2), number=3)


async def test_an_old_one_another_nodes_and_a_strangers_are_refused(case: Case, tmp_path: Path) -> None:
    """A firmware that is replayed, one for another node of the hall, one by another key, one that leaves its slot."""
    files = case.new.files
    await case.refused(Offer(case.hub, signed("0.0.9", 0, files)), "old")
    await case.refused(
        Offer(case.hub, signed("0.2.0", 7, files, target="donghu/pad-9"), number=2), "not-mine", number=3
    )
    await case.refused(Offer(case.hub, signed("0.2.0", 7, files, key="77" * 32), number=3), "not-mine", number=5)
    outside = {**files, "../settings.mpy": b"x"}
    await case.refused(Offer(case.hub, signed("0.2.0", 7, outside), number=4), "damaged", number=7)


async def test_it_goes_on_where_it_was_after_a_power_cut_and_asks_for_what_is_missing_again(case: Case) -> None:
    offer = Offer(case.hub, case.new)
    missing = offer.files.pop("parts/tone.mpy")
    offer.make()
    await until(
        lambda: offer.wants["parts/tone.mpy", 0] == 2, limit_s=LIMIT_S, why=lambda: (offer.wants, case.node.console)
    )
    await case.node.cut_power()
    await case.node.start()
    await case.hub.ready(DEVICE, boot=2)
    offer.wants.clear()
    offer.files["parts/tone.mpy"] = missing
    await case.fetched(offer)
    assert offer.fetched() == CHANGED - {"manifest"}


async def test_another_offer_takes_the_place_of_one_that_is_fetched(case: Case, tmp_path: Path) -> None:
    first = Offer(case.hub, case.new)
    del first.files["parts/tone.mpy"]
    first.make()
    await until(lambda: first.wants["parts/tone.mpy", 0] == 1, limit_s=LIMIT_S, why=lambda: case.node.console)
    second = Offer(case.hub, made(tmp_path, "0.3.0", 8, {}), number=2)
    await case.fetched(second)
    assert (case.flash / "b" / "manifest").read_bytes() == second.files["manifest"]
    second.switch()
    await case.runs("0.3.0", "b")


FAILING = {
    "it raises while it is loaded": {"run.py": ("def make():", "raise ValueError\n\n\ndef make():")},
    "it raises when it runs": {
        "node.py": ("    def works(self):", "    def works(self):\n        raise ValueError\n\n    def _(self):"),
        "run.py": ("_PAUSE_S = const(5)", "_PAUSE_S = const(0)"),  # before each of the three starts
    },
    "it does not reach the hub": {
        "trial.py": ("_LIMIT_S = const(120)", "_LIMIT_S = const(1)"),
        "link.py": ("            if self.nic.isconnected():", "            if False:"),
    },
}


@pytest.mark.parametrize("name", FAILING)
async def test_a_firmware_that_is_not_good_is_taken_back_after_three_starts(
    case: Case, tmp_path: Path, name: str
) -> None:
    offer = Offer(case.hub, made(tmp_path, "0.2.0", 7, FAILING[name]))
    await case.fetched(offer)
    offer.switch()
    await until(lambda: case.status.alerts == {"update": "rolled-back"}, limit_s=60, why=lambda: case.node.console)
    assert (case.slot, case.status.fw) == ("a failed", VERSION)
    assert sum("lintel 0.2.0" in line for line in case.node.console) in (0, 3)
    better = Offer(case.hub, made(tmp_path, "0.3.0", 8, NEW), number=2)
    await case.fetched(better, number=2)
    better.switch()
    await case.runs("0.3.0", "b")
    assert case.status.alerts == {}


async def test_the_fullest_node_serves_everybody_while_it_fetches(
    tmp_path: Path, broker: HallBroker, hub: PlayedHub
) -> None:
    """With every piece of a firmware that has nothing in common with its own comes a picture; people come all the time.

    Whoever takes a ticket or lays his card on goes first; after that the hub offers the firmware again.
    """
    board = fast(load_board("dispenser-id-pico"))
    files = {path: CHANCE.randbytes(4000) for path in made(tmp_path, "0.2.0", 7, {}).files}
    wide = [picture(1024, seed=seed, motion="flip", pace_ms=100) for seed in range(4)]
    async with a_node(tmp_path, board=board, settings=settings_for(broker, key=KEY)) as node:
        await hub.ready(DEVICE)
        offer = Offer(hub, signed("0.2.0", 7, files))
        hand_out = hub.on_want

        def crowd(device: str, want: Want) -> None:
            hub.show(DEVICE, panel=wide[offer.wants.total() % 4], stale=picture(64))
            hand_out(device, want)

        hub.on_want = crowd
        await serve(node, hub, offer)
        last = picture(1024, seed=9)
        hub.show(DEVICE, panel=last)
        await until(lambda: node.panel is not None and node.panel.rows() == window(last, 0, 128, 16))
        assert [line for line in node.console if "Memory" in line or "Traceback" in line] == []
        assert {status.boot for status in hub.statuses[DEVICE]} == {1}
        assert (tmp_path / "flash" / "b" / "manifest").read_bytes() == offer.files["manifest"]


async def serve(node: Node, hub: PlayedHub, offer: Offer) -> None:
    """Offer a firmware, and serve somebody after every few pieces of it, until the node has it."""
    number, said = 0, ""
    while said != offer.id:
        number += 1
        offer.make()
        if not await is_told(node, hub, offer, number):
            come(node, hub, number)
        event = await hub.event(DEVICE, number=number)
        assert isinstance(event, JobDone | IdentityRead), (event, node.console)
        said = event.job if isinstance(event, JobDone) else ""
        hub.acknowledge(DEVICE, event, reader=None)


async def is_told(node: Node, hub: PlayedHub, offer: Offer, number: int) -> bool:
    """Wait for a few pieces more, and tell whether the node has said an event of that number before they came."""
    pieces = offer.wants.total() + PIECES_A_GUEST
    await until(
        lambda: offer.wants.total() >= pieces or len(hub.distinct(DEVICE)) >= number,
        limit_s=LIMIT_S,
        why=lambda: (offer.wants, node.console),
    )
    return len(hub.distinct(DEVICE)) >= number


def come(node: Node, hub: PlayedHub, number: int) -> None:
    """Let somebody take a ticket, or lay a card on the reader, in turns."""
    assert node.reader
    if number % 2:
        hub.print(DEVICE, f"20261121-{number:06}", b"\x1b@" * (JOB_PART_BYTES // 2))
    else:
        node.reader.lay(NUMBER)
        hub.show(DEVICE, reader=Reader(key=SECRET), turn=number)
