"""The agent of a Raspberry Pi: mock pins under gpiozero, a recording bus under luma, a recorded line under escpos."""

import asyncio
import errno
import random
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from gpiozero.pins.mock import MockFactory, MockPWMPin
from luma.core.interface.serial import i2c

from displays.luma_panel import LumaPanel
from hardware.agent import Agent
from hardware.agent_parts import Parts
from hardware.board import Board, PanelBoard, SerialPrinter, SerialReader, Ssd1306
from hardware.card_reader import CardReader
from hardware.gpio import GpioLamps, GpioTone, gpio_keys
from hardware.link import Address
from hub.cli.agent import PrinterDriver
from printers.escpos_printer import EscposPrinter
from sim.cable import Cable
from sim.chips.max7219 import Max7219Chain
from sim.chips.printer import PrinterChip
from sim.chips.reader import ReaderChip
from sim.chips.ssd1306 import Ssd1306Glass
from sim.paper import Slip
from tests.contract.broker import HALL, HallBroker
from tests.contract.devices import DEVICE, NOT_SOONER_S, LampWatch
from tests.contract.keypad_pins import KeypadPins
from tests.contract.pictures import Dots
from tests.contract.reader_line import ReaderLine
from tests.contract.serial_line import SerialLine

HOLD_S = 0.04
BOUNCE_S = (0.0002, 0.0012)
BOUNCES = (1, 2)


class AgentDevice:
    """An agent in this process, with everything beneath its drivers modelled."""

    def __init__(self, *, board: Board, broker: HallBroker, folder: Path, name: str = DEVICE) -> None:
        self.cable = Cable(broker_port=broker.address.port)
        self.cable.start()
        self.sounded: list[int] = []
        self.slips: list[Slip] = []
        self._board = board
        self._name = name
        self._password = broker.passwords[name]
        self._state = folder / "state"
        self._watch = LampWatch(board.lamps.blink_ms if board.lamps else 250)
        self._pins = Pins(board, on_lamps=self._watch.see, on_tone=self.sounded.append)
        self._glass: Max7219Chain | Ssd1306Glass | None = None
        self._line = _line_of(board, self.slips)
        self._reader_line = ReaderLine(baud=board.reader.baud) if isinstance(board.reader, SerialReader) else None
        self._task: asyncio.Task[None] | None = None

    @property
    def lamps(self) -> dict[str, bool]:
        return self._pins.lamps()

    @property
    def lamp_changes(self) -> Counter[str]:
        return self._watch.changes

    @property
    def dots(self) -> Dots:
        return self._glass.rows() if self._glass else []

    @property
    def printer(self) -> PrinterChip:
        assert self._line
        return self._line.chip

    @property
    def reader(self) -> ReaderChip:
        assert self._reader_line
        return self._reader_line.chip

    async def start(self) -> None:
        self.cable.mend()
        agent = Agent(
            hall=HALL,
            name=self._name,
            board=self._board,
            parts=self._parts(),
            state=self._state,
            address=Address(host="127.0.0.1", port=self.cable.port),
            password=self._password,
        )
        self._task = asyncio.create_task(agent.run())

    async def cut_power(self) -> None:
        """Nothing that the agent says from here on gets anywhere, as if it had not been able to say it."""
        self.cable.cut()
        await self._end()

    async def press(self, key: str) -> None:
        await self.hold(key, is_down=True)
        await asyncio.sleep(HOLD_S)
        await self.hold(key, is_down=False)
        await asyncio.sleep(NOT_SOONER_S)

    async def hold(self, key: str, *, is_down: bool) -> None:
        """Move a key from a thread, as gpiozero does; the loop waits, or a slow computer makes two presses of it."""
        thread = threading.Thread(target=self._pins.bounce, args=(key,), kwargs={"is_down": is_down})
        thread.start()
        thread.join()

    def is_blinking(self, key: str) -> bool:
        return self._watch.is_blinking(key)

    async def close(self) -> None:
        try:
            await self._end()
        finally:
            if self._line:
                await self._line.chip.close()
            if self._reader_line:
                await self._reader_line.chip.close()
            self._pins.close()
            await self.cable.close()

    async def _end(self) -> None:
        task, self._task = self._task, None
        if task is None:
            return
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()

    def _parts(self) -> Parts:
        board, pins = self._board, self._pins
        return Parts(
            keys=gpio_keys(board.keys, factory=pins) if board.keys else None,
            lamps=GpioLamps(board.lamps, factory=pins) if board.lamps else None,
            panel=self._panel(board.panel) if board.panel else None,
            tone=GpioTone(board.tone, factory=pins) if board.tone else None,
            printer=PrinterDriver(self._open_printer) if self._line else None,
            reader=CardReader(self._reader_line.opened) if self._reader_line else None,
        )

    def _open_printer(self) -> EscposPrinter:
        assert self._line
        return EscposPrinter(self._line, answers=self._line.answers)

    def _panel(self, panel: PanelBoard) -> LumaPanel:
        if isinstance(panel, Ssd1306):
            self._glass = Ssd1306Glass(h=panel.h, is_turned=panel.is_turned)
            return LumaPanel(panel, i2c(bus=GlassBus(self._glass), address=panel.address))
        chain = Max7219Chain(w=panel.w, h=panel.h, orientation=panel.orientation, order=panel.order)
        self._glass = chain
        return LumaPanel(panel, RecordingBus(chain))


class RecordingBus:
    """luma's serial interface, with a model chain at its end: chip select goes down and up around every transfer."""

    def __init__(self, chain: Max7219Chain) -> None:
        self._chain = chain

    def data(self, data: Any) -> None:
        self._chain.select(False)
        self._chain.clock(bytes(data))
        self._chain.select(True)

    def cleanup(self) -> None:
        """Nothing is open."""


class GlassBus:
    """What luma's I2C writes to: a model display, which may be away. Its transfers have at most 32 bytes of data."""

    def __init__(self, glass: Ssd1306Glass) -> None:
        self._glass = glass

    def write_i2c_block_data(self, _address: int, control: int, data: list[int]) -> None:
        if not self._glass.write(bytes([control, *data])):
            raise OSError(errno.EREMOTEIO, "no one is there")


class WatchedPin(MockPWMPin):
    """gpiozero's mock pin, which tells its factory of every change."""

    def _change_state(self, value: Any) -> Any:
        changed = super()._change_state(value)
        if changed:
            self.factory.note(self)
        return changed

    def _set_function(self, value: Any) -> None:
        super()._set_function(value)
        self.factory.note(self)

    def _set_frequency(self, value: Any) -> None:
        changed = value != self._frequency
        super()._set_frequency(value)
        if changed and value and self._state:
            self.factory.note(self)


class Pins(MockFactory):
    """The header of a Raspberry Pi with a board's keys, lamps and buzzer on it."""

    def __init__(self, board: Board, *, on_lamps: Any, on_tone: Any) -> None:
        super().__init__(pin_class=WatchedPin)
        self._board = board
        self._keypad: KeypadPins | None = None
        self._on_lamps = on_lamps
        self._on_tone = on_tone
        self._lit_level = board.lamps is None or board.lamps.active == "high"
        self._lamp_pins = {key: self.pin(pin) for key, pin in (board.lamps.pins if board.lamps else {}).items()}
        self._key_pins = {key: self.pin(pin) for key, pin in (board.keys.pins if board.keys else {}).items()}
        self._tone_pin = self.pin(board.tone.pin) if board.tone else None
        matrix = board.keys.matrix if board.keys else None
        self._keypad = KeypadPins(matrix, self.pin) if matrix else None
        self._random = random.Random(DEVICE)

    def lamps(self) -> dict[str, bool]:
        """Return which lamps are lit now; a pin that nothing drives lights none."""
        return {
            key: pin.function == "output" and bool(pin.state) == self._lit_level for key, pin in self._lamp_pins.items()
        }

    def note(self, pin: WatchedPin) -> None:
        """See what a pin's change means."""
        if self._keypad:
            self._keypad.see(pin)
        if pin is self._tone_pin and pin.state:
            self._on_tone(pin.frequency)
        elif pin in self._lamp_pins.values():
            self._on_lamps(self.lamps())

    def bounce(self, key: str, *, is_down: bool) -> None:
        """Move a key's contact, which bounces."""
        for _ in range(self._random.randint(*BOUNCES)):
            for level in (is_down, not is_down):
                self._drive(key, is_down=level)
                time.sleep(self._random.uniform(*BOUNCE_S))
        self._drive(key, is_down=is_down)

    def _drive(self, key: str, *, is_down: bool) -> None:
        if self._keypad:
            self._keypad.touch(key, is_down=is_down)
            return
        pin = self._key_pins[key]
        is_low = self._board.keys is not None and self._board.keys.active == "low"
        if is_down == is_low:
            pin.drive_low()
        else:
            pin.drive_high()


def _line_of(board: Board, slips: list[Slip]) -> SerialLine | None:
    if not isinstance(board.printer, SerialPrinter):
        return None
    return SerialLine(baud=board.printer.baud, answers=board.printer.answers, on_slip=slips.append)
