"""Templates that a station changed: a mistake is named with file, line and remedy before it costs paper."""

import os
import shutil
from pathlib import Path

import pytest

from hub.cli.main import main
from hub.form_checks import check_forms, read_sound
from printers.forms import FORM_FIELDS, TemplateError, shipped_text
from printers.profile import profile, profiles
from printers.template import Template

ROOT = Path(__file__).parents[2]
SMALL, WIDE = profile("generic-58"), profile("generic-80")
PANEL = profile("panel-58")


def own(folder: Path, text: str | bytes, name: str = "result") -> Path:
    path = folder / f"{name}.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.fixture
def hall(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "examples" / "one-counter.toml", tmp_path / "hall.toml")
    return tmp_path


MISTAKES: list[tuple[str | bytes, int, str]] = [
    ("{hal}\n[cut]", 1, "unknown field {hal}; this form has copy, counter, enquiry_phone, hall, number"),
    ("# words\n[center] {hall}\n[cut]", 2, "unknown mark 'center'; there is left, centre, right"),
    ("[centre {hall}\n[cut]", 1, "marks without their ]; write [centre] words"),
    ("{hall\n[cut]", 1, "a { without its other half; write {field}"),
    ("[if nobody] {hall}\n[cut]", 1, "unknown field {nobody}"),
    ("{hall}\n\n", 2, "the slip is not cut off; end it with [cut]"),
    ("", 1, "the slip is not cut off; end it with [cut]"),
    ("[columns 8 *] {hall}\n[cut]", 1, "2 columns, but 1 texts; divide the texts by |"),
    ("[columns 20 20] a|b\n[cut]", 1, "columns of 40 cells on paper of 32; make them narrower"),
    (
        "{hall}\n[2x2] 办理结果告知单和其他\n[cut]",
        2,
        "40 cells are too wide for paper of 32 cells (profile generic-58)",
    ),
    (f"{'_' * 40}\n[cut]", 1, "40 cells are too wide for paper of 32 cells (profile generic-58); shorten the line"),
    ("{hall}\n𪚥\U000e0fff\n[cut]", 2, "no font has"),
    ("{hall}\n{service.1}\n[cut]", 2, "{service.1} has no columns; write {service}"),
    ("[qr 99] {hall}\n[cut]", 1, "a QR code with modules of 99 dots; give 1 to 16"),
    (f"[qr] {'长' * 900}\n[cut]", 1, "QR code"),
    (b"ok\n\xff\n[cut]", 2, "not UTF-8; save it from Notepad with the encoding UTF-8"),
    (f"[feed {'9' * 5000}]\n[cut]", 1, "how much to feed is not clear"),
    (f"[qr {'9' * 5000}] {{hall}}\n[cut]", 1, "give 1 to 16"),
    ("a\n" * 300 + "[cut]", 201, "301 lines; shorten it to 200"),
    ("[feed 99]\n" * 9 + "[cut]", 10, "891 empty lines on one slip; shorten it to 100"),
    ("[qr 16] {hall}\n𠮷\n" * 90 + "[cut]", 181, "bytes, more than the 64512 that a device (profile panel-58) takes"),
    ("# " + "x" * 20_000 + "\n[cut]", 1, "20008 bytes; shorten it to 20000"),
]


@pytest.mark.parametrize(("text", "line", "said"), MISTAKES)
def test_a_mistake_is_named_with_file_line_and_remedy(text: str | bytes, line: int, said: str, tmp_path: Path) -> None:
    path = own(tmp_path, text)
    with pytest.raises(TemplateError) as found:
        read_sound(path, [SMALL, WIDE, PANEL])
    assert str(found.value).startswith(f"{path}:{line}: ")
    assert said in str(found.value)


def test_what_is_too_wide_for_one_printer_may_be_right_for_another(tmp_path: Path) -> None:
    path = own(tmp_path, "[2x2] 办理结果告知单和其他\n[columns 20 20] a|b\n[cut]")
    assert isinstance(read_sound(path, [WIDE]), Template)
    with pytest.raises(TemplateError):
        read_sound(path, [WIDE, SMALL])


def test_a_form_that_there_is_not_is_named(tmp_path: Path) -> None:
    path = own(tmp_path, "[cut]", name="tiket")
    with pytest.raises(TemplateError, match=r"tiket.txt:1: no form has this name; call it one of ticket, "):
        read_sound(path, [SMALL])


def test_a_folder_in_place_of_a_template_is_named(tmp_path: Path) -> None:
    (tmp_path / "ticket.txt").mkdir()
    with pytest.raises(TemplateError, match=r"ticket.txt:1: cannot be read \(Is a directory\); make it readable"):
        check_forms(tmp_path, [SMALL])


def test_a_pipe_in_place_of_a_template_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ticket.txt")
    with pytest.raises(TemplateError, match=r"ticket.txt:1: not a file; put the template itself here"):
        check_forms(tmp_path, [SMALL])


@pytest.mark.parametrize("name", sorted(FORM_FIELDS))
def test_shipped_templates_are_sound_on_every_printer(name: str, tmp_path: Path) -> None:
    path = own(tmp_path, shipped_text(name), name)
    assert read_sound(path, tuple(profiles().values())).name == name


def test_the_check_of_a_hall_names_the_mistake(hall: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (hall / "forms").mkdir()
    path = own(hall / "forms", "[centre] {hall}\n[centre] {nummer}\n[cut]", "ticket")
    assert main(["check", str(hall / "hall.toml")]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"lintel: {path}:2: unknown field {{nummer}}; this form has ")
    assert said.count("\n") == 1


def test_templates_are_copied_to_be_changed_and_are_sound(hall: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forms", str(hall)]) == 0
    assert {path.stem for path in (hall / "forms").iterdir()} == set(FORM_FIELDS)
    ticket = (hall / "forms" / "ticket.txt").read_bytes()
    assert ticket.startswith(b"\xef\xbb\xbf# ")
    assert ticket.count(b"\r\n") == ticket.count(b"\n") == shipped_text("ticket").count("\n")
    assert main(["check", str(hall / "hall.toml")]) == 0
    assert f"templates of its own in {hall / 'forms'}: {len(FORM_FIELDS)}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["HALL"], "HALL/forms/ticket.txt: is there already; remove it first, or name only the forms"),
        (["HALL", "notice", "ticket"], "HALL/forms/ticket.txt: is there already; remove it first"),
        (["HALL", "tiket"], "no form 'tiket'; there are acceptance, appointment, "),
        (["HALL/nowhere"], "HALL/nowhere: no such folder; name the one in which the hall's file lies"),
    ],
)
def test_nothing_is_overwritten(
    arguments: list[str], said: str, hall: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (hall / "forms").mkdir()
    own(hall / "forms", "our own", "ticket")
    assert main(["forms", *(one.replace("HALL", str(hall)) for one in arguments)]) == 2
    assert capsys.readouterr().err.startswith("lintel: " + said.replace("HALL", str(hall)))
    assert [path.read_text() for path in (hall / "forms").iterdir()] == ["our own"]
