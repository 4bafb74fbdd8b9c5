"""How bytes get to a printer of a Raspberry Pi and its answers come back: python-escpos on USB, serial and network.

Its own reading waits too long or for ever, its writing on USB not long enough, and its end points are guessed: those
few calls are made here, on what it has opened.
"""

import contextlib
import socket
import termios
from collections.abc import Callable
from typing import Any, Protocol

from hardware.board import NetworkPrinter, Printer, SerialPrinter, UsbPrinter

READ_S = 0.05
"""How long one look for an answer may take."""
SEND_S = 5.0
"""How long a printer may refuse to take a piece of a slip."""
CONNECT_S = 2.0
USB_PIECE_BYTES = 4096
USB_PRINTER_CLASS = 7
USB_OUT, USB_IN = 0x00, 0x80
USB_BULK = 2


class PrinterNotFoundError(OSError):
    """No printer is where the board file says; the sentence says what to look at."""


class Transport(Protocol):
    """Bytes out, and what has come in. Both raise OSError when the printer has been unplugged."""

    def _raw(self, msg: bytes) -> None:
        """Send bytes; return when the port has taken them."""

    def _read(self) -> bytes:
        """Return what has come in, after at most `READ_S`; empty is nothing."""

    def close(self) -> None:
        """Let go of the port, and of what it has not sent; may be called twice."""


class SerialPort:
    """A serial port; what it has not sent is forgotten when it is closed. device: python-escpos', opened."""

    def __init__(self, device: Any) -> None:
        self._device = device
        self._port = device.device

    def _raw(self, msg: bytes) -> None:
        self._port.write(msg)

    def _read(self) -> bytes:
        return bytes(self._port.read(max(1, self._port.in_waiting)))

    def busy_line(self, flow: str) -> Callable[[], bool] | None:
        """Return what tells whether the printer's DTR says that it is busy; None where no line says so."""
        return (lambda: not getattr(self._port, flow)) if flow in ("cts", "dsr") else None

    def close(self) -> None:
        """Let go of the port; may be called twice."""
        for close in (self._port.reset_output_buffer, self._port.close, self._device.close):
            with contextlib.suppress(OSError, termios.error):
                close()


class TcpPort:
    """A connection to a printer on the network. device: python-escpos', opened."""

    def __init__(self, device: Any) -> None:
        self._device = device
        self._socket: socket.socket = device.device
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _raw(self, msg: bytes) -> None:
        self._socket.settimeout(SEND_S)
        self._socket.sendall(msg)

    def _read(self) -> bytes:
        self._socket.settimeout(READ_S)
        try:
            data = self._socket.recv(64)
        except TimeoutError:
            return b""
        if not data:
            raise ConnectionResetError("the printer has closed the connection")
        return data

    def close(self) -> None:
        """Let go of the connection; may be called twice."""
        self._device.close()


class UsbPort:
    """A printer's two bulk end points. device: python-escpos', opened."""

    def __init__(self, device: Any) -> None:
        self._device = device
        self._usb = device.device
        self._out, self._in = _end_points(self._usb)

    def _raw(self, msg: bytes) -> None:
        for at in range(0, len(msg), USB_PIECE_BYTES):
            piece = msg[at : at + USB_PIECE_BYTES]
            while piece:
                piece = piece[self._usb.write(self._out, piece, round(SEND_S * 1000)) :]

    def _read(self) -> bytes:
        from usb.core import USBTimeoutError

        try:
            return bytes(self._usb.read(self._in, 64, round(READ_S * 1000)))
        except USBTimeoutError:
            return b""

    def close(self) -> None:
        """Let go of the device; may be called twice."""
        with contextlib.suppress(OSError):
            self._device.close()


Port = SerialPort | TcpPort | UsbPort


def open_transport(board: Printer) -> Port:
    """Return the opened port of a board's printer; raise PrinterNotFoundError."""
    from escpos import printer  # its import takes a quarter of a second
    from escpos.exceptions import DeviceNotFoundError

    device: Any
    port: type[Port]
    match board:
        case SerialPrinter():
            device, port = printer.Serial(board.port, baudrate=board.baud, timeout=READ_S, dsrdtr=False), SerialPort
        case UsbPrinter():
            device, port = printer.Usb(board.vendor, board.product), UsbPort
        case NetworkPrinter():
            device, port = printer.Network(board.host, board.port, timeout=CONNECT_S), TcpPort
        case _:
            raise PrinterNotFoundError("a Raspberry Pi has printers of the drivers serial, usb and network only")
    try:
        if isinstance(board, NetworkPrinter):
            # Its own open() leaves a socket behind whenever nobody answers.
            device.device = socket.create_connection((board.host, board.port), CONNECT_S)
        else:
            device.open()
        return port(device)
    except (DeviceNotFoundError, OSError, ValueError) as error:
        with contextlib.suppress(OSError, termios.error):
            device.close()
        raise PrinterNotFoundError(f"no printer at {board}: {error}; look at its cable, power and name") from error


def _end_points(usb: Any) -> tuple[int, int]:
    """Return the addresses of a printer's bulk end points, out and in; raise OSError where it has none."""
    interfaces = sorted(usb.get_active_configuration(), key=lambda one: one.bInterfaceClass != USB_PRINTER_CLASS)
    for interface in interfaces:
        bulk = {
            end.bEndpointAddress & USB_IN: end.bEndpointAddress for end in interface if end.bmAttributes & 3 == USB_BULK
        }
        if len(bulk) == 2:
            return bulk[USB_OUT], bulk[USB_IN]
    raise OSError("the USB device has no interface of a printer")
