"""Any key of any device at any time: always an answer and a face, and nothing that a restart would not know."""

from collections.abc import Iterator
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.contract import JobDone, JobFailed, KeyPressed
from hub.config import load_hall
from hub.desk import Desk, Outcome
from hub.faces.content import Looked
from hub.presses import turn_of
from hub.refused import RefusedInput
from hub.rounds import Rounds
from hub.rules.apply import replay
from hub.rules.events import Fact
from hub.rules.steps import FINAL
from hub.views import face, next_change

HALL = load_hall(Path(__file__).parents[2] / "examples" / "full-hall.toml")
KEYED = [device for device in HALL.devices if HALL.boards[device.name].keys]
START = 1_795_393_800_000
STAFF = {"pad-1": ("027001", "1001"), "pad-2": ("027002", "1002"), "guide-1": ("027004", "1004")}

names = st.sampled_from([device.name for device in KEYED])
waits_ms = st.sampled_from([0, 0, 0, 5_000, 400_000])
single = st.tuples(names, st.integers(0, 15).map(lambda which: [which]), waits_ms)
digits = st.text("0123459", max_size=4)
pads = st.sampled_from(["pad-1", "pad-2", "guide-1", "duty-1"])
forms = st.tuples(pads, st.tuples(st.sampled_from("12345678"), st.lists(digits, max_size=3)), waits_ms)


class Fingers:
    """A hall's desk with fingers on every key, printers that mostly work, and a round after each press."""

    def __init__(self) -> None:
        self.desk, self.now = Desk(HALL), START
        self.seqs: dict[str, int] = {}
        self.rows: list[tuple[int, tuple[Fact, ...]]] = []
        self.rounds = Rounds(HALL, RefusedInput(lambda: 0.0))
        self.go_round()

    def seq(self, name: str) -> int:
        self.seqs[name] = self.seqs.get(name, 0) + 1
        return self.seqs[name]

    def keep(self, outcome: Outcome | None) -> None:
        if outcome:
            self.rows.append((len(self.rows) + 1, outcome.facts))

    def go_round(self) -> None:
        for order in self.rounds.orders(self.desk.state, self.now):
            self.keep(self.desk.order(order, self.now))

    def press(self, name: str, key: str) -> None:
        device = HALL.device(name)
        event = KeyPressed(boot=1, seq=self.seq(name), turn=turn_of(self.desk.state, device), key=key)
        self.keep(self.desk.hear(device, event, self.now))
        for job, ticket in list(self.desk.state.jobs.items()):
            printer, works = HALL.device(ticket.dispenser), ticket.serial % 5
            numbers = {"boot": 1, "seq": self.seq(printer.name), "job": job}
            answer = JobDone(**numbers) if works else JobFailed(**numbers, why="paper-out")
            self.keep(self.desk.hear(printer, answer, self.now))
        self.go_round()

    def fill(self, name: str, function: str, fields: list[str]) -> None:
        keys = ["menu", f"d{function}"]
        for typed in fields:
            keys += [*(f"d{digit}" for digit in typed), "ok"]
        for key in keys:
            self.press(name, key)

    def look_at_all(self) -> None:
        for device in HALL.devices:
            presses = self.desk.presses
            looked = Looked(
                hall=HALL,
                state=self.desk.state,
                device=device,
                now=self.now,
                typing=presses.entry_words(device.name, self.now),
                awaits_identity=presses.awaits_identity(device.name, self.now),
            )
            assert (face(looked).panel is None) == (HALL.boards[device.name].panel is None)
            later = next_change(HALL, self.desk.state, device, self.now)
            assert later is None or later > self.now


def caps_of(name: str, which: list[int]) -> Iterator[str]:
    caps = list(HALL.boards[name].keys.pins)
    for one in which:
        yield caps[one % len(caps)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(single, forms), max_size=30), st.booleans())
def test_any_keys_in_any_order(acts: list, works: bool) -> None:  # type: ignore[type-arg]
    hall = Fingers()
    if works:
        for name, (who, pin) in STAFF.items():
            hall.fill(name, "0", [who, pin])
    for name, what, wait_ms in acts:
        hall.now += wait_ms
        if isinstance(what, tuple):
            hall.fill(name, *what)
        else:
            for key in caps_of(name, what):
                hall.press(name, key)
        hall.look_at_all()
    state, again = hall.desk.state, replay(hall.rows)
    assert {one: ticket.state for one, ticket in again.tickets.items()} == {
        one: ticket.state for one, ticket in state.tickets.items()
    }
    assert again.waiting == state.waiting
    assert state.living == sum(ticket.state not in FINAL for ticket in state.tickets.values())
