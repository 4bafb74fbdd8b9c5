"""Brings a new version into a running hall: tried on a copy, switched between calls, taken back if it does not serve.

Nothing that was acknowledged is lost either way: the rows that the new version has written go back into the old one's
journal.
"""

import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from shutil import copyfile

from hub.as_owner import as_owner, owner_of
from hub.copies.gather import ASIDE, DRILL, HALL, STATE, Source, place_of, read, stamps
from hub.copies.starting import start_once
from hub.installing.bundle import SUMS, check_bundle
from hub.journal import JournalError, read_rows
from hub.upgrading.seat import Seat, UpgradeError
from hub.upgrading.snapshot import JOURNAL, Snapshot

Say = Callable[[str], None]

QUIET_S, WAIT_S = 5.0, 3600.0
"""For so long nobody may have pressed a key; and how long such a moment is waited for."""
BACK_S = 60.0
"""How long devices may take to connect to the new version: a node waits half a minute at most between its tries."""
LOOK_S, ASK_S = 0.2, 1.0
"""How often the journal is looked at for presses, and the hub asked for its devices."""
_KEY = '"do":"key"'
"""Stands in the row of every press (docs/protocol.md)."""


def wheel_in(source: Path) -> tuple[str, Path]:
    """Return version and wheel of Lintel: of a wheel itself, of a folder of wheels, of a bundle; raise UpgradeError."""
    folders = (source, source / "wheels") if source.is_dir() else ()
    found = [one for folder in folders for one in sorted(folder.glob("lintel-*.whl"))]
    if source.is_file() and source.name.startswith("lintel-") and source.suffix == ".whl":
        found = [source]
    if len(found) != 1:
        have = ", ".join(one.name for one in found) or "none"
        raise UpgradeError(f"{source} has to have one wheel of Lintel, lintel-VERSION-...whl; it has {have}")
    return found[0].name.split("-")[1], found[0]


def upgrade(
    seat: Seat, source: Path, *, hall: str, quiet_s: float = QUIET_S, wait_s: float = WAIT_S, say: Say = print
) -> str:
    """Upgrade and return the new version; raise UpgradeError, and then the hall works as before. hall: its id."""
    if (source / SUMS).is_file():
        check_bundle(source, seat.run("dpkg", "--print-architecture").strip())
    version, wheel = wheel_in(source)
    old = seat.present
    if version == old:
        raise UpgradeError(f"Lintel {version} is what runs already")
    if not seat.is_made_of(version, wheel):
        say(f"making Lintel {version} in {seat.programs / version}")
        seat.make(version, wheel)
    seat.run(*seat.program(version), "check", str(seat.file))
    kept = Snapshot(seat.state, old)
    with ExitStack() as until_the_switch:
        until_the_switch.callback(kept.remove)
        with as_owner(seat.state):
            row = kept.begin()
        try_on_copy(seat, version, kept, hall)
        say(f"Lintel {version} reads this hall, and was ready on a copy of it")
        there = seat.devices(old)
        wait_for_quiet(seat, row, quiet_s, wait_s, say)
        until_the_switch.pop_all()
    _switch(seat, old, version, kept, there, say)
    kept.remove()
    return version


def try_on_copy(seat: Seat, version: str, kept: Snapshot, hall: str) -> None:
    """Have the new version start on a copy of everything, its journal brought up; raise UpgradeError where it fails."""
    source = Source(hall=hall, file=seat.file.absolute(), state=seat.state)
    owner = owner_of(seat.state)
    with as_owner(seat.state), tempfile.TemporaryDirectory(prefix=DRILL, dir=seat.state) as name:
        place = Path(name)
        (place / STATE).mkdir()
        for path in stamps(source):
            if found := read(source, path):
                target = place / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(found.data)
                target.chmod(found.mode)
        copyfile(kept.path, place / STATE / JOURNAL)
        file = place / HALL / place_of(source, source.hall_file).name
        try:
            start_once(seat.program(version), file, place / STATE, owner=owner)
        except JournalError as error:
            raise UpgradeError(
                f"Lintel {version} does not start with this hall, so nothing was changed: {error}"
            ) from error


def wait_for_quiet(seat: Seat, row: int, quiet_s: float, wait_s: float, say: Say) -> None:
    """Return when nobody has pressed a key for so long; raise UpgradeError where that moment does not come."""
    quiet_since = began = time.monotonic()
    say(f"waiting until nobody has pressed a key for {quiet_s:g} s")
    while time.monotonic() - quiet_since < quiet_s:
        for one in read_rows(seat.state / JOURNAL, row + 1):
            row = one.row
            if _KEY in one.body:
                quiet_since = time.monotonic()
        if time.monotonic() - began > wait_s:
            raise UpgradeError(f"the hall was never quiet for {quiet_s:g} s; upgrade at noon, or say --now")
        time.sleep(LOOK_S)


def _switch(seat: Seat, old: str, version: str, kept: Snapshot, there: set[str], say: Say) -> None:
    """The copies stand still meanwhile: the new version would bring them to what the old one cannot read."""
    seat.stop_copies()
    row, is_ready = 0, False
    try:
        seat.stop_hub()
        with as_owner(seat.state):
            row = kept.follow()
        seat.point(version)
        say(f"starting Lintel {version}")
        seat.start_hub()
        is_ready = True
        seat.renew_agents()
        _wait_for_devices(seat, version, there, say)
    except (UpgradeError, JournalError, KeyboardInterrupt) as error:
        why = str(error) or "somebody stopped the upgrade"
        say(f"going back to Lintel {old}: {why}")
        go_back(seat, old, kept, row, may_leave=not is_ready)
        raise UpgradeError(f"Lintel {version} did not come up, and {old} works again: {why}") from error
    finally:
        with suppress(UpgradeError):
            seat.start_copies()


def _wait_for_devices(seat: Seat, version: str, there: set[str], say: Say) -> None:
    """Half of those that were there have to be back: one that fails just now is not the new version's fault."""
    began, missing = time.monotonic(), there
    while missing and time.monotonic() - began < BACK_S:
        with suppress(UpgradeError):  # its door opens when it is ready, and a little later
            missing = there - seat.devices(version)
        time.sleep(ASK_S if missing else 0)
    if len(missing) * 2 > len(there):
        raise UpgradeError(f"{len(missing)} of {len(there)} devices did not come back within {BACK_S:g} s")
    if missing:
        say(f"not back after {BACK_S:g} s: {', '.join(sorted(missing))}; look after them: lintel devices")


def go_back(seat: Seat, old: str, kept: Snapshot, row: int, *, may_leave: bool) -> None:
    """Have the old version work again, with the rows that the new one has written behind row.

    may_leave: the new one never served, so rows that the old one cannot read may stay behind: nobody was told of them.
    Raises UpgradeError where they may not; then the new one goes on.
    """
    with suppress(UpgradeError):
        seat.stop_hub()
    with as_owner(seat.state):
        is_taken = kept.follow_newer(row)
        if is_taken or may_leave:
            kept.put_back()
    if not (is_taken or may_leave):
        seat.start_hub()
        raise UpgradeError("what people did since then only the new version can read, so it goes on")
    seat.point(old)
    seat.start_hub()
    seat.renew_agents()


def back(seat: Seat, say: Say = print) -> str:
    """Go back to the version before, after an upgrade that was cut off; return it. Raises UpgradeError."""
    found = [one for one in sorted(seat.state.glob(f"{ASIDE}*")) if (one / JOURNAL).exists()]
    old = found[-1].name.removeprefix(ASIDE) if found else ""
    if not (old and seat.is_whole(old)):
        raise UpgradeError(f"{seat.state} has no journal of a version before: no upgrade was cut off")
    kept = Snapshot(seat.state, old)
    seat.stop_copies()
    try:
        go_back(seat, old, kept, kept.last_row, may_leave=False)
    finally:
        with suppress(UpgradeError):
            seat.start_copies()
    kept.remove()
    say(f"Lintel {old} works again")
    return old
