"""Keys, lamps and a buzzer on the pins of a Raspberry Pi, through gpiozero; step 1 of a press.

The only module that names gpiozero, which is imported when a part is opened. Another pin factory swaps the world
beneath: ``gpiozero.pins.mock.MockFactory`` in tests.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from hardware import board
from hardware.matrix_scan import MatrixScan

OnPress = Callable[[str, int | None], None]

_LOOK_EVERY_S = 0.005
_RISE_S = 0.00002
"""A column that is let go rises within 5 us, by a pull-up of 50 kOhm against 100 pF of cable."""

TONE_MAX_HZ = 10_000
"""The highest frequency that lgpio's software PWM makes (lgpio, ``tx_pwm``)."""


class GpioError(OSError):
    """A part's pin cannot be used; the sentence says which and what to do."""


class GpioKeys:
    """Direct keys. factory: a gpiozero pin factory; None is the machine's own.

    A press counts at its first edge, so that nothing is slower than the finger; the key is then deaf until its contact
    has been released and quiet for the board's settle_ms::

        contact  ____|‾|_|‾‾‾‾‾‾‾‾‾|_|‾|__________
        deaf     ____|‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾|_____
                     ^ press               <->  settle_ms

    Raises GpioError.
    """

    def __init__(self, keys: board.Keys, *, factory: object | None = None) -> None:
        from gpiozero import DigitalInputDevice

        self._settle_s = keys.settle_ms / 1000
        self._devices: dict[str, Any] = {}
        self._contacts: list[_Contact] = []
        with _closing_on_error(self):
            for name, pin in keys.pins.items():
                with _naming(f"key {name}", pin):
                    self._devices[name] = DigitalInputDevice(pin, pin_factory=factory, **_pull(keys))

    def listen(self, on_press: OnPress, turn_on_show: Callable[[], int | None]) -> None:
        """Call on_press on the running event loop with a key's name, once a press, as soon as it goes down.

        turn_on_show: asked at the very edge, in gpiozero's thread; its answer comes with the press.
        """
        loop = asyncio.get_running_loop()
        for name, device in self._devices.items():
            contact = _Contact(name, is_down=device.is_active, settle_s=self._settle_s, on_press=on_press)
            self._contacts.append(contact)
            device.when_activated = partial(_went_down, loop, contact, turn_on_show)
            device.when_deactivated = partial(_went_up, loop, contact)

    def close(self) -> None:
        """Let go of the pins; may be called twice."""
        for device in self._devices.values():
            device.close()
        for contact in self._contacts:
            contact.close()


class GpioMatrix:
    """Keys in a matrix, as `GpioKeys`. Raises GpioError.

    While all keys are quiet every row is low and any key's column tells of it, so nothing is looked at; then row after
    row is read every few milliseconds until all are quiet again. A row is driven low or not at all: one finger can
    connect two. The turn is asked at the first edge; a key that comes while others are down gets that of its reading.
    """

    def __init__(self, keys: board.Keys, *, factory: object | None = None) -> None:
        from gpiozero import DigitalInputDevice, GPIODevice

        if keys.matrix is None:
            raise GpioError("these keys have no matrix but pins of their own; open them as GpioKeys")
        self._matrix = keys.matrix
        self._settle_s = keys.settle_ms / 1000
        self._devices: dict[str, Any] = {}
        self._scan: MatrixScan | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._turn: int | None = None
        self._is_idle = self._has_edge = False
        with _closing_on_error(self):
            for at, pin in enumerate(self._matrix.rows):
                with _naming(f"row {at}", pin):
                    self._devices[f"row {at}"] = GPIODevice(pin, pin_factory=factory)
            for at, pin in enumerate(self._matrix.columns):
                with _naming(f"column {at}", pin):
                    self._devices[f"column {at}"] = DigitalInputDevice(pin, pin_factory=factory, **_pull(keys))
        self._rows = [self._devices[f"row {at}"].pin for at in range(len(self._matrix.rows))]
        self._columns = [self._devices[f"column {at}"] for at in range(len(self._matrix.columns))]

    def listen(self, on_press: OnPress, turn_on_show: Callable[[], int | None]) -> None:
        """As `GpioKeys.listen`."""
        self._loop = asyncio.get_running_loop()
        self._on_press, self._turn_on_show = on_press, turn_on_show
        self._scan = MatrixScan(self._matrix, settle_s=self._settle_s, closed=self._read())
        for column in self._columns:
            column.when_activated = self._see_edge
        self._quiet_since_s = self._loop.time()
        self._look()

    def close(self) -> None:
        """Let go of the pins; may be called twice."""
        self._is_idle, self._scan = False, None
        if self._timer:
            self._timer.cancel()
        for device in self._devices.values():
            device.close()

    def _see_edge(self) -> None:
        """Called in gpiozero's thread; what reading does to the columns is no edge."""
        if self._is_idle:
            self._loop.call_soon_threadsafe(self._wake, self._turn_on_show())

    def _wake(self, turn: int | None) -> None:
        if self._is_idle:
            self._is_idle, self._has_edge, self._turn = False, True, turn
            self._look()

    def _look(self) -> None:
        if self._scan is None:
            return
        closed, now_s = self._read(), self._loop.time()
        if any(closed) or not self._scan.is_quiet:
            self._quiet_since_s = now_s
        for name in self._scan.look(closed, now_s):
            turn = self._turn if self._has_edge else self._turn_on_show()
            self._has_edge = False
            self._on_press(name, turn)
        if now_s - self._quiet_since_s < self._settle_s or not self._rest():
            self._timer = self._loop.call_later(_LOOK_EVERY_S, self._look)

    def _rest(self) -> bool:
        """Wait for an edge; return False where a key is down already, whose edge may have been before that."""
        self._has_edge, self._is_idle = False, True
        for row in self._rows:
            row.output_with_state(0)
        if any(column.is_active for column in self._columns):
            self._is_idle = False
        return self._is_idle

    def _read(self) -> list[int]:
        """Return for each row which columns it is connected to, a bit each."""
        self._let_go()
        closed = []
        for row in self._rows:
            row.output_with_state(0)
            time.sleep(_RISE_S)
            closed.append(sum(column.is_active << at for at, column in enumerate(self._columns)))
            row.function = "input"
            time.sleep(_RISE_S)
        return closed

    def _let_go(self) -> None:
        for row in self._rows:
            row.function = "input"
        time.sleep(_RISE_S)


class GpioLamps:
    """One lamp a pin. factory: as for `GpioKeys`. Raises GpioError."""

    def __init__(self, lamps: board.Lamps, *, factory: object | None = None) -> None:
        from gpiozero import DigitalOutputDevice

        self._devices: dict[str, Any] = {}
        with _closing_on_error(self):
            for name, pin in lamps.pins.items():
                with _naming(f"lamp {name}", pin):
                    is_high = lamps.active == "high"
                    self._devices[name] = DigitalOutputDevice(pin, active_high=is_high, pin_factory=factory)

    def light(self, lit: frozenset[str]) -> None:
        """Light the lamps of these names and darken all others."""
        for name, device in self._devices.items():
            if device.is_active != (name in lit):
                device.value = int(name in lit)

    def close(self) -> None:
        """Darken all lamps and let go of the pins; may be called twice."""
        for device in self._devices.values():
            if not device.closed:
                device.off()
            device.close()


class GpioTone:
    """A passive buzzer on a pin with PWM. factory: as for `GpioKeys`. Raises GpioError."""

    def __init__(self, tone: board.Tone, *, factory: object | None = None) -> None:
        from gpiozero import PWMOutputDevice

        with _naming("tone", tone.pin):
            self._device = PWMOutputDevice(tone.pin, pin_factory=factory)

    def sound(self, hertz: int) -> None:
        """Sound this tone until told otherwise; 0 is silence."""
        if hertz:
            self._device.frequency = min(hertz, TONE_MAX_HZ)
        self._device.value = 0.5 if hertz else 0

    def close(self) -> None:
        """Fall silent and let go of the pin; may be called twice."""
        if not self._device.closed:
            self._device.off()
        self._device.close()


class _Contact:
    """One key's contact, told of its edges on the event loop."""

    def __init__(self, name: str, *, is_down: bool, settle_s: float, on_press: OnPress) -> None:
        self._name = name
        self._is_deaf = is_down
        self._settle_s = settle_s
        self._on_press = on_press
        self._timer: asyncio.TimerHandle | None = None
        self._is_closed = False

    def go_down(self, turn: int | None) -> None:
        self._stop_timer()
        if not self._is_deaf and not self._is_closed:
            self._is_deaf = True
            self._on_press(self._name, turn)

    def go_up(self) -> None:
        self._stop_timer()
        if not self._is_closed:
            self._timer = asyncio.get_running_loop().call_later(self._settle_s, self._listen_again)

    def close(self) -> None:
        self._is_closed = True
        self._stop_timer()

    def _listen_again(self) -> None:
        self._is_deaf = False

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None


def _pull(keys: board.Keys) -> dict[str, bool | None]:
    """Return how gpiozero holds these keys' pins, and which level it takes for pressed."""
    is_low = keys.active == "low"
    return {"pull_up": None, "active_state": not is_low} if keys.pull == "outside" else {"pull_up": is_low}


def gpio_keys(keys: board.Keys, *, factory: object | None = None) -> GpioKeys | GpioMatrix:
    """Open keys of either kind. factory: as for `GpioKeys`. Raises GpioError."""
    return GpioMatrix(keys, factory=factory) if keys.matrix else GpioKeys(keys, factory=factory)


def _went_down(loop: asyncio.AbstractEventLoop, contact: _Contact, turn_on_show: Callable[[], int | None]) -> None:
    loop.call_soon_threadsafe(contact.go_down, turn_on_show())


def _went_up(loop: asyncio.AbstractEventLoop, contact: _Contact) -> None:
    loop.call_soon_threadsafe(contact.go_up)


@contextmanager
def _naming(part: str, pin: int) -> Iterator[None]:
    """Turn gpiozero's errors into sentences that name the part."""
    from gpiozero import BadPinFactory, GPIOZeroError

    try:
        yield
    except BadPinFactory as error:
        raise GpioError(
            f"{part} on pin {pin}: no pins here: {error}; run this on a Raspberry Pi, with lgpio"
        ) from error
    except (GPIOZeroError, OSError) as error:
        raise GpioError(
            f"{part} on pin {pin}: {error}; check the board file, and that no other program uses the pin"
        ) from error


@contextmanager
def _closing_on_error(part: GpioKeys | GpioMatrix | GpioLamps) -> Iterator[None]:
    try:
        yield
    except GpioError:
        part.close()
        raise
