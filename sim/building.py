"""Builds the devices of a simulated hall from its file: a node with its flash, and the cable to the broker."""

from pathlib import Path

from hardware.board import Board
from hardware.contract import HUB
from hardware.link import Address
from hub.broker_tls import authority_of, ca_of
from hub.config import MAINTAINER
from hub.config import Device as DevicePlan
from hub.config import Hall as HallPlan
from hub.secrets import load_secrets
from sim.cable import HOST, Cable
from sim.changes import Bus
from sim.device import Device
from sim.errors import HallStartError
from sim.labels import keys_of
from sim.node import NodeSettings
from sim.slips import Slips

CHIP = "w5500-evb-pico"


def passwords_of(plan: HallPlan, state: Path) -> dict[str, str]:
    """Return the broker's passwords, made now where the state folder has none yet."""
    accounts = [HUB, MAINTAINER, *(device.name for device in plan.devices)]
    return load_secrets(state / "secrets.json", accounts).passwords


def made_ca(plan: HallPlan, state: Path) -> Path:
    """Return the file of the hall's authority, made now where the state folder has none yet."""
    authority_of(state, plan.id)
    return ca_of(state)


def build_devices(
    plan: HallPlan, state: Path, *, broker: Address, passwords: dict[str, str], bus: Bus, slips: Slips
) -> list[Device]:
    """Return the hall's devices, switched off, in the order of the file; raise HallStartError for a foreign chip.

    state: the nodes' flash is kept in its folder ``nodes``. broker: on the loopback.
    """
    foreign = [device for device in plan.devices if not _runs_here(plan.boards[device.name])]
    if foreign:
        raise HallStartError(
            f"{plan.path}: {foreign[0].name} has the board {foreign[0].board}; the simulator runs the firmware of "
            f"boards with the chip {CHIP} and speakers only, so give it such a board"
        )
    return [_build(plan, device, state, broker, passwords[device.name], bus, slips) for device in plan.devices]


def _build(
    plan: HallPlan, device: DevicePlan, state: Path, broker: Address, password: str, bus: Bus, slips: Slips
) -> Device:
    cable = Cable(broker_port=broker.port)
    cable.start()
    settings = NodeSettings(hall=plan.id, password=password, host=HOST, port=cable.port, ca=broker.ca)
    return Device(
        name=device.name,
        kind=device.kind,
        counter=device.counter,
        keys=keys_of(plan, device),
        board=plan.boards[device.name],
        settings=settings,
        flash=state / "nodes" / device.name,
        cable=cable,
        bus=bus,
        slips=slips,
        clips=plan.clips,
    )


def _runs_here(board: Board) -> bool:
    """A board with a voice is a Raspberry Pi, whose agent runs in the simulator; all others run the firmware."""
    return board.chip == CHIP or board.voice is not None
