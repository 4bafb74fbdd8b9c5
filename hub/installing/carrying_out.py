"""Carries an installation out: looks whether it can be, makes what is missing, and has systemd take it up."""

import os
from collections.abc import Callable

from hub.installing.account_steps import MakeUser
from hub.installing.agent_steps import check_agents
from hub.installing.bundle import check_bundle
from hub.installing.environment_step import MakeEnvironment
from hub.installing.hall_steps import kept_words
from hub.installing.machine import InstallError, Machine
from hub.installing.names import FIREWALL, FIREWALL_UNIT, KIOSK_UNIT, PROGRAMS, SETTINGS, SHARED_UMASK, UNITS
from hub.installing.package_steps import AddPackages
from hub.installing.plan import Wish, plan, stale_links, units_of
from hub.installing.ports import open_ports
from hub.installing.record import Book
from hub.installing.steps import Step

Say = Callable[[str], None]
UDEV_RUNS = "/run/udev/control"
TAKEN_UP = {
    "/etc/udev/rules.d/": (("udevadm", "control", "--reload"), ("udevadm", "trigger")),
    "/etc/systemd/journald.conf.d/": (("systemctl", "restart", "systemd-journald.service"),),
    "/etc/systemd/system.conf.d/": (("systemctl", "daemon-reexec"),),
    "/etc/systemd/timesyncd.conf.d/": (("systemctl", "try-restart", "systemd-timesyncd.service"),),
    f"{UNITS}/": (("systemctl", "daemon-reload"),),
}
"""What is called after a file below a folder was made or taken away."""


def install(wish: Wish, machine: Machine, say: Say, *, is_only_plan: bool = False) -> int:
    """Make sure that a computer is as a wish says, and return how many things were changed, or would be.

    say: is told every change, and in the end what is worth knowing. Raises InstallError before anything is touched
    where it cannot be done.
    """
    check(wish, machine, is_only_plan=is_only_plan)
    steps = _possible(plan(wish, machine), machine)
    if is_only_plan:
        return _say_plan(steps, Book(machine), machine, say) + len(_to_start(wish, machine, set()))
    os.umask(SHARED_UMASK)
    book = Book(machine)
    made = sum(_carry_out(step, machine, book, say) for step in steps) + _drop_stale(steps, machine, book, say)
    book.note_asked(wish.asked)
    changed = set(book.record.pending)
    take_up(machine, changed)
    for unit in units_of(wish):
        book.note_unit(unit)
    started = _start(wish, machine, changed, say)
    book.settle()
    for sentence in notes(wish, steps, machine):
        say(sentence)
    return made + started


def check(wish: Wish, machine: Machine, *, is_only_plan: bool) -> None:
    """Raise InstallError where an installation cannot be carried out, with the remedy."""
    if not machine.is_ours and not is_only_plan:
        raise InstallError("installing changes the computer and is root's; call it with sudo")
    if machine.release and not machine.is_supported:
        raise InstallError(f"this is {machine.release}; take Debian 12 (bookworm) or a Raspberry Pi OS of it")
    if machine.is_live and not machine.path("/usr/bin/systemctl").exists():
        raise InstallError("this computer has no systemd, which starts the hub; take a whole Debian 12")
    if wish.has_kiosk and machine.path("/etc/systemd/system/display-manager.service").exists():
        raise InstallError(
            "this computer has a desktop, and the hall screen needs its display; take Raspberry Pi OS Lite, or say "
            "--no-kiosk"
        )
    check_agents(wish.hall, wish.agents, machine, has_hub=wish.hub)
    if wish.bundle and machine.is_live:
        about = check_bundle(wish.bundle, machine.run("dpkg", "--print-architecture").strip())
        if wish.has_kiosk and not about.kiosk:
            raise InstallError(f"{wish.bundle} has no browser for the hall screen; make another, or say --no-kiosk")


def notes(wish: Wish, steps: list[Step], machine: Machine) -> list[str]:
    """Return what is worth knowing after an installation, a sentence each."""
    found = kept_words(steps, machine, wish.hall.path)
    ports = open_ports(wish.hall) if wish.hub else []
    found += [f"open to the network: port {port.number}, {port.what}" for port in ports]
    if wish.hub and not ports:
        found.append("no device can reach this hub: the hall's file names no address of it as host of [broker]")
    if wish.kiosk and not wish.has_kiosk:
        found.append("no hall screen: the hall's file names no port in [web]")
    if not machine.is_live:
        found.append("a folder: no packages, users and programs were installed, and nothing was started")
    return found


def take_up(machine: Machine, changed: set[str]) -> None:
    """Have the programs that run take up the files that have changed."""
    wanted = [calls for folder, calls in TAKEN_UP.items() if any(path.startswith(folder) for path in changed)]
    for words in (words for calls in wanted for words in calls):
        if machine.has_systemd and (words[0] != "udevadm" or machine.path(UDEV_RUNS).exists()):
            machine.run(*words)


def _possible(steps: list[Step], machine: Machine) -> list[Step]:
    """Return the steps that need no program of the computer where it is only a folder."""
    if machine.is_live:
        return steps
    return [step for step in steps if not isinstance(step, AddPackages | MakeUser | MakeEnvironment)]


def _say_plan(steps: list[Step], book: Book, machine: Machine, say: Say) -> int:
    missing = [f"make {step.words(machine)}" for step in steps if not step.is_done(machine)]
    missing += [f"remove {path}" for path in stale_links(steps, book.record)]
    for words in missing:
        say(words)
    return len(missing)


def _carry_out(step: Step, machine: Machine, book: Book, say: Say) -> bool:
    """Do a step that is not done, and tell whether there was something to do."""
    if step.is_done(machine):
        return False
    say(step.words(machine))
    book.note_change(step.path)
    try:
        step.do(machine, book)
    except InstallError:
        raise
    except OSError as error:
        raise InstallError(f"{error.filename or step.path}: {error.strerror}; mend that, and install again") from error
    return True


def _drop_stale(steps: list[Step], machine: Machine, book: Book, say: Say) -> int:
    found = stale_links(steps, book.record)
    for path in found:
        unit = path.rpartition("/")[2]
        say(f"{unit} is not wanted any more")
        book.note_change(path)
        if machine.has_systemd:
            machine.run("systemctl", "stop", unit)
        machine.path(path).unlink(missing_ok=True)
        book.forget(next(one for one in book.record.entries if one.kind == "link" and one.name == path))
    return len(found)


def _start(wish: Wish, machine: Machine, changed: set[str], say: Say) -> int:
    """Start what does not run, and start anew what has changed; return how many."""
    units = _to_start(wish, machine, changed)
    for unit in units:
        say(f"start {unit}")
        try:
            machine.run("systemctl", "restart", unit)
        except InstallError as error:
            raise InstallError(f"{unit} does not start; see why: journalctl -u {unit}") from error
    return len(units)


def _to_start(wish: Wish, machine: Machine, changed: set[str]) -> list[str]:
    if not machine.has_systemd:
        return []
    return [unit for unit in units_of(wish) if _concerns(unit, changed) or not _is_active(machine, unit)]


def _is_active(machine: Machine, unit: str) -> bool:
    try:
        machine.run("systemctl", "is-active", "--quiet", unit)
    except InstallError:
        return False
    return True


def _concerns(unit: str, changed: set[str]) -> bool:
    """Tell whether a unit runs with something that has changed."""
    own = f"{UNITS}/{'lintel-agent@.service' if unit.startswith('lintel-agent@') else unit}"
    beside = {FIREWALL_UNIT: (FIREWALL,), KIOSK_UNIT: ()}.get(unit, (PROGRAMS, SETTINGS))
    return own in changed or any(path == one or path.startswith(f"{one}/") for one in beside for path in changed)
