"""Does a device's jobs one at a time, and asks its printer how it is while there are none."""

import asyncio
from collections.abc import Callable

from hardware.agent_parts import PrinterPart
from hardware.contract import NearEnd, Why
from hardware.jobs import Jobs
from hardware.logs import Log
from hardware.to_its_end import to_its_end

log = Log(__name__)

CHECK_EVERY_S = 2.0
OF_THE_PRINTER: frozenset[Why | None] = frozenset(
    {"paper-out", "cover-open", "cutter", "offline", "error", "no-answer"}
)
"""Answers to a job that say how the printer is, and not how the job was."""


class PrinterDesk:
    """The printer and whoever waits for it.

    printer: None is a device without one, whose jobs are answered with ``unsupported``. set_alert: told what is wrong
    with the printer, None when it is well; asked again after every slip.
    """

    def __init__(
        self, *, printer: PrinterPart | None, jobs: Jobs, set_alert: Callable[[Why | NearEnd | None], None]
    ) -> None:
        self._printer = printer
        self._jobs = jobs
        self._set_alert = set_alert

    async def run(self) -> None:
        """Work until cancelled; a slip that is being printed then is finished first."""
        while True:
            if self._printer:
                await to_its_end(self._check(self._printer))
            while job := await self._jobs.next(CHECK_EVERY_S):
                await to_its_end(self._do(*job))

    async def _do(self, job_id: str, data: bytes) -> None:
        if self._printer is None:
            self._jobs.finish(job_id, "unsupported")
            return
        try:
            why = await asyncio.to_thread(self._printer.put_out, data)
        except OSError as error:
            log.warning("printer-failed", "the printer's port failed while it printed", why=f"job {job_id}: {error}")
            why = "in-doubt"
        self._jobs.finish(job_id, why)
        if why in OF_THE_PRINTER:
            self._set_alert(why)
        else:
            await self._check(self._printer)

    async def _check(self, printer: PrinterPart) -> None:
        try:
            self._set_alert(await asyncio.to_thread(printer.check))
        except OSError as error:
            log.info("printer-gone", "the printer's port failed", why=error)
            self._set_alert("no-answer")
