"""The keypads' half-typed forms: digits become fields, fields become commands. Nothing here is kept over a restart.

A form belongs to the turn at which it was begun: when what the keys act on changes meanwhile, it is dropped.
"""

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from hub.config import Device, Hall
from hub.fields import Asked, Field, letter_of
from hub.forms import AT_COUNTER, FORMS, NOTICES, PERSON_OR_BADGE, PIN, REASON, fields_of
from hub.hall_file import Somebody
from hub.people import BADGE_FROM, pin_matches
from hub.rules import commands
from hub.rules.case import Refusal
from hub.rules.state import State

ENTRY_MS = 30_000
"""A form that nobody goes on with is dropped."""
TRIES = 3
LOCKED_OUT_MS = 60_000
SIGN = "sign"
MENU, MORE = "menu", "more"
DIGITS = {f"d{digit}": str(digit) for digit in range(10)}

Typed = commands.Command | Refusal | None
"""What a key came to; None where it only went on with a form."""


class Entry(Struct, frozen=True, kw_only=True):
    """A form under way. values: fields that are done. typed: digits of the present one. turn: at which it was begun."""

    action: str
    turn: int
    until: int
    values: tuple[str, ...] = ()
    typed: str = ""


class Pressed(Struct, frozen=True, kw_only=True):
    """A key of a keypad. boot: the device's start number. by: who is signed in there."""

    device: Device
    key: str
    boot: int
    turn: int
    by: str
    now: int


class Keypads:
    """Every keypad's form under way, and how often a PIN was wrong there."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._entries: dict[str, Entry] = {}
        self._wrong: dict[str, tuple[int, int]] = {}

    def entry(self, device: str, now: int) -> Entry | None:
        """Return the form that a device is filling in, None where there is none."""
        entry = self._entries.get(device)
        if entry and now >= entry.until:
            del self._entries[device]
            return None
        return entry

    def is_secret(self, device: str, now: int) -> bool:
        """Return whether what is typed at a device is a PIN or may be a badge, which nobody may keep."""
        entry = self.entry(device, now)
        return entry is not None and entry.action == SIGN

    def begin(self, pressed: Pressed, state: State, action: str) -> Typed:
        """Begin an action; one that asks for nothing is done at once."""
        name, now = pressed.device.name, pressed.now
        self._entries[name] = Entry(action=action, turn=pressed.turn, until=now + ENTRY_MS)
        return None if self._field(self._entries[name]) else self._done(pressed, state)

    def type(self, pressed: Pressed, state: State) -> Typed:
        """Go on with the form under way: a digit, ``ok``, or ``menu`` to drop it."""
        name, entry = pressed.device.name, self._entries[pressed.device.name]
        if pressed.key == MENU and entry.action == MENU and entry.turn == pressed.turn:
            self._entries[name] = replace(entry, action=MORE, until=pressed.now + ENTRY_MS)
            return None
        if pressed.key == MENU or entry.turn != pressed.turn:
            del self._entries[name]
            return None if pressed.key == MENU else Refusal("old-turn")
        if entry.action in (MENU, MORE):
            return self._choose(pressed, state, entry.action)
        field = self._field(entry)
        if pressed.key == "ok" and field:
            return self._end_field(pressed, state, entry, field)
        digit = DIGITS.get(pressed.key)
        if digit is None or field is None or len(entry.typed) >= field.digits:
            return Refusal("no-such-key")
        self._keep(pressed, entry, typed=entry.typed + digit)
        return None

    def words(self, device: str, now: int) -> str:
        """Return what a keypad shows of its form: the prompt and what was typed, a PIN as stars."""
        entry = self.entry(device, now)
        if entry is None:
            return ""
        field = self._field(entry)
        if entry.action == MORE:
            return "更多功能"
        if field is None:
            return "请选功能"
        typed = entry.typed
        if field.kind == "secret" or len(typed) >= BADGE_FROM:
            typed = "*" * len(typed)
        elif field.kind == "number" and (letter := letter_of(self._hall, typed[:1])):
            typed = letter + typed[1:]
        return f"{field.prompt}{typed}_"

    def _choose(self, pressed: Pressed, state: State, menu: str) -> Typed:
        offered = self._hall.menu(pressed.device) if menu == MENU else self._hall.more(pressed.device)
        action = offered.get(DIGITS.get(pressed.key, ""))
        del self._entries[pressed.device.name]
        return self._start(pressed, state, action) if action else Refusal("no-such-key")

    def _start(self, pressed: Pressed, state: State, action: str) -> Typed:
        if pressed.device.counter is None and action in (*DIRECT, *AT_COUNTER):
            return Refusal("no-such-key")
        if action in NOTICES and state.counter(pressed.device.counter or 0).ticket is None:
            return Refusal("no-ticket")  # now, not after all has been typed
        if action == "pause" and state.counter(pressed.device.counter or 0).away:
            action = SIGN if self._hall.plan.sign_in else "resume"
        direct = DIRECT.get(action)
        if direct:
            return direct(pressed.device.counter or 0)
        if action == "sign-out" and pressed.device.kind != "pad":
            return commands.GoOffDuty(device=pressed.device.name)
        if action == "sign-out":
            return commands.SignOut(counter=pressed.device.counter or 0)
        return self.begin(pressed, state, action) if action in FORMS or action in _OWN else Refusal("no-such-key")

    def act(self, pressed: Pressed, state: State, action: str) -> Typed:
        """Do what a key stands for where no form is under way."""
        if action == MENU:
            now = pressed.now
            self._entries[pressed.device.name] = Entry(action=MENU, turn=pressed.turn, until=now + ENTRY_MS)
            return None
        return self._start(pressed, state, action)

    def _end_field(self, pressed: Pressed, state: State, entry: Entry, field: Field) -> Typed:
        if not entry.typed and not field.may_be_empty:
            return Refusal("needs-reason" if field is REASON else "no-such-key")
        self._keep(pressed, entry, values=(*entry.values, entry.typed), typed="")
        return None if self._field(self._entries[pressed.device.name]) else self._done(pressed, state)

    def _keep(self, pressed: Pressed, entry: Entry, *, typed: str, values: tuple[str, ...] | None = None) -> None:
        self._entries[pressed.device.name] = Entry(
            action=entry.action,
            turn=entry.turn,
            until=pressed.now + ENTRY_MS,
            values=entry.values if values is None else values,
            typed=typed,
        )

    def _field(self, entry: Entry) -> Field | None:
        """Return what the form asks for next, None where it is filled in."""
        own = _OWN.get(entry.action)
        if entry.action in (MENU, MORE):
            return None
        if entry.action == SIGN and entry.values and len(entry.values[0]) >= BADGE_FROM:
            return None
        fields = own if own is not None else fields_of(self._hall, entry.action, entry.values)
        return fields[len(entry.values)] if len(entry.values) < len(fields) else None

    def _done(self, pressed: Pressed, state: State) -> Typed:
        entry = self._entries.pop(pressed.device.name)
        if entry.action == SIGN:
            return self._sign(pressed, entry.values)
        asked = Asked(
            hall=self._hall,
            state=state,
            device=pressed.device.name,
            counter=pressed.device.counter or 0,
            by=pressed.by,
            now=pressed.now,
            values=entry.values,
        )
        if entry.action in _OWN:
            return _give(asked, pressed, entry.action)
        return FORMS[entry.action][1](asked)

    def _sign(self, pressed: Pressed, values: tuple[str, ...]) -> Typed:
        """A wrong PIN and an unknown person look alike; after three the pad rests for a minute (M12)."""
        name = pressed.device.name
        tries, until = self._wrong.get(name, (0, 0))
        if tries >= TRIES and pressed.now < until:
            return Refusal("locked")
        person = self._known(values)
        if person is None:
            self._wrong[name] = (1 if tries >= TRIES else tries + 1, pressed.now + LOCKED_OUT_MS)
            return Refusal("wrong-pin")
        self._wrong.pop(name, None)
        if pressed.device.kind == "pad":
            return commands.SignIn(counter=pressed.device.counter or 0, person=person.id)
        return commands.GoOnDuty(device=name, person=person.id)

    def _known(self, values: tuple[str, ...]) -> Somebody | None:
        """Return whose badge, or whose number and PIN, was given; None where they are nobody's."""
        if len(values) == 1:
            return self._hall.person_of_badge(values[0])
        person = self._hall.person(values[0])
        return person if person and pin_matches(values[1], person.pin) else None


def _give(asked: Asked, pressed: Pressed, action: str) -> Typed:
    """A guide gives a ticket, which the device that prints for him puts out (M7, S3)."""
    if asked.hall.plan.sign_in and not asked.by:
        return Refusal("not-on-duty")
    prints = pressed.device.prints or pressed.device.name
    take = commands.TakeTicket(
        dispenser=prints,
        key=f"{pressed.device.name}",
        boot=asked.state.report(prints).boot,
        service="",
        by=asked.by,
        anonymous=True,
    )
    if action == "appointment":
        return _replaced(take, appointment=asked.values[0])
    service, klass = asked.values
    codes = list(asked.hall.plan.services)
    place = int(service or 0)
    if not 1 <= place <= len(codes):
        return Refusal("no-such-service")
    if not klass:
        return _replaced(take, service=codes[place - 1])
    classes = asked.hall.class_codes
    known = 1 <= int(klass) <= len(classes)
    return (
        _replaced(take, service=codes[place - 1], klass=classes[int(klass) - 1]) if known else Refusal("no-such-class")
    )


def _replaced(take: commands.TakeTicket, **what: str) -> commands.TakeTicket:
    return replace(take, **what)


_OWN: dict[str, tuple[Field, ...]] = {
    SIGN: (PERSON_OR_BADGE, PIN),
    "ticket": (Field("业务", 1), Field("类别", 2, may_be_empty=True)),
    "appointment": (Field("预约码", 6),),
}
"""Actions whose command needs more than the form."""
DIRECT: dict[str, Callable[[int], commands.Command]] = {
    "next": lambda counter: commands.CallNext(counter=counter),
    "recall": lambda counter: commands.Recall(counter=counter),
    "begin": lambda counter: commands.Begin(counter=counter),
    "no-show": lambda counter: commands.MarkNoShow(counter=counter),
    "park": lambda counter: commands.Park(counter=counter),
    "resume": lambda counter: commands.Resume(counter=counter),
}
"""Actions that are a command by themselves."""
