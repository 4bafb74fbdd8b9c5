"""Where the bytes of a job wait: small ones in memory, larger ones on the flash, since memory holds few of them."""

import os

IN_MEMORY_MAX = 1024
CHUNK_BYTES = 256
_PREFIX = "spool-"


class Spool:
    """The bytes of one job, put together from its parts. name: the job's id."""

    def __init__(self, name):
        self.size = 0
        self._memory = bytearray()
        self._file = _PREFIX + name

    def add(self, data):
        """Put the next part behind the others; raise OSError where the flash is full."""
        self.size += len(data)
        if self.size <= IN_MEMORY_MAX:
            self._memory.extend(data)
            return
        with open(self._file, "ab") as file:
            file.write(self._memory)
            file.write(data)
        self._memory = bytearray()

    def chunks(self):
        """Yield all bytes in order, at most CHUNK_BYTES at a time; each chunk is valid until the next."""
        if self.size <= IN_MEMORY_MAX:
            yield from _slices(self._memory)
            return
        buffer = memoryview(bytearray(CHUNK_BYTES))
        with open(self._file, "rb") as file:
            while True:
                count = file.readinto(buffer)
                if not count:
                    return
                yield buffer[:count]

    def drop(self):
        """Forget the bytes; may be called twice."""
        self._memory = bytearray()
        if self.size > IN_MEMORY_MAX:
            _remove(self._file)
        self.size = 0


def sweep():
    """Remove what jobs of an earlier start have left on the flash."""
    for name in os.listdir():
        if name.startswith(_PREFIX):
            _remove(name)


def _slices(data):
    view = memoryview(data)
    for start in range(0, len(data), CHUNK_BYTES):
        yield view[start : start + CHUNK_BYTES]


def _remove(name):
    try:
        os.remove(name)
    except OSError:
        pass
