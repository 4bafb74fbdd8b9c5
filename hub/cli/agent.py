"""``lintel agent``: runs one device of a hall on a Raspberry Pi; the only place where the agent's parts meet."""

import argparse
import asyncio
import logging
import signal
from pathlib import Path
from typing import Any

from hardware.agent import Agent
from hardware.agent_parts import Parts
from hardware.board import Board, UartPrinter
from hardware.contract import Why
from hardware.gpio import GpioKeys, GpioLamps, GpioTone
from hub.cli.hub import address_of, default_state
from hub.config import Device, Hall, HallError, load_hall
from hub.lock import locked

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
        description="Run a device whose board is a Raspberry Pi: its keys, lamps, panel, tone and printer.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", help="the hall's file, hall.toml")
    parser.add_argument("device", help="the device's name in that file")
    parser.add_argument("--password-file", type=Path, required=True, help="file with the device's password")
    parser.add_argument("--broker", help="HOST:PORT instead of the hall's file's [broker]")
    parser.add_argument("--state", type=Path, help="folder of this device's boot number (default: in ~/.local/state)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop."""
    hall = load_hall(args.file)
    device = hall.device(args.device)
    board = _board_of(hall, device)
    password = read_password(args.password_file)
    state: Path = args.state or default_state(hall).with_name(f"{hall.id}-{device.name}")
    with locked(state):
        asyncio.run(
            _serve(
                Agent(
                    hall=hall.id,
                    name=device.name,
                    board=board,
                    parts=open_parts(board),
                    state=state,
                    address=address_of(hall, args.broker),
                    password=password,
                )
            )
        )
    return 0
