"""The steps of an installation that are users and groups of the computer."""

from dataclasses import dataclass

from hub.installing.machine import Machine
from hub.installing.record import Book, Entry


@dataclass(frozen=True, kw_only=True)
class MakeUser:
    """A user of the system's with a group of its name, without shell and password, in those groups that there are.

    groups: wanted ones. home: need not be there.
    """

    name: str
    home: str
    groups: tuple[str, ...]
    path = "/etc/passwd"

    def words(self, machine: Machine) -> str:
        """Say so, or which groups it comes into."""
        groups = ", ".join(self._missing(machine))
        if self.name in machine.users():
            return f"user {self.name} into {groups}"
        return f"user {self.name}, who cannot sign in{', in ' + groups if groups else ''}"

    def is_done(self, machine: Machine) -> bool:
        """Tell whether the user is there, and in every group."""
        return self.name in machine.users() and not self._missing(machine)

    def do(self, machine: Machine, book: Book) -> None:
        """Make it, or put it into the groups that it lacks."""
        if self.name not in machine.users():
            book.note(Entry(kind="user", name=self.name))
            options = ("--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin")
            machine.run("useradd", *options, "--home-dir", self.home, self.name)
        for group in self._missing(machine):
            book.note(Entry(kind="member", name=f"{self.name} {group}"))
            machine.run("usermod", "--append", "--groups", group, self.name)

    def _missing(self, machine: Machine) -> list[str]:
        there = machine.groups()
        return [name for name in self.groups if name in there and self.name not in there[name]]
