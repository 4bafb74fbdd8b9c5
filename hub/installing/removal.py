"""Takes an installation away by its record: what it made goes, what was there before is as it was.

What the hall's people made, its file and its journal, is evidence: it goes into an archive unless it is to go too.
"""

import os
import shutil
import tarfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from hub.installing.carrying_out import Say, take_up
from hub.installing.machine import InstallError, Machine
from hub.installing.names import ARCHIVES, HUB_UNIT, NOTES
from hub.installing.record import Book, Entry

STAMPS = "/var/lib/systemd/timers"
"""Where systemd keeps when a timer last ran, after the timer is gone too."""


class Removal:
    """One installation's end. say: is told every thing that goes."""

    def __init__(self, machine: Machine, say: Say) -> None:
        self._machine = machine
        self._say = say
        self._book = Book(machine)
        if not self._book.is_there:
            raise InstallError(f"Lintel is not installed here: there is no record of it in {machine.path(NOTES)}")

    def words(self) -> list[str]:
        """Return what would go, a line each, the last made first."""
        return [f"{one.kind} {one.name}" for one in reversed(self._book.record.entries)]

    def carry_out(self, *, now: datetime, with_journal: bool) -> list[str]:
        """Take everything away and return what could not go, a sentence each; the record stays for that.

        with_journal: the hall's file, journal and secrets go too; otherwise they are moved to an archive.
        """
        if not self._machine.is_ours:
            raise InstallError("removing changes the computer and is root's; call it with sudo")
        self._stop()
        if not with_journal:
            self._archive(now)
        gone, left = [], []
        for entry in reversed(list(self._book.record.entries)):
            try:
                self._undo(entry)
                gone.append(entry.name)
                self._book.forget(entry)
            except OSError as error:
                left.append(f"{entry.kind} {entry.name}: {error}")
        take_up(self._machine, set(gone))
        if not left:
            self._drop_notes()
        return left

    def _drop_notes(self) -> None:
        """Remove the record, and in a folder that was empty what it lay in."""
        notes = self._machine.path(NOTES)
        shutil.rmtree(notes)
        for path in notes.parents if not self._machine.is_live else ():
            if path != self._machine.root and self._machine.root in path.parents:
                _remove_if_empty(path)

    def _stop(self) -> None:
        if not self._machine.has_systemd:
            return
        for unit in reversed(self._book.record.units):
            self._say(f"stop {unit}")
            self._machine.run("systemctl", "stop", unit)
        for words in (("kill", "--signal=KILL", HUB_UNIT), ("reset-failed", *self._book.record.units)):
            try:
                self._machine.run("systemctl", *words)  # a broker that a killed hub has left behind
            except InstallError:
                continue  # there is none, nor anything that failed

    def _archive(self, now: datetime) -> None:
        folders = [self._machine.path(one.name) for one in self._book.record.entries if one.kind == "hall"]
        there = [path for path in folders if path.exists() and not any(other in path.parents for other in folders)]
        if not there:
            return
        target = self._machine.path(f"{ARCHIVES}/lintel-{now:%Y%m%dT%H%M%S}.tar.gz")
        target.parent.mkdir(parents=True, exist_ok=True)
        self._say(f"the hall's file, journal and secrets go to {target}")
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz") as archive:
                for path in there:
                    archive.add(path, arcname=str(path.relative_to(self._machine.root)))
            file.flush()
            os.fsync(file.fileno())

    def _undo(self, entry: Entry) -> None:
        self._say(f"remove {entry.kind} {entry.name}")
        ways: dict[str, Callable[[Entry], None]] = {
            "mode": self._set_back,
            "packages": self._purge,
            "user": self._drop_user,
            "group": self._drop_group,
            "member": self._drop_member,
        }
        ways.get(entry.kind, self._unmake)(entry)

    def _unmake(self, entry: Entry) -> None:
        path = self._machine.path(entry.name)
        if path.is_dir() and entry.kind in ("tree", "hall"):
            shutil.rmtree(path)
        elif entry.kind == "folder":
            _remove_if_empty(path)
        else:
            path.unlink(missing_ok=True)
            self._machine.path(f"{STAMPS}/stamp-{path.name}").unlink(missing_ok=True)

    def _set_back(self, entry: Entry) -> None:
        mode, *owners = entry.before.split()
        if self._machine.path(entry.name).exists():
            if len(owners) == 2:
                self._machine.own(entry.name, *owners)
            self._machine.path(entry.name).chmod(int(mode, 8))

    def _purge(self, entry: Entry) -> None:
        """Remove packages with their settings; one that something else has come to need stays."""
        there = self._machine.packages() | self._machine.settings_left()
        brought = [name for name in entry.name.split() if name in there]
        if not brought:
            return
        self._machine.run("dpkg", "--purge", *brought)

    def _drop_user(self, entry: Entry) -> None:
        if entry.name in self._machine.users():
            self._machine.run("userdel", entry.name)

    def _drop_group(self, entry: Entry) -> None:
        if entry.name in self._machine.groups():
            self._machine.run("groupdel", entry.name)

    def _drop_member(self, entry: Entry) -> None:
        user, group = entry.name.split()
        if user in self._machine.groups().get(group, set()):
            self._machine.run("gpasswd", "--delete", user, group)


def _remove_if_empty(path: Path) -> None:
    if path.is_dir() and not any(path.iterdir()):
        path.rmdir()
