"""A ticket in pieces is the same paper, whoever puts it together."""

from pathlib import Path

import pytest

from hub.config import load_hall
from hub.lease_file import MARK, WAITING_WORDS, form_of
from printers.forms import Forms
from printers.layout import Column, Columns, Cut, Document, Feed, Qr, Text
from printers.local import NUMBER, TIME, LocalForm, local_form
from printers.output import print_bytes
from printers.profile import profile, profiles
from sim.paper import read_slips

EXAMPLE = Path(__file__).parents[2] / "examples" / "five-counters.toml"
NATIVE, RASTER = "generic-58", "raster-58"
NAMES = {"A": "户籍", "B": "出入境"}


def documents(*lines: object) -> dict[str, Document]:
    """Return a ticket of each service; {service} in a text is its name."""

    def one(line: object, name: str) -> object:
        return Text(line.text.format(service=name), line.align) if isinstance(line, Text) else line

    return {code: (*(one(line, name) for line in lines), Cut()) for code, name in NAMES.items()}  # type: ignore[misc]


def words(form: LocalForm, service: str = "B", printer: str = NATIVE) -> list[str]:
    data = form.print_bytes(service, "B801", "2026-11-21 09:30")
    (slip,) = read_slips(data, width_dots=profile(printer).width_dots)
    return list(slip.text)


def test_a_ticket_of_a_hall_has_all_that_is_known_without_the_hub() -> None:
    hall = load_hall(EXAMPLE)
    device = next(one for one in hall.devices if one.kind == "dispenser")
    form = form_of(hall, Forms(), device)
    assert [kind for kind, _ in form.pieces] == ["raw", "number", "raw", "service", "raw", "time", "raw"]
    text = words(form)
    assert text[:2] == [hall.name, "B801"]
    assert {"出入境", MARK, WAITING_WORDS, "2026-11-21 09:30"} <= set(text)
    assert not any("校验" in line or "还有" in line or "预计" in line for line in text), "what only the hub knows"


@pytest.mark.parametrize("name", sorted(profiles()))
def test_on_every_printer_number_and_time_are_ascii_and_the_paper_ends_with_a_cut(name: str) -> None:
    form = local_form(documents(Text(NUMBER, "centre", 4, 4), Text("{service}"), Text(f"时间 {TIME}")), profile(name))
    for service in NAMES:
        text = words(form, service, name)
        assert "B801" in text
        assert any(line.endswith("2026-11-21 09:30") for line in text)
    assert form.pieces[-1][1].endswith(print_bytes((Cut(),), profile(name))[-3:])
    assert not any(mark.encode() in raw for mark in (NUMBER, TIME) for _, raw in form.pieces)


def test_what_differs_between_services_comes_at_once_and_leaves_the_type_as_it_was() -> None:
    lines = (
        Text("厅", "centre"),
        Text("{service}", "centre"),
        Feed(dots=8),
        Text("{service}窗口"),
        Text("尾", "centre"),
    )
    form = local_form(documents(*lines), profile(NATIVE))
    assert words(form) == ["厅", "出入境", "出入境窗口", "尾"]
    whole = print_bytes((lines[0], lines[-1], Cut()), profile(NATIVE))
    assert len(b"".join(raw for _, raw in form.pieces)) <= len(whole) + 3
    tail = Text("尾")
    large = {code: (Text(name, "right", 2, 2), tail, Cut()) for code, name in NAMES.items()}
    form = local_form(large, profile(NATIVE))
    assert all(name.endswith(b"\x1ba\x00\x1d!\x00") for name in form.names.values()), "the tail has its own type"


def test_fields_within_a_line_and_in_columns_stay_where_they_are() -> None:
    row = Columns((Column("号码"), Column(NUMBER, align="right")))
    form = local_form(documents(Text(f"{NUMBER}号 {TIME}取"), row), profile(NATIVE))
    assert words(form)[0] == "B801号 2026-11-21 09:30取"
    assert words(form)[1].split() == ["号码", "B801"]


def test_on_a_printer_without_chinese_a_field_has_a_line_of_its_own() -> None:
    form = local_form(documents(Text(f"号码 {NUMBER}"), Text("{service}")), profile(RASTER))
    kinds = [kind for kind, _ in form.pieces]
    assert kinds == ["raw", "number", "raw", "service", "raw"]
    assert words(form, printer=RASTER) == ["B801"], "all else is a picture"


def test_a_field_in_a_line_of_one_service_is_printed_too() -> None:
    form = local_form(documents(Text("{service} " + NUMBER), Text("尾")), profile(NATIVE))
    assert words(form) == ["出入境", "B801", "尾"]


def test_a_code_with_the_number_in_it_is_drawn_by_the_printer_or_not_at_all() -> None:
    lines = documents(Text("{service}"), Qr(f"https://a.cn/{NUMBER}"))
    assert b"https://a.cn/B801\x1d" in local_form(lines, profile(NATIVE)).print_bytes("B", "B801", "")
    assert [kind for kind, _ in local_form(lines, profile(RASTER)).pieces] == ["raw", "service", "raw"]


def test_with_one_service_its_name_is_a_piece_as_any_other() -> None:
    form = local_form({"A": documents(Text("{service}"), Text(NUMBER))["A"]}, profile(NATIVE))
    assert [kind for kind, _ in form.pieces] == ["raw", "number", "raw"]
    assert words(form, "A") == ["户籍", "B801"]


def test_tickets_of_different_length_have_no_common_form() -> None:
    first, second = documents(Text("{service}")).values()
    with pytest.raises(ValueError, match="zip"):
        local_form({"A": first, "B": second[1:]}, profile(NATIVE))
