"""What the voice says, as tables: languages, their words as clips and texts, and the phrases made of them (S8, M22)."""

from collections.abc import Iterator

from msgspec import Struct

from hardware.speech import Language, Phrase, Speak

NUMBER, COUNTER = "<number>", "<counter>"
"""What stands in a phrase for the letters and digits of the ticket and of the counter, said one by one."""


class Tongue(Struct, frozen=True, kw_only=True):
    """A language. voice: espeak-ng's name of it. clips: recorded words by the names of their files, and their texts."""

    voice: str
    clips: dict[str, str]


def _spelt(digits: str) -> dict[str, str]:
    letters = {chr(code): chr(code).upper() for code in range(ord("a"), ord("z") + 1)}
    return {str(value): word for value, word in enumerate(digits)} | letters


TONGUES: dict[Language, Tongue] = {
    "zh": Tongue(
        voice="cmn-latn-pinyin",  # plain cmn of espeak-ng 1.51 reads the letters of its own transcription
        clips={
            **_spelt("零一二三四五六七八九"),
            "qing": "请",
            "hao-dao": "号，到",
            "hao-chuangkou": "号窗口",
            "banli": "办理",
            "zanting": "暂停服务，请到其他窗口办理",
            "pingjia": "请您评价本次服务",
            "kaishi-quhao": "现在开始取号",
            "zanting-quhao": "现在暂停取号",
            "tingzhi-quhao": "现在停止取号，已取号的群众请继续等候办理",
            "ceshi": "语音测试",
        },
    ),
    "yue": Tongue(
        voice="yue",
        clips={
            **_spelt("零一二三四五六七八九"),
            "qing": "請",
            "hao-dao": "號，到",
            "hao-chuangkou": "號窗口",
            "banli": "辦理",
            "zanting": "暫停服務，請到其他窗口辦理",
            "pingjia": "請您評價本次服務",
            "kaishi-quhao": "現在開始取號",
            "zanting-quhao": "現在暫停取號",
            "tingzhi-quhao": "現在停止取號，已取號嘅群眾請繼續等候辦理",
            "ceshi": "語音測試",
        },
    ),
}
CALL = ("qing", NUMBER, "hao-dao", COUNTER, "hao-chuangkou", "banli")
PHRASES: dict[Phrase, tuple[str, ...]] = {
    "call": CALL,
    "recall": CALL,
    "rate": ("pingjia",),
    "open": ("kaishi-quhao",),
    "pause": ("zanting-quhao",),
    "closing": ("tingzhi-quhao",),
    "away": (COUNTER, "hao-chuangkou", "zanting"),
    "test": ("ceshi",),
}
_CAPTION_JOINS = {"号，到": "号到"}
SHORT_PAUSE_S = 0.4
CHAR_S = 0.28
CHIME_S = 1.2
USUAL_RATE = 160


def clips_of(job: Speak) -> tuple[str, ...]:
    """Return the names of the clips that a job says, in order; they are the same in every language."""
    return tuple(_clips(job))


def text_of(job: Speak, language: Language) -> str:
    """Return what a job says in a language as espeak-ng has to be given it: digits one by one, 零一二."""
    return "".join(TONGUES[language].clips[clip] for clip in clips_of(job))


def caption_of(job: Speak) -> str:
    """Return what a job says as people write it: 请A012号到3号窗口办理."""
    written = {NUMBER: job.number, COUNTER: str(job.counter)}
    words = (written.get(step) or TONGUES["zh"].clips[step] for step in PHRASES[job.phrase])
    return "".join(_CAPTION_JOINS.get(word, word) for word in words)


def takes_s(job: Speak) -> float:
    """Return about how many seconds a job takes to say."""
    once = sum(len(text_of(job, language)) * CHAR_S * USUAL_RATE / job.rate + SHORT_PAUSE_S for language in job.langs)
    return once * job.repeats + (CHIME_S if job.chime else 0.0)


def _clips(job: Speak) -> Iterator[str]:
    for step in PHRASES[job.phrase]:
        if step == NUMBER:
            yield from job.number.lower()
        elif step == COUNTER:
            yield from str(job.counter)
        else:
            yield step
