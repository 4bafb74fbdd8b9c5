"""Pixels to the bytes of a MAX7219 chain: what luma.led_matrix's ``display()`` sends, without its loop over pixels.

Registers: datasheet Maxim 19-4452, table 2.
"""

from collections.abc import Callable
from functools import lru_cache

from hardware.board import BlockOrder

BLOCK_PX = 8
DIGIT_0 = 1
DECODE_MODE, INTENSITY, SCAN_LIMIT, SHUTDOWN, DISPLAY_TEST = 0x09, 0x0A, 0x0B, 0x0C, 0x0F
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def start_bytes(blocks: int, intensity: int) -> list[bytes]:
    """Return one transfer per register that makes a chain show pixels. intensity: 0 to 15.

    Sent again every few seconds: a disturbed chain otherwise stays in decode or test mode until it is switched off.
    """
    registers = ((SCAN_LIMIT, 7), (DECODE_MODE, 0), (DISPLAY_TEST, 0), (INTENSITY, intensity), (SHUTDOWN, 1))
    return [bytes((register, value)) * blocks for register, value in registers]


def chain_places(w: int, h: int, order: BlockOrder) -> list[int]:
    """Return for each block, from the nearest to the bus, where it is: counted in rows from the top left.

    w, h: px of the panel, multiples of 8. order: as `hardware.board.Max7219`.
    """
    stride = w // BLOCK_PX
    places: list[int] = []
    for band in range(h // BLOCK_PX):
        row = range(band * stride, (band + 1) * stride)
        is_reversed = order == "right-to-left" or (order == "serpentine" and band % 2 == 1)
        places += reversed(row) if is_reversed else row
    return places


def frame_bytes(bits: bytes, *, w: int, h: int, orientation: int, order: BlockOrder = "rows") -> list[bytes]:
    """Return eight transfers, one per digit register, that put a picture on a chain.

    bits: h rows of w / 8 bytes, leftmost pixel highest. w, h: multiples of 8. orientation, order: as
    `hardware.board.Max7219`. Raises ValueError where bits and size disagree.
    """
    if len(bits) * BLOCK_PX != w * h:
        raise ValueError(f"a chain of {w}x{h} px takes {w * h // BLOCK_PX} bytes of bits, not {len(bits)}")
    registers = _by_row(bits, w, h, orientation) if orientation in (90, -90) else _by_column(bits, w, h, orientation)
    pick = _picker(w, h, order)
    frames = []
    for digit, values in enumerate(registers):
        frame = bytearray((DIGIT_0 + digit, 0)) * len(values)
        frame[1::2] = pick(values)
        frames.append(bytes(frame))
    return frames


@lru_cache(maxsize=16)
def _picker(w: int, h: int, order: BlockOrder) -> Callable[[bytes], bytes]:
    """Return what puts a register's values in the order of their transfer, the farthest block's first."""
    if order == "rows":
        return lambda values: values[::-1]
    places = chain_places(w, h, order)[::-1]
    return lambda values: bytes(values[place] for place in places)


def _by_row(bits: bytes, w: int, h: int, orientation: int) -> list[bytes]:
    stride = w // BLOCK_PX
    if orientation == -90:
        bits = bits.translate(_REVERSED)
    rows = [bits[at : at + stride] for at in range(0, len(bits), stride)]
    registers = [b"".join(rows[digit:h:BLOCK_PX]) for digit in range(BLOCK_PX)]
    return registers[::-1] if orientation == -90 else registers


def _by_column(bits: bytes, w: int, h: int, orientation: int) -> list[bytes]:
    """Turn all blocks over their diagonals at once, as 64-bit lanes of one large number."""
    stride, blocks = w // BLOCK_PX, w * h // BLOCK_PX**2
    laid = bytearray(len(bits))
    for y in range(h):
        first = y // BLOCK_PX * stride * BLOCK_PX + y % BLOCK_PX
        laid[first : first + stride * BLOCK_PX : BLOCK_PX] = bits[y * stride : (y + 1) * stride]
    turned = _transposed(laid, blocks)
    if orientation == 0:
        turned = turned.translate(_REVERSED)
    registers = [turned[digit::BLOCK_PX] for digit in range(BLOCK_PX)]
    return registers if orientation == 0 else registers[::-1]


def _transposed(laid: bytes | bytearray, blocks: int) -> bytes:
    """Swap ever larger squares off the diagonal (Warren, Hacker's Delight, 7-3), in every lane."""
    lanes = int.from_bytes(laid, "big")
    for shift, mask in _masks(blocks):
        swap = (lanes ^ (lanes >> shift)) & mask
        lanes ^= swap ^ (swap << shift)
    return lanes.to_bytes(len(laid), "big")


@lru_cache(maxsize=16)
def _masks(blocks: int) -> tuple[tuple[int, int], ...]:
    masks = ((7, 0x00AA00AA00AA00AA), (14, 0x0000CCCC0000CCCC), (28, 0x00000000F0F0F0F0))
    return tuple((shift, int.from_bytes(mask.to_bytes(8, "big") * blocks, "big")) for shift, mask in masks)
