"""What the kinds of devices are called, the same on labels, pages, pictures of wiring and in the simulated hall."""

KIND_WORDS = {
    "lintel": "门楣屏",
    "dispenser": "取号机",
    "pad": "呼叫器",
    "rating": "评价器",
    "guide": "引导台",
    "duty": "值班台",
    "table": "桌面屏",
    "face": "监督牌",
    "printer": "打印机",
    "speaker": "音箱",
}
"""By the kind in the hall's file."""


def kind_words(kind: str) -> str:
    """Return what people call a kind of device; one that has no words is called as in the hall's file."""
    return KIND_WORDS.get(kind, kind)
