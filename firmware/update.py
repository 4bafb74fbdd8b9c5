"""Fetches a new firmware into the other slot, and switches to it (docs/protocol.md, "New firmware").

It is loaded for an offer and forgotten when that is answered; it stays as small as it can, since a node that serves has
little memory. What is to be done next is said by offer.py and fill.py, loaded for each step. All that is done is seen
on the flash alone, so that a power cut costs at most one piece: ``part`` is the file that is being fetched.
"""

# ruff: noqa: T201  (print is a node's console)

import asyncio
import binascii
import sys

from checks import BadMessageError, base64, of_kind, whole
from micropython import const

_PIECE_BYTES = const(2048)
_MANIFEST_BYTES = const(8192)
_LOOK_EVERY_MS = const(20)
_LOOKS = const(100)
"""After 2 s of silence a piece is asked for again,"""

_TIMES = const(30)
"""and so often in vain; then this is given up, to be begun again by the hub, where it was."""


class Update:
    """One offer at a time. found: what the hub has asked for. done: how many files are known to be there.

    target: HALL/DEVICE. is_quiet: returns whether nothing waits to be sent. ask: told what to publish as want. answer:
    told of the offer's end by its id, and why it failed or None. end: called when this is of no more use.
    """

    def __init__(self, *, target, is_quiet, ask, answer, end):
        self.target = target
        self.is_quiet = is_quiet
        self.found = None
        self.done = 0
        self._ask = ask
        self._answer = answer
        self._end = end
        self._task = None
        self._file = None
        self._at = 0
        self._fault = None

    def hear(self, job, _scratch):
        """Take what the hub says; raise BadMessageError. job: found and lifted, as of `checks.parsed`."""
        found, lifted = job
        if found["do"] == "piece":
            self._collect(found, lifted)
            return
        name = of_kind(found, "id", str)
        if len(name) != 15 or name[8:10] != "-u":
            raise BadMessageError("id")
        if found["do"] == "update":
            whole(found, "size", 1, _MANIFEST_BYTES)
            # So long a text was taken for base64 and put elsewhere (lift.py), where the next message goes over it.
            found["mac"] = binascii.b2a_base64(base64(found, "mac", lifted))[:-1]
        if self._task:
            if found["do"] == "switch" or name == self.found["id"]:
                return
            self._task.cancel()
        self.found, self.done, self._file = found, 0, None
        self._task = asyncio.create_task(self._run(name))

    def _collect(self, found, lifted):
        """Put a piece that was asked for behind what is there."""
        if self._fault or found.get("file") != self._file or found.get("from") != self._at:
            return
        data = base64(found, "data", lifted)
        try:
            if not 0 < len(data) <= _PIECE_BYTES:
                raise BadMessageError("damaged")
            with open("ba"[sys.path[0] == "b"] + "/part", "ab") as file:
                file.write(data)
            self._at += len(data)
        except (BadMessageError, OSError) as error:
            self._fault = error

    async def _run(self, name):
        """Do the work and say how it ended; what is given up is not answered, since the hub will ask again."""
        why = None
        try:
            for module in ("offer", "fill"):
                while await self._step(module):
                    pass
        except asyncio.CancelledError:
            return
        except asyncio.TimeoutError:
            name = None
        except OSError as error:
            print("the flash does not take it: %s" % error)
            why = "flash"
        except ValueError as error:
            why = str(error)
        if name:
            self._answer(name, why)
        self._end()

    async def _step(self, module):
        """Do all that can be done without the hub, then fetch the file that is missing; return None where none is."""
        __import__(module)
        step = sys.modules.pop(module).step
        want = await step(self)
        step = None
        if want:
            await self._get(*want)
        return want

    async def _get(self, file, at, size):
        """Fetch what is missing of a file; raise TimeoutError after a long silence."""
        self._file, self._at, self._fault = file, at, None
        times = 0
        while self._at < size:
            before = self._at
            self._ask('{"file":"%s","from":%d}' % (file, before))
            for _ in range(_LOOKS):
                await asyncio.sleep_ms(_LOOK_EVERY_MS)
                if self._fault:
                    raise self._fault
                if self._at != before:
                    times = 0
                    break
            else:
                times += 1
                if times == _TIMES:
                    raise asyncio.TimeoutError
        self._file = None
