"""The language of templates: what a clerk may write in Notepad, and what he is told where it is wrong."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printers.forms import FORM_FIELDS, FormMissingError, Forms
from printers.layout import Column, Columns, Cut, Feed, Qr, Rule, Text
from printers.marks import ALIGNS, KINDS
from printers.output import print_bytes
from printers.profile import Profile, profile, profiles
from printers.template import Document, TemplateError, Values, read_template

FIELDS = frozenset({"hall", "number", "items", "rows", "phone", "first_index"})


def filled(text: str, **values: object) -> Document:
    template = read_template(f"{text}\n[cut]", name="x", file="x.txt", fields=FIELDS)
    *document, cut = template.fill(values)  # type: ignore[arg-type]
    assert cut == Cut()
    return tuple(document)


@pytest.mark.parametrize(
    ("line", "element"),
    [
        ("号码", Text("号码")),
        ("", Feed(1)),
        ("[centre 4x3 bold] 号码", Text("号码", "centre", 4, 3, True)),
        ("[right]号码", Text("号码", "right")),
        ("[]  号码", Text(" 号码")),
        ("[] [1] # 号", Text("[1] # 号")),
        ("a {{b}} %s {{{{", Text("a {b} %s {{")),
        ("[rule]", Rule("-")),
        ("[rule =]", Rule("=")),
        ("[feed]", Feed(1)),
        ("[feed 3]", Feed(3)),
        ("[feed 16 dots]", Feed(0, 16)),
        ("[cut full]", Cut(is_full=True)),
        ("[cut]", Cut()),
        ("[qr] x", Qr("x")),
        ("[qr 6 H left] x", Qr("x", 6, "H", "left")),
        (
            "[columns * 8> 6^ 4<] a | b|c | d",
            Columns((Column("a"), Column("b", 8, "right"), Column("c", 6, "centre"), Column("d", 4))),
        ),
        ("[columns * * bold] a | b", Columns((Column("a"), Column("b")), is_bold=True)),
    ],
)
def test_a_line_of_a_template_is_an_element(line: str, element: object) -> None:
    assert filled(line) == (element,)


def test_comments_are_no_lines_and_notepad_s_marks_do_not_matter() -> None:
    plain = filled("# 说明\n{hall}\n# 说明\n号码", hall="东湖")
    assert filled("\ufeff# 说明\r\n{hall}\r\n# 说明\r\n号码\r", hall="东湖") == plain == (Text("东湖"), Text("号码"))


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ({"phone": "110", "hall": "东湖"}, ["电话 110 东湖"]),
        ({"phone": "110"}, ["电话 110 "]),
        ({"phone": "", "hall": ""}, []),
        ({}, []),
        ({"phone": ()}, []),
    ],
)
def test_a_line_whose_fields_are_all_empty_is_left_out(values: Values, texts: list[str]) -> None:
    assert filled("电话 {phone} {hall}", **values) == tuple(map(Text, texts))


def test_a_line_may_depend_on_a_field_that_it_does_not_show() -> None:
    text = "[if phone] 有电话\n[unless phone bold] 无电话"
    assert filled(text, phone="1") == (Text("有电话"),)
    assert filled(text, phone="") == (Text("无电话", is_bold=True),)


def test_a_field_of_several_values_repeats_its_line() -> None:
    assert filled("{#}、{items}（{hall}）", items=("甲", "", "丙"), hall="东湖") == (
        Text("1、甲（东湖）"),
        Text("2、（东湖）"),
        Text("3、丙（东湖）"),
    )
    assert filled("{#}、{items}", items=("甲", "", "丙")) == (Text("1、甲"), Text("3、丙"))
    assert filled("{#}、{items}", items=("庚",), first_index="7") == (Text("7、庚"),)


def test_a_table_has_its_columns_by_number() -> None:
    document = filled("[columns * 6>] {rows.0} | {rows.1}", rows=(("户籍", "12"), ("治安", "3"), ("空",)))
    assert document == tuple(
        Columns((Column(name), Column(count, 6, "right")))
        for name, count in [("户籍", "12"), ("治安", "3"), ("空", "")]
    )


@settings(deadline=None)
@given(value=st.text(max_size=30))
def test_a_value_is_never_taken_for_the_language(value: str) -> None:
    assert filled("[centre] {hall}。", hall=value) == ((Text(f"{value}。", "centre"),) if value else ())
    (row,) = filled("[columns * *] {hall} | x", hall=value) or (Columns((Column(""), Column("x"))),)
    assert row == Columns((Column(value), Column("x")))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{hal}\n[cut]", "x.txt:1: unknown field {hal}; this form has first_index, hall, items, number, phone, rows"),
        ("\n{hall.x}\n[cut]", "x.txt:2: unknown field {hall.x}; this form has"),
        ("{hall!r}\n[cut]", "x.txt:1: unknown field {hall!r}; this form has"),
        ("{hall.__class__}\n[cut]", "x.txt:1: unknown field {hall.__class__}; this form has"),
        ("[if hal] x\n[cut]", "x.txt:1: unknown field {hal}; this form has"),
        ("[if] x\n[cut]", "x.txt:1: if without a field; write [if copy]"),
        ("{hall\n[cut]", "x.txt:1: a { without its other half; write {field}, or {{ for the character"),
        ("hall}\n[cut]", "x.txt:1: a } without its other half; write {field}, or }} for the character"),
        ("{}\n[cut]", "x.txt:1: a field without a name; write {hall}, or {{ and }} for the characters"),
        (
            "# c\n[center] x\n[cut]",
            "x.txt:2: unknown mark 'center'; there is left, centre, right, bold, 2x2, if, unless,",
        ),
        ("[9x9] x\n[cut]", "x.txt:1: unknown mark '9x9'"),
        (
            "[centre x\n[cut]",
            "x.txt:1: marks without their ]; write [centre] words, or [] before words that begin with [",
        ),
        ("[rule] x\n[cut]", "x.txt:1: words after [rule]; give them a line of their own"),
        ("[qr 99] x\n[cut]", "x.txt:1: a QR code with modules of 99 dots; give 1 to 16"),
        ("[feed x]\n[cut]", "x.txt:1: how much to feed is not clear; write [feed 2] for lines or [feed 16 dots]"),
        ("[feed 256]\n[cut]", "x.txt:1: how much to feed is not clear"),
        ("[columns * 8 2x2] a|b\n[cut]", "x.txt:1: [columns] has no use for a size; remove that mark"),
        ("[bold rule]\n[cut]", "x.txt:1: [rule] has no use for bold; remove that mark"),
        ("[columns * * right] a|b\n[cut]", "x.txt:1: [columns] has no use for a place; remove that mark"),
        ("[qr rule] x\n[cut]", "x.txt:1: both qr and rule; make two lines of them"),
        ("[columns 4] x\n[cut]", "x.txt:1: columns need two widths or more in cells, * for what is left"),
        ("[columns 4 4] x\n[cut]", "x.txt:1: 2 columns, but 1 texts; divide the texts by |"),
        ("a\nb", "x.txt:2: the slip is not cut off; end it with [cut]"),
        ("", "x.txt:1: the slip is not cut off; end it with [cut]"),
        ("[if hall cut]", "x.txt:1: the slip is not cut off; end it with [cut]"),
    ],
)
def test_a_mistake_is_told_with_line_and_remedy(text: str, said: str) -> None:
    with pytest.raises(TemplateError) as told:
        read_template(text, name="x", file="x.txt", fields=FIELDS)
    assert str(told.value).startswith(said)


@settings(deadline=None)
@given(text=st.text(st.sampled_from("[]{}#| centrqlumsifhu*4x>.1\n"), max_size=60))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    try:
        template = read_template(text, name="x", file="x.txt", fields=FIELDS)
    except TemplateError:
        return
    template.fill({})


def test_a_hall_s_own_form_replaces_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "ticket.txt").write_bytes("\ufeff[centre] {number}号\r\n[cut]\r\n".encode())
    forms = Forms(tmp_path)
    assert forms.fill("ticket", {"number": "A001"}) == (Text("A001号", "centre"), Cut())
    assert forms.fill("appointment", {"number": "A001"}) == Forms().fill("appointment", {"number": "A001"})


def test_a_file_that_is_no_form_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tickets.txt").write_text("[cut]")
    with pytest.raises(
        TemplateError, match=r"tickets\.txt:1: no form has this name; call it one of ticket, appointment"
    ):
        Forms(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
def test_a_file_is_read_however_notepad_has_saved_it(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "ticket.txt").write_bytes("号码{number}\r\n[cut]".encode(encoding))
    assert Forms(tmp_path).fill("ticket", {"number": "A001"}) == (Text("号码A001"), Cut())


@pytest.mark.parametrize("data", [b"\xff[cut]", b"\xff\xfe[cut]"])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "ticket.txt").write_bytes(data)
    with pytest.raises(TemplateError, match=r"ticket\.txt:1: not UTF-8; save it from Notepad with the encoding UTF-8"):
        Forms(tmp_path)


def test_an_unknown_form_is_named() -> None:
    with pytest.raises(FormMissingError, match=r"no form 'tickt'; its template belongs in forms/tickt\.txt"):
        Forms().fill("tickt", {})


@pytest.mark.parametrize("name", ["ticket", "appointment"])
@pytest.mark.parametrize("printer", ["generic-58", "raster-58", "generic-80", "epson-tm-t88"])
def test_a_form_with_nothing_in_it_still_prints(name: str, printer: str) -> None:
    assert print_bytes(Forms().fill(name, dict.fromkeys(FORM_FIELDS[name], "")), profile(printer))


DOCUMENT = (Path(__file__).parents[2] / "docs" / "forms.md").read_text(encoding="utf-8")
LANGUAGE = DOCUMENT.partition("## The language")[2].partition("## Printers")[0]
WRITTEN = re.findall(r"^\| `(.+?)` \|", LANGUAGE, re.MULTILINE)


def test_the_document_shows_every_mark() -> None:
    assert [mark for mark in (*ALIGNS, "bold", "if", "unless", *KINDS) if not re.search(rf"\b{mark}\b", LANGUAGE)] == []


@pytest.mark.parametrize("line", WRITTEN)
def test_what_the_document_shows_is_understood(line: str) -> None:
    fields = frozenset().union(*FORM_FIELDS.values())
    assert read_template(line.replace("\\|", "|") + "\n[cut]", name="x", file="x.txt", fields=fields)


def test_the_document_names_every_profile_and_every_key_of_one() -> None:
    named = set(re.findall(r"`([a-z0-9_-]+)`", DOCUMENT.partition("## Printers")[2]))
    assert ({*profiles(), *Profile.__struct_fields__} - {"name"}) - named == set()
    for name, one in profiles().items():
        assert f"| `{name}` | {one.title} | {one.charset} | {one.qr} | {one.width_dots} dots |" in DOCUMENT
