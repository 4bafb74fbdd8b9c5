"""A simulated chip's serial line: what its buffer cannot hold is lost, and takes no memory of the firmware."""

from pathlib import Path

from sim.node_process import Chip
from tests.contract.waiting import until

PROGRAM = """
import asyncio
import time

from machine import UART, Pin


async def main():
    line = UART(1, baudrate=115200, tx=Pin(4), rx=Pin(5), txbuf=32, rxbuf=64, timeout=0)
    print("open")
    time.sleep_ms(300)  # while nobody reads, all of it comes
    some = bytearray(50)
    while not line.any():
        await asyncio.sleep_ms(5)
    print(line.any(), line.readinto(some), bytes(some[:2]), line.read(50), line.read(1))


asyncio.run(main())
"""
PIECE = bytes(range(16))


async def test_what_no_buffer_holds_is_lost_and_takes_no_memory(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(PROGRAM)
    chip = Chip(
        name="a chip", flash=tmp_path, heap="32k", on_frame=lambda *_frame: None, on_stop=lambda _has_power: None
    )
    try:
        await chip.power_on()
        await until(lambda: "open" in chip.console, why=lambda: chip.console)
        for _ in range(1000):
            chip.send(b"U", 1, PIECE)
        await until(lambda: len(chip.console) > 1, why=lambda: chip.console)
        assert chip.console[1:] == [f"64 50 {PIECE[:2]!r} {PIECE[2:]!r} None"]
    finally:
        await chip.power_off()
