"""What a keypad asks for: the fields of every action, and the command that they make together."""

from collections.abc import Callable, Iterable

from hub.config import Hall
from hub.emergency import EMERGENCY_FORMS
from hub.fields import ABSENCE, COUNTER, OTHER_SERVICE, REASON, RESULT, SERVICE, Asked, Field, number_of, service_of
from hub.rules import commands
from hub.rules.case import Refusal
from hub.rules.plan import DUE

MINUTE_MS = 60_000
Made = commands.Command | Refusal

PERSON = Field("工号", 8)
PERSON_OR_BADGE = Field("工号", 12)
PIN = Field("密码", 8, "secret")
NUMBER = Field("号码", 4, "number")
ITEMS = Field("缺", 8)
MORE_ITEMS = Field("还缺", 8, may_be_empty=True)
NOTICES = ("notice", "oral-notice")


def fields_of(hall: Hall, action: str, values: tuple[str, ...]) -> tuple[Field, ...]:
    """Return what an action asks for, given what was typed so far; raise KeyError for an action without a form."""
    plan = hall.plan
    if action == "finish":
        return _finish_fields(hall, values)
    if action in NOTICES:
        return item_fields(values)
    form = FORMS[action][0]
    listed = {"special": "special", "transfer": "transfer"}.get(action)
    return tuple(field for field in form if field is not REASON or (listed and plan.reasons.get(listed)))


def _finish_fields(hall: Hall, values: tuple[str, ...]) -> tuple[Field, ...]:
    if not hall.plan.results:
        return ()
    fields: tuple[Field, ...] = (RESULT,)
    plan = hall.plan.results.get(values[0]) if values else None
    if plan and plan.reason:
        fields += (REASON,)
    if plan and plan.promises:
        fields += (Field("工作日", 2, may_be_empty=True),)
    if plan and plan.form in DUE:
        fields += (Field("期限几日", 2),)
        fields += item_fields(values[len(fields) :])
    return fields


def item_fields(typed: tuple[str, ...]) -> tuple[Field, ...]:
    """Return the fields for what is missing: up to four numbers of two digits each, until one is left empty."""
    is_over = bool(typed) and not typed[-1]
    return (ITEMS, *(MORE_ITEMS for _ in typed[is_over:]))


def _class(hall: Hall, typed: str) -> str:
    codes = hall.class_codes
    place = int(typed or 0)
    return codes[place - 1] if 1 <= place <= len(codes) else f"no-{typed}"


def _finish(asked: Asked) -> Made:
    result, *rest = (*asked.values, "")
    plan = asked.hall.plan.results.get(result)
    reason = rest.pop(0) if plan and plan.reason else ""
    days = rest.pop(0) if plan and (plan.promises or plan.form in DUE) else ""
    items: tuple[str, ...] | None = ()
    if plan and plan.form in DUE:
        ticket = asked.state.counter(asked.counter).ticket
        if ticket is None:
            return Refusal("no-ticket")
        items = items_of(asked, ticket.service, rest)
    if items is None:
        return Refusal("no-such-code")
    return commands.Finish(counter=asked.counter, result=result, reason=reason, days=int(days or 0), items=items)


def items_of(asked: Asked, service: str, typed: Iterable[str]) -> tuple[str, ...] | None:
    """Return in words what was typed as places in a service's list, 1 the first; None where a place has nothing."""
    plan = asked.hall.plan.services.get(service)
    materials = plan.materials if plan else ()
    found: list[str] = []
    for digits in typed:
        places = [digits] if len(digits) < 2 else [digits[at : at + 2] for at in range(0, len(digits), 2)]
        for place in filter(None, places):
            if (len(digits) % 2 and len(digits) > 1) or not 1 <= int(place) <= len(materials):
                return None
            found.append(materials[int(place) - 1])
    return tuple(dict.fromkeys(found))


def _notice(*, oral: bool) -> Callable[[Asked], Made]:
    """Return the maker of a notice about the ticket that the counter has (M15, M37)."""

    def made(asked: Asked) -> Made:
        ticket = asked.state.counter(asked.counter).ticket
        if ticket is None:
            return Refusal("no-ticket")
        items = items_of(asked, ticket.service, asked.values)
        return commands.GiveNotice(counter=asked.counter, items=items, oral=oral) if items else Refusal("no-such-code")

    return made


def _reprint_slip(asked: Asked) -> Made:
    typed = asked.values[0]
    return commands.RepeatSlip(counter=asked.counter, number=number_of(asked.hall, typed) if typed else "")


def _guide_slip(asked: Asked) -> Made:
    if asked.hall.plan.sign_in and not asked.by:
        return Refusal("not-on-duty")
    device = asked.hall.device(asked.device)
    service = service_of(asked.hall, asked.values[0])
    return commands.PrintGuide(device=device.prints or device.name, service=service, by=asked.by)


def _special(asked: Asked) -> Made:
    number, *reason = asked.values
    found = number_of(asked.hall, number)
    return commands.CallNumber(counter=asked.counter, number=found, reason=reason[0] if reason else "")


def _transfer(asked: Asked) -> Made:
    service, counter, *reason = asked.values
    return commands.Transfer(
        counter=asked.counter,
        service=service_of(asked.hall, service) if service.strip("0") else "",
        to_counter=int(counter or 0),
        reason=reason[0] if reason else "-",
    )


def _pause(asked: Asked) -> Made:
    reason, minutes, phone = asked.values
    words = asked.hall.reasons("absence")
    if not 1 <= int(reason or 0) <= len(words):
        return Refusal("needs-reason")
    back_at = asked.now + int(minutes) * MINUTE_MS if minutes else None
    return commands.Pause(
        counter=asked.counter,
        reason=words[int(reason) - 1],
        back_at=back_at,
        phone=phone or asked.hall.file.ticket.enquiry_phone,
    )


def _by_number(make: Callable[[str, str], commands.Command]) -> Callable[[Asked], Made]:
    """Return the maker of a command that needs a number and somebody responsible."""

    def made(asked: Asked) -> Made:
        if asked.hall.plan.sign_in and not asked.by:
            return Refusal("not-signed-in")
        return make(number_of(asked.hall, asked.values[0]), asked.by)

    return made


def _needs_somebody(make: Callable[[Asked], Made]) -> Callable[[Asked], Made]:
    """Return the maker of a command for which somebody has to be responsible."""
    return lambda asked: make(asked) if asked.by else Refusal("not-on-duty")


def _needs_police(make: Callable[[Asked], Made]) -> Callable[[Asked], Made]:
    """Return the maker of a command that is an officer's (值班民警) alone."""

    def made(asked: Asked) -> Made:
        person = asked.hall.plan.people.get(asked.by)
        if person is None:
            return Refusal("not-on-duty")
        return make(asked) if person.kind == "police" else Refusal("not-authorised")

    return made


def _give_class(asked: Asked) -> Made:
    number, klass = asked.values
    return commands.GiveClass(number=number_of(asked.hall, number), klass=_class(asked.hall, klass), by=asked.by)


def _set_services(asked: Asked) -> Made:
    counter, places = asked.values
    chosen = frozenset(service_of(asked.hall, place) for place in places.strip("0"))
    return commands.SetServices(counter=int(counter or 0), services=chosen, by=asked.by)


def _enlist(asked: Asked) -> Made:
    counter, person, post = asked.values
    return commands.Enlist(counter=int(counter or 0), person=person, post="B" if post == "2" else "A", by=asked.by)


def _dismiss(asked: Asked) -> Made:
    counter, person = asked.values
    return commands.Dismiss(counter=int(counter or 0), person=person, by=asked.by)


def _receive(asked: Asked) -> Made:
    return commands.ReceiveItem(service=service_of(asked.hall, asked.values[0]), by=asked.by)


def _reprint(asked: Asked) -> Made:
    """A desk with a printer of its own, or that another prints for, has the copy there; else it comes out as before."""
    if asked.hall.plan.sign_in and not asked.by:
        return Refusal("not-signed-in")
    desk = asked.hall.device(asked.device)
    own = desk.name if asked.hall.boards[desk.name].printer else ""
    return commands.ReprintTicket(
        number=number_of(asked.hall, asked.values[0]), by=asked.by, printer=desk.prints or own
    )


FORMS: dict[str, tuple[tuple[Field, ...], Callable[[Asked], Made]]] = {
    "special": ((NUMBER, REASON), _special),
    "transfer": ((OTHER_SERVICE, Field("转窗口", 2, may_be_empty=True), REASON), _transfer),
    "pause": (
        (ABSENCE, Field("分钟", 3, may_be_empty=True), Field("电话", 12, may_be_empty=True)),
        _pause,
    ),
    "return": ((NUMBER,), _by_number(lambda number, by: commands.ReturnTicket(number=number, by=by))),
    "confirm-class": ((NUMBER,), _by_number(lambda number, by: commands.ConfirmClass(number=number, by=by))),
    "vouch": ((NUMBER,), _by_number(lambda number, by: commands.VouchTicket(number=number, by=by))),
    "precheck": ((NUMBER,), _by_number(lambda number, by: commands.MarkPrechecked(number=number, by=by))),
    "reprint": ((NUMBER,), _reprint),
    "cancel": ((NUMBER,), _by_number(lambda number, by: commands.CancelTicket(number=number, by=by))),
    "class": ((NUMBER, Field("类别", 2)), _needs_somebody(_give_class)),
    "receive": ((SERVICE,), _needs_somebody(_receive)),
    "services": ((COUNTER, Field("业务", 9, may_be_empty=True)), _needs_police(_set_services)),
    "enlist": ((COUNTER, PERSON, Field("岗", 1)), _needs_police(_enlist)),
    "dismiss": ((COUNTER, PERSON), _needs_police(_dismiss)),
    "end-day": ((), _needs_police(lambda asked: commands.EndDay(by=asked.by))),
    "finish": ((), _finish),
    "notice": ((ITEMS,), _notice(oral=False)),
    "oral-notice": ((ITEMS,), _notice(oral=True)),
    "reprint-slip": ((Field("号码", 4, "number", may_be_empty=True),), _reprint_slip),
    "guide-slip": ((SERVICE,), _guide_slip),
    "report": ((), _needs_police(lambda asked: commands.MakeReport(by=asked.by))),
} | EMERGENCY_FORMS
"""Actions whose command needs no more than the form; signing in and giving tickets need more, see `keypad`."""
AT_COUNTER = ("special", "transfer", "pause", "finish", *NOTICES, "reprint-slip")
"""Actions that only a counter's pad has."""
