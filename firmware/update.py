"""Leads a node to a new firmware (docs/protocol.md, "New firmware"): loaded for an offer, forgotten at its end.

Memory is scarce in a node that serves, so each step is a module that is loaded for it alone and says which one is next:
offer.py looks for the manifest, judge.py whether it is good, fill.py says which file is missing, fetch.py fetches it or
copy.py copies it, sweep.py ends it; start_other.py switches. All that is done is seen on the flash: a power cut costs a
piece at most.
"""

# ruff: noqa: T201  (print is a node's console)

import asyncio
import binascii
import gc
import sys

from checks import BadMessageError, base64, of_kind, whole
from micropython import const

_MANIFEST_BYTES = const(8192)
_PAUSE_MS = const(1000)
_LOOK_EVERY_MS = const(20)
_LOOKS = const(250)


class Update:
    """One offer at a time. found: what the hub has asked for. done: how many lines of its manifest are dealt with.

    node: that this is for. want: (path, from where, size) of what is to be fetched. collect: takes its pieces, None
    while nothing is fetched.
    """

    def __init__(self, node):
        self.node = node
        self.found = self.want = self.collect = self._under_way = None
        self.done = 0

    def hear(self, job, _scratch):
        """Take what the hub says, and return true; raise BadMessageError. job: found and lifted, of `checks.parsed`."""
        found, lifted = job
        if found["do"] == "piece":
            if self.collect:
                self.collect(found, lifted)
            return True
        name = of_kind(found, "id", str)
        if len(name) != 15:
            raise BadMessageError("id")
        if found["do"] == "update":
            whole(found, "size", 1, _MANIFEST_BYTES)
            # So long a text was taken for base64 and put elsewhere (lift.py), where the next message goes over it.
            found["mac"] = binascii.b2a_base64(base64(found, "mac", lifted))
        if self._under_way:
            if found["do"] == "switch" or name == self.found["id"]:
                return True
            self._under_way.cancel()
        self.found, self.collect, self.done = found, None, 0
        self._under_way = asyncio.create_task(self._run(name))
        return True

    def stop(self):
        """Forget the offer at once, without an answer."""
        if self._under_way:
            self._under_way.cancel()
        self.node.end_update(None, None)

    async def _run(self, name):
        """Do the work and say how it ended; what is given up is not answered, since the hub will ask again."""
        step, why = "offer", None
        try:
            while step:
                await self.rest()
                gc.collect()
                try:
                    __import__(step)
                    step = await sys.modules.pop(step).step(self)
                except MemoryError:
                    # Much is being shown and printed. What was done is seen on the flash, so all is looked at again.
                    step = self.collect = None
                    await asyncio.sleep_ms(_PAUSE_MS)
                    step = "offer"
        except asyncio.CancelledError:
            return
        except asyncio.TimeoutError:
            print("update %s: the hub is silent" % name)
            name = None
        except OSError as error:
            print("the flash does not take it: %s" % error)
            why = "flash"
        except ValueError as error:
            why = str(error)
        self.node.end_update(name, why)

    async def rest(self):
        """Wait until nothing is printed and nothing waits to be sent, but not for more than 5 s."""
        looks = 0
        while not self.node.is_quiet() and looks < _LOOKS:
            await asyncio.sleep_ms(_LOOK_EVERY_MS)
            looks += 1
