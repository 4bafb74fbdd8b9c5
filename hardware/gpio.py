"""Keys, lamps and a buzzer on the pins of a Raspberry Pi, through gpiozero; step 1 of a press.

The only module that names gpiozero, which is imported when a part is opened. Another pin factory swaps the world
beneath: ``gpiozero.pins.mock.MockFactory`` in tests.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from hardware import board

OnPress = Callable[[str, int | None], None]

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
                    self._devices[name] = DigitalInputDevice(pin, pull_up=keys.active == "low", pin_factory=factory)

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
def _closing_on_error(part: GpioKeys | GpioLamps) -> Iterator[None]:
    try:
        yield
    except GpioError:
        part.close()
        raise
