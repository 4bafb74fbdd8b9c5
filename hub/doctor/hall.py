"""Looks at the hall: its devices, the units that run it, its printers, its copies."""

import os
from collections import defaultdict
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import msgspec

from hardware.printer_board import UsbPrinter
from hub.clock import local
from hub.copies.known import drilled_in, told_in
from hub.copies.watch import DRILL_EVERY_MS, SILENT_MS
from hub.doctor.finding import Finding, ok, unknown, wrong
from hub.doctor.place import Place, listed
from hub.door import send_order
from hub.maintenance import DevicesNow
from hub.office import ShowDevices

_HOUR_MS = 3_600_000
HUB = "lintel-hub.service"
UNITS = (HUB, "lintel-firewall.service", "lintel-copies.service", "lintel-drill.timer", "lintel-kiosk.service")
_ABSENT = "not-found"
_USB = "sys/bus/usb/devices"


def devices(place: Place) -> Iterator[Finding]:
    """Are all devices there, with one firmware, and with clocks that go right?"""
    try:
        reply = send_order(place.state, "", "", ShowDevices())
        now = msgspec.json.decode(reply.found, type=DevicesNow)
    except (OSError, msgspec.MsgspecError):
        yield unknown("devices", "only a hub that runs and answers knows how they are")
        return
    yield from of_devices(now)


def of_devices(now: DevicesNow) -> Iterator[Finding]:
    """Yield what is to be said of a hall's devices as the hub knows them."""
    zone = ZoneInfo(now.zone)
    away = [f"{one.name}{_since(one.since, now.at, zone)}" for one in now.devices if one.state != "ready"]
    if away:
        yield wrong("devices", f"away: {listed(away)}", "look at their power, their cables and the switch")
    else:
        yield ok("devices", f"all {len(now.devices)} are there")
    yield from _firmwares(now)
    drifting = [ticket.device for ticket in now.faults if ticket.until is None and ticket.part == "clock"]
    if drifting:
        yield wrong("clocks", f"astray: {listed(drifting)}", "replace the board if it stays so for a day")
    others = [f"{one.device} {one.part} {one.what}".strip() for one in now.faults if _is_other(one.until, one.part)]
    if others:
        yield wrong("faults", listed(others), "docs/operator.md says of each what to do; /devices, whom to call")


def _since(since: int | None, at: int, zone: ZoneInfo) -> str:
    if since is None:
        return ""
    return f" since {local(since, zone):%m-%d %H:%M} ({(at - since) // 60_000} minutes)"


def _is_other(until: int | None, part: str) -> bool:
    return until is None and part not in ("", "clock")


def _firmwares(now: DevicesNow) -> Iterator[Finding]:
    of: dict[str, list[str]] = defaultdict(list)
    for one in now.devices:
        if one.is_node and one.fw:
            of[one.fw].append(one.name)
    if len(of) > 1:
        words = "; ".join(f"{version}: {listed(names, 3)}" for version, names in sorted(of.items()))
        yield wrong("firmware", f"nodes run different versions: {words}", "lintel update brings one to all")
    elif of:
        yield ok("firmware", f"every node runs {next(iter(of))}")


def units(place: Place) -> Iterator[Finding]:
    """Do systemd's units of the hall run, and start by themselves?"""
    agents = [f"lintel-agent@{one.name}.service" for one in place.hall.devices] if place.hall else []
    words = ("systemctl", "show", "-p", "Id,LoadState,ActiveState,UnitFileState,ConditionResult", *UNITS, *agents)
    ran = place.run(*words) if (place.root / "run/systemd/system").is_dir() else None
    if ran is None or ran.code:
        yield unknown("units", "systemd does not run here, so nobody starts the hall by itself")
        return
    blocks = [dict(line.split("=", 1) for line in block.splitlines()) for block in ran.said.split("\n\n")]
    found = {one["Id"]: one for one in blocks if one.get("LoadState") != _ABSENT and "Id" in one}
    if HUB not in found:
        yield unknown("units", f"{HUB} is not installed here", "lintel install makes it, where the hub is to run")
    for name, unit in found.items():
        yield from _unit(name, unit)


def _unit(name: str, unit: dict[str, str]) -> Iterator[Finding]:
    """Not every hall wants a kiosk, copies or agents: what is switched off, or has nothing to do here, is well."""
    is_wanted = unit.get("UnitFileState") != "disabled" and unit.get("ConditionResult") != "no"
    if name != HUB and not is_wanted and unit.get("ActiveState") == "inactive":
        return
    if unit.get("ActiveState") not in ("active", "activating"):
        words = f"{name} is {unit.get('ActiveState')}"
        yield wrong("units", words, f"systemctl start {name}; journalctl -u {name} -n 50 says why it is not")
    elif unit.get("UnitFileState") == "disabled":
        yield wrong("units", f"{name} does not start by itself", f"systemctl enable {name}")
    else:
        yield ok("units", f"{name} is active")


def usb_printers(place: Place) -> Iterator[Finding]:
    """Are the printers plugged in that devices on this computer print with?"""
    boards = place.hall.boards if place.hall else {}
    wanted = {name: board.printer for name, board in boards.items() if isinstance(board.printer, UsbPrinter)}
    here = {name: printer for name, printer in wanted.items() if _runs_here(place, name)}
    if not here:
        yield ok("printers", "no device on this computer prints over USB")
        return
    plugged = {(place.read(_USB, one, "idVendor"), place.read(_USB, one, "idProduct")) for one in _plugged(place)}
    for name, printer in here.items():
        wants = (f"{printer.vendor:04x}", f"{printer.product:04x}")
        if wants in plugged:
            yield ok("printers", f"{name}: {':'.join(wants)} is plugged in")
        else:
            words = f"{name}: no printer {':'.join(wants)} is plugged in"
            yield wrong("printers", words, "plug it in and switch it on; lsusb shows the numbers for the board's file")


def _plugged(place: Place) -> list[str]:
    folder = place.root / _USB
    return [one.name for one in folder.iterdir()] if folder.is_dir() else []


def _runs_here(place: Place, name: str) -> bool:
    """Tell whether a device's agent is this computer's: its password lies here."""
    return (place.root / "etc/lintel/agents" / f"{name}.password").exists()


def copies(place: Place) -> Iterator[Finding]:
    """Are copies made, whole, and tried?"""
    wanted = place.hall.file.copies.to if place.hall else ()
    told = told_in(place.state)
    if not wanted and told is None:
        yield ok("copies", "none are made; [copies] of the hall's file names where to (docs/copies.md)")
        return
    if told is None and place.state.exists() and not os.access(place.state, os.R_OK | os.X_OK):
        yield unknown("copies", f"{place.state} cannot be read", place.eyes)
        return
    if told is None or place.now - told.at > SILENT_MS:
        yield wrong("copies", "nobody makes copies now", "systemctl start lintel-copies")
        return
    for one in told.copies:
        if one.kind:
            yield wrong("copies", one.words or f"{one.folder}: {one.kind}", "docs/copies.md, and docs/operator.md")
        else:
            yield ok("copies", f"{one.folder} is whole up to row {one.row}")
    yield from _drill(place)


def _drill(place: Place) -> Iterator[Finding]:
    drill = drilled_in(place.state)
    remedy = "systemctl start lintel-drill, then journalctl -u lintel-drill"
    if drill is None:
        yield wrong("drill", "no copy was ever tried", remedy)
    elif not drill.is_well:
        yield wrong("drill", f"the hall did not come up from its copy: {drill.words}", remedy)
    elif place.now - drill.at > DRILL_EVERY_MS:
        yield wrong("drill", f"the last trial of a copy was {(place.now - drill.at) // _HOUR_MS} hours ago", remedy)
    else:
        yield ok("drill", f"the hall came up from a copy {(place.now - drill.at) // _HOUR_MS} hours ago")
