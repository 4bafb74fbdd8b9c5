"""Keys in a matrix: what the model of a keypad does, how its readings are understood, and nodes that have one."""

from pathlib import Path

import pytest
from gpiozero.pins.mock import MockFactory

from hardware.board import Board, Keys, Lamps, Matrix, load_board
from hardware.chip import chip_named
from hardware.gpio import GpioError, GpioMatrix, gpio_keys
from hardware.matrix_scan import MatrixScan
from sim.chips.keypad import Keypad, ShortCircuitError
from sim.contacts import Contacts
from sim.pinout import OPEN_DRAIN, OUTPUT, Pinout, WiringError
from tests.contract.broker import HallBroker
from tests.contract.devices import DEVICE
from tests.contract.firmware_node import a_node, settings_for
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import stays, until

NAMES = (("a", "b", "c"), ("d", "e", "f"), ("g", "h", "i"))
SETTLE_S = 0.02


def matrix(*, diodes: bool = False) -> Matrix:
    return Matrix(rows=(2, 3, 4), columns=(5, 6, 7), keys=NAMES, diodes=diodes)


def read(keypad: Keypad) -> list[int]:
    """Read a keypad as both parts do: one row low after the other."""
    found = []
    for row in range(3):
        keypad.drive(row, 0, is_open_drain=True)
        found.append(sum((keypad.level(column) == 0) << column for column in range(3)))
        keypad.drive(row, 1, is_open_drain=True)
    return found


def held(keys: str, *, diodes: bool = False) -> list[int]:
    """Return what is read of a keypad with these keys down."""
    keypad = Keypad(rows=3, columns=3, diodes=diodes)
    for key in keys:
        keypad.press(*matrix().place(key), is_down=True)
    return read(keypad)


def test_three_corners_without_diodes_look_like_four_and_with_them_they_do_not() -> None:
    assert held("abd") == held("abe") == held("abde") == [0b011, 0b011, 0b000]
    assert held("abd", diodes=True) == [0b011, 0b001, 0b000]
    assert held("aei") == [0b001, 0b010, 0b100]
    assert held("abehi") == [0b111, 0b111, 0b111]


def test_rows_that_are_driven_against_each_other_are_a_short_circuit() -> None:
    keypad = Keypad(rows=3, columns=3)
    for key in "ad":
        keypad.press(*matrix().place(key), is_down=True)
    keypad.drive(0, 0, is_open_drain=False)
    with pytest.raises(ShortCircuitError, match=r"keys connect the rows \[0, 1\]"):
        keypad.drive(1, 1, is_open_drain=False)


def test_a_node_whose_rows_are_outputs_is_stopped_when_two_keys_meet() -> None:
    keys = Keys(matrix=matrix())
    contacts, pinout = Contacts(keys), Pinout(chip_named("w5500-evb-pico"))
    pinout.mode(2, OUTPUT, 0, is_driven=False)
    pinout.mode(3, OPEN_DRAIN, 0, is_driven=False)
    for key in "ad":
        contacts.set(key, is_down=True)
    contacts.drive(3, 0, pinout)
    with pytest.raises(WiringError, match=r"GP2: keys connect the rows .*: a short circuit; make the rows open drains"):
        contacts.drive(2, 1, pinout)


class Reading:
    """A scan and its clock. look: reads with these keys down, 5 ms after the last time."""

    def __init__(self, *, diodes: bool = False, at_first: str = "") -> None:
        self._diodes = diodes
        self._now_s = 100.0
        self.scan = MatrixScan(matrix(diodes=diodes), settle_s=SETTLE_S, closed=held(at_first, diodes=diodes))

    def look(self, keys: str) -> list[str]:
        return self.raw(held(keys, diodes=self._diodes))

    def raw(self, closed: list[int]) -> list[str]:
        self._now_s += 0.005
        return self.scan.look(closed, self._now_s)


def test_a_press_counts_at_once_and_again_only_after_it_was_quiet() -> None:
    reading = Reading()
    assert [reading.look(keys) for keys in ("", "a", "", "a", "a", "", "", "", "a")] == [[], ["a"], *[[]] * 7]
    assert [reading.look("") for _ in range(5)] == [[]] * 5
    assert reading.scan.is_quiet
    assert reading.look("a") == ["a"]
    assert not reading.scan.is_quiet


def test_two_at_once_are_two_and_one_that_is_held_hides_no_other() -> None:
    reading = Reading()
    assert [reading.look(keys) for keys in ("af", "af", "afg", "afg", "fg")] == [["a", "f"], [], [], ["g"], []]


def test_a_ghost_and_what_makes_it_count_neither_then_nor_when_the_rectangle_opens() -> None:
    reading = Reading()
    assert [reading.look(keys) for keys in ("ab", "abd", "abd", "bd", "bd", "d", "d")] == [["a", "b"], *[[]] * 6]
    for _ in range(6):
        reading.look("")
    assert reading.look("d") == ["d"]


def test_with_diodes_every_key_counts() -> None:
    reading = Reading(diodes=True)
    assert [reading.look(keys) for keys in ("ab", "abd", "abde")] == [["a", "b"], ["d"], ["e"]]


def test_a_ghost_that_is_read_while_its_maker_bounces_is_not_believed() -> None:
    """d closes between the readings of its column and of the next: e is seen, d is not."""
    reading = Reading()
    reading.look("ab")
    assert reading.raw([0b011, 0b010, 0b000]) == []
    assert [reading.look("abd") for _ in range(3)] == [[]] * 3


def test_a_key_that_is_held_at_the_start_is_no_press() -> None:
    reading = Reading(at_first="c")
    assert [reading.look(keys) for keys in ("c", "c", "ce")] == [[], [], ["e"]]
    for _ in range(6):
        reading.look("")
    assert reading.look("c") == ["c"]


def test_a_pin_of_a_matrix_that_cannot_be_used_is_named_and_all_are_let_go() -> None:
    factory = MockFactory()
    wrong = Keys(matrix=Matrix(rows=(2, 3), columns=(4, 48), keys=(("a", "b"), ("c", "d"))))
    with pytest.raises(GpioError, match=r"column 1 on pin 48: .*; check the board file"):
        gpio_keys(wrong, factory=factory)
    right = Keys(matrix=Matrix(rows=(2, 3), columns=(4, 5), keys=(("a", "b"), ("c", "d"))))
    keys = gpio_keys(right, factory=factory)
    assert isinstance(keys, GpioMatrix)
    keys.close()
    keys.close()
    with pytest.raises(GpioError, match="these keys have no matrix"):
        GpioMatrix(Keys(pins={"a": 2}), factory=factory)
    factory.reset()


NODES = ["pad-pico2", "pad-picow", "dispenser-eth01", "dispenser-id-s3"]
"""One board of each chip that runs the firmware, besides that on which all other tests run."""


@pytest.mark.parametrize("name", NODES)
async def test_the_simulator_runs_the_firmware_of_every_chip(
    name: str, tmp_path: Path, broker: HallBroker, hub: PlayedHub
) -> None:
    board = load_board(name)
    assert board.keys
    assert board.lamps
    first, lamp = board.keys.names()[0], next(iter(board.lamps.pins))
    async with a_node(tmp_path, board=board, settings=settings_for(broker)) as node:
        status = await hub.ready(DEVICE)
        assert set(status.parts) == {
            part for part in ("keys", "lamps", "panel", "tone", "printer", "reader") if getattr(board, part)
        }
        hub.show(DEVICE, turn=57, lamps={lamp: "on"})
        await until(lambda: node.lamps[lamp], why=lambda: node.console)
        await node.press(first)
        event = await hub.press(DEVICE)
        assert (event.key, event.turn) == (first, 57)
        hub.acknowledge(DEVICE, event, tone=((900, 30),))
        await until(lambda: 900 in node.tones, why=lambda: node.console)


REFUSED = {
    "a pull that is not there": ("wt32-eth01", {"keys": Keys(pins={"A": 35})}, None),
    "an input as a lamp": ("wt32-eth01", {"lamps": Lamps(pins={"A": 35})}, "-- IO35 cannot be output: it will not do"),
    "a pin that is not there": ("esp32-s3", {"lamps": Lamps(pins={"A": 30})}, "-- IO30 is not free on this board, it"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_a_chip_of_the_simulator_refuses_what_it_cannot_do(
    case: str, tmp_path: Path, broker: HallBroker, hub: PlayedHub
) -> None:
    """A board file that was never checked, as a node would find it on its flash."""
    chip, parts, sentence = REFUSED[case]
    lamps = {"lamps": Lamps(pins={"ok": 4})}
    async with a_node(tmp_path, board=Board(chip=chip, **(lamps | parts)), settings=settings_for(broker)) as node:  # type: ignore[arg-type]
        if sentence:
            await until(lambda: any(line.startswith(sentence) for line in node.console), why=lambda: node.console)
            return
        await hub.ready(DEVICE)
        hub.show(DEVICE, turn=57, lamps={"ok": "on"})
        await until(lambda: node.lamps["ok"])
        assert node._pinout.pulls[35] == 0


@pytest.mark.parametrize("diodes", [False, True])
async def test_diodes_tell_a_node_all_keys_apart(
    diodes: bool, tmp_path: Path, broker: HallBroker, hub: PlayedHub
) -> None:
    board = Board(chip="pico-w", keys=Keys(matrix=matrix(diodes=diodes)), lamps=Lamps(pins={"a": 8}))
    async with a_node(tmp_path, board=board, settings=settings_for(broker)) as node:
        await hub.ready(DEVICE)
        hub.show(DEVICE, turn=57, lamps={"a": "on"})
        await until(lambda: node.lamps["a"])
        for number, key in enumerate("abde" if diodes else "ab", 1):
            await node.key_down(key)
            event = await hub.press(DEVICE, number=number)
            hub.acknowledge(DEVICE, event)
            assert event.key == key
        if not diodes:
            await node.key_down("d")
            await stays(lambda: len(hub.distinct(DEVICE)) == 2, for_s=0.2)
