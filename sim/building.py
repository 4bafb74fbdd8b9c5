"""Builds the devices of a simulated hall from its file: a node with its flash, and the cable to the broker."""

from pathlib import Path

from hardware.board import Board
from hardware.chip import chip_named, chip_names
from hardware.contract import HUB
from hardware.link import Address
from hub.broker_tls import authority_of, ca_of
from hub.config import MAINTAINER
from hub.config import Device as DevicePlan
from hub.config import Hall as HallPlan
from hub.secrets import load_secrets, update_keys
from sim.cable import HOST, Cable
from sim.changes import Bus
from sim.device import Device
from sim.errors import HallStartError
from sim.labels import keys_of
from sim.no_cable import NoCable
from sim.node import NodeSettings
from sim.slips import Slips


def passwords_of(plan: HallPlan, state: Path) -> dict[str, str]:
    """Return the broker's passwords, made now where the state folder has none yet."""
    accounts = [HUB, MAINTAINER, *(device.name for device in plan.devices)]
    return load_secrets(state / "secrets.json", accounts).passwords


def made_ca(plan: HallPlan, state: Path) -> Path:
    """Return the file of the hall's authority, made now where the state folder has none yet."""
    authority_of(state, plan.id)
    return ca_of(state)


def build_devices(
    plan: HallPlan,
    state: Path,
    *,
    broker: Address,
    passwords: dict[str, str],
    bus: Bus,
    slips: Slips,
    is_flashed: bool = False,
) -> list[Device]:
    """Return the hall's devices, switched off, in the order of the file; raise HallStartError for a foreign chip.

    state: the nodes' flash is kept in its folder ``nodes``. broker: on the loopback. is_flashed: what is on the nodes'
    flash is left as it is.
    """
    foreign = [device for device in plan.devices if not _runs_here(plan.boards[device.name])]
    if foreign:
        nodes = [name for name in chip_names() if chip_named(name).runs == "firmware"]
        raise HallStartError(
            f"{plan.path}: {foreign[0].name} has the board {foreign[0].board}; the simulator runs boards whose chip "
            f"runs the firmware ({', '.join(nodes)}), and speakers; give it such a board"
        )
    keys = update_keys(state / "secrets.json", [device.name for device in plan.devices])
    return [
        _build(plan, device, state, broker, passwords[device.name], keys[device.name], bus, slips, is_flashed)
        for device in plan.devices
    ]


def _build(
    plan: HallPlan,
    device: DevicePlan,
    state: Path,
    broker: Address,
    password: str,
    key: str,
    bus: Bus,
    slips: Slips,
    is_flashed: bool,
) -> Device:
    is_node = plan.boards[device.name].voice is None
    cable = NoCable(broker_port=broker.port) if is_flashed and is_node else Cable(broker_port=broker.port)
    cable.start()
    settings = NodeSettings(hall=plan.id, password=password, host=HOST, port=cable.port, ca=broker.ca, key=key)
    return Device(
        name=device.name,
        kind=device.kind,
        counter=device.counter,
        keys=keys_of(plan, device),
        board=plan.boards[device.name],
        settings=None if is_flashed and is_node else settings,
        flash=state / "nodes" / device.name,
        cable=cable,
        bus=bus,
        slips=slips,
        clips=plan.clips,
    )


def _runs_here(board: Board) -> bool:
    """A board with a voice is a Raspberry Pi, whose agent runs in the simulator; all others run the firmware."""
    return not board.runs_agent or board.voice is not None
