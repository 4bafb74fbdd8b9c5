"""What stands on the sample papers of every form: as a day in a hall brings it, some of it as long as it may become."""

from collections.abc import Mapping

Value = str | tuple[str, ...] | tuple[tuple[str, ...], ...]

HALL = "东湖派出所综合服务大厅"
ENQUIRY = "027-5550110"
COMPLAINT = "12345 / 12389"
SUPERVISION = "https://jiandu.example/donghu"
QUERY = "办理进度查询：027-5550112或任一窗口"
TIME = "2026-11-21 09:30"
DAY = "2026年11月21日"
OFFICER = "陈建国（027001）"

MATERIALS = (
    "居民身份证原件",
    "居民户口簿原件及复印件",
    "近期一寸免冠照片2张",
    "监护人同意书（须监护人本人签字）",
    "《居住证》或者房屋租赁合同备案证明",
    "单位出具的在职证明（加盖公章，30日内有效）",
)
FURTHER = ("婚姻登记证明", "出生医学证明", "原户籍地派出所出具的户籍证明")

_TICKET = {
    "hall": HALL,
    "number": "A012",
    "service": "户籍",
    "ahead": "3",
    "ahead_words": "您的前面还有3人在等待",
    "expected": "15分钟",
    "elsewhere": "",
    "counters": "1至5号窗口",
    "time": TIME,
    "rule": "号码当日有效，过号作废",
    "hours": "周一至周五 9:00-12:00 13:30-17:00",
    "enquiry_phone": ENQUIRY,
    "complaint_phone": COMPLAINT,
    "query": QUERY,
    "progress": "",
    "supervision": SUPERVISION,
    "serial": "20261121-000012",
    "check": "K7QM",
    "copy": "",
}
_SLIP = {"hall": HALL, "number": "A012", "time": TIME, "enquiry_phone": ENQUIRY, "copy": ""}
_SERVED = {**_SLIP, "service": "户籍", "officer": OFFICER, "counter": "3号窗口"}
_SIGNED = {**_SERVED, "service": "居住证申领", "name": "欧阳明月", "deadline": "2026年12月5日"}

VALUES: dict[str, Mapping[str, Value]] = {
    "ticket": _TICKET,
    "appointment": {**_TICKET, "number": "Y003", "slot": "09:30-10:00"},
    "notice": {
        "hall": HALL,
        "serial": "20261121-G001",
        "date": DAY,
        "name": "欧阳明月",
        "matter": "居住证申领",
        "items": MATERIALS,
        "officer": OFFICER,
        "counter": "3号窗口",
        "enquiry_phone": ENQUIRY,
        "copy": "",
        "sheet": "第1页，共2页",
    },
    "notice-more": {
        "hall": HALL,
        "serial": "20261121-G001",
        "date": DAY,
        "items": FURTHER,
        "first_index": "7",
        "sheet": "第2页，共2页",
        "officer": OFFICER,
        "copy": "",
    },
    "acceptance": {**_SERVED, "result": "已受理", "promised": "2026年12月1日", "query": QUERY},
    "commitment": {
        **_SIGNED,
        "serial": "20261121-C001",
        "items": ("在本辖区居住半年以上", "有合法稳定住所"),
    },
    "supplement": {**_SIGNED, "serial": "20261121-R001", "items": ("房屋租赁合同复印件", "近期一寸免冠照片2张")},
    "refusal": {
        **_SERVED,
        "result": "不予受理",
        "reason": "申请人户籍不在本辖区，且未持有本市居住证",
        "complaint_phone": COMPLAINT,
    },
    "result": {**_SERVED, "result": "已办结", "promised": ""},
    "left": {**_SLIP, "service": "户籍", "next_day": "2026年11月23日（星期一）"},
    "guide": {
        "hall": HALL,
        "service": "居住证申领",
        "basis": "《居住证暂行条例》（国务院令第663号）第九条",
        "conditions": "离开常住户口所在地，到本市居住半年以上，符合有合法稳定就业、合法稳定住所、连续就读条件之一",
        "materials": ("居民身份证原件", "居住地住址证明", "近期一寸免冠照片2张"),
        "place": "东湖派出所综合服务大厅1至5号窗口",
        "times": "周一至周五 9:00-12:00 13:30-17:00",
        "process": "取号 → 受理 → 审核 → 制证 → 领证",
        "time_limit": "15个工作日",
        "fee": "首次申领不收费",
        "enquiry_phone": ENQUIRY,
        "copy": "",
    },
    "report": {
        "hall": HALL,
        "day": "2026年11月21日（星期六）",
        "rows": (
            ("户籍", "128", "119", "7", "2", "9"),
            ("出入境", "64", "60", "4", "0", "14"),
            ("交通管理", "1203", "1180", "23", "0", "118"),
        ),
        "totals": (("取号", "1395"), ("办结", "1359"), ("平均等候", "10分钟"), ("满意及以上", "97%")),
        "by": "周警官（027006）",
        "time": "2026-11-21 17:42",
        "copy": "",
    },
    "reserve": {
        "hall": HALL,
        "number": "S001",
        "rule": "号码当日有效，请听从引导员安排",
        "enquiry_phone": ENQUIRY,
    },
}
