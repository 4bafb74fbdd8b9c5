"""The model printer breaks as life does, at any byte, and never does better than a real one."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from hardware.board import Board, UartPrinter
from sim.chips.printer import CLEAR, PrinterChip
from sim.chips.printer_models import printer_like
from sim.lines import Lines
from sim.paper import Slip, read_slips
from tests.contract.waiting import until

TICKETS = Path(__file__).parents[1] / "golden" / "tickets"
TICKET = (TICKETS / "usual.bin").read_bytes()
RASTER = (TICKETS / "appointment-raster.bin").read_bytes()
WHOLE = read_slips(TICKET)[0]
STATUS = b"".join(bytes((0x10, 0x04, n)) for n in (1, 2, 3, 4))


class Bench:
    """A printer on a table. said: all its bytes. busy: every change of its busy line."""

    def __init__(
        self, make: Callable[..., PrinterChip] = PrinterChip, *, baud: int | None = None, **how: object
    ) -> None:
        self.slips: list[Slip] = []
        self.said = bytearray()
        self.busy: list[bool] = []
        self.chip = make(baud=baud, reply=self.said.extend, on_slip=self.slips.append, on_busy=self.busy.append, **how)

    @property
    def texts(self) -> list[tuple[list[str], bool]]:
        return [(slip.text, slip.is_cut) for slip in self.slips]


@pytest.mark.parametrize("count", range(len(TICKET) + 1))
def test_power_may_go_after_any_byte(count: int) -> None:
    """What is printed is torn off, what waits is lost, and the next ticket after power-on is a whole one."""
    bench = Bench()
    bench.chip.die_after = count
    bench.chip.receive(TICKET + b"\x1dr\x01")
    if count == len(TICKET):
        assert bench.texts == [(WHOLE.text, True)]
    else:
        torn = [line for slip in bench.slips for line in slip.text]
        assert torn == WHOLE.text[: len(torn)]
        assert not any(slip.is_cut for slip in bench.slips)
    assert (bench.said, bench.chip.is_on, bench.busy) == (b"", False, [True])
    bench.slips.clear()
    bench.chip.receive(TICKET)
    assert bench.slips == []
    bench.chip.power_on()
    bench.chip.receive(TICKET + b"\x1dr\x01")
    assert bench.texts == [(WHOLE.text, True)]
    assert (bench.said, bench.busy) == (b"\x00", [True, False])


@pytest.mark.parametrize("count", range(1, len(TICKET), 7))
def test_power_goes_when_the_byte_is_there_even_within_a_command(count: int) -> None:
    bench = Bench()
    bench.chip.die_after = count
    bench.chip.receive(TICKET[: count - 1])
    assert bench.chip.is_on
    bench.chip.receive(TICKET[count - 1 : count])
    assert not bench.chip.is_on


def test_after_power_on_it_knows_nothing_of_before() -> None:
    bench = Bench()
    bench.chip.receive(b"\x1c.\x1ba\x01\x1bE\x01\x1d!\x11\x1dL\x20\x00a\n\x1dv0\x00\x10\x00")
    bench.chip.lose_power()
    bench.chip.power_on()
    bench.chip.receive("号\n".encode("gbk") + b"\x1dV\x00")
    (plain,) = read_slips("号\n".encode("gbk") + b"\x1dV\x00")
    assert bench.slips[1].image.tobytes() == plain.image.tobytes()


def test_what_has_come_of_a_slip_is_known_without_the_requests() -> None:
    bench = Bench()
    bench.chip.paper_out = True
    bench.chip.receive(b"\x1dr\x01" + STATUS + b"\x10")
    assert bench.chip.received == b""
    bench.chip.receive(b"\x04\x01A012")
    assert bench.chip.received == b"A012"


def test_a_picture_is_burnt_row_by_row_until_power_goes() -> None:
    heights = []
    for count in range(0, len(RASTER), 97):
        bench = Bench()
        bench.chip.die_after = count
        bench.chip.receive(RASTER)
        heights.append(sum(slip.image.height for slip in bench.slips))
    assert heights == sorted(heights)
    assert len(set(heights)) > len(heights) * 0.7


@pytest.mark.parametrize("dots", range(1, 400, 13))
def test_a_roll_may_end_within_a_ticket(dots: int) -> None:
    """The end of the old roll falls out, the rest comes on the new one; both are the ticket, neither is whole."""
    bench = Bench()
    bench.chip.paper_left_dots = dots
    bench.chip.receive(TICKET)
    assert bench.chip.paper_out
    assert bench.slips == []
    bench.chip.receive(STATUS)
    assert bench.said == bytes((0x1A, 0x32, 0x12, 0x7E))
    bench.chip.paper_out = False
    assert [line for slip in bench.slips for line in slip.text] == WHOLE.text
    assert [slip.is_cut for slip in bench.slips] in ([False, True], [True])
    assert max(map(len, (slip.text for slip in bench.slips))) < len(WHOLE.text)


@pytest.mark.parametrize(
    ("fault", "answers"),
    [
        ("paper_near_end", (0x12, 0x12, 0x12, 0x1E)),
        ("paper_out", (0x1A, 0x32, 0x12, 0x7E)),
        ("cover_open", (0x1A, 0x16, 0x12, 0x12)),
        ("cutter_jam", (0x1A, 0x52, 0x1A, 0x12)),
        ("jam", (0x1A, 0x52, 0x16, 0x12)),
    ],
)
@pytest.mark.req("M4")
def test_what_it_says_of_a_fault(fault: str, answers: tuple[int, ...]) -> None:
    bench = Bench()
    setattr(bench.chip, fault, True)
    bench.chip.receive(TICKET + STATUS)
    assert tuple(bench.said) == answers
    assert len(bench.slips) == (fault == "paper_near_end")
    setattr(bench.chip, fault, False)
    assert [slip.text for slip in bench.slips] == [WHOLE.text]
    bench.said.clear()
    bench.chip.receive(STATUS)
    assert bytes(bench.said) == b"\x12\x12\x12\x12"


def test_silent_prints_and_deaf_does_not() -> None:
    silent, deaf = Bench(), Bench()
    silent.chip.silent = deaf.chip.deaf = True
    for bench in (silent, deaf):
        bench.chip.receive(TICKET + STATUS + b"\x1dr\x01")
        assert bench.said == b""
    assert (len(silent.slips), len(deaf.slips)) == (1, 0)
    deaf.chip.deaf = False
    assert (deaf.slips, deaf.said) == ([], b"")


def test_what_a_full_buffer_does_not_hold_is_lost() -> None:
    bench = Bench(buffer_bytes=1000)
    bench.chip.paper_out = True
    bench.chip.receive(b"a" * 990 + b"\n" + b"b" * 100)
    assert (bench.chip.lost_bytes, bench.busy) == (91, [True])
    bench.chip.receive(STATUS)
    assert len(bench.said) == 4
    bench.chip.paper_out = False
    bench.chip.receive(b"\n\x1dV\x00")
    assert "".join(bench.slips[0].text) == "a" * 990 + "b" * 9
    assert bench.busy == [True, False]


def test_a_sender_that_obeys_loses_nothing() -> None:
    bench = Bench(buffer_bytes=1000, flow="xon")
    bench.chip.cover_open = True
    assert bench.said == b"\x13"
    bench.chip.receive(b"a" * 256)
    bench.chip.cover_open = False
    assert (bench.said, bench.chip.lost_bytes) == (b"\x13\x11", 0)
    bench.chip.lose_power()
    bench.chip.power_on()
    assert bench.said == b"\x13\x11\x11"


async def test_it_says_that_it_is_busy_while_there_is_room_yet() -> None:
    bench = Bench(baud=115200, buffer_bytes=1000, flow="cts")
    bench.chip.slow = 1000.0
    bench.chip.receive(b"\n\n" + b"a" * 743)
    await until(lambda: bench.chip._reader.waiting == 744)
    assert bench.busy == []
    bench.chip.receive(b"a" * 12)
    await until(lambda: bench.busy == [True])
    assert bench.chip.lost_bytes == 0
    await bench.chip.close()


async def test_a_uart_that_obeys_by_itself_stands_still() -> None:
    bench = Bench(baud=115200, buffer_bytes=600, flow="hardware")
    bench.chip.slow = 0.0
    bench.chip.paper_out = True
    careless = Bench(baud=115200, buffer_bytes=600)
    careless.chip.paper_out = True
    for one in (bench, careless):
        one.chip.receive(TICKET * 4 + STATUS)
    await until(lambda: careless.said == b"\x1a\x32\x12\x7e")
    assert (careless.chip.lost_bytes > 0, bench.said) == (True, b"")
    await careless.chip.close()
    bench.chip.paper_out = False
    await until(lambda: len(bench.slips) == 4)
    await until(lambda: bench.said == b"\x12\x12\x12\x12")
    assert (bench.chip.lost_bytes, [slip.text for slip in bench.slips]) == (0, [WHOLE.text] * 4)
    await bench.chip.close()


async def test_bytes_and_paper_take_their_time() -> None:
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    bench = Bench(baud=9600)
    bench.chip.receive(TICKET)
    await until(lambda: bench.slips)
    assert loop.time() - began_s > len(TICKET) * 10 / 9600
    slow = Bench(baud=115200)
    slow.chip.slow = 10.0
    began_s = loop.time()
    slow.chip.receive(b"a\n\x1dV\x00")
    await until(lambda: slow.slips)
    assert loop.time() - began_s >= 0.25
    await bench.chip.close()
    await slow.chip.close()


def test_automatic_status_comes_by_itself_until_power_goes() -> None:
    bench = Bench()
    bench.chip.receive(b"\x1da\xff")
    bench.chip.paper_near_end = True
    bench.chip.paper_near_end = True
    bench.chip.cover_open = True
    assert bytes(bench.said) == bytes.fromhex("10000000 10000300 38000300")
    bench.said.clear()
    bench.chip.lose_power()
    bench.chip.power_on()
    bench.chip.cover_open = False
    assert bench.said == b""


def test_requests_within_a_picture_are_answered_and_stay_dots() -> None:
    bench = Bench()
    bench.chip.receive(b"\x1dv0\x00\x03\x00\x02\x00" + b"\x10\x04\x01" * 2 + b"\x1dV\x00")
    assert bench.said == b"\x12\x12"
    dots = bench.slips[0].image.crop((16, 16, 40, 18)).point(lambda dot: not dot)
    assert dots.tobytes() == b"\x10\x04\x01" * 2


def test_what_it_is_asked_in_the_stream_it_answers_in_its_turn() -> None:
    bench = Bench()
    bench.chip.cover_open = True
    bench.chip.receive(b"\x1dr\x01\x1dI\x43\x1dI\x01")
    assert bench.said == b""
    bench.chip.cover_open = False
    assert bytes(bench.said) == b"\x00_MODEL\x00\x20"


def test_what_waits_can_be_cleared() -> None:
    bench = Bench()
    bench.chip.paper_out = True
    bench.chip.receive(TICKET[:100])
    bench.chip.receive(CLEAR + TICKET)
    bench.chip.paper_out = False
    assert bench.texts == [(WHOLE.text, True)]


def test_a_panel_printer_answers_little() -> None:
    bench = Bench(lambda **how: printer_like("panel-58", **how))
    bench.chip.receive(STATUS + b"\x1dr\x01")
    assert bench.said == b"\x12"


async def test_paper_of_a_printer_without_a_cutter_is_torn_off_by_a_hand() -> None:
    ticket = (TICKETS / "usual-panel.bin").read_bytes()
    bench = Bench(lambda **how: printer_like("panel-58", **how), baud=115200)
    bench.chip.receive(ticket)
    await until(lambda: bench.slips)
    assert bench.texts == [(read_slips(ticket)[0].text, True)]
    await bench.chip.close()


async def test_paper_of_a_simulated_node_is_as_wide_as_its_board_says() -> None:
    board = Board(chip="w5500-evb-pico", printer=UartPrinter(uart=0, tx=0, rx=1, baud=115200, profile="generic-80"))
    slips: list[Slip] = []
    lines = Lines(board=board, send=lambda _port, _data: None, on_slip=slips.append, on_busy=lambda _pin: None)
    lines.open(0, 0, 1, 115200)
    lines.take(0, b"a\n\x1dV\x00")
    await until(lambda: slips)
    assert slips[0].image.width == 576 + 32
    await lines.close()


@pytest.mark.parametrize(("name", "dots"), [("generic-58", 384), ("generic-80", 576), ("epson-tm-t88", 512)])
def test_its_paper_is_as_wide_as_its_profile_says(name: str, dots: int) -> None:
    bench = Bench(lambda **how: printer_like(name, **how))
    bench.chip.receive(b"a\n\x1dV\x00")
    assert bench.slips[0].image.width == dots + 32


@pytest.mark.parametrize("baud", [None, 9600])
async def test_closing_twice_leaves_nothing_behind(baud: int | None) -> None:
    bench = Bench(baud=baud)
    bench.chip.receive(TICKET)
    await bench.chip.close()
    await bench.chip.close()
    bench.chip.receive(TICKET)
    assert len(bench.slips) == (baud is None)
