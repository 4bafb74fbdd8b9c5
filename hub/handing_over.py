"""From what a device says of its lease and of tickets that it gave alone to the commands that this stands for."""

from hardware.contract import JobDone, JobFailed
from hardware.lease import Taken
from hub.calendar import business_day
from hub.config import Device, Hall
from hub.hall_file import KeyTicket
from hub.rules import commands
from hub.rules.plan import ORDINARY

LAST_MS = 4_102_444_800_000
"""The year 2100: whoever tells of a later moment does not know it, and no calendar of ours goes much further."""


def is_lease(job: str) -> bool:
    """Tell whether a job's id is that of a lease."""
    return "-l" in job


def lease_answer(device: Device, event: JobDone | JobFailed) -> commands.AnswerLease:
    """Return what a device has answered to its lease."""
    serial = int(event.job.partition("-l")[2])
    why = event.why if isinstance(event, JobFailed) else ""
    return commands.AnswerLease(device=device.name, serial=serial, boot=event.boot, why=why)


def taken_alone(hall: Hall, device: Device, taken: Taken) -> commands.EnterAlone:
    """Return the command that enters a ticket; its class is that of the key, as if the hub had been there.

    One whose moment nobody knows is taken to be of today.
    """
    gives = device.keys.get(taken.key, KeyTicket(service=taken.key if taken.key in hall.plan.services else ""))
    at = taken.at if taken.at is None or taken.at <= LAST_MS else None
    day = business_day(at, hall.zone, hall.day_begins) if at else ""
    return commands.EnterAlone(
        device=device.name,
        boot=taken.boot,
        number=taken.number,
        key=taken.key,
        day=day,
        paper=taken.paper,
        service=gives.service,
        klass=ORDINARY if gives.claim else gives.klass,
        claim=gives.klass if gives.claim else "",
        told_at=at,
    )
