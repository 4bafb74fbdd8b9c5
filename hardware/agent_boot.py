"""The number of a device's starts, which grows by one at each and survives a loss of power at any moment."""

import os
from pathlib import Path

from hardware.logs import Log

log = Log(__name__)


class BootNumber:
    """A number in the file ``boot`` of a folder, which is made where it is missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "boot"

    def begin(self) -> int:
        """Return the number of this start, already durable; raise OSError where it cannot be kept.

        A file that cannot be understood counts as none: the hub's acknowledgement then says which number to take.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        number = self._last() + 1
        self.keep(number)
        return number

    def keep(self, number: int) -> None:
        """Make a number durable: the old or the new one is whole on the disk, whenever the power goes."""
        new = self._path.with_name("boot.new")
        with new.open("w", encoding="ascii") as file:
            file.write(f"{number}\n")
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)
        self._sync_folder()

    def _last(self) -> int:
        try:
            return max(0, int(self._path.read_text(encoding="ascii")))
        except FileNotFoundError:
            return 0
        except ValueError:
            log.warning("boot-number-lost", f"{self._path} holds no number; this device counts its starts anew")
            return 0

    def _sync_folder(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
