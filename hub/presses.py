"""From a key press to the command that it stands for; step 3 of a press."""

from hardware.contract import KeyPressed
from hub.config import Device, Hall
from hub.rules import commands
from hub.rules.decide import Refusal
from hub.rules.state import State

_PAD = {
    "next": commands.CallNext,
    "recall": commands.Recall,
    "no-show": commands.MarkNoShow,
    "finish": commands.Finish,
}


def turn_of(state: State, device: Device) -> int:
    """Return the row of the last change of what this device's keys act on."""
    if device.kind == "dispenser":
        return state.dispenser(device.name).turn
    return state.counter(device.counter or 0).turn


def command_of(hall: Hall, state: State, device: Device, press: KeyPressed) -> commands.Command | Refusal:
    """Return what a press asks for, or a Refusal where the presser saw another turn or the key means nothing here."""
    if press.turn != turn_of(state, device):
        return Refusal("old-turn")
    if device.kind == "dispenser":
        return _ticket_command(hall, device, press)
    if device.kind == "pad" and press.key in _PAD and device.counter is not None:
        return _PAD[press.key](counter=device.counter)
    return Refusal("no-such-key")


def _ticket_command(hall: Hall, device: Device, press: KeyPressed) -> commands.Command | Refusal:
    gives = device.keys.get(press.key)
    if gives:
        return commands.TakeTicket(
            dispenser=device.name, key=press.key, boot=press.boot, service=gives.service, klass=gives.klass
        )
    if press.key in hall.plan.services:
        return commands.TakeTicket(dispenser=device.name, key=press.key, boot=press.boot, service=press.key)
    return Refusal("no-such-key")
