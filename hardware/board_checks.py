"""What a chip cannot do for the parts of a board file, each as one sentence with the way out."""

from collections.abc import Iterator, Mapping
from itertools import combinations

from hardware.chip import ChipBoard
from hardware.pin_use import DRIVEN, READ, PinUse

SHARED = ("spi", "i2c")
"""Kinds of buses that several parts may be on, with the same pins."""


def refusals(uses: list[PinUse], ports: Mapping[str, str], chip: ChipBoard) -> Iterator[str]:
    """Give all that cannot be, what matters most first. ports: part to the serial port of Linux that it is on."""
    yield from _ports_twice(ports)
    yield from (
        f"{part} is on {port}: {chip.other_ports[port]}" for part, port in ports.items() if port in chip.other_ports
    )
    every = uses + _port_uses(ports, chip)
    yield from _pins_twice(every)
    yield from _wrong_buses(every, chip)
    for use in every:
        yield from _unable(use, every, chip)
    yield from _along(every, chip)


def _ports_twice(ports: Mapping[str, str]) -> Iterator[str]:
    for (one, port), (other, its) in combinations(ports.items(), 2):
        if port == its:
            yield f"{one} and {other} are both on {port}; give one of them a port of its own"


def _port_uses(ports: Mapping[str, str], chip: ChipBoard) -> list[PinUse]:
    """Return the pins of serial ports that are on pins."""
    found = []
    for part, port in ports.items():
        if port in chip.ports:
            tx, rx = chip.ports[port]
            found += [PinUse(f"{part}.port ({port})", tx, DRIVEN), PinUse(f"{part}.port ({port})", rx, READ)]
    return found


def _pins_twice(uses: list[PinUse]) -> Iterator[str]:
    by_pin: dict[int, PinUse] = {}
    for use in uses:
        first = by_pin.setdefault(use.pin, use)
        if first is not use and not _is_one_line(first, use):
            yield f"{use.name} and {first.name} are both on pin {use.pin}; give one of them another pin"


def _is_one_line(first: PinUse, use: PinUse) -> bool:
    """Tell whether two parts share a line of a bus that may be shared; a chip select may not."""
    is_shared = first.bus.startswith(SHARED) and first.part != use.part
    return is_shared and (first.bus, first.line) == (use.bus, use.line) and use.line != "cs"


def _wrong_buses(uses: list[PinUse], chip: ChipBoard) -> Iterator[str]:
    buses: dict[str, dict[str, list[PinUse]]] = {}
    for use in uses:
        if use.bus:
            buses.setdefault(use.bus, {}).setdefault(use.part, []).append(use)
    for bus, parts in buses.items():
        yield from _missing_bus(bus, next(iter(parts)), chip)
        for one, other in combinations(parts.values(), 2):
            yield from _shared_wrongly(bus, one, other, chip)


def _missing_bus(bus: str, part: str, chip: ChipBoard) -> Iterator[str]:
    kind = bus.partition(" ")[0]
    there = ", ".join(_called(f"{kind} {number}") for number in chip.numbers(kind)) or "none of that kind"
    if bus in chip.kept:
        yield f"{part} is on {_called(bus)}, which belongs to the board: {chip.kept[bus]}; parts can have {there}"
    elif chip.lines(bus) is None:
        yield f"{part} is on {_called(bus)}, which the {chip.title} does not have; it has {there}"


def _shared_wrongly(bus: str, one: list[PinUse], other: list[PinUse], chip: ChipBoard) -> Iterator[str]:
    who, where = f"{other[0].part} and {one[0].part}", _called(bus)
    if not bus.startswith(SHARED):
        free = [_called(f"uart {number}") for number in chip.numbers("uart") if f"uart {number}" != bus]
        yield f"{who} are both on {where}; give one of them {' or '.join(free) or 'another chip'}"
        return
    pins = {use.line: use.pin for use in one}
    for use in other:
        if use.line != "cs" and pins.get(use.line, use.pin) != use.pin:
            both = f"{pins[use.line]} and {use.pin}"
            yield f"{who} share {where}, whose {use.line} cannot be on both {both}; give both parts one pin"
    addresses = {use.address for use in one if use.address is not None}
    for address in sorted(addresses & {use.address for use in other if use.address is not None}):
        yield f"{who} share {where} and both have the address {address}; give one of them another"
    for uses in (one, other):
        if bus.startswith("spi") and "cs" not in {use.line for use in uses}:
            yield f"{who} share {where}; give {uses[0].part} a chip select of its own, cs"


def _unable(use: PinUse, uses: list[PinUse], chip: ChipBoard) -> Iterator[str]:
    lack = chip.lack(use.pin, use.needs)
    if lack is None and use.pin not in chip.able(use.needs, use.bus, use.line) and _has(chip, use.bus):
        lack = f"cannot be {use.line} of {_called(use.bus)}"
    if lack:
        yield f"{use.name}: {chip.name_of(use.pin)} {lack}; {_remedy(use, uses, chip)}"


def _has(chip: ChipBoard, bus: str) -> bool:
    return not bus or chip.lines(bus) is not None


def _remedy(use: PinUse, uses: list[PinUse], chip: ChipBoard) -> str:
    """Name the pins that could; those of other parts are not free."""
    taken = {other.pin for other in uses}
    bus = use.bus if _has(chip, use.bus) else ""
    could = [chip.name_of(pin) for pin in chip.able(use.needs, bus, use.line) if pin not in taken]
    return f"free and able: {', '.join(could)}" if could else "no pin that is free can do it; use a larger board"


def _along(uses: list[PinUse], chip: ChipBoard) -> Iterator[str]:
    """Find parts on pins that a bus takes along, though its own part does not name them."""
    for bus in dict.fromkeys(use.bus for use in uses if use.bus in chip.along):
        for use in uses:
            if use.bus != bus and use.pin in chip.along[bus]:
                line = chip.along[bus][use.pin]
                yield (
                    f"{use.name}: {chip.name_of(use.pin)} is {line} of {_called(bus)}, which is in use; "
                    f"{_remedy(use, [*uses, *_taken_along(bus, chip)], chip)}"
                )


def _taken_along(bus: str, chip: ChipBoard) -> list[PinUse]:
    return [PinUse(bus, pin) for pin in chip.along[bus]]


def _called(bus: str) -> str:
    return bus.upper()
