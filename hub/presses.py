"""From a key press to the command that it stands for; step 3 of a press."""

from msgspec.structs import replace

from hardware.contract import IdentityRead, KeyPressed
from hub.config import Device, Hall
from hub.keypad import Keypads, Pressed, Typed
from hub.rules import commands
from hub.rules.case import Refusal
from hub.rules.state import State, Ticket

AWAITED_MS = 30_000
"""How long a dispenser waits for an identity card after its key was pressed."""
_RATINGS = {f"r{level}": level for level in range(1, 6)}


def turn_of(state: State, device: Device) -> int:
    """Return the row of the last change of what this device's keys act on."""
    if device.kind in ("dispenser", "guide", "duty"):
        return max(state.dispenser(device.name).turn, state.fault_turn)
    if device.kind == "rating":
        counter = state.counter(device.counter or 0)
        return counter.rating.turn if counter.rating else 0
    return turn_at(state, device.counter or 0)


def turn_at(state: State, counter: int) -> int:
    """Return the row of the last change of what the keys of a counter act on, those of pads as those of pages."""
    return max(state.counter(counter).turn, state.fault_turn)


def asked_at(hall: Hall, state: State, device: Device) -> Ticket | None:
    """Return the ticket of which a dispenser's panel asks whether somebody holds it, None where it asks nothing.

    One at a time: a key answers only what is asked in words. What a desk gave is asked for there.
    """
    keys = hall.boards[device.name].keys
    asked = state.dispenser(device.name).asked
    return next((one for key, one in asked.items() if keys and key in keys.names()), None)


class Presses:
    """What the hall's keys mean at this moment: forms half typed, identities that are awaited."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._keypads = Keypads(hall)
        self._awaited: dict[str, tuple[KeyPressed, int]] = {}

    def command(self, state: State, device: Device, press: KeyPressed, now: int) -> Typed:
        """Return what a press asks for, None where it only went on with a form, or a Refusal.

        A press of another turn than the present one is refused: the presser saw something else.
        """
        if press.turn != turn_of(state, device):
            return Refusal("old-turn")
        if device.kind == "dispenser":
            return self._dispenser(state, device, press, now)
        if device.kind == "rating":
            return self._rating(state, device, press)
        if device.kind in ("pad", "guide", "duty"):
            return self._keypad(state, device, press, now)
        return Refusal("no-such-key")

    def identity(self, state: State, device: Device, read: IdentityRead, now: int) -> Typed:
        """Return the ticket that an identity card was awaited for (S9)."""
        press, until = self._awaited.pop(device.name, (None, 0))
        if press is None or now >= until or read.turn != turn_of(state, device):
            return Refusal("old-turn")
        take = self._ticket(device, press)
        return take if isinstance(take, Refusal) else _with_identity(take, read.who)

    def awaits_identity(self, device: str, now: int) -> bool:
        """Return whether a device waits for an identity card."""
        _press, until = self._awaited.get(device, (None, 0))
        return now < until

    def await_identity(self, device: str, press: KeyPressed, now: int) -> None:
        """Have a device wait for the identity card that a ticket of a real-name service needs."""
        self._awaited[device] = (press, now + AWAITED_MS)

    def entry_words(self, device: str, now: int) -> str:
        """Return what a keypad shows of its half-typed form, empty where there is none."""
        return self._keypads.words(device, now)

    def ends_at(self, device: str, now: int) -> int:
        """Return when a half-typed form or an awaited identity is given up, 0 where there is none."""
        entry = self._keypads.entry(device, now)
        return max(entry.until if entry else 0, self._awaited.get(device, (None, 0))[1])

    def is_secret(self, device: str, now: int) -> bool:
        """Return whether what is typed at a device now must not be kept."""
        return self._keypads.is_secret(device, now)

    def _dispenser(self, state: State, device: Device, press: KeyPressed, now: int) -> Typed:
        gives = device.keys.get(press.key)
        if gives and gives.guide:
            return commands.PrintGuide(device=device.name, service=gives.guide)
        here = state.dispenser(device.name)
        told = here.shown or asked_at(self._hall, state, device)
        if told and told.cap == press.key:
            return commands.VouchTicket(number=told.number)
        if self.awaits_identity(device.name, now):
            self.await_identity(device.name, press, now)
        return self._ticket(device, press)

    def _ticket(self, device: Device, press: KeyPressed) -> commands.TakeTicket | Refusal:
        gives = device.keys.get(press.key)
        if gives is None:
            if press.key not in self._hall.plan.services:
                return Refusal("no-such-key")
            return commands.TakeTicket(dispenser=device.name, key=press.key, boot=press.boot, service=press.key)
        is_claim = gives.claim
        return commands.TakeTicket(
            dispenser=device.name,
            key=press.key,
            boot=press.boot,
            service=gives.service,
            klass="ordinary" if is_claim else gives.klass,
            claim=gives.klass if is_claim else "",
            anonymous=gives.anonymous,
        )

    def _rating(self, state: State, device: Device, press: KeyPressed) -> Typed:
        """After a low rating the same keys name what it was, in the order in which the pad shows them."""
        level, counter = _RATINGS.get(press.key), device.counter or 0
        if level is None:
            return Refusal("no-such-key")
        window = state.counter(counter).rating
        if window and window.level is not None:
            return commands.NameAspect(counter=counter, aspect=6 - level)
        return commands.Rate(counter=counter, level=level)

    def _keypad(self, state: State, device: Device, press: KeyPressed, now: int) -> Typed:
        at_counter = state.counter(device.counter or 0)
        by = at_counter.person if device.kind == "pad" else state.on_duty.get(device.name, "")
        pressed = Pressed(device=device, key=press.key, boot=press.boot, turn=press.turn, by=by, now=now)
        if self._keypads.goes_on(device.name, press.key, now):
            return self._keypads.type(pressed, state)
        action = self._hall.pad_keys.get(press.key)
        if action is None:
            return Refusal("no-such-key")
        board = self._hall.boards[device.name]
        if action == "finish" and not (board.keys and "ok" in board.keys.names()):
            return commands.Finish(counter=device.counter or 0)
        return self._keypads.act(pressed, state, action)


def _with_identity(take: commands.TakeTicket, who: str) -> commands.TakeTicket:
    return replace(take, identity=who)
