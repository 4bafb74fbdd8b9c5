"""Where the bytes of a job wait: few in memory, in small pieces, since large ones find no room; more on the flash."""

import os

import store
from micropython import const

_IN_MEMORY_MAX = const(1024)
_PIECE_BYTES = const(128)
_PREFIX = "spool-"


class Spool:
    """The bytes of one job, put together from its parts. name: the job's id."""

    def __init__(self, name):
        self.size = 0
        self._pieces = []
        self._file = _PREFIX + name

    def add(self, data):
        """Put the next part behind the others; raise OSError where the flash is full."""
        self.size += len(data)
        if self.size <= _IN_MEMORY_MAX:
            for start in range(0, len(data), _PIECE_BYTES):
                self._pieces.append(bytes(data[start : start + _PIECE_BYTES]))
            return
        with open(self._file, "ab") as file:
            for piece in self._pieces:
                file.write(piece)
            file.write(data)
        self._pieces = []

    def chunks(self):
        """Yield all bytes in order, in small pieces."""
        if self.size <= _IN_MEMORY_MAX:
            yield from self._pieces
            return
        with open(self._file, "rb") as file:
            piece = file.read(_PIECE_BYTES)
            while piece:
                yield piece
                piece = file.read(_PIECE_BYTES)

    def keep(self, name):
        """Let the bytes be a file of this name, the old one or the new one whenever the power goes; raise OSError."""
        with open(self._file, "ab") as file:
            for piece in self._pieces:
                file.write(piece)
        store.settle(self._file, name)

    def drop(self):
        """Forget the bytes; may be called twice."""
        if self.size > _IN_MEMORY_MAX:
            _remove(self._file)
        self._pieces = []
        self.size = 0


def _remove(name):
    try:
        os.remove(name)
    except OSError:
        pass
