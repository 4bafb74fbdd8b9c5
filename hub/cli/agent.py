"""``lintel agent``: runs one device of a hall on a Raspberry Pi; the only place where the agent's parts meet."""

import argparse
import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any

from displays.luma_panel import LumaPanel, open_bus
from displays.strip_card import StripCardPanel, open_port
from displays.voice.speaker import open_speaker
from hardware.agent import Agent
from hardware.agent_parts import PanelPart, Parts
from hardware.board import Board, PanelBoard, StripCard
from hardware.card_reader import card_reader
from hardware.contract import NearEnd, Why
from hardware.gpio import GpioLamps, GpioTone, gpio_keys
from hardware.link import Address
from hardware.logs import Log
from hub.cli.options import add_log_option, address_of, default_state
from hub.config import Device, Hall, load_hall
from hub.guarding import keep_to_itself
from hub.lock import InUseError, locked
from hub.notify import Notify
from printers.escpos_printer import EscposPrinter, PrintFailedError, open_printer

log = Log(__name__)

EPILOG = """example:
  lintel agent hall.toml dispenser-1 --password-file /etc/lintel/dispenser-1.password
  lintel agent hall.toml lintel-3 --password-file lintel-3.password --broker 192.168.10.2:1883

The password is the device's own, from secrets.json in the state folder of the hub; the file holds nothing else.
Ends cleanly on SIGTERM and Ctrl-C: a slip that is being printed comes out whole."""


class AgentError(ValueError):
    """This device cannot be run here; the sentence says why and what to do."""


def add(parsers: "argparse._SubParsersAction[Any]") -> None:
    """Register the command."""
    parser = parsers.add_parser(
        "agent",
        help="run one device of a hall on a Raspberry Pi",
        description="Run a device whose board is a Raspberry Pi: its keys, lamps, panel, tone, printer and voice.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", help="the hall's file, hall.toml")
    parser.add_argument("device", help="the device's name in that file")
    parser.add_argument("--password-file", type=Path, required=True, help="file with the device's password")
    parser.add_argument("--broker", help="HOST:PORT instead of the hall's file's [broker]")
    parser.add_argument("--ca", type=Path, help="the hall's authority, from authority/ca.crt in the hub's state: TLS")
    parser.add_argument("--state", type=Path, help="folder of this device's boot number (default: beside the hub's)")
    add_log_option(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop."""
    hall = load_hall(args.file)
    device = hall.device(args.device)
    board = board_of(hall, device)
    password = read_password(args.password_file)
    address = secured(hall, address_of(hall, args.broker), args.ca)
    folder: Path = args.state or default_state(hall).with_name(f"{hall.id}-{device.name}")
    try:
        with locked(folder):
            keep_to_itself()
            running = _serve(
                hall.id, device.name, board, password=password, address=address, folder=folder, clips=hall.clips
            )
            asyncio.run(running)
    except InUseError as error:
        raise AgentError(
            f"{device.name}: an agent runs with {folder} already; end it, or name another folder"
        ) from error
    return 0


def board_of(hall: Hall, device: Device) -> Board:
    """Return the board of a device that is a Raspberry Pi; raise AgentError for any other."""
    board = hall.boards[device.name]
    if not board.runs_agent:
        raise AgentError(f"{device.name}: board {device.board} is a {board.chip}, which runs the firmware, no agent")
    return board


def secured(hall: Hall, address: Address, ca: Path | None) -> Address:
    """Return the broker's address with the authority that it is known by; raise AgentError where that is not named."""
    if ca is None:
        if hall.file.broker.speaks_tls(address.host):
            raise AgentError(f"{hall.path}: the broker speaks TLS; name authority/ca.crt of the hub's state with --ca")
        return address
    if not ca.is_file():
        raise AgentError(f"{ca}: there is no such file; copy authority/ca.crt of the hub's state here")
    return Address(host=address.host, port=address.port, ca=ca)


def read_password(path: Path) -> str:
    """Return the password that a file holds; raise AgentError where it does not hold one and nothing else."""
    try:
        password = path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError as error:
        raise AgentError(f"{path}: no text; write the device's password into it, and nothing else") from error
    if not password or "\n" in password:
        raise AgentError(f"{path}: {len(password.splitlines())} lines; write the device's password into it, alone")
    return password


def open_parts(board: Board, clips: Path | None = None) -> Parts:
    """Open the drivers of a board's parts; raise OSError where one cannot be. Needs a running event loop.

    clips: folder of the voice's recorded words; None without.
    """
    with ExitStack() as opened:
        keys = opened.enter_context(closing(gpio_keys(board.keys))) if board.keys else None
        lamps = opened.enter_context(closing(GpioLamps(board.lamps))) if board.lamps else None
        tone = opened.enter_context(closing(GpioTone(board.tone))) if board.tone else None
        panel = opened.enter_context(closing(_open_panel(board.panel))) if board.panel else None
        printer = PrinterDriver(partial(open_printer, board.printer)) if board.printer else None
        reader = card_reader(board.reader) if board.reader else None
        voice = open_speaker(board.voice, clips) if board.voice else None
        opened.pop_all()
    return Parts(keys=keys, lamps=lamps, panel=panel, tone=tone, printer=printer, reader=reader, voice=voice)


class PrinterDriver:
    """What the agent needs of a printer, over one that raises what it has to say and may be unplugged.

    open_now: opens the printer, or raises OSError; called when it is needed, so that a device starts without its
    printer too, and again after it has been silent or its port has failed.
    """

    def __init__(self, open_now: Callable[[], EscposPrinter]) -> None:
        self._open_now = open_now
        self._printer: EscposPrinter | None = None
        self._rest = 0

    def put_out(self, data: bytes) -> Why | None:
        """Print; return None when the paper is out, or why it is not. Raises OSError where the port fails meanwhile.

        A printer that was plugged in anew since it was last asked is met at the second attempt.
        """
        is_old = self._printer is not None
        why = self._put_out(data)
        return self._put_out(data) if is_old and why == "no-answer" else why

    def check(self) -> Why | NearEnd | None:
        """Ask the printer how it is; None is well, also where it cannot answer. Raises OSError where there is none."""
        try:
            why = self._opened().check()
        except OSError:
            self.close()
            raise
        if why == "no-answer":
            self.close()
        return why

    def close(self) -> None:
        """Let go of the port; may be called twice."""
        printer, self._printer = self._printer, None
        if printer:
            self._rest = printer.rest
            printer.close()

    def _put_out(self, data: bytes) -> Why | None:
        try:
            printer = self._opened()
        except OSError as error:
            log.warning("printer-not-opened", "the printer cannot be opened", why=error)
            return "no-answer"
        try:
            printer.print_slip(data)
        except PrintFailedError as error:
            if error.why == "no-answer":
                self.close()
            return error.why
        except OSError:
            self.close()
            raise
        return None

    def _opened(self) -> EscposPrinter:
        if self._printer is None:
            self._printer = self._open_now()
            self._printer.rest = self._rest
        return self._printer


def _open_panel(board: PanelBoard | StripCard) -> PanelPart:
    if isinstance(board, StripCard):
        return StripCardPanel(board, partial(open_port, board))
    return LumaPanel(board, open_bus(board))


async def _serve(
    hall: str, name: str, board: Board, *, password: str, address: Address, folder: Path, clips: Path | None
) -> None:
    try:
        parts = open_parts(board, clips)
    except ImportError as error:
        raise AgentError(f"{name}: {error}; install the drivers with pip install 'lintel[pi]'") from error
    agent = Agent(hall=hall, name=name, board=board, parts=parts, state=folder, address=address, password=password)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, agent.stop)
    notify = Notify.of(os.environ)
    feeding = asyncio.create_task(_feed(notify, agent))
    try:
        await agent.run()
    finally:
        notify.stopping()
        feeding.cancel()


async def _feed(notify: Notify, agent: Agent) -> None:
    """Begins when the agent first waits for something: its boot number is kept by then, and its keys are heard."""
    notify.ready()
    await notify.feed(lambda: True, lambda: _status(agent))


def _status(agent: Agent) -> str:
    return "connected to the hub" if agent.is_connected else "no hub is heard"
