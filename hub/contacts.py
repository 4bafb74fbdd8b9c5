"""Names and phone numbers that citizens leave so that they can be called back; in a file of their own, which forgets.

Nothing of them is in the journal, whose chain can forget nothing, nor in any log, topic or report.
"""

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from hub.private_file import read_private, too_old
from hub.secrets import write_private

FILE = "contacts.json"


class Contact(Struct, frozen=True, kw_only=True):
    """Whom to call back. day: on which it was left, YYYYMMDD."""

    name: Annotated[str, Meta(max_length=40)] = ""
    phone: Annotated[str, Meta(pattern=r"^[0-9+() -]{0,30}\Z")] = ""
    day: Annotated[str, Meta(pattern=r"^[0-9]{8}\Z")]

    def __repr__(self) -> str:
        """An error or a log that shows one tells nobody's name."""
        return f"Contact(day={self.day!r})"


class ContactError(OSError, ValueError):
    """A name or phone number cannot be kept; the sentence repeats neither."""


class Contacts:
    """Id of a complaint to whom to call back."""

    def __init__(self, path: Path, keep_days: int) -> None:
        self._path, self._keep_days = path, keep_days
        self._kept = read_private(path, Contact)

    def keep_for(self, days: int) -> None:
        """Keep names as long as the hall's present file says."""
        self._keep_days = days

    def put(self, complaint: str, contact: Contact) -> None:
        """Keep whom to call back; raise ContactError where it cannot be, and then nothing of it is."""
        if not (contact.name or contact.phone):
            raise ContactError("give a name or a phone number")
        try:
            checked = msgspec.convert(msgspec.to_builtins(contact), Contact)
        except msgspec.ValidationError as error:
            raise ContactError(
                "no such name or phone number; a name has 40 characters at most, a number digits"
            ) from error
        self._write(self._kept | {complaint: checked})

    def of(self, complaint: str) -> Contact | None:
        """Return whom to call back, None where nobody said, or it was erased."""
        return self._kept.get(complaint)

    def due(self, day: str) -> tuple[str, ...]:
        """Return of which complaints it has been kept long enough on a day, YYYYMMDD."""
        return tuple(too_old(((one, contact.day) for one, contact in self._kept.items()), day, self._keep_days))

    def erase(self, complaints: tuple[str, ...]) -> None:
        """Forget for good; raise ContactError where the file cannot be written."""
        left = {one: contact for one, contact in self._kept.items() if one not in complaints}
        if left != self._kept:
            self._write(left)

    def _write(self, contacts: dict[str, Contact]) -> None:
        try:
            write_private(self._path, msgspec.json.encode(contacts))
        except OSError as error:
            raise ContactError(f"{self._path}: not written: {error.strerror}; free disk space") from error
        self._kept = contacts
