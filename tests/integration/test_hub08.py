"""HUB08 boards: the program that ships, on an emulator that is not ours, and what the model calls faults."""

from collections import deque
from collections.abc import Iterable
from dataclasses import replace as changed
from pathlib import Path
from typing import Any

import pytest
from pioemu import State, emulate

from hardware.board import Board, Hub08
from sim.chips.hub08 import FLICKER, GHOST, STRIPES, Hub08Boards
from sim.chips.pio import Program, StateMachine, UnknownInstructionError
from sim.panel_wires import Hub08Wires
from tests.contract.broker import HallBroker
from tests.contract.devices import DEVICE
from tests.contract.firmware_node import a_node, settings_for
from tests.contract.pictures import dark, dots_of, picture
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import until

Levels = list[tuple[int, int]]
ROWS = 16
DATA, CLOCK = 2, 7


def theirs(program: Program, words: Iterable[int], *, clocks: int) -> Levels:
    """Return clock and levels at each change, from the emulator that others made."""
    found: Levels = []
    states = emulate(
        list(program.opcodes),
        stop_when=lambda _opcode, state: state.clock >= clocks,
        initial_state=State(transmit_fifo=deque(words)),
        auto_pull=bool(program.shiftctrl >> 17 & 1),
        pull_threshold=(program.shiftctrl >> 25 & 31) or 32,
        shift_osr_right=bool(program.shiftctrl >> 19 & 1),
        out_base=program.bases[0],
        out_count=program.counts[0],
        set_base=program.bases[1],
        set_count=program.counts[1],
        side_set_base=program.bases[2],
        side_set_count=program.counts[2],
        wrap_target=program.wrap_target,
        wrap_top=program.wrap_top,
    )
    for before, after in states:
        if before.pin_values != after.pin_values:
            found.append((before.clock, after.pin_values))
    return found


def ours(program: Program, words: Iterable[int]) -> tuple[Levels, int]:
    """Return the same from the model that the simulator has, and at which cycle it waits for words."""
    found: Levels = []
    machine = StateMachine(program)
    machine.run(words, lambda clock, levels: found.append((clock, levels)))
    return found, machine.clock


def seen(program: Program, levels: Levels, *, end: int, boards: Hub08Boards) -> None:
    """Show levels to boards that are wired as the board file says."""
    for clock, pins in levels:
        lines: dict[str, Any] = {"data": pins >> DATA & 1, "row": pins >> DATA + 1 & 15}
        lines |= {name: pins >> CLOCK + at & 1 for at, name in enumerate(("clock", "latch", "enable"))}
        boards.see(clock / program.hz, **lines)
    boards.end_frame(end / program.hz)


@pytest.mark.parametrize("w", [64, 128])
async def test_the_shipped_program_shows_the_picture_on_the_emulator(
    w: Any, tmp_path: Path, broker: HallBroker, hub: PlayedHub
) -> None:
    board = Board(chip="w5500-evb-pico", panel=Hub08(w=w, h=16, data=DATA, clock=CLOCK))
    async with a_node(tmp_path, board=board, settings=settings_for(broker)) as node:
        await hub.ready(DEVICE)
        shown = picture(w)
        hub.show(DEVICE, panel=shown)
        await until(lambda: node.panel is not None and node.panel.rows() == dots_of(shown))
        wires = node._wires
        assert isinstance(wires, Hub08Wires)
        assert wires.program
        program, words = wires.program, (w - 1, *wires.words)
    assert len(program.opcodes) <= 32
    levels, end = ours(program, words)
    assert theirs(program, words, clocks=end) == levels
    boards = Hub08Boards(w=w, lit=False, enable=False)
    seen(program, levels, end=end, boards=boards)
    assert boards.rows() == dots_of(shown)
    assert boards.faults == frozenset()
    assert boards.frame_hz == pytest.approx(120, abs=12)
    assert boards.share > 0.85


@pytest.mark.parametrize("is_right", [False, True])
def test_the_model_keeps_time_as_the_emulator_does(is_right: bool) -> None:
    """Waits on the spot, delays, both directions of shifting, jumps on y: out x; wait; set pins; out y; jmp y--."""
    opcodes = (0x6028, 0x0241, 0xE303, 0x6048, 0xE100, 0x0084, 0xA022, 0xE001)
    shiftctrl = 8 << 25 | is_right << 19 | 1 << 17
    program = Program(1_000_000, 7 << 12, shiftctrl, (0, 4, 0), (1, 2, 0), opcodes)
    words = (0x05000003, 0x02000004, 0x01000001, 0x03000002)
    levels, end = ours(program, words)
    assert len(levels) > 4
    assert theirs(program, words, clocks=end) == levels


async def test_brightness_is_the_share_of_time(tmp_path: Path, broker: HallBroker, hub: PlayedHub) -> None:
    shares = []
    for intensity in (0, 7, 15):
        panel = Hub08(w=64, h=16, data=DATA, clock=CLOCK, intensity=intensity)
        async with a_node(
            tmp_path, board=Board(chip="w5500-evb-pico", panel=panel), settings=settings_for(broker)
        ) as node:
            await until(lambda: isinstance(node.panel, Hub08Boards) and node.panel.share > 0)
            assert isinstance(node.panel, Hub08Boards)
            assert node.panel.faults == frozenset()
            shares.append(node.panel.share)
    assert shares == pytest.approx([0.93 / 16, 0.93 / 2, 0.93], rel=0.03)


def a_frame(boards: Hub08Boards, *, row_s: Any = lambda _row: 5e-4, is_dark: bool = True, pattern: int = 1) -> None:
    """Drive boards of 64 dots by hand: shift with the row before still lit unless is_dark, latch, light."""
    now, row_before = 0.0, 0
    for row in range(ROWS):
        off = 1 if is_dark else 0
        for bit in f"{~pattern & (1 << 64) - 1:064b}":
            for clock in (0, 1):
                boards.see(now, data=int(bit), row=row_before, clock=clock, latch=0, enable=off)
                now += 2e-7
        boards.see(now, data=0, row=row, clock=0, latch=1, enable=off)
        now += 1e-6
        boards.see(now, data=0, row=row, clock=0, latch=0, enable=0)
        now += row_s(row)
        boards.see(now, data=0, row=row, clock=0, latch=0, enable=off)
        row_before = row
    boards.end_frame(now)


def test_the_model_sees_what_a_good_driver_shows() -> None:
    told: list[int] = []
    boards = Hub08Boards(w=64, lit=False, enable=False, on_change=lambda: told.append(1))
    a_frame(boards)
    assert boards.rows() == [[0] * 63 + [1]] * ROWS
    assert boards.faults == frozenset()
    assert told == [1]


@pytest.mark.parametrize(
    ("wrong", "faults"),
    [
        ({"is_dark": False}, {GHOST, STRIPES}),
        ({"row_s": lambda row: 5e-4 if row else 6e-4}, {STRIPES}),
        ({"row_s": lambda _row: 2e-3}, {FLICKER}),
    ],
)
def test_the_model_names_what_an_eye_would_mind(wrong: dict[str, Any], faults: set[str]) -> None:
    boards = Hub08Boards(w=64, lit=False, enable=False)
    a_frame(boards, **wrong)
    assert boards.faults == faults


def test_boards_that_nobody_drives_are_dark() -> None:
    boards = Hub08Boards(w=128, lit=False, enable=False)
    assert boards.rows() == dark(128, 16)


def test_an_instruction_that_is_not_modelled_is_refused() -> None:
    program = Program(1_000_000, 0, 0, (0, 0, 0), (1, 0, 0), (0x4001,))
    with pytest.raises(UnknownInstructionError, match="0x4001 at 0"):
        StateMachine(program).run([1], lambda _clock, _levels: None)
    with pytest.raises(UnknownInstructionError, match="target 4"):
        StateMachine(changed(program, opcodes=(0xE081,))).run([1], lambda _clock, _levels: None)
