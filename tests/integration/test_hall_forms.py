"""The forms of an open hall: no template is read while it is written, none is lost while it is saved."""

import logging
from pathlib import Path

import pytest

from hub.hall_forms import HallForms
from printers.layout import Text
from printers.profile import profile

OWN = "[centre] {hall}\n新\n[cut]\n"


@pytest.fixture
def forms(tmp_path: Path) -> HallForms:
    return HallForms(tmp_path / "forms", [profile("generic-58")])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "forms").mkdir()
    return tmp_path / "forms" / "result.txt"


def is_own(forms: HallForms) -> bool:
    return Text("新") in forms.fill("result", {})


def test_a_template_is_not_read_while_it_is_written(
    forms: HallForms, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    forms.look()
    path.write_text("[centre] {ha")
    forms.look()
    path.write_text(OWN)
    forms.look()
    assert not is_own(forms)
    forms.look()
    assert is_own(forms)
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_a_template_that_is_gone_for_a_moment_stays(forms: HallForms, path: Path) -> None:
    path.write_text(OWN)
    forms.look(at_once=True)
    path.unlink()
    forms.look()
    path.write_text(OWN)
    forms.look()
    assert is_own(forms)
    path.unlink()
    forms.look()
    assert is_own(forms)
    forms.look()
    assert not is_own(forms)


def test_a_mistake_is_said_once_and_again_when_it_is_another(
    forms: HallForms, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for text in ("{a}\n[cut]", "{hall}\n{b}\n[cut]", "{hall}\n{b}\n[cut]"):
        path.write_text(text)
        for _ in range(5):
            forms.look()
    said = [record.message.partition(";")[0] for record in caplog.records]
    assert said[:2] == [f"{path}:1: unknown field {{a}}", f"{path}:2: unknown field {{b}}"]
    assert not is_own(forms)


def test_a_folder_that_is_none_is_said_once(forms: HallForms, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "forms").write_text("")
    forms.look()
    forms.look()
    assert [record.message for record in caplog.records] == [
        f"{tmp_path / 'forms'}: Not a directory; make it a folder that the hub may read"
    ]


def test_a_file_that_names_no_form_is_said_and_harms_nothing(
    forms: HallForms, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.with_name("tiket.txt").write_text(OWN)
    forms.look(at_once=True)
    assert "tiket.txt:1: no form has this name; call it one of ticket, " in caplog.records[0].message
    path.with_name("tiket.txt").unlink()
    forms.look()
    forms.look()
    assert not is_own(forms)


def test_a_link_to_itself_hides_no_other_template(
    forms: HallForms, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (path.parent / "ticket.txt").symlink_to("ticket.txt")
    path.write_text(OWN)
    forms.look(at_once=True)
    forms.look()
    assert is_own(forms)
    said = [record.message for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(said) == 1
    assert "ticket.txt:1: cannot be read (Too many levels of symbolic links)" in said[0]
