"""The plan of an installation: every step in order, made from the hall's file and what the computer is."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from hardware.version import VERSION
from hub.config import Hall
from hub.installing import texts
from hub.installing.account_steps import MakeUser
from hub.installing.agent_steps import agent_links, agent_steps, agent_unit_of
from hub.installing.asked import Asked
from hub.installing.environment_step import MakeEnvironment
from hub.installing.hall_steps import hall_steps
from hub.installing.machine import Machine
from hub.installing.names import (
    AGENT_STATE,
    AGENT_UNIT,
    COMMAND,
    COPIES_UNIT,
    CURRENT,
    DRILL_TIMER,
    DRILL_UNIT,
    FIREWALL,
    FIREWALL_UNIT,
    HUB_UNIT,
    KIOSK_GROUPS,
    KIOSK_STATE,
    KIOSK_UNIT,
    KIOSK_USER,
    PROGRAMS,
    STATE,
    UNITS,
    USER,
    USER_GROUPS,
)
from hub.installing.package_steps import CLOCKS, FIREWALL_PACKAGES, HALL_PACKAGES, KIOSK_PACKAGES, AddPackages
from hub.installing.record import Record
from hub.installing.steps import MakeFolder, MakeLink, Step, WriteFile

NOWHERE = "/dev/null"
"""Where a unit's link leads that never starts: the hub starts mosquitto with settings of its own, and not systemd."""


class Wish(Asked, frozen=True, kw_only=True):
    """What somebody wants of an installation. hall: of the file that he names.

    bundle: folder to install from, None: the network. is_replaced: the hall's files are written anew.
    """

    hall: Hall
    bundle: Path | None = None
    is_replaced: bool = False

    @property
    def asked(self) -> Asked:
        """The part of it that holds from one installation to the next."""
        return Asked(**{name: getattr(self, name) for name in Asked.__struct_fields__})

    @property
    def has_copies(self) -> bool:
        """Whether copies of the hall are made here, and tried out."""
        return self.hub and bool(self.hall.file.copies.to)

    @property
    def has_kiosk(self) -> bool:
        """Whether there is a hall screen here: it is wanted, and the hall has pages."""
        return self.kiosk and self.hall.file.web.port > 0


def plan(wish: Wish, machine: Machine) -> list[Step]:
    """Return all steps, in an order in which each finds what it needs."""
    return [
        MakeLink(path=f"{UNITS}/mosquitto.service", target=NOWHERE),
        AddPackages(names=packages_of(wish), bundle=wish.bundle),
        *_users(wish),
        *_folders(wish),
        MakeEnvironment(version=VERSION, wheels=wish.bundle and wish.bundle / "wheels"),
        MakeLink(path=CURRENT, target=VERSION),
        MakeLink(path=COMMAND, target=f"{CURRENT}/bin/lintel"),
        *hall_steps(wish.hall, is_replaced=wish.is_replaced),
        *agent_steps(wish.hall, wish.agents, has_hub=wish.hub),
        *_system_files(wish, machine),
        *[MakeLink(path=_wanted_by(unit), target=f"{UNITS}/{unit}") for unit in _enabled(wish)],
        *agent_links(wish.agents),
    ]


def stale_links(steps: list[Step], record: Record) -> list[str]:
    """Return the links by which systemd still starts what is not wanted any more."""
    wanted = {step.path for step in steps}
    made = [one.name for one in record.entries if one.kind == "link" and ".target.wants/" in one.name]
    return [path for path in made if path not in wanted]


def behind(asked: Asked, hall: Hall, machine: Machine, record: Record) -> list[str]:
    """Return what an installation would change by now, since the hall's file or Lintel is another: paths, packages."""
    wish = Wish(hall=hall, **msgspec.structs.asdict(asked))
    steps = plan(wish, machine)
    files = [one.path for one in steps if isinstance(one, WriteFile | MakeLink) and not one.is_done(machine)]
    packages = [name for one in steps if isinstance(one, AddPackages) for name in one.missing(machine)]
    return [*files, *stale_links(steps, record), *packages]


def packages_of(wish: Wish) -> tuple[str, ...]:
    """Return the Debian packages that a wish needs."""
    kiosk = KIOSK_PACKAGES if wish.has_kiosk else ()
    return (*HALL_PACKAGES, CLOCKS[0], *(FIREWALL_PACKAGES if wish.firewall else ()), *kiosk)


def units_of(wish: Wish) -> list[str]:
    """Return the units that run on the computer, in the order in which they are started."""
    return [*_enabled(wish), *(agent_unit_of(name) for name in wish.agents)]


def _enabled(wish: Wish) -> list[str]:
    wanted = {
        FIREWALL_UNIT: wish.firewall,
        HUB_UNIT: wish.hub,
        COPIES_UNIT: wish.has_copies,
        DRILL_TIMER: wish.has_copies,
        KIOSK_UNIT: wish.has_kiosk,
    }
    return [unit for unit, is_wanted in wanted.items() if is_wanted]


def _wanted_by(unit: str) -> str:
    """Return the link by which systemd starts a unit by itself."""
    return f"{UNITS}/{'timers' if unit.endswith('.timer') else 'multi-user'}.target.wants/{unit}"


def _users(wish: Wish) -> Iterator[Step]:
    yield MakeUser(name=USER, home=STATE, groups=USER_GROUPS)
    if wish.has_kiosk:
        yield MakeUser(name=KIOSK_USER, home=KIOSK_STATE, groups=KIOSK_GROUPS)


def _folders(wish: Wish) -> Iterator[Step]:
    yield MakeFolder(path=PROGRAMS, mode=0o755, kind="tree")
    if wish.hub:
        yield MakeFolder(path=STATE, mode=0o700, user=USER, group=USER, kind="hall")
    if wish.agents:
        yield MakeFolder(path=AGENT_STATE, mode=0o700, user=USER, group=USER, kind="hall")
    if wish.has_kiosk:
        yield MakeFolder(path=KIOSK_STATE, mode=0o700, user=KIOSK_USER, group=KIOSK_USER, kind="tree")


def _system_files(wish: Wish, machine: Machine) -> Iterator[Step]:
    for path, text in _texts(wish, machine).items():
        yield WriteFile(path=path, mode=0o644, data=text.encode())


def _texts(wish: Wish, machine: Machine) -> dict[str, str]:
    hall = wish.hall
    found = {
        "/etc/udev/rules.d/60-lintel.rules": texts.shipped("lintel.rules"),
        "/etc/systemd/journald.conf.d/lintel.conf": texts.shipped("journald.conf"),
        "/etc/systemd/system.conf.d/lintel.conf": texts.shipped("system.conf"),
    }
    if wish.ntp:
        found["/etc/systemd/timesyncd.conf.d/lintel.conf"] = texts.clock(wish.ntp)
    if wish.firewall:
        found[FIREWALL] = texts.firewall(hall, machine, wish.lan, has_hub=wish.hub)
        found[f"{UNITS}/{FIREWALL_UNIT}"] = texts.shipped(FIREWALL_UNIT)
    if wish.hub:
        found[f"{UNITS}/{HUB_UNIT}"] = texts.hub_unit(hall)
    if wish.has_copies:
        found[f"{UNITS}/{COPIES_UNIT}"] = texts.copies_unit(hall)
        found[f"{UNITS}/{DRILL_UNIT}"] = texts.shipped(DRILL_UNIT)
        found[f"{UNITS}/{DRILL_TIMER}"] = texts.shipped(DRILL_TIMER)
    if wish.has_kiosk:
        found[f"{UNITS}/{KIOSK_UNIT}"] = texts.kiosk_unit(hall, has_hub=wish.hub)
    if wish.agents:
        found[f"{UNITS}/{AGENT_UNIT}"] = texts.agent_unit(hall, has_hub=wish.hub)
    return found
