"""The queue of the voice: in order, each once, nothing untrue, nobody kept waiting by repeats (S8)."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from displays.voice.phrases import takes_s
from displays.voice.queue import LONGEST_WAIT_S, SpeechQueue
from hardware.speech import Speak

_serials = itertools.count(1)


def call(number: str = "A001", counter: int = 1, phrase: str = "call", **more: object) -> Speak:
    fields = {"langs": ("zh", "yue"), "repeats": 2, "chime": True} | more
    return Speak(
        do="speak", id=f"20261123-s{next(_serials):08}", phrase=phrase, number=number, counter=counter, **fields
    )  # type: ignore[arg-type]


def recall(number: str = "A001", counter: int = 1) -> Speak:
    return call(number, counter, "recall", chime=False)


def queue() -> SpeechQueue:
    return SpeechQueue(takes_s=takes_s)


def test_what_waits_alone_is_said_wholly() -> None:
    waiting, job = queue(), call()
    waiting.add(job, 0.0)
    assert (waiting.take(0.0), waiting.take(0.0), waiting.dropped()) == (job, None, ())


@pytest.mark.req("S8")
def test_a_recall_of_a_call_that_was_replaced_is_dropped() -> None:
    waiting, first, again, second = queue(), call("A001"), recall("A001"), call("A002")
    waiting.add(first, 0.0)
    assert waiting.take(0.0) == first
    waiting.add(again, 1.0)
    waiting.add(second, 2.0)
    assert (waiting.take(9.0), waiting.take(9.0)) == (second, None)
    assert waiting.dropped() == (again.id,)


def test_a_recall_that_comes_after_its_replacement_is_dropped() -> None:
    waiting, second, again = queue(), call("A002"), recall("A001")
    waiting.add(second, 0.0)
    waiting.add(again, 0.1)
    assert (waiting.take(1.0), waiting.take(1.0), waiting.dropped()) == (second, None, (again.id,))


def test_a_recall_is_dropped_when_its_number_is_called_elsewhere() -> None:
    waiting, again, elsewhere = queue(), recall("A001", 1), call("A001", 2)
    waiting.add(again, 0.0)
    waiting.add(elsewhere, 0.1)
    assert (waiting.take(1.0), waiting.take(1.0), waiting.dropped()) == (elsewhere, None, (again.id,))


def test_a_recall_of_a_ticket_that_is_no_longer_called_is_dropped() -> None:
    waiting, first, again = queue(), call("A001"), recall("A001")
    waiting.set_calls([])
    waiting.add(first, 0.0)
    assert waiting.take(0.0) == first, "its job comes before the view that tells of it"
    waiting.set_calls([("A001", 1)])
    waiting.add(again, 1.0)
    waiting.set_calls([])
    assert (waiting.take(2.0), waiting.dropped()) == (None, (again.id,))


def test_a_second_recall_takes_the_place_of_the_first() -> None:
    waiting, one, two = queue(), recall(), recall()
    waiting.add(one, 0.0)
    waiting.add(two, 1.0)
    assert (waiting.take(2.0), waiting.take(2.0), waiting.dropped()) == (two, None, (one.id,))


def test_who_has_gone_is_announced_once_and_not_twice() -> None:
    waiting, first = queue(), call("A001")
    waiting.add(first, 0.0)
    waiting.set_calls([])
    assert waiting.take(1.0) == replace(first, repeats=1)


def test_what_is_too_old_is_not_said() -> None:
    waiting, old = queue(), call(max_age_s=30)
    waiting.add(old, 0.0, waited_s=31.0)
    assert (waiting.take(0.0), waiting.dropped()) == (None, (old.id,))


def test_where_many_wait_repeats_go_first_then_recalls_then_languages() -> None:
    waiting, jobs = queue(), [call(f"A{n:03}", n) for n in (1, 2, 3)]
    again = recall("A004", 4)
    for job in (*jobs, again):
        waiting.add(job, 0.0)
    assert waiting.take(0.0) == replace(jobs[0], repeats=1)
    assert (len(waiting), waiting.dropped()) == (2, (again.id,)), "the recall gives way before languages do"
    assert waiting.take(9.5) == replace(jobs[1], repeats=1)
    assert waiting.take(19.0) == jobs[2], "nobody waits behind the last"
    crowd = queue()
    many = [call(f"A{n:03}", n) for n in range(1, 9)]
    for job in many:
        crowd.add(job, 0.0)
    crowd.add(recall("B001", 20), 0.0)
    assert crowd.take(0.0) == replace(many[0], repeats=1, langs=("zh",), chime=False)
    assert len(crowd.dropped()) == 1, "the recall"


OFFERS = st.lists(
    st.tuples(
        st.sampled_from(["call", "recall"]), st.integers(1, 6), st.integers(1, 8), st.floats(0, 6), st.integers(1, 3)
    ),
    max_size=40,
)


@settings(max_examples=300, deadline=None)
@given(OFFERS)
@pytest.mark.req("S8")
def test_first_announcements_are_all_said_in_order_and_nothing_else_late(
    offers: list[tuple[str, int, int, float, int]],
) -> None:
    """Play a voice by hand: it takes the next job whenever it is free, while offers come in."""
    waiting, clock_s, free_s = queue(), 0.0, 0.0
    offered: dict[str, tuple[Speak, float]] = {}
    said: list[tuple[Speak, float]] = []
    dropped: list[str] = []

    def speak_until(limit_s: float) -> None:
        nonlocal free_s
        while free_s <= limit_s and (job := waiting.take(free_s)):
            said.append((job, free_s))
            free_s += takes_s(job)
        dropped.extend(waiting.dropped())

    for phrase, counter, number, pause_s, repeats in offers:
        clock_s += pause_s
        speak_until(clock_s)
        free_s = max(free_s, clock_s)
        job = call(f"A{number:03}", counter, phrase, repeats=repeats, max_age_s=3600)
        offered[job.id] = job, clock_s
        waiting.add(job, clock_s)
    speak_until(float("inf"))
    firsts = [job.id for job, _ in offered.values() if job.phrase == "call"]
    assert [job.id for job, _ in said if job.phrase == "call"] == firsts
    assert sorted([job.id for job, _ in said] + dropped) == sorted(offered), "each ends once"
    for job, at_s in said:
        whole, since_s = offered[job.id]
        assert job.langs in (whole.langs, whole.langs[:1])
        assert job.phrase == "call" or at_s - since_s <= LONGEST_WAIT_S
        assert replace(job, langs=whole.langs, repeats=whole.repeats, chime=whole.chime) == whole
