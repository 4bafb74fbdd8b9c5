"""Every law fails on what breaks it, and holds on what does not: with made-up observations, without a hall."""

from collections.abc import Sequence

import pytest

from displays.strip import strip_panel
from hardware.contract import KeyPressed, View
from hub.rules import events
from hub.views import Face
from sim.theatre.court import Court
from sim.theatre.laws import every_law
from sim.theatre.seen import PanelSeen, PaperSeen, Rest, RowSeen, Seen, SpokenSeen, ViewSeen

MINUTE_MS = 60_000
HEAD_START_MS = {"ordinary": 0, "green-channel": 30 * MINUTE_MS, "returning": 30 * MINUTE_MS}
TIERS = {1: (frozenset("A"), frozenset("B")), 2: (frozenset("AB"),)}
COUNTERS = {"pad-1": 1, "lintel-1": 1, "pad-2": 2, "lintel-2": 2}
CANDIDATES: tuple[events.Candidate, ...] = ()


def court() -> Court:
    return Court(every_law(TIERS, COUNTERS, frozenset({"lintel-1", "lintel-2"})), HEAD_START_MS)


def broken(*seen: Seen) -> list[str]:
    """Return what breaks a law in what was seen."""
    judged = court()
    for one in seen:
        judged.see(one)
    return [one.what for one in judged.broken]


def rows(*facts: events.Fact | Sequence[events.Fact], begin: int = 2) -> list[RowSeen]:
    """Return rows with these facts, the first of which opens the day."""
    opened = RowSeen(row=1, facts=(events.DayOpened(day="20261123"),))
    given = [tuple(one) if isinstance(one, Sequence) else (one,) for one in facts]
    return [opened, *(RowSeen(row=row, facts=one, at_s=float(row)) for row, one in enumerate(given, begin))]


def taken(serial: int, number: str, *, at_min: float = 0, klass: str = "ordinary") -> list[events.Fact]:
    """Return how somebody gets into the line."""
    at = round(at_min * MINUTE_MS)
    return [
        events.TicketTaken(
            serial=serial,
            number=number,
            service=number[0],
            klass=klass,
            dispenser="dispenser-1",
            boot=1,
            cap=number[0],
            job=f"20261123-{serial:06}",
            ahead=0,
            key=at - HEAD_START_MS[klass],
            at=at,
            entered_at=at,
        ),
        events.TicketPrinted(serial=serial, at=at),
    ]


def called(serial: int, counter: int, why: str = "next") -> events.TicketCalled:
    return events.TicketCalled(serial=serial, counter=counter, candidates=CANDIDATES, at=0, why=why)


def finished(serial: int, counter: int) -> events.TicketFinished:
    return events.TicketFinished(serial=serial, counter=counter, at=0)


def view(text: str = "", *, turn: int = 0, ack: tuple[int, int] = (0, 0), v: int = 1) -> View:
    return View(v=v, turn=turn, ack=ack, panel=strip_panel(text))


def paper(number: str, *more: str) -> PaperSeen:
    text = ("演练厅", number, "户籍", *more, "2026-11-23 08:31", "20261123-000001 校验码9ZT7")
    return PaperSeen(device="dispenser-1", text=text)


def heard(row: int, boot: int, seq: int, turn: int = 1, *facts: events.Fact, device: str = "pad-1") -> RowSeen:
    message = KeyPressed(boot=boot, seq=seq, turn=turn, key="next")
    return RowSeen(row=row, device=device, boot=boot, seq=seq, message=message, facts=facts, at_s=float(row))


class TestAcknowledgedIsKept:
    def test_an_event_that_is_in_the_journal_may_be_acknowledged(self) -> None:
        seen = ViewSeen(device="pad-1", view=view(ack=(1, 2)), at_s=0)
        assert broken(*rows(), heard(2, 1, 1), heard(3, 1, 2), seen) == []

    def test_one_that_is_not_may_not(self) -> None:
        seen = ViewSeen(device="pad-1", view=view(ack=(1, 2)), at_s=0)
        assert broken(*rows(), heard(2, 1, 1), seen) == [
            "pad-1 was told that its event 1/2 is kept, and it is not in the journal"
        ]

    def test_it_is_there_once(self) -> None:
        assert broken(*rows(), heard(2, 1, 1), heard(3, 1, 1)) == ["row 3 has event 1/1 of pad-1 once more"]
        assert broken(*rows(), heard(2, 1, 1), heard(3, 1, 1, device="pad-2")) == []

    def test_it_is_there_still_when_the_journal_has_lost_its_end(self) -> None:
        judged = court()
        told = ViewSeen(device="pad-1", view=view(ack=(1, 1)), at_s=0)
        for one in (*rows(), heard(2, 1, 1), told, heard(3, 1, 2)):
            judged.see(one)
        judged.go_back_to(2)
        assert judged.at_rest(rest()) == ()
        judged.go_back_to(1)
        judged.see(heard(2, 1, 2))
        judged.see(ViewSeen(device="pad-1", view=view(ack=(1, 2)), at_s=0))
        assert [one.what for one in judged.at_rest(rest())] == [
            "event 1/1 of pad-1 was acknowledged, and is not in the journal any more"
        ]

    def test_no_row_is_left_out(self) -> None:
        assert broken(*rows(), heard(3, 1, 1)) == ["row 3 of the journal follows row 1"]


class TestNoNumberTwice:
    def test_two_numbers_are_two(self) -> None:
        assert broken(*rows(taken(1, "A001"), taken(2, "A002"))) == []

    def test_the_same_number_twice(self) -> None:
        assert broken(*rows(taken(1, "A001"), taken(2, "A001"))) == ["row 3 gives A001 again"]

    def test_the_next_day_begins_anew(self) -> None:
        assert broken(*rows(taken(1, "A001"), events.DayOpened(day="20261124"), taken(1, "A001"))) == []


class TestCalledOnceInOrder:
    def test_who_came_first_is_called_first(self) -> None:
        came = (taken(1, "A001", at_min=1), taken(2, "A002", at_min=2))
        assert broken(*rows(*came, called(1, 1), [finished(1, 1), called(2, 1)])) == []
        assert broken(*rows(*came, called(2, 1))) == [
            "A002 was called to counter 1 before A001, who was 60 s before him"
        ]

    def test_a_head_start_passes_those_who_came_less_than_that_before_and_nobody_else(self) -> None:
        late = taken(2, "A002", at_min=29, klass="green-channel")
        assert broken(*rows(taken(1, "A001"), late, called(2, 1))) == []
        assert broken(*rows(taken(1, "A001"), late, called(1, 1))) == [
            "A001 was called to counter 1 before A002, who was 60 s before him"
        ]
        too_late = taken(2, "A002", at_min=31, klass="green-channel")
        assert broken(*rows(taken(1, "A001"), too_late, called(2, 1))) == [
            "A002 was called to counter 1 before A001, who was 60 s before him"
        ]

    def test_a_lower_tier_has_to_wait_whenever_it_came(self) -> None:
        came = (taken(1, "B001"), taken(2, "A001", at_min=50))
        assert broken(*rows(*came, called(2, 1))) == []
        assert len(broken(*rows(*came, called(1, 1)))) == 1
        assert broken(*rows(*came, called(1, 2))) == [], "counter 2 has one tier"

    def test_who_waits_for_another_counter_is_not_passed(self) -> None:
        passed_on = events.TicketTransferred(
            serial=1, counter=1, service="A", to_counter=2, reason="1", klass="returning", key=0, at=0
        )
        came = (taken(1, "A001"), called(1, 1), passed_on, taken(2, "A002", at_min=5))
        assert broken(*rows(*came, called(2, 1))) == []
        assert len(broken(*rows(*came, called(2, 2)))) == 1

    def test_a_special_call_passes_the_line(self) -> None:
        assert broken(*rows(taken(1, "A001"), taken(2, "A002", at_min=1), called(2, 1, "number"))) == []

    @pytest.mark.parametrize("again", [called(1, 1), called(1, 2)])
    def test_nobody_is_called_twice(self, again: events.TicketCalled) -> None:
        assert broken(*rows(taken(1, "A001"), called(1, 1), again)) == [
            f"A001 was called again, to counter {again.counter}"
        ]
        assert len(broken(*rows(taken(1, "A001"), called(1, 1), finished(1, 1), again))) == 1

    def test_a_recall_is_no_second_call_and_who_comes_back_may_be_called(self) -> None:
        recall = events.TicketRecalled(serial=1, counter=1, at=0)
        missed = events.TicketMissed(serial=1, counter=1, at=0, calls=1)
        back = events.TicketReturned(serial=1, klass="returning", key=0, at=0)
        assert broken(*rows(taken(1, "A001"), called(1, 1), recall, missed, back, called(1, 2))) == []
        assert broken(*rows(taken(1, "A001"), called(1, 1), missed, called(1, 2))) == []


class TestViewsFollowTheRules:
    def test_a_lintel_names_who_is_at_its_counter_after_the_row_of_its_turn(self) -> None:
        came = rows(taken(1, "A001"), called(1, 1), finished(1, 1))
        assert broken(*came, ViewSeen(device="lintel-1", view=view("请A001号到1号窗", turn=3), at_s=9)) == []
        assert broken(*came, ViewSeen(device="lintel-1", view=view("1号窗", turn=4), at_s=9)) == []
        assert broken(*came, ViewSeen(device="lintel-1", view=view("请A001号到1号窗", turn=4), at_s=9)) == [
            "lintel-1 is told to show '请A001号到1号窗' while nobody is at its counter"
        ]
        assert len(broken(*came, ViewSeen(device="lintel-1", view=view("1号窗", turn=3), at_s=9))) == 1

    def test_a_pad_may_say_something_else_but_not_name_another(self) -> None:
        came = rows(taken(1, "A001"), called(1, 1))
        assert broken(*came, ViewSeen(device="pad-1", view=view("正在呼叫", turn=3), at_s=9)) == []
        assert len(broken(*came, ViewSeen(device="pad-1", view=view("A002", turn=3), at_s=9))) == 1

    def test_nothing_is_shown_that_is_not_in_the_journal(self) -> None:
        assert broken(*rows(), ViewSeen(device="dispenser-1", view=view(turn=2), at_s=0)) == [
            "dispenser-1 shows turn 2, and the journal ends with row 1"
        ]

    def test_views_do_not_go_back(self) -> None:
        seen = [ViewSeen(device="pad-1", view=view(v=v), at_s=0) for v in (7, 7, 6)]
        assert broken(*rows(), *seen) == ["pad-1 got view 6 after view 7"]

    def test_at_rest_every_view_is_the_rules_face(self) -> None:
        assert at_rest(faces={"pad-1": face("等候1人")}, views={"pad-1": view("等候1人", turn=1)}) == []
        assert at_rest(faces={"pad-1": face("等候1人")}, views={"pad-1": view("等候2人", turn=1)}) == [
            "pad-1 is told to show '等候2人' at turn 1; by the rules '等候1人' at 1"
        ]
        assert len(at_rest(faces={"pad-1": face("等候1人")}, views={"pad-1": view("等候1人", turn=2)})) == 1
        assert at_rest(faces={"pad-1": face("等候1人")}, views={}) == ["the broker keeps no view for pad-1"]

    def test_at_rest_every_view_acknowledges_the_last_event(self) -> None:
        told = {"pad-1": view("1", turn=1, ack=(1, 1))}
        assert len(at_rest(faces={"pad-1": face("1")}, views=told, acks={"pad-1": (1, 2)})) == 1
        assert at_rest(faces={"pad-1": face("1")}, views=told, acks={"pad-1": (1, 1)}) == []


class TestFacesAreTrue:
    def test_a_panel_may_be_late_but_not_later_than_it_takes_to_notice_silence(self) -> None:
        came = rows(taken(1, "A001"), called(1, 1), finished(1, 1))
        assert broken(*came, PanelSeen(device="lintel-1", text="请A001号到1号窗", at_s=20)) == []
        assert broken(*came, PanelSeen(device="lintel-1", text="请A001号到1号窗", at_s=40)) == [
            "lintel-1 shows '请A001号到1号窗': A001 is not at counter 1, and was not lately"
        ]

    def test_who_is_there_may_be_shown_for_as_long(self) -> None:
        came = rows(taken(1, "A001"), called(1, 1))
        assert broken(*came, PanelSeen(device="lintel-1", text="请A001号到1号窗", at_s=400)) == []
        assert len(broken(*came, PanelSeen(device="lintel-2", text="请A001号到2号窗", at_s=4))) == 1

    def test_stale_words_are_true(self) -> None:
        assert broken(*rows(), PanelSeen(device="lintel-1", text="请稍候", at_s=400)) == []

    def test_a_dispenser_names_only_numbers_that_were_given(self) -> None:
        assert broken(*rows(taken(1, "A001")), PanelSeen(device="dispenser-1", text="请取票 A001", at_s=9)) == []
        assert len(broken(*rows(taken(1, "A001")), PanelSeen(device="dispenser-1", text="请取票 A002", at_s=9))) == 1
        assert broken(*rows(), PanelSeen(device="dispenser-1", text="请取票 A801", at_s=9)) == [], "it was alone"

    def test_at_rest_every_panel_shows_its_view(self) -> None:
        assert at_rest(panels={"pad-1": True}) == []
        assert at_rest(panels={"pad-1": False}) == ["the panel of pad-1 does not show its view"]


class TestJobsAreDoneOnce:
    def test_a_second_paper_says_that_it_is_one(self) -> None:
        came = rows(taken(1, "A001"), taken(2, "A002"))
        assert broken(*came, paper("A001"), paper("A001", "（补打）"), paper("A002")) == []
        assert broken(*came, paper("A001"), paper("A001")) == [
            "dispenser-1 put out a second paper of A001 that does not say 补打"
        ]

    def test_a_torn_paper_is_none(self) -> None:
        torn = PaperSeen(device="dispenser-1", text=("演练厅", "A001", "户籍"))
        assert broken(*rows(taken(1, "A001")), torn, paper("A001")) == []

    def test_nobody_is_called_out_more_often_than_he_was_called(self) -> None:
        said = SpokenSeen(device="speaker-1", text="请A001号到1号窗口")
        recall = events.TicketRecalled(serial=1, counter=1, at=0)
        assert broken(*rows(taken(1, "A001"), called(1, 1)), said) == []
        assert broken(*rows(taken(1, "A001"), called(1, 1), recall), said, said) == []
        assert broken(*rows(taken(1, "A001"), called(1, 1)), said, said) == [
            "speaker-1 has called A001 2 times, the journal has 1"
        ]


class TestPaperIsAnswered:
    def test_who_holds_a_paper_is_called(self) -> None:
        assert at_rest(*rows(taken(1, "A001"), called(1, 1)), paper("A001")) == []
        assert at_rest(*rows(taken(1, "A001")), paper("A001")) == [
            "somebody holds A001 from dispenser-1, and was neither called nor told why not (in-line)"
        ]

    def test_or_his_number_is_over_for_a_reason_that_he_is_told(self) -> None:
        left, voided = events.TicketLeft(serial=1, at=0), events.TicketVoided(serial=1, why="late", at=0)
        assert at_rest(*rows(taken(1, "A001"), left), paper("A001")) == []
        assert len(at_rest(*rows(taken(1, "A001")[:1], voided), paper("A001"))) == 1

    def test_a_paper_of_which_nobody_knows(self) -> None:
        assert at_rest(*rows(), paper("A801")) == [
            "somebody holds A801 of 20261123 from dispenser-1, and nobody knows of it"
        ]
        refused = events.HandOverRefused(
            device="dispenser-1", number="A801", key="A", why="ended", paper="out", told_at=0, at=0
        )
        assert at_rest(*rows(refused), paper("A801")) == []

    def test_no_press_ends_a_call_that_its_presser_has_not_seen(self) -> None:
        came = rows(taken(1, "A001"), called(1, 1))
        assert broken(*came, heard(4, 1, 1, 3, finished(1, 1))) == []
        assert broken(*came, heard(4, 1, 1, 2, finished(1, 1))) == [
            "row 4: A001 was ended by a press that was made before its call was seen"
        ]


def test_the_chain_is_looked_at_at_rest() -> None:
    assert [one.what for one in court().at_rest(rest(breaks=("row 3 of the journal cannot be read",)))] == [
        "row 3 of the journal cannot be read"
    ]


def test_every_law_says_itself_in_one_sentence() -> None:
    words = [law.words for law in every_law(TIERS, COUNTERS, frozenset())]
    assert len(set(words)) == len(words) == 8
    assert all(one.endswith(".") and len(one) > 20 for one in words)


def face(text: str, turn: int = 1) -> Face:
    return Face(turn=turn, lamps={}, panel=strip_panel(text), stale=None)


def rest(
    views: dict[str, View] | None = None,
    faces: dict[str, Face] | None = None,
    acks: dict[str, tuple[int, int]] | None = None,
    panels: dict[str, bool] | None = None,
    breaks: tuple[str, ...] = (),
) -> Rest:
    known = faces or {}
    return Rest(
        views=views or {}, faces=known, acks=acks or dict.fromkeys(known, (0, 0)), panels=panels or {}, breaks=breaks
    )


def at_rest(*seen: Seen, **settled: object) -> list[str]:
    """Return what breaks a law when the hall has come to rest after what was seen."""
    judged = court()
    for one in seen:
        judged.see(one)
    assert judged.broken == ()
    return [one.what for one in judged.at_rest(rest(**settled))]  # type: ignore[arg-type]
