"""A change of a hall's file touches nothing else of it, and taking it back leaves nothing of it."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from hub.config import load_hall
from hub.edits.differences import differences, leaves
from hub.edits.kinds import IDENTITY, Add, Edit, NoSuchPlaceError, Place, Put, Remove, changed
from hub.edits.prepare import prepare_edits, prepare_text, words_of
from hub.edits.ready import NotChangedError
from hub.edits.scan import statements
from hub.edits.text import CannotWriteError, edited
from hub.edits.undo import CannotUndoError, undone
from hub.edits.versions import next_version
from hub.edits.written import UnwritableError

EXAMPLES = Path(__file__).parents[2] / "examples"
FULL = (EXAMPLES / "full-hall.toml").read_text(encoding="utf-8")
ODD = '''# 第一行说明
[hall]  # 大厅
id = "odd"   # 不要改
name = """北湖"所"
第二行 # 不是注释"""

[[counters]]   # 一号
number = 1

# 一号窗的设备
[[devices]]
name = 'pad-1'
net = { address = "10.0.0.7/24", gateway = "10.0.0.1" } # 固定

[[counters]]
number = 2 # 二号
zone = "东" # 靠门

[devices.keys]
D = { service = "A", class = "elderly" }

[[services]]
code = "A"
guide.fee = "免费" # 点号写法
guide.basis = '法"条'

[[services]]
code = "B"

[hours]
holidays = [
    "2026-10-01", # 国庆
    "2026-10-02",  # 国庆
    # 春节以公告为准
    "2026-02-17"
]
mon = "08:30-12:00"'''
TEXTS = {"odd": ODD, "windows": ODD.replace("\n", "\r\n"), "marked": "\ufeff" + ODD}
PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
"""Explaining a failure traces every line of a parser, which takes minutes."""
texts = st.sampled_from(sorted(TEXTS))
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
values = st.one_of(words, st.integers(-9, 9999), st.booleans(), st.floats(0, 99), st.lists(words, max_size=5))


def places(text: str) -> list[Place]:
    """Return every place that has a value, and every table and element that such a place is in."""
    found = dict.fromkeys(at[:size] for at in leaves(text) for size in range(1, len(at) + 1))
    return [at for at in found if at not in IDENTITY]


def comments(text: str) -> list[str]:
    """Return what a text says to people alone."""
    spans = [one.span for one in statements(text.removeprefix("\ufeff"))]
    text = text.removeprefix("\ufeff")
    between = [text[a:b] for (_, a), (b, _) in zip([(0, 0), *spans], [*spans, (len(text), 0)], strict=True)]
    return [line.strip() for part in between for line in part.splitlines() if line.strip()]


@st.composite
def edits_of(draw: st.DrawFn, text: str) -> Edit:
    which = draw(st.integers(0, 9))
    if which == 0:
        array = draw(st.sampled_from(sorted(set(IDENTITY) - {("light",)})))
        new: dict[str, Any] = {
            IDENTITY[array]: draw(st.integers(50, 99)) if array == ("counters",) else "新" + draw(words)
        }
        new |= draw(st.dictionaries(st.sampled_from(["name", "zone", "一 键"]), values, max_size=2))
        return Add(to=array, value=new | ({"guide": {"fee": draw(words)}} if draw(st.booleans()) else {}))
    at = draw(st.sampled_from(places(text)))
    if which < 3:
        return Remove(at=at)
    if which < 5:
        return Put(at=(*at[:1], *(["new"] if len(at) == 1 else (*at[1:-1], "new"))), value=draw(values))
    leaf = draw(st.sampled_from(list(leaves(text))))
    return Put(at=leaf, value=draw(values))


def after(text: str, edit: Edit) -> str:
    """Return the text after an edit; one that names what cannot be is no example."""
    try:
        return edited(text, edit)
    except NoSuchPlaceError:
        assume(False)
        raise


@settings(max_examples=50, deadline=None, phases=PHASES)
@given(data=st.data(), name=texts)
def test_an_edit_makes_the_data_what_is_wanted_and_nothing_else_of_the_text(data: st.DataObject, name: str) -> None:
    text = TEXTS[name]
    edit = data.draw(edits_of(text))
    new = after(text, edit)
    mark = "\ufeff"
    assert tomllib.loads(new.removeprefix(mark)) == changed(tomllib.loads(text.removeprefix(mark)), edit)
    assert new.startswith(mark) == text.startswith(mark)
    if not isinstance(edit, Remove):
        assert [one for one in comments(text) if one not in comments(new)] == []
    assert undone(text, new, new) == text


@settings(max_examples=50, deadline=None, phases=PHASES)
@given(data=st.data(), name=texts)
def test_a_value_that_is_put_changes_its_own_lines_alone(data: st.DataObject, name: str) -> None:
    text = TEXTS[name].removeprefix("\ufeff")
    own = data.draw(st.sampled_from([one for one in statements(text) if one.kind == "key"]))
    at = next(at for at, _value in leaves(text).items() if _path(text, at)[: len(own.path)] == own.path)
    new = after(text, Put(at=at, value=data.draw(values)))
    begin, end = own.span
    assert (new[:begin], new[len(new) - len(text[end:]) :]) == (text[:begin], text[end:])


def _path(text: str, at: Place) -> tuple[str | int, ...]:
    from hub.edits.kinds import found

    return found(tomllib.loads(text), at)


@settings(max_examples=50, deadline=None, phases=PHASES)
@given(data=st.data(), name=texts)
def test_of_two_edits_the_first_is_taken_back_and_the_second_stays(data: st.DataObject, name: str) -> None:
    text = TEXTS[name]
    first = data.draw(edits_of(text))
    one = after(text, first)
    second = data.draw(edits_of(one))
    two = after(one, second)
    try:
        left = undone(text, one, two)
    except CannotUndoError:
        return
    assert {repr(one) for one in differences(text, left)} == {repr(one) for one in differences(one, two)}
    assert undone(one, two, two) == one


def test_comments_of_a_list_stay_beside_their_items() -> None:
    days = ["2026-10-01", "2026-10-03", "2026-02-17", "2026-05-01"]
    new = edited(ODD, Put(at=("hours", "holidays"), value=days))
    assert (
        new.replace(
            """    "2026-10-03",  # 国庆
    # 春节以公告为准
    "2026-02-17",
    "2026-05-01",
]""",
            """    "2026-10-02",  # 国庆
    # 春节以公告为准
    "2026-02-17"
]""",
        )
        == ODD
    )


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (Put(at=("services", "Z", "name"), value="无"), "services.Z"),
        (Remove(at=("rules", "arrival_s")), "rules.arrival_s"),
        (Put(at=("hall", "name", "short"), value="无"), "hall.name.short"),
        (Put(at=("hall", "name"), value="\ud800"), "half a character"),
        (Put(at=("hall", "name"), value=None), "None"),
    ],
)
def test_what_cannot_be_is_said(edit: Edit, says: str) -> None:
    with pytest.raises((NoSuchPlaceError, UnwritableError, CannotWriteError), match=says):
        edited(FULL, edit)


@pytest.mark.req("M21")
@pytest.mark.parametrize(
    ("version", "year", "following"),
    [
        ("2026-2", 2026, "2026-3"),
        ("2026-9", 2027, "2027-1"),
        ("", 2026, "2026-1"),
        ("V09", 2026, "V10"),
        ("甲", 2026, "甲-2"),
    ],
)
def test_versions_are_counted_on(version: str, year: int, following: str) -> None:
    assert next_version(version, year) == following


@pytest.mark.req("M21")
@pytest.mark.req("M35")
def test_a_guide_or_page_with_other_content_has_another_version_from_today_on() -> None:
    path = EXAMPLES / "full-hall.toml"
    fee = Put(at=("services", "A", "guide", "fee"), value="免费")
    page = Put(at=("screen", "pages", "便民服务", "lines"), value=["提供雨伞"])
    ready = prepare_edits(
        path, FULL, [fee, page, Put(at=("services", "B", "guide"), value={"fee": "200元"})], "2026-11-22"
    )
    guides = {one.code: one.guide for one in ready.hall.services}
    assert guides["A"]
    assert (guides["A"].fee, guides["A"].version, guides["A"].effective) == (
        "免费",
        "2026-3",
        "2026-11-22",
    )
    assert guides["B"]
    assert (guides["B"].version, guides["B"].effective) == ("2026-3", "2026-11-22")
    pages = {one.title: (one.version, one.effective) for one in ready.hall.file.screen.pages}
    assert pages == {"收费公示": ("2026-1", "2026-01-01"), "便民服务": ("2026-2", "2026-11-22")}
    own = Put(at=("services", "A", "guide", "version"), value="2026-甲")
    ready = prepare_edits(
        path, FULL, [fee, own, Put(at=("services", "A", "guide", "effective"), value="2026-12-01")], "2026-11-22"
    )
    assert ready.hall.services[0].guide
    assert (ready.hall.services[0].guide.version, ready.hall.services[0].guide.effective) == ("2026-甲", "2026-12-01")


@pytest.mark.parametrize(
    ("edits", "says"),
    [
        ([Put(at=("rules", "recalls_max"), value=100)], r"full-hall\.toml第20行"),
        ([Put(at=("counters", 1, "serves"), value=["Q"])], "Q is no service"),
        ([Put(at=("screen", "pages", 1, "version"), value="")], "version"),
        ([Put(at=("hall", "id"), value="other")], "hall.id 不能在运行中修改"),
        ([Put(at=("web", "port"), value=8611)], "web.port 不能在运行中修改"),
        ([Remove(at=("day",))], "day.begins 不能在运行中修改"),
        ([Put(at=("rules", "call_pause_s"), value=3)], "内容与现在相同"),
    ],
)
def test_what_the_file_may_not_be_is_refused_as_at_a_start_without_its_folder(edits: list[Edit], says: str) -> None:
    with pytest.raises(NotChangedError, match=says) as refused:
        prepare_edits(EXAMPLES / "full-hall.toml", FULL, edits, "2026-11-22")
    assert str(EXAMPLES) not in str(refused.value)


def test_a_change_is_told_in_words_without_secrets() -> None:
    one = prepare_edits(
        EXAMPLES / "full-hall.toml",
        FULL,
        [
            Put(at=("services", "A", "name"), value="户政"),
            Put(at=("people", "027001", "pin"), value=load_hall(EXAMPLES / "full-hall.toml").file.people[1].pin),
            Put(at=("counters", 2, "auto"), value=True),
        ],
        "2026-11-22",
    )
    assert one.words == "业务 A 户政 名称：户籍→户政；窗口 2号 自动叫号：是；人员 027001 陈建国 密码已更换"
    assert words_of(differences(FULL, FULL), FULL, FULL) == "内容未变，仅格式或注释"


def test_the_same_file_with_another_comment_is_the_same_hall() -> None:
    path = EXAMPLES / "full-hall.toml"
    assert prepare_text(path, FULL, FULL + "# 新\n").words == "内容未变，仅格式或注释"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[[screen.pages]]\ntitle = "x"\n', ("screen", "pages", "x")),
        ('[screen.qr]\ntext = "x"\n', ("screen", "qr")),
    ],
)
def test_a_table_without_a_header_of_its_own_goes_with_the_last_that_is_in_it(text: str, place: Place) -> None:
    head = '[hall]  # first\nid = "h"\n'
    after = edited(f"{head}\n{text}", Remove(at=place))
    assert after.startswith(head)
    assert tomllib.loads(after) == {"hall": {"id": "h"}}
