"""The hall's file: what is wrong in it is said with file, line and remedy."""

import re
from pathlib import Path

import pytest

from hub import hall_file, screen_file
from hub.config import HallError, load_hall

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))
GOOD = """[hall]
id = "test"
name = "测试"

[[services]]
code = "A"
name = "户籍"

[[counters]]
number = 1

[[devices]]
name = "dispenser-1"
kind = "dispenser"
board = "dispenser-pico"

[[devices]]
name = "pad-1"
kind = "pad"
board = "pad-pico"
counter = 1
"""


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
@pytest.mark.req("S5")
def test_the_examples_are_sound(path: Path) -> None:
    assert load_hall(path).file.hall.timezone == "Asia/Shanghai"


def test_a_dedicated_counter_is_called_after_its_service() -> None:
    hall = load_hall(next(path for path in EXAMPLES if path.stem == "five-counters"))
    assert [hall.counter_name(number) for number in (1, 2)] == ["户籍专窗", "综合业务"]
    assert hall.plan.counters[1].serves == (frozenset("A"),)
    assert hall.plan.counters[2].serves == (frozenset("ABCD"),)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('id = "test"', 'id = "Test"', 2, "id is 'Test'; write small letters, digits and dashes"),
        ('name = "测试"', 'nam = "测试"', 3, "remove or correct the key 'nam' (did you mean name?)"),
        ("number = 1", "number = 0", 10, "number is 0; it has to be at least 1"),
        ("number = 1", 'number = "1"', 10, "number is '1'; write a whole number, without quotes"),
        ('name = "户籍"', 'name = "户籍', 7, "not TOML"),
        ("[[counters]]", "[[counter]]", 9, "remove or correct the key 'counter' (did you mean counters?)"),
        ('name = "测试"', f'name = "{"测" * 40}"', 3, None),
        ('name = "测试"', f'name = "{"测" * 41}"', 3, "name has 41 characters"),
        ("number = 1", 'number = 1\nserves = ["Z"]', 11, "counter 1: Z is no service"),
        ("[[counters]]", "[[counters]]\nnumber = 1\n\n[[counters]]", 12, "counter 1 stands here twice"),
        (
            'code = "A"\nname = "户籍"',
            'code = "A"\nname = "户籍"\n[[services]]\ncode = "A"\nname = "乙"',
            8,
            "another letter",
        ),
        ('board = "pad-pico"', 'board = "nothing"', 20, "no file nothing.json"),
        ('board = "pad-pico"', 'board = "../x"', 20, "small letters, digits and dashes"),
        ("counter = 1\n", "counter = 7\n", 21, "needs the number of a counter"),
        ('name = "pad-1"', 'name = "hub"', 18, "the name hub is taken"),
        ('name = "pad-1"', 'name = "dispenser-1"', 18, "the name dispenser-1 is taken"),
        ('board = "dispenser-pico"', 'board = "pad-pico"', 15, "no printer or no keys"),
        ('kind = "pad"\nboard = "pad-pico"', 'kind = "lintel"\nboard = "dispenser-pico"\nkeys = {}', None, None),
    ],
)
def test_mistakes_are_named_with_line_and_remedy(
    tmp_path: Path, old: str, new: str, line: int | None, words: str | None
) -> None:
    path = tmp_path / "hall.toml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    if words is None:
        load_hall(path)
        return
    with pytest.raises(HallError) as caught:
        load_hall(path)
    assert f"{path}:{line}: " in str(caught.value)
    assert words in str(caught.value)


def test_a_service_that_nobody_serves_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hall.toml"
    text = GOOD.replace("number = 1", 'number = 1\nserves = ["A"]', 1)
    path.write_text(text + '\n[[services]]\ncode = "B"\nname = "出入境"\n', encoding="utf-8")
    with pytest.raises(HallError, match="no counter serves B 出入境"):
        load_hall(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"[hall", "not TOML"), (b"\xff\xfe", "cannot be read"), (b"", "missing required field `hall`")],
)
def test_what_is_no_hall_file_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "hall.toml"
    path.write_bytes(content)
    with pytest.raises(HallError, match=words):
        load_hall(path)


def test_a_board_beside_the_hall_file_goes_first(tmp_path: Path) -> None:
    (tmp_path / "pad-pico.json").write_text('{"chip": "w5500-evb-pico", "keys": {"pins": {"next": 2, "recall": 2}}}')
    path = tmp_path / "hall.toml"
    path.write_text(GOOD, encoding="utf-8")
    with pytest.raises(HallError, match=r"keys.recall and keys.next are both on pin 2; give one of them another pin"):
        load_hall(path)


def test_a_file_of_windows_is_read_and_one_in_another_coding_refused_with_line_and_remedy(tmp_path: Path) -> None:
    path = tmp_path / "hall.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_hall(path).name == "测试"
    path.write_bytes(GOOD.encode("gbk"))
    with pytest.raises(HallError, match=r"hall.toml:3: cannot be read: not UTF-8; save the file as UTF-8"):
        load_hall(path)


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ("", "号码当日有效，过号作废"),
        ('[rules]\nno_show = "back"', "号码当日有效，过号顺延3个号"),
        (
            '[rules]\nno_show = "back"\nno_show_calls = 5',
            "号码当日有效，过号顺延5个号",
        ),
        ('[rules]\nno_show = "keep"', "号码当日有效，过号30分钟内可恢复"),
        ('[rules]\nno_show = "keep"\n[ticket]\nrule = "过号重排"', "过号重排"),
    ],
)
def test_a_ticket_promises_nothing_else_than_the_hall_does(tmp_path: Path, rules: str, words: str) -> None:
    path = tmp_path / "hall.toml"
    path.write_text(GOOD + rules, encoding="utf-8")
    assert load_hall(path).file.ticket.rule == words


def test_a_key_may_do_something_else_when_a_digit_does_what_it_did(tmp_path: Path) -> None:
    path = tmp_path / "hall.toml"
    text = GOOD.replace('"pad-pico"', '"desk-pico"') + '[pad.keys]\nfinish = "begin"\n[pad.menu]\n6 = "finish"\n'
    path.write_text(text, encoding="utf-8")
    hall = load_hall(path)
    assert (hall.pad_keys["finish"], hall.menu(hall.device("pad-1"))["6"]) == ("begin", "finish")


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(HallError, match="cannot be read"):
        load_hall(tmp_path / "none.toml")


def test_every_table_and_key_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "hall-file.md").read_text(encoding="utf-8")
    words = set(re.findall(r"`([^`]+)`", text))
    tables = [*hall_file.Section.__subclasses__(), *screen_file.Table.__subclasses__()]
    keys = {key for table in tables for key in table.__struct_encode_fields__}
    assert sorted(keys - words) == []


def test_the_usual_reasons_are_documented_with_their_digits() -> None:
    text = (Path(__file__).parents[2] / "docs" / "hall-file.md").read_text(encoding="utf-8")
    for name in hall_file.ReasonsTable.__struct_fields__:
        words = getattr(hall_file.ReasonsTable(), name)
        assert f"| `{name}` | {', '.join(f'{at} {one}' for at, one in enumerate(words, 1))} |" in text


PERSON = """
[[people]]
id = "027001"
name = "陈警官"
pin = "scrypt$00$00"
"""


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (PERSON + PERSON, "027001 stands here twice"),
        (PERSON + 'kind = "auxiliary"', "auxiliary 027001 needs a supervisor"),
        (PERSON + 'supervisor = "027001"', "only auxiliaries have a supervisor"),
        (PERSON + 'services = ["Z"]', "authorised for Z, which is no service"),
        ('[hours]\nmon = "12:00-08:00"', "spans end after they begin, follow each other"),
        ('[hours]\nmon = "8-12"', "mon is '8-12'; write spans of hours, such as 08:30-12:00"),
        ('[hours]\nmon = "08:30-24:00"', "mon is '08:30-24:00'; write spans of hours"),
        ('[hours]\nholidays = ["2026-02-31"]', "2026-02-31 is no day of the calendar"),
        ('[hours]\nworkdays = ["2026-13-01"]', "2026-13-01 is no day of the calendar"),
        ('[day]\nbegins = "25:00"', "begins is '25:00'; write an hour such as 08:30"),
        (PERSON.replace("$00$00", "$abc$00"), "pin cannot be so; write the line that lintel pin prints"),
        ('[[results]]\ncode = "1"\nname = "a"\n[[results]]\ncode = "1"\nname = "b"', "stands here twice"),
        ('[[results]]\ncode = "1"\nname = "a"\nform = "supplement"', "result 1 is told in writing"),
        ('[report]\nprinter = "pad-1"', "pad-1 has no printer; name a device that has one"),
        (
            '[[devices]]\nname = "d"\nkind = "dispenser"\nboard = "dispenser-pico"\nkeys = { B = { guide = "A" } }',
            "key B: name one service, and give it a [services.guide]",
        ),
        (PERSON + 'roles = ["chief"]', "roles has 'chief'; write one of announcer, business, clerk, "),
        (PERSON + 'roles = ["viewer", "handler"]', "cannot be viewer and handler at once (M43)"),
        (PERSON + 'roles = ["complaints", "clerk"]', "cannot be complaints and clerk at once (M43)"),
        ("[notices]\nkeep_days = 0", "keep_days is 0; it has to be at least 1"),
        ('[[devices]]\nname = "guide"\nkind = "guide"\nboard = "desk-pico"', "a device that has a printer"),
        ('[[devices]]\nname = "duty"\nkind = "duty"\nboard = "dispenser-pico"\ncounter = 1', "belongs to no counter"),
        ('[[devices]]\nname = "r"\nkind = "rating"\nboard = "pad-pico"\ncounter = 1', "lacks keys r1 to r5"),
        ('[[devices]]\nname = "s"\nkind = "speaker"\nboard = "pad-pico"', "has no voice; a speaker needs one"),
        ('[[devices]]\nname = "s"\nkind = "speaker"\nboard = "speaker-pi"\ncounter = 7', "which does not exist"),
        (
            '[[devices]]\nname = "s"\nkind = "speaker"\nboard = "speaker-pi"\nkeys = { A = { service = "A" } }',
            "keys are for dispensers; remove them from s",
        ),
        ('[[devices]]\nname = "d"\nkind = "duty"\nboard = "desk-pico"\nzone = "x"', "zone is for speakers"),
        ('[voice]\nlanguages = ["zh", "zh"]', "a language stands here twice"),
        ('[voice]\nlanguages = ["en"]', "languages has 'en'; write one of yue, zh"),
        ('[voice]\nquiet = "14:00-12:00"', "quiet: spans end after they begin"),
        ('[voice]\nzones = { "x" = 50 }', "no speaker has the zone x"),
        ("[voice]\nvolume = 101", "volume is 101; it has to be at most 100"),
        ('[pad.keys]\nnext = "go"', "no action 'go'; there is appointment, begin"),
        ('[pad.keys]\nfinish = "begin"', "pad-1: no key does finish any more; give it a digit in pad.menu"),
        ('[pad.keys]\nnext = "recall"\n[pad.menu]\n3 = "park"', "pad-1: no key does next any more"),
        ('[pad.keys]\nnxt = "begin"', "no pad and no desk has a key nxt; there is"),
        ('[pad.menu]\n3 = "prak"', "no action 'prak'"),
        ('[pad.words]\nnobody = "x"', "no refusal 'nobody'; there is old-turn"),
        ('[pad.words]\nNobody = "x"', "a key of words has to be small letters and dashes"),
        ('[[devices]]\nname = "t"\nkind = "table"\nboard = "lintel-pico"\ncounter = 1', "is of profile open"),
    ],
)
def test_what_is_wrong_with_people_hours_and_desks_is_said(tmp_path: Path, more: str, words: str) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(GOOD + more, encoding="utf-8")
    with pytest.raises(HallError, match=re.escape(words)):
        load_hall(file)


@pytest.mark.req("S5")
def test_a_dedicated_counter_serves_its_own_first_and_then_what_it_helps_with(tmp_path: Path) -> None:
    file = tmp_path / "hall.toml"
    more = '[[services]]\ncode = "B"\nname = "乙"\n'
    text = GOOD.replace("number = 1\n", 'number = 1\nserves = ["A"]\nthen = ["B"]\n', 1)
    file.write_text(text + more, encoding="utf-8")
    assert load_hall(file).plan.counters[1].serves == (frozenset("A"), frozenset("B"))


PAGE = '[[screen.pages]]\ntitle = "收费"\nlines = ["免费"]\nversion = "1"\neffective = "2026-01-01"\n'


@pytest.mark.parametrize(
    ("more", "line", "words"),
    [
        (PERSON + 'photo = "nobody.png"', 27, "no file nobody.png beside this file; put the picture there"),
        (PERSON + 'photo = "../x.png"', 27, "../x.png lies elsewhere; put the picture beside this file"),
        (PERSON + 'photo = "/etc/passwd"', 27, "/etc/passwd lies elsewhere"),
        (PERSON + 'photo = "hall.toml"', 27, "hall.toml is no .png, .jpg, .jpeg, .webp; convert the picture"),
        ('[screen]\nsafety_sign = "sign.png"', 23, "no file sign.png"),
        ('[screen]\norder = ["qr", "qr"]', 23, "a kind of page stands in order twice"),
        ('[screen]\norder = ["weather"]', 23, "order has 'weather'; write one of guides, hours"),
        ('[screen]\neffective = "2026-02-30"', 23, "2026-02-30 is no day of the calendar"),
        ("[screen]\ncall_s = 5", 23, "call_s is 5; it has to be at least 10"),
        (PAGE + PAGE.replace("01-01", "13-01"), 31, "2026-13-01 is no day of the calendar"),
        (PAGE.replace('version = "1"\n', ""), 22, "missing required field `version`"),
        ('[screen.qr]\ntext = ""', 23, "text has 0 characters; it has to have at least 1"),
        ("[web]\nport = 70000", 23, "port is 70000; it has to be at most 65535"),
    ],
)
def test_what_is_wrong_with_the_hall_screen_is_said(tmp_path: Path, more: str, line: int, words: str) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(GOOD + more, encoding="utf-8")
    with pytest.raises(HallError) as caught:
        load_hall(file)
    assert f"{file}:{line}: " in str(caught.value)
    assert words in str(caught.value)
