"""A model printer behind a real TCP port, a real pseudo-terminal, or a pyusb backend that is played; each unplugs."""

import asyncio
import errno
import os
import threading
import tty
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol

import usb.backend
import usb.core

from hardware.board import NetworkPrinter, Printer, SerialPrinter, UsbPrinter
from sim.chips.printer import BREAK, PrinterChip
from sim.paper import Slip
from sim.ports import free_port

VENDOR, PRODUCT = 0x04B8, 0x0E15
OUT, IN = 0x03, 0x84
"""Not those that python-escpos takes for granted."""


class Port(Protocol):
    """A printer with a cable. board: how a board file names it. slips: what has come out."""

    board: Printer
    chip: PrinterChip
    slips: list[Slip]

    async def plug(self) -> None:
        """Plug it in; it may be called after `unplug`."""

    async def unplug(self) -> None:
        """Pull the cable; may be called twice. The printer keeps its power."""


class TcpPrinter:
    """A printer on the network. It takes one connection at a time, as most do."""

    def __init__(self, _folder: Path) -> None:
        self.slips: list[Slip] = []
        self.board = NetworkPrinter(host="127.0.0.1", port=free_port())
        self.chip = PrinterChip(baud=None, reply=self._reply, on_slip=self.slips.append)
        self._server: asyncio.Server | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def plug(self) -> None:
        self._server = await asyncio.start_server(self._serve, self.board.host, self.board.port)

    async def unplug(self) -> None:
        server, self._server = self._server, None
        if self._writer:
            self._writer.transport.abort()
        if server:
            server.close()
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        try:
            while data := await reader.read(64):
                self.chip.receive(data)
        except ConnectionError:
            pass
        finally:
            writer.close()
            if self._writer is writer:
                self._writer = None

    def _reply(self, data: bytes) -> None:
        if self._writer and not self._writer.is_closing():
            self._writer.write(data)


class PtyPrinter:
    """A printer on a serial adapter, which has the same name whenever it is plugged in, as udev gives it."""

    def __init__(self, folder: Path) -> None:
        self.slips: list[Slip] = []
        self._name = folder / "ttyPRINTER"
        self.board = SerialPrinter(port=str(self._name), baud=115200)
        self.chip = PrinterChip(baud=None, reply=self._reply, on_slip=self.slips.append)
        self.chip.on_change = self._see_power
        self._ends: tuple[int, int] | None = None

    async def plug(self) -> None:
        self._ends = os.openpty()
        tty.setraw(self._ends[1])
        os.set_blocking(self._ends[0], False)
        self._name.symlink_to(os.ttyname(self._ends[1]))
        asyncio.get_running_loop().add_reader(self._ends[0], self._take)

    async def unplug(self) -> None:
        ends, self._ends = self._ends, None
        if ends:
            asyncio.get_running_loop().remove_reader(ends[0])
            self._name.unlink()
            for end in ends:
                os.close(end)

    def _take(self) -> None:
        if self._ends:
            self.chip.receive(os.read(self._ends[0], 64))

    def _see_power(self) -> None:
        """A line whose other end has lost its power reads as a zero."""
        if not self.chip.is_on:
            self._reply(BREAK)

    def _reply(self, data: bytes) -> None:
        if self._ends:
            os.write(self._ends[0], data)


class UsbBackend(usb.backend.IBackend):  # type: ignore[misc]
    """One printer on a bus that is played: interface 0 belongs to something else, interface 1 is the printer."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._came = threading.Condition()
        self._input = bytearray()
        self.address = 0
        """Of the device on the bus, another one each time that it is plugged in; 0 is unplugged."""

    def reply(self, data: bytes) -> None:
        """The printer says something."""
        with self._came:
            self._input += data
            self._came.notify_all()

    def enumerate_devices(self) -> list[int]:
        return [self.address] if self.address else []

    def get_device_descriptor(self, dev: int) -> Any:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=VENDOR, idProduct=PRODUCT, bcdDevice=0x100, iManufacturer=0, iProduct=0,
            iSerialNumber=0, bNumConfigurations=1, address=dev, bus=1, port_number=1, port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, _dev: int, config: int) -> Any:
        if config:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=2, bConfigurationValue=1, iConfiguration=0,
            bmAttributes=0xC0, bMaxPower=1, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, _dev: int, intf: int, alt: int, _config: int) -> Any:
        if intf > 1 or alt:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=intf, bAlternateSetting=0, bNumEndpoints=2,
            bInterfaceClass=7 if intf else 3, bInterfaceSubClass=1, bInterfaceProtocol=2, iInterface=0,
            extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, _dev: int, ep: int, intf: int, _alt: int, _config: int) -> Any:
        address = ((OUT, IN) if intf else (0x01, 0x82))[ep]
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=address, bmAttributes=2 if intf else 3, wMaxPacketSize=64,
            bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev: int) -> int:
        return dev

    def close_device(self, _handle: int) -> None:
        """Nothing is open."""

    def set_configuration(self, handle: int, _value: int) -> None:
        self._see(handle)

    def get_configuration(self, handle: int) -> int:
        self._see(handle)
        return 1

    def claim_interface(self, handle: int, _intf: int) -> None:
        self._see(handle)

    def release_interface(self, _handle: int, _intf: int) -> None:
        """Nothing is claimed."""

    def reset_device(self, handle: int) -> None:
        self._see(handle)

    def bulk_write(self, handle: int, ep: int, _intf: int, data: Any, _timeout: int) -> int:
        self._see(handle)
        if ep != OUT:
            raise usb.core.USBError("no such end point", None, errno.ENOENT)
        self._send(bytes(data))
        return len(data)

    def bulk_read(self, handle: int, _ep: int, _intf: int, buff: Any, timeout: int) -> int:
        with self._came:
            self._came.wait_for(lambda: self._input or handle != self.address, timeout / 1000)
            self._see(handle)
            if not self._input:
                raise usb.core.USBTimeoutError("timed out", None, errno.ETIMEDOUT)
            data, self._input = self._input[: len(buff)], self._input[len(buff) :]
        for at, byte in enumerate(data):
            buff[at] = byte
        return len(data)

    def _see(self, handle: int) -> None:
        if handle != self.address:
            raise usb.core.USBError("no such device", None, errno.ENODEV)


class UsbCablePrinter:
    """A printer on USB; each time that it is plugged in it has another address."""

    def __init__(self, _folder: Path) -> None:
        self.slips: list[Slip] = []
        self.board = UsbPrinter(vendor=VENDOR, product=PRODUCT)
        self.chip = PrinterChip(baud=None, reply=self._reply, on_slip=self.slips.append)
        loop = asyncio.get_running_loop()
        self.backend = UsbBackend(lambda data: _done_there(loop, self.chip.receive, data))
        self._plugged = 0

    async def plug(self) -> None:
        self._plugged += 1
        self.backend.address = self._plugged

    async def unplug(self) -> None:
        self.backend.address = 0

    def _reply(self, data: bytes) -> None:
        self.backend.reply(data)


def _done_there(loop: asyncio.AbstractEventLoop, do: Callable[[bytes], None], data: bytes) -> None:
    """Have the event loop's thread take bytes, and wait until it has."""
    taken = threading.Event()
    loop.call_soon_threadsafe(lambda: (do(data), taken.set()))
    taken.wait(5)


PORTS: dict[str, Any] = {"network": TcpPrinter, "serial": PtyPrinter, "usb": UsbCablePrinter}
