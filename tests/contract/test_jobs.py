"""Jobs are done once (docs/protocol.md, "Jobs: done once")."""

import pytest

from hardware.contract import JobDone, JobFailed, Status, split_job
from tests.contract.devices import DEVICE, Device
from tests.contract.played_hub import PlayedHub
from tests.contract.waiting import stays, until

CUT = b"\x1dV\x00"
LONG = b"\x1b@" * 2500
"""More than one part, and no paper: it initialises the printer again and again."""
ASKED = b"\x1dr\x01"
"""What a driver may ask a printer before its first slip; the model counts it to the slip."""
QUIET_S = 0.3


def job_id(serial: int) -> str:
    return f"20261121-{serial:06d}"


def slip(text: str) -> bytes:
    """Return a slip that says one line."""
    return b"\x1b@" + text.encode() + b"\n" + CUT


def texts(device: Device) -> list[list[str]]:
    """Return what is to be read on the paper that came out; a driver that was in doubt cuts a blank piece off."""
    return [slip.text for slip in device.slips if slip.text]


def alerts(hub: PlayedHub) -> dict[str, str]:
    last: Status = hub.statuses[DEVICE][-1]
    return dict(last.alerts)


async def acknowledged(hub: PlayedHub, number: int) -> JobDone | JobFailed:
    """Return the event of this number, which answers a job, once it is acknowledged."""
    event = await hub.event(DEVICE, number=number)
    assert isinstance(event, JobDone | JobFailed)
    hub.acknowledge(DEVICE, event)
    return event


async def test_a_job_is_done_once_though_it_comes_three_times(device: Device, hub: PlayedHub) -> None:
    for _ in range(3):
        hub.print(DEVICE, job_id(1), slip("once"))
    event = await acknowledged(hub, 1)
    assert event == JobDone(boot=1, seq=1, job=job_id(1), at=event.at)
    await stays(lambda: len(hub.distinct(DEVICE)) == 1, for_s=QUIET_S)
    assert texts(device) == [["once"]]


async def test_a_job_that_is_done_is_answered_again_by_a_new_event(device: Device, hub: PlayedHub) -> None:
    for seq in (1, 2, 3):
        hub.print(DEVICE, job_id(1), slip("once"))
        event = await acknowledged(hub, seq)
        assert event == JobDone(boot=1, seq=seq, job=job_id(1), at=event.at)
    assert texts(device) == [["once"]]


async def test_parts_become_one_slip(device: Device, hub: PlayedHub) -> None:
    data = LONG + slip("whole")
    assert len(split_job(job_id(1), data)) == 2
    hub.print(DEVICE, job_id(1), data)
    event = await hub.event(DEVICE)
    assert event == JobDone(boot=1, seq=1, job=job_id(1), at=event.at)
    assert [slip.data.removeprefix(ASKED) for slip in device.slips] == [data]


async def test_parts_out_of_order_are_ignored_until_they_come_in_order(device: Device, hub: PlayedHub) -> None:
    first, second = split_job(job_id(1), LONG + slip("whole"))
    for part in (second, first, first, second):
        hub.send_job(DEVICE, part)
    await acknowledged(hub, 1)
    hub.print(DEVICE, job_id(2), slip("next"))
    await acknowledged(hub, 2)
    assert texts(device) == [["whole"], ["next"]]


async def test_jobs_are_done_in_the_order_of_their_arrival_and_four_wait(slow_device: Device, hub: PlayedHub) -> None:
    hub.print(DEVICE, job_id(1), slip("first\n" * 20))
    await until(lambda: slow_device.printer.received)
    for serial in range(2, 8):
        hub.print(DEVICE, job_id(serial), slip(f"{serial}"))
    answered = [(await acknowledged(hub, number)).job for number in range(1, 6)]
    assert answered == [job_id(serial) for serial in range(1, 6)]
    await stays(lambda: len(hub.distinct(DEVICE)) == 5, for_s=QUIET_S)
    assert [text[0] for text in texts(slow_device)] == ["first", "2", "3", "4", "5"]
    hub.print(DEVICE, job_id(7), slip("7"))
    assert (await acknowledged(hub, 6)).job == job_id(7)


async def test_the_last_sixteen_jobs_are_remembered(device: Device, hub: PlayedHub) -> None:
    for serial in range(1, 18):
        hub.print(DEVICE, job_id(serial), slip(f"{serial}"))
        await acknowledged(hub, serial)
    hub.print(DEVICE, job_id(2), slip("2"))
    await acknowledged(hub, 18)
    assert len(device.slips) == 17
    hub.print(DEVICE, job_id(1), slip("1"))
    await acknowledged(hub, 19)
    assert [text[0] for text in texts(device)] == [*map(str, range(1, 18)), "1"]


@pytest.mark.parametrize(
    ("fault", "why"), [("paper_out", "paper-out"), ("cover_open", "cover-open"), ("silent", "no-answer")]
)
async def test_a_printer_that_is_not_well_prints_nothing_and_says_why(
    device: Device, hub: PlayedHub, fault: str, why: str
) -> None:
    setattr(device.printer, fault, True)
    hub.print(DEVICE, job_id(1), slip("never"))
    event = await acknowledged(hub, 1)
    assert event == JobFailed(boot=1, seq=1, job=job_id(1), why=why, at=event.at)
    await until(lambda: alerts(hub) == {"printer": why}, why=lambda: hub.statuses[DEVICE][-1])
    setattr(device.printer, fault, False)
    await until(lambda: alerts(hub) == {}, why=lambda: hub.statuses[DEVICE][-1])
    hub.print(DEVICE, job_id(1), slip("never"))
    again = await acknowledged(hub, 2)
    assert again == JobFailed(boot=1, seq=2, job=job_id(1), why=why, at=again.at)
    hub.print(DEVICE, job_id(2), slip("well"))
    done = await acknowledged(hub, 3)
    assert done == JobDone(boot=1, seq=3, job=job_id(2), at=done.at)
    assert texts(device) == [["well"]]


async def test_an_idle_printer_is_asked_how_it_is(device: Device, hub: PlayedHub) -> None:
    for fault, why in (("paper_out", "paper-out"), ("cover_open", "cover-open")):
        setattr(device.printer, fault, True)
        await until(lambda why=why: alerts(hub) == {"printer": why}, why=lambda: hub.statuses[DEVICE])
        setattr(device.printer, fault, False)
        await until(lambda: alerts(hub) == {}, why=lambda: hub.statuses[DEVICE])
    assert hub.events[DEVICE] == []


async def test_a_printer_that_falls_silent_leaves_its_job_in_doubt(slow_device: Device, hub: PlayedHub) -> None:
    hub.print(DEVICE, job_id(1), slip("who knows\n" * 20))
    await until(lambda: slow_device.printer.received)
    slow_device.printer.silent = True
    event = await acknowledged(hub, 1)
    assert event == JobFailed(boot=1, seq=1, job=job_id(1), why="in-doubt", at=event.at)


async def test_a_printer_that_cannot_answer_has_done_what_it_was_sent(mute_device: Device, hub: PlayedHub) -> None:
    await hub.ready(DEVICE)
    hub.print(DEVICE, job_id(1), slip("sent"))
    event = await acknowledged(hub, 1)
    assert event == JobDone(boot=1, seq=1, job=job_id(1), at=event.at)
    await until(lambda: texts(mute_device) == [["sent"]])
    assert alerts(hub) == {}


async def test_a_device_without_a_printer_cannot_print(lintel: Device, hub: PlayedHub) -> None:
    status = await hub.ready(DEVICE)
    assert status.parts == ("panel",)
    hub.print(DEVICE, job_id(1), slip("nowhere"))
    event = await acknowledged(hub, 1)
    assert event == JobFailed(boot=1, seq=1, job=job_id(1), why="unsupported", at=event.at)


async def test_an_answer_waits_behind_presses_and_is_sent_again(device: Device, hub: PlayedHub) -> None:
    hub.show(DEVICE, lamps={"B": "on"}, turn=57)
    await until(lambda: device.lamps["B"])
    await device.press("A")
    press = await hub.press(DEVICE)
    hub.print(DEVICE, job_id(1), slip("behind"))
    await until(lambda: texts(device) == [["behind"]])
    assert hub.distinct(DEVICE) == [press]
    hub.acknowledge(DEVICE, press)
    event = await hub.event(DEVICE, number=2)
    assert event == JobDone(boot=1, seq=2, job=job_id(1), at=event.at)
    await until(lambda: hub.sendings(DEVICE, event) == 2)
