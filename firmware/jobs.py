"""Jobs, each done once: parts put together, an order kept, answers remembered."""

# ruff: noqa: T201  (print is a node's console)

import asyncio
import time

import spool
from micropython import const

_WAITING_MAX = const(4)
_REMEMBERED_MAX = const(16)
_WHOLE_BYTES = const(65536)
_CHECK_EVERY_MS = const(2000)
_LOOK_EVERY_MS = const(20)

_OF_THE_JOB = ("in-doubt", "too-large", "unsupported")
"""Answers that say how the job was, and not how the printer is."""


class Jobs:
    """What is to be printed, what is under way and what was done (docs/protocol.md, "Jobs: done once").

    printer: what puts paper out; None is a device without one. answer: told of every job's end by its id and why it
    failed, None when it was done; also when a finished job is asked for again. set_alert: told how the printer is.
    """

    def __init__(self, *, printer, answer, set_alert):
        self._printer = printer
        self._answer = answer
        self._set_alert = set_alert
        self._arriving = None
        self._waiting = []
        self._under_way = None
        self._answers = []

    def hear(self, name, data, part, parts):
        """Take a job or the next part of one."""
        for known, why in self._answers:
            if known == name:
                if part == parts:
                    self._answer(name, why)
                return
        if name == self._under_way or name in [known for known, _ in self._waiting]:
            return
        if part == 1:
            self._begin(name, parts)
        if self._arriving and self._arriving[:3] == [name, parts, part]:
            self._collect(name, data)

    def is_quiet(self):
        """Return whether no job is under way, waits or arrives."""
        return not (self._under_way or self._waiting or self._arriving)

    async def run(self):
        """Print, and ask the printer how it is while there is nothing to print, for ever."""
        spool.sweep()
        if self._printer:
            self._set_alert(await self._printer.check())
        checked = time.ticks_ms()
        while True:
            await asyncio.sleep_ms(_LOOK_EVERY_MS)
            if self._waiting:
                await self._print_next()
            elif self._printer and time.ticks_diff(time.ticks_ms(), checked) >= _CHECK_EVERY_MS:
                self._set_alert(await self._printer.check())
                checked = time.ticks_ms()

    def _begin(self, name, parts):
        """Expect part 1 of a job; a job that was arriving and is not whole is given up."""
        if self._arriving:
            self._arriving[3].drop()
        self._arriving = [name, parts, 1, spool.Spool(name)]

    def _collect(self, name, data):
        _, parts, part, pages = self._arriving
        try:
            pages.add(data)
        except OSError as error:
            print("job %s: the flash does not take it: %s" % (name, error))
            self._give_up(name)
            return
        if pages.size > _WHOLE_BYTES:
            self._give_up(name)
        elif part < parts:
            self._arriving[2] = part + 1
        else:
            self._admit(name, pages)

    def _give_up(self, name):
        self._arriving[3].drop()
        self._arriving = None
        self._finish(name, "too-large")

    def _admit(self, name, pages):
        """Let a whole job wait its turn. One too many is ignored: the hub will repeat it."""
        self._arriving = None
        if self._printer is None:
            pages.drop()
            self._finish(name, "unsupported")
        elif len(self._waiting) < _WAITING_MAX:
            self._waiting.append((name, pages))
        else:
            pages.drop()

    async def _print_next(self):
        self._under_way, pages = self._waiting.pop(0)
        try:
            why = await self._printer.put_out(pages.chunks(), pages.size)
        except OSError as error:
            print("job %s: %s" % (self._under_way, error))
            why = "in-doubt"
        pages.drop()
        name, self._under_way = self._under_way, None
        self._finish(name, why)
        if why is None or why in _OF_THE_JOB:
            why = await self._printer.check()
        self._set_alert(why)

    def _finish(self, name, why):
        self._answers.append((name, why))
        if len(self._answers) > _REMEMBERED_MAX:
            self._answers.pop(0)
        self._answer(name, why)
