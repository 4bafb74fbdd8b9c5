"""Keys, lamps and buzzer on the pins of a Raspberry Pi, with gpiozero's own mock in the place of the chip."""

import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin

from hardware.board import Keys, Lamps, Tone
from hardware.gpio import TONE_MAX_HZ, GpioError, GpioKeys, GpioLamps, GpioTone
from tests.contract.waiting import stays, until

PIN = 17
SETTLE_MS = 25


@pytest.fixture
def factory() -> Iterator[MockFactory]:
    factory = MockFactory(pin_class=MockPWMPin)
    yield factory
    factory.close()


@pytest.fixture
async def presses() -> list[str]:
    return []


@pytest.fixture
async def keys(factory: MockFactory, presses: list[str]) -> AsyncIterator[GpioKeys]:
    keys = GpioKeys(Keys(pins={"next": PIN}, settle_ms=SETTLE_MS), factory=factory)
    keys.listen(lambda key, turn: presses.append(f"{key} {turn}"), lambda: 57)
    yield keys
    keys.close()
    keys.close()


def bounce(pin: Any, level: str, times: int = 4) -> None:
    """Drive a pin as a contact does, with other levels in between, from a thread as the chip's driver has one."""

    def drive() -> None:
        for _ in range(times):
            pin.drive_low() if level == "low" else pin.drive_high()
            pin.drive_high() if level == "low" else pin.drive_low()
        pin.drive_low() if level == "low" else pin.drive_high()

    thread = threading.Thread(target=drive)
    thread.start()
    thread.join()


async def test_a_bouncing_press_is_one(keys: GpioKeys, factory: MockFactory, presses: list[str]) -> None:
    pin = factory.pin(PIN)
    bounce(pin, "low")
    await until(lambda: presses)
    bounce(pin, "high")
    await stays(lambda: presses == ["next 57"], for_s=SETTLE_MS / 1000 * 3)
    bounce(pin, "low")
    await until(lambda: presses == ["next 57", "next 57"])


async def test_a_key_is_deaf_until_it_was_quiet(keys: GpioKeys, factory: MockFactory, presses: list[str]) -> None:
    pin = factory.pin(PIN)
    pin.drive_low()
    await until(lambda: presses)
    pin.drive_high()
    pin.drive_low()
    pin.drive_high()
    await stays(lambda: presses == ["next 57"], for_s=SETTLE_MS / 1000 * 2)


async def test_a_key_that_is_held_at_the_start_is_no_press(factory: MockFactory, presses: list[str]) -> None:
    factory.pin(PIN).drive_low()
    keys = GpioKeys(Keys(pins={"next": PIN}, active="high", settle_ms=SETTLE_MS), factory=factory)
    pin = factory.pin(PIN)
    pin.drive_high()
    keys.listen(lambda key, turn: presses.append(f"{key} {turn}"), lambda: 57)
    bounce(pin, "low")
    await stays(lambda: not presses, for_s=SETTLE_MS / 1000 * 3)
    pin.drive_high()
    await until(lambda: presses == ["next 57"])
    keys.close()


async def test_a_closed_key_says_nothing(keys: GpioKeys, factory: MockFactory, presses: list[str]) -> None:
    factory.pin(PIN).drive_low()
    keys.close()
    await stays(lambda: not presses, for_s=0.02)


@pytest.mark.parametrize("active", ["high", "low"])
def test_lamps_are_dark_at_first_lit_as_told_and_dark_at_the_end(factory: MockFactory, active: Any) -> None:
    lamps = GpioLamps(Lamps(pins={"next": 5, "recall": 6}, active=active), factory=factory)
    seen = [levels(factory, active)]
    for lit in (frozenset({"next"}), frozenset({"recall"}), frozenset({"next", "recall", "other"})):
        lamps.light(lit)
        seen.append(levels(factory, active))
    lamps.close()
    lamps.close()
    assert seen == [(False, False), (True, False), (False, True), (True, True)]


def levels(factory: MockFactory, active: str) -> tuple[bool, ...]:
    """Return which of the two lamps are lit."""
    return tuple(bool(factory.pin(pin).state) == (active == "high") for pin in (5, 6))


def test_a_tone_is_a_square_wave_of_its_frequency(factory: MockFactory) -> None:
    tone, pin, seen = GpioTone(Tone(pin=12), factory=factory), factory.pin(12), []
    for hertz in (880, 440, 0, 20_000):
        tone.sound(hertz)
        seen.append((pin.frequency, pin.state))
    assert seen == [(880, 0.5), (440, 0.5), (440, 0.0), (TONE_MAX_HZ, 0.5)]
    tone.close()
    tone.close()
    assert pin.state == 0.0


def test_a_pin_that_cannot_be_used_is_named_and_the_others_are_let_go(factory: MockFactory) -> None:
    with pytest.raises(GpioError, match=r"key recall on pin 48: .*; check the board file"):
        GpioKeys(Keys(pins={"next": PIN, "recall": 48}), factory=factory)
    GpioKeys(Keys(pins={"next": PIN}), factory=factory).close()


def test_a_pin_that_another_part_has_is_refused(factory: MockFactory) -> None:
    lamps = GpioLamps(Lamps(pins={"next": 5}), factory=factory)
    with pytest.raises(GpioError, match="tone on pin 5: "):
        GpioTone(Tone(pin=5), factory=factory)
    lamps.close()


def test_a_machine_without_pins_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "none-such")
    with pytest.raises(GpioError, match=r"tone on pin 12: no pins here: .*; run this on a Raspberry Pi"):
        GpioTone(Tone(pin=12))
