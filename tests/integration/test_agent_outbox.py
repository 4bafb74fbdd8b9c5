"""Events of a device on a Raspberry Pi: numbered, one under way, sent again until acknowledged."""

from collections.abc import AsyncIterator

import pytest

from hardware.contract import Event, JobDone, JobFailed, KeyPressed
from hardware.outbox import EVENTS_MAX, Outbox
from tests.contract.waiting import until

AT = 1_795_237_200_123


@pytest.fixture
def sent() -> list[Event]:
    return []


@pytest.fixture
async def outbox(sent: list[Event]) -> AsyncIterator[Outbox]:
    outbox = Outbox(boot=7, send=sent.append, resend_after_s=0.02)
    yield outbox
    outbox.close()
    outbox.close()


def pressed(seq: int, key: str = "next", *, boot: int = 7) -> KeyPressed:
    return KeyPressed(boot=boot, seq=seq, turn=57, key=key, at=AT)


async def test_only_the_oldest_event_is_under_way(outbox: Outbox, sent: list[Event]) -> None:
    for key in ("next", "recall", "finish"):
        assert outbox.press(key=key, turn=57, at=AT)
    assert sent == [pressed(1)]
    assert outbox.acknowledge((7, 1))
    assert outbox.acknowledge((7, 2))
    assert sent == [pressed(1), pressed(2, "recall"), pressed(3, "finish")]
    assert outbox.waiting == (pressed(3, "finish"),)
    assert outbox.waiting_keys == {"finish"}


async def test_silence_sends_the_event_under_way_again(outbox: Outbox, sent: list[Event]) -> None:
    outbox.press(key="next", turn=57, at=AT)
    outbox.press(key="recall", turn=57, at=AT)
    await until(lambda: len(sent) >= 4)
    assert set(sent) == {pressed(1)}


async def test_what_is_acknowledged_is_not_sent_again(outbox: Outbox, sent: list[Event]) -> None:
    outbox.press(key="next", turn=57, at=AT)
    outbox.acknowledge((7, 1))
    outbox.send_again()
    assert sent == [pressed(1)]


@pytest.mark.parametrize("ack", [(0, 0), (6, 99), (7, 0)])
async def test_an_older_acknowledgement_answers_nothing(
    outbox: Outbox, sent: list[Event], ack: tuple[int, int]
) -> None:
    outbox.press(key="next", turn=57, at=AT)
    assert not outbox.acknowledge(ack)
    assert outbox.waiting == (pressed(1),)


async def test_an_acknowledgement_of_nothing_is_no_answer(outbox: Outbox) -> None:
    assert not outbox.acknowledge((7, 1))


async def test_one_press_too_many_is_refused_but_an_answer_finds_room(outbox: Outbox) -> None:
    assert [outbox.press(key="next", turn=57, at=AT) for _ in range(EVENTS_MAX + 1)] == [True] * EVENTS_MAX + [False]
    outbox.answer(job="20261121-000123", why=None, at=None)
    assert outbox.waiting[-1] == JobDone(boot=7, seq=EVENTS_MAX + 1, job="20261121-000123")


async def test_sixteen_answers_are_enough_to_begin_no_further_job(outbox: Outbox) -> None:
    for serial in range(EVENTS_MAX):
        assert outbox.has_room_for_answers
        outbox.answer(job=f"20261121-{serial:06d}", why=None, at=None)
    assert not outbox.has_room_for_answers


async def test_the_same_answer_does_not_wait_twice_but_comes_again_as_a_new_event(outbox: Outbox) -> None:
    for _ in range(3):
        outbox.answer(job="20261121-000123", why="in-doubt", at=AT)
    assert outbox.waiting == (JobFailed(boot=7, seq=1, job="20261121-000123", why="in-doubt", at=AT),)
    outbox.acknowledge((7, 1))
    outbox.answer(job="20261121-000123", why="in-doubt", at=AT)
    assert outbox.waiting == (JobFailed(boot=7, seq=2, job="20261121-000123", why="in-doubt", at=AT),)


@pytest.mark.parametrize(("ack", "boot"), [((0, 0), 7), ((6, 41), 7), ((7, 41), 8), ((41, 1), 42)])
async def test_a_boot_that_the_hub_knows_already_is_not_taken(
    outbox: Outbox, sent: list[Event], ack: tuple[int, int], boot: int
) -> None:
    assert outbox.adopt(ack) == (boot != 7)
    outbox.press(key="next", turn=57, at=AT)
    assert sent == [pressed(1, boot=boot)]


async def test_after_the_first_event_the_boot_stays(outbox: Outbox) -> None:
    outbox.press(key="next", turn=57, at=AT)
    outbox.acknowledge((7, 1))
    assert not outbox.adopt((7, 1))
    assert outbox.boot == 7


async def test_a_closed_outbox_sends_nothing(outbox: Outbox, sent: list[Event]) -> None:
    outbox.press(key="next", turn=57, at=AT)
    outbox.close()
    outbox.send_again()
    assert sent == [pressed(1)]
