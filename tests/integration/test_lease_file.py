"""What a dispenser may give alone, and what it keeps for that, from the hall's file."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from displays.face_table import Cell
from hardware.contract import decode_job
from hardware.lease import Lease
from hub.cli.main import main
from hub.clock import HallClock
from hub.config import Hall, HallError, load_hall
from hub.desk import Desk
from hub.lease_file import MARK, TooLargeError, content_of, file_of, form_of, parts_of, still
from hub.leases import Leases, block_size, leased_keys, shortage
from hub.rules import commands
from printers.forms import Forms
from printers.local import LocalForm
from sim.paper import read_slips
from tests.integration.test_hall_file import GOOD

KEYS = """
[devices.keys]
B = { service = "A", class = "elderly" }
C = { service = "R" }
D = { service = "R", anonymous = true }
"""
REAL = """
[[services]]
code = "R"
name = "身份证"
real_name = true
"""
NUMBERS = {"A": ("A", "A", 801, 840)}


def hall_of(folder: Path, text: str = GOOD) -> Hall:
    file = folder / "hall.toml"
    file.write_text(text, encoding="utf-8")
    return load_hall(file)


def dispensers(count: int) -> str:
    one = '\n[[devices]]\nname = "more-{}"\nkind = "dispenser"\nboard = "dispenser-pico"\n'
    return "".join(one.format(n) for n in range(count))


def form(hall: Hall) -> LocalForm:
    return form_of(hall, Forms(hall.forms), hall.devices[0])


def words(made: LocalForm) -> list[str]:
    (slip,) = read_slips(made.print_bytes("A", "A801", "2026-11-21 09:30"))
    return list(slip.text)


def own_template(hall: Hall, text: str) -> None:
    hall.forms.mkdir()
    (hall.forms / "ticket.txt").write_text(text, encoding="utf-8")


@pytest.mark.req("S9")
def test_a_key_that_needs_an_identity_card_gives_nothing_alone(tmp_path: Path) -> None:
    named = GOOD.replace('board = "dispenser-pico"\n', 'board = "dispenser-id-pico"\n' + KEYS, 1)
    hall = hall_of(tmp_path, named + REAL)
    assert leased_keys(hall, hall.devices[0]) == (("A", "A"), ("B", "A"), ("D", "R"))
    assert leased_keys(hall, hall.devices[1]) == (), "a pad gives no tickets"


def test_each_key_gets_as_many_numbers_as_the_file_says_or_as_go_round(tmp_path: Path) -> None:
    for count, block, size in ((1, "", 40), (1, "block = 199", 199), (9, "", 19), (3, "block = 0", 0)):
        hall = hall_of(tmp_path, GOOD + dispensers(count) + f"\n[offline]\n{block}\n")
        size = min(size, 199 // (count + 1))
        assert block_size(hall, [leased_keys(hall, one) for one in hall.devices]) == size


def test_lintel_check_says_where_numbers_do_not_go_round(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hall = hall_of(tmp_path, GOOD + dispensers(9))
    assert main(["check", str(hall.path)]) == 0
    assert "each has 19 numbers for itself, not 40" in capsys.readouterr().out
    assert shortage(hall_of(tmp_path)) == ""


@pytest.mark.parametrize(("written", "said"), [("block = 200", "has to be at most 199"), ("blok = 3", "did you mean")])
def test_a_wrong_block_is_refused(tmp_path: Path, written: str, said: str) -> None:
    with pytest.raises(HallError, match=said):
        hall_of(tmp_path, GOOD + f"\n[offline]\n{written}\n")


def test_the_mark_is_on_every_paper_whatever_the_halls_template_has_room_for(tmp_path: Path) -> None:
    hall = hall_of(tmp_path)
    assert MARK in words(form(hall))
    own_template(hall, "[centre 4x4] {number}\n{service}\n[cut]\n")
    assert words(form(hall)) == ["A801", "户籍", MARK]


def test_a_template_without_a_number_is_replaced_by_the_shipped_one(tmp_path: Path) -> None:
    hall = hall_of(tmp_path)
    own_template(hall, "{service}\n[cut]\n")
    assert "A801" in words(form(hall))


def test_a_lease_changes_with_its_content_and_is_sent_in_parts(tmp_path: Path) -> None:
    hall = hall_of(tmp_path)
    device, made = hall.devices[0], form(hall)
    content = content_of(hall, device, NUMBERS, made, day="20261121", until=2, now=1)
    assert content == content_of(hall, device, NUMBERS, made, day="20261121", until=2, now=3)
    later = content_of(hall, device, {"A": ("A", "A", 802, 840)}, made, day="20261121", until=2, now=1)
    assert later.digest != content.digest
    data = file_of(content, lease="20261121-l00001", given=1)
    parts = list(parts_of("20261121-l00001", data * 3))
    assert b"".join(part.data for part in parts) == data * 3
    assert [(part.part, part.parts) for part in parts] == [(n, len(parts)) for n in range(1, len(parts) + 1)]
    large = LocalForm((*made.pieces, ("raw", b"x" * 65536)), made.names)
    with pytest.raises(TooLargeError, match="more than the 65536 allowed"):
        file_of(content_of(hall, device, NUMBERS, large, day="", until=0, now=0), lease="", given=0)


@pytest.mark.parametrize(("w", "h"), [(128, 16), (64, 16), (64, 32), (60, 16), (64, 8)])
def test_a_picture_has_the_panels_size_and_something_on_it(w: int, h: int) -> None:
    bits = still(Cell(text=("请找引导员取号", "暂停取号"), small="--"), w, h)
    assert len(bits) == (w + 7) // 8 * h
    assert any(bits)
    assert w != 60 or not any(row[-1] & 0x0F for row in (bits[at : at + 8] for at in range(0, len(bits), 8)))


class Said:
    """A link that remembers the headers of the leases that go through it, each when it is whole."""

    def __init__(self) -> None:
        self.headers: list[dict[str, Any]] = []
        self._data = b""

    def publish(self, _topic: str, payload: bytes, *, retain: bool = False) -> None:
        part = decode_job(payload)
        assert isinstance(part, Lease)
        self._data = part.data if part.part == 1 else self._data + part.data
        if part.part == part.parts:
            self.headers.append(msgspec.json.decode(self._data.split(b"\n", 2)[1]))


class Played:
    """A hub's leases, decided and kept by its desk, without journal and broker."""

    def __init__(self, hall: Hall, spans: tuple[tuple[int, int], ...] | None) -> None:
        self.clock, self.desk, self.said = HallClock(), Desk(hall), Said()
        self.leases = Leases(hall, self.desk, Forms(), self.clock)
        self.leases.attach(self.said)  # type: ignore[arg-type]
        self.do(commands.OpenDay(day="20261121", spans=spans))
        self.do(commands.ReportDevice(device="dispenser-1", state="ready", boot=1, alerts={}))

    def do(self, order: commands.Command) -> None:
        if outcome := self.desk.order(order, self.clock.now()):
            self.leases.follow(outcome.facts)

    def round(self) -> list[dict[str, Any]]:
        """Go round once; return the headers of the leases that were sent."""
        for order in self.leases.orders():
            self.do(order)
        sent, self.said.headers = self.said.headers, []
        return sent


async def test_a_lease_ends_with_the_days_last_hour_or_with_the_day_that_somebody_ends(tmp_path: Path) -> None:
    hall = hall_of(tmp_path)
    played = Played(hall, ((1, 2), (5, 9_000_000_000_000)))
    (first,) = played.round()
    assert (first["id"], first["until"], first["services"]["A"][:3]) == (
        "20261121-l00001",
        9_000_000_000_000,
        ["A", 801, 840],
    )
    assert played.round() == []
    played.do(commands.EndDay(by=""))
    (last,) = played.round()
    assert (last["id"], last["until"]) == ("20261121-l00002", played.desk.state.opened_at)


async def test_without_hours_a_lease_ends_with_the_business_day(tmp_path: Path) -> None:
    (lease,) = Played(hall_of(tmp_path), None).round()
    assert lease["until"] == datetime(2026, 11, 22, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000


async def test_nothing_is_leased_on_a_closed_day_or_where_the_file_says_so(tmp_path: Path) -> None:
    assert Played(hall_of(tmp_path), ()).round() == []
    off = GOOD + "\n[offline]\nblock = 0\n"
    assert Played(hall_of(tmp_path, off), None).round() == []
    before = Played(hall_of(tmp_path), None)
    before.round()
    played = Played(hall_of(tmp_path, off), None)
    played.desk.state = before.desk.state
    assert [one["until"] for one in played.round()] == [before.desk.state.opened_at], "a lease of today is taken back"
