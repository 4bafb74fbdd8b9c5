"""Every form on paper as it was looked at; and that nothing which belongs on it is missing."""

import re
from collections.abc import Iterable

import pytest
import zxingcpp
from PIL import Image

from printers.forms import FORM_FIELDS
from printers.output import print_bytes
from printers.profile import profile
from sim.paper import Slip, read_slips
from tests.golden.form_papers import FOLDER, PAPERS, bytes_of, picture_of, shipped, slips_of
from tests.golden.form_values import MATERIALS, SUPERVISION, VALUES, Value

DOCUMENT = FOLDER.parents[2] / "docs" / "forms.md"
NATIVE = [paper for paper in PAPERS if paper.endswith("-native")]
WITH_CODE = [paper for paper in PAPERS if paper.startswith(("ticket-", "appointment-"))]
NOT_IN_WORDS = {"ticket": {"ahead"}, "appointment": {"ahead"}, "notice-more": {"first_index"}}
"""Fields that other words of the form say already, and the number of the first line."""

LABELS = (
    "事项：",
    "情况：",
    "结果：",
    "办结：",
    "期限：",
    "理由：",
    "窗口：",
    "人：",
    "时间：",
    "电话：",
    "电话",
    "编号",
    "号码",
)


def words(slips: Iterable[Slip]) -> str:
    """Return all that stands on papers, without what the width of the paper put between."""
    return "".join("".join(line.split()) for slip in slips for line in slip.text)


def parts(value: Value) -> list[str]:
    """Return each text of a value, without spaces."""
    if isinstance(value, str):
        return ["".join(value.split())]
    return [text for one in value for text in parts(one)]


def on_paper(name: str, changes: dict[str, Value], width_mm: int = 80) -> list[str]:
    """Return the lines of a form whose values were changed."""
    one = profile(f"generic-{width_mm}")
    data = print_bytes(shipped().fill(name, {**VALUES[name], **changes}), one)
    return [line for slip in read_slips(data, width_dots=one.width_dots) for line in slip.text]


def test_every_form_has_sample_papers() -> None:
    assert set(VALUES) == set(FORM_FIELDS)
    for name, values in VALUES.items():
        assert set(values) == FORM_FIELDS[name], name


def test_the_list_of_forms_is_the_one_that_is_written_down() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| [^|]+ \| ([^|]+) \|$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    listed = {
        name: set(re.findall(r"[a-z_]+", fields.removeprefix("those of `ticket`, and "))) for name, fields in rows
    }
    listed["appointment"] |= listed["ticket"]
    assert listed == {name: set(fields) for name, fields in FORM_FIELDS.items()}


@pytest.mark.parametrize("paper", PAPERS)
def test_papers_are_as_they_were_looked_at(paper: str) -> None:
    assert bytes_of(paper) == (FOLDER / f"{paper}.bin").read_bytes()
    with Image.open(FOLDER / f"{paper}.png") as looked_at:
        assert picture_of(paper).tobytes() == looked_at.convert("1").tobytes()
    assert [slip.unknown for slip in slips_of(paper)] == [[] for _ in slips_of(paper)]


def test_no_paper_is_kept_that_nobody_makes() -> None:
    assert {path.stem for path in FOLDER.glob("*.*")} == set(PAPERS)


@pytest.mark.parametrize("paper", NATIVE)
def test_every_field_stands_on_the_paper(paper: str) -> None:
    name = paper.rsplit("-", 2)[0]
    text = "".join("".join(line.split()) for line in on_paper(name, {}, int(paper.split("-")[-2])))
    shown = {field: value for field, value in VALUES[name].items() if field not in NOT_IN_WORDS.get(name, ())}
    if "supervision" in shown:
        assert slips_of(paper)[0].qr == [shown.pop("supervision")]
    if name == "report" and "-58-" in paper:
        assert "交通管1203118023" in text
        del shown["rows"]  # a long service takes two lines beside its figures
    assert [(field, part) for field, value in shown.items() for part in parts(value) if part not in text] == []


@pytest.mark.req("S15")
@pytest.mark.parametrize("paper", WITH_CODE)
def test_codes_are_read_back_from_the_picture(paper: str) -> None:
    (found,) = zxingcpp.read_barcodes(picture_of(paper).convert("L"))
    assert (found.format, found.text) == (zxingcpp.BarcodeFormat.QRCode, SUPERVISION)


@pytest.mark.parametrize("name", sorted(set(VALUES) - {"ticket", "appointment"}))
def test_what_has_no_value_leaves_its_line_out(name: str) -> None:
    lines = on_paper(name, dict.fromkeys(FORM_FIELDS[name], ""))
    assert [line for line in lines if line.rstrip().endswith(LABELS)] == []


@pytest.mark.parametrize("name", sorted({name for name, fields in FORM_FIELDS.items() if "copy" in fields}))
def test_a_second_copy_says_so_and_who_asked(name: str) -> None:
    lines = [line.strip() for line in on_paper(name, {"copy": "（补打 周警官）"})]
    assert lines.count("（补打 周警官）") == (2 if name.startswith(("notice", "commitment", "supplement")) else 1)


@pytest.mark.req("M15", "M37")
def test_a_notice_has_two_parts_with_one_serial_and_a_cut_between() -> None:
    stub, notice = slips_of("notice-80-native")
    assert stub.is_cut
    assert notice.is_cut
    numbered = [f"{at}、{one}" for at, one in enumerate(MATERIALS, 1)]
    numbered = ["".join(one.split()) for one in numbered]
    assert words([stub]) == (
        "东湖派出所综合服务大厅政务服务一次性告知单（存根）编号20261121-G001第1页，共2页"
        + "-" * 48
        + "2026年11月21日，"
        "欧阳明月同志前来办理居住证申领事项时缺少以下材料：" + "".join(numbered) + "现书面告知。"
        "接待责任人：陈建国（027001）受理窗口：3号窗口"
        "承办人（签字）：________________签收人（签字）：________________2026年11月21日"
    )
    assert words([notice]) == (
        "东湖派出所综合服务大厅政务服务一次性告知单（通知联）编号20261121-G001第1页，共2页"
        + "-" * 48
        + "欧阳明月同志："
        "你于2026年11月21日办理居住证申领事项时，经审查，办理事项的资料不全，需要补齐以下资料后方可办理："
        + "".join(numbered)
        + "谢谢您的合作！接待责任人：陈建国（027001）受理窗口：3号窗口咨询电话：027-5550110"
        "承办人（签字）：________________2026年11月21日"
    )


@pytest.mark.req("M37", "M40")
def test_a_notice_without_a_name_leaves_room_to_write_it() -> None:
    text = on_paper("notice", {"name": ""})
    assert text[5].startswith("2026年11月21日，____________同志前来办理")
    assert "____________同志：" in text


@pytest.mark.req("M15", "M37")
def test_more_than_six_items_go_on_a_sheet_with_the_same_serial() -> None:
    stub, notice = slips_of("notice-more-80-native")
    for part, title in ((stub, "一次性告知单续页（存根）"), (notice, "一次性告知单续页（通知联）")):
        assert part.is_cut
        assert [line.strip() for line in part.text][1:4] == [title, "编号 20261121-G001", "第2页，共2页"]
        assert part.text[5:8] == ["7、 婚姻登记证明", "8、 出生医学证明", "9、 原户籍地派出所出具的户籍证明"]


@pytest.mark.req("M16")
def test_an_acceptance_names_the_promised_day_and_what_happens_before_it() -> None:
    lines = on_paper("acceptance", {})
    assert "承诺办结：2026年12月1日" in lines
    assert "经办人：  陈建国（027001）" in lines
    assert "因特殊情况不能按时办结的，我们将在期限届满前告知" in lines
    without = on_paper("acceptance", {"promised": ""})
    assert [line for line in without if "承诺" in line or "期限" in line] == []


@pytest.mark.req("M23")
def test_a_commitment_says_duty_content_and_what_a_false_promise_means() -> None:
    text = "".join(on_paper("commitment", {}))
    for said in (
        "负有证明以下内容的义务（证明内容）",
        "在本辖区居住半年以上",
        "不实承诺的法律责任：承诺不实的，",
        "承诺人（签字）：",
        "先予办理，并在2026年12月5日前（含当日）补交相应证明。",
    ):
        assert text.count(said) == 2, "once on the part that is kept, once on the citizen's"
    assert "不再提交" not in text
    without = "".join(on_paper("commitment", {"deadline": ""}))
    assert "不再提交相应证明。" in without
    assert "补交" not in without
    assert "申请人：  ________________" in on_paper("commitment", {"name": ""})


@pytest.mark.req("M23")
def test_a_supplement_says_what_is_missing_and_until_when() -> None:
    lines = on_paper("supplement", {})
    assert "1、 房屋租赁合同复印件" in lines
    assert "补交期限：至2026年12月5日" in lines
    assert lines.count("承诺人（签字）：________________") == 2
    assert {"（存根联）", "（当事人联）"} <= set(lines)


@pytest.mark.req("M36")
def test_a_refusal_gives_the_reason() -> None:
    lines = on_paper("refusal", {})
    assert "办理结果：不予受理" in lines
    assert "理由：    申请人户籍不在本辖区，且未持有本市居住" in lines
    assert "监督电话 12345 / 12389" in lines


@pytest.mark.req("M45")
def test_a_result_slip_says_what_came_of_it() -> None:
    assert on_paper("result", {})[4:] == [
        "办理事项：户籍",
        "办理结果：已办结",
        "办理窗口：3号窗口",
        "经办人：  陈建国（027001）",
        "时间：    2026-11-21 09:30",
        "-" * 48,
        "咨询电话 027-5550110",
    ]


@pytest.mark.req("M28")
def test_whoever_was_not_served_reads_why_and_when_to_come() -> None:
    text = "".join(on_paper("left", {}, 58)).replace("　", "")
    assert "因今日窗口已停止办理，您要办的户籍业务今日未能办理，让您久等了，我们深表歉意。" in text
    assert "请于2026年11月23日（星期一）凭此单到引导台，优先取号办理。" in text


@pytest.mark.req("M35")
def test_a_guide_slip_tells_all_eight_things() -> None:
    lines = on_paper("guide", {})
    headings = ["审批依据", "申请条件", "申请材料", "办证地点", "办证时间", "办理流程", "办理时限", "收费标准"]
    assert [line for line in lines if line in headings] == headings
    assert lines[lines.index("申请材料") + 1 : lines.index("办证地点")] == [
        "1、 居民身份证原件",
        "2、 居住地住址证明",
        "3、 近期一寸免冠照片2张",
    ]
