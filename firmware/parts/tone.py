"""A buzzer that sounds tones, one after another."""

import asyncio

from machine import PWM, Pin
from micropython import const

_HZ_MIN = const(20)
_HALF = const(32768)


class Tone:
    """A passive buzzer on a pin with PWM, silent at first. tone: the board file's part."""

    def __init__(self, tone):
        self._pwm = PWM(Pin(tone["pin"]), freq=1000, duty_u16=0)
        self._playing = None

    def play(self, notes):
        """Sound these pairs of hertz (0 is silence) and milliseconds, instead of what still sounds."""
        if not notes:
            return
        if self._playing:
            self._playing.cancel()
        self._playing = asyncio.create_task(self._play(notes))

    async def _play(self, notes):
        for hertz, length_ms in notes:
            self._sound(hertz)
            await asyncio.sleep_ms(length_ms)
        self._sound(0)

    def _sound(self, hertz):
        if hertz:
            self._pwm.freq(max(hertz, _HZ_MIN))
        self._pwm.duty_u16(_HALF if hertz else 0)
