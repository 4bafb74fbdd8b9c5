"""Commands for pictures: rows (``GS v 0``), graphics (``GS ( L``) and columns (``ESC *``)."""

from collections.abc import Callable

from PIL import Image

from sim.paper.machine import Machine


def _raster(machine: Machine, args: bytes) -> None:
    """The head of ``GS v 0``; its rows come one by one, since the printer burns them as they come."""
    mode, stride, rows = args[1], int.from_bytes(args[2:4], "little"), int.from_bytes(args[4:6], "little")
    if args[0] != 48 or mode not in (0, 1, 2, 3, 48, 49, 50, 51) or not stride * rows:
        machine.report(b"\x1dv" + args, "a picture without rows, or of an unknown mode")
    if stride * rows:
        machine.rows = (stride, rows, 2 if mode & 1 else 1, 2 if mode & 2 else 1)


def print_row(machine: Machine, data: bytes) -> None:
    """Print one row of the raster picture that is under way."""
    if not machine.rows:
        return
    stride, rows, across, down = machine.rows
    row = Image.frombytes("1", (stride * 8, 1), data)
    machine.sheet.put_picture(row.resize((row.width * across, down), Image.Resampling.NEAREST))
    machine.rows = (stride, rows - 1, across, down) if rows > 1 else None


def graphics(machine: Machine, data: bytes, body: bytes) -> None:
    """``GS ( L`` and ``GS 8 L``: function 112 stores a picture, 113 one of columns, 50 prints it."""
    function = body[1] if len(body) > 1 else -1
    if body[:1] != b"0" or function not in (2, 50, 112, 113):
        machine.report(data, f"function {function} of graphics is not known here")
    elif function in (2, 50):
        _print_graphics(machine, data)
    else:
        _store(machine, data, body, is_rows=function == 112)


def _store(machine: Machine, data: bytes, body: bytes, *, is_rows: bool) -> None:
    """``m fn a bx by c xL xH yL yH d...``."""
    if len(body) < 10:
        machine.report(data, "graphics without a size")
        return
    width, height = int.from_bytes(body[6:8], "little"), int.from_bytes(body[8:10], "little")
    size = (width, height) if is_rows else (height, width)
    if len(body) - 10 != (size[0] + 7) // 8 * size[1] or not width * height:
        machine.report(data, f"graphics of {width} by {height} dots with {len(body) - 10} bytes")
        return
    picture = Image.frombytes("1", size, body[10:])
    picture = picture if is_rows else picture.transpose(Image.Transpose.TRANSPOSE)
    across, down = body[3], body[4]
    machine.graphics = picture.resize((width * across, height * down), Image.Resampling.NEAREST)


def _print_graphics(machine: Machine, data: bytes) -> None:
    if machine.graphics is None:
        machine.report(data, "no graphics are stored")
        return
    machine.sheet.put_picture(machine.graphics)
    machine.graphics = None


def _columns(machine: Machine, args: bytes) -> None:
    """``ESC *``: columns of 8 or 24 dots, set into the line like a character."""
    mode, width = args[0], int.from_bytes(args[1:3], "little")
    if mode not in (0, 1, 32, 33) or not width:
        machine.report(b"\x1b*" + args, "a bit image without columns, or of an unknown mode")
        return
    high = 24 if mode >= 32 else 8
    picture = Image.frombytes("1", (high, width), args[3:]).transpose(Image.Transpose.TRANSPOSE)
    across, down = 1 if mode & 1 else 2, 24 // high
    machine.sheet.put(picture.resize((width * across, high * down), Image.Resampling.NEAREST))


COMMANDS: dict[bytes, Callable[[Machine, bytes], None]] = {b"\x1dv": _raster, b"\x1b*": _columns}
