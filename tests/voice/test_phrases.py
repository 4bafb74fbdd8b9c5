"""Every phrase in every language, as clips and as espeak-ng pronounces it: digits one by one (S8, M22)."""

import re
import subprocess

import pytest

from displays.voice.phrases import PHRASES, TONGUES, caption_of, clips_of, takes_s, text_of
from hardware.speech import Language, Phrase, Speak

DIGITS = "零一二三四五六七八九"
NUMBERS = ("A000", "A001", "A010", "A012", "B099", "B100", "C123", "D456", "E789", "Y1000", "Z090")
ID = "20261123-s00000001"
SYLLABLES: dict[Language, list[str]] = {
    "zh": ["lin", "ji", "@r", "san", "si", "wu", "liou", "ts;hi", "pa", "ts;iou"],
    "yue": ["ling", "jat", "ji", "saam", "sei", "ng", "luk", "cat", "baat", "gau"],
}
"""The ten digits as espeak-ng writes their sounds, without tones: ling yi er san si wu liu qi ba jiu."""
SENTENCES: dict[Language, dict[Phrase, str]] = {
    "zh": {
        "call": "ts;hineilinji@rxautausanxauts.hwankhoupanli",
        "rate": "ts;hinninphints;iap@ntshifuwu",
        "open": "s;ientsaikhais.i.ts;hyxau",
        "pause": "s;ientsaitsanthints;hyxau",
        "closing": "s;ientsaithints.i.ts;hyxaujits;hyxaut@ts;hyints.ongts;hints;is;yt@nxoupanli",
        "away": "sanxauts.hwankhoutsanthinfuwuts;hintauts;hithats.hwankhoupanli",
        "test": ";yjintshos.i.",
    },
    "yue": {
        "call": "cingeneiyuelingjatjihoudousaamhoucoenghaubaanlei",
        "rate": "cingneipinggaabuncifukmou",
        "open": "jinzoihoiciceoihou",
        "pause": "jinzoizaamtingceoihou",
        "closing": "jinzoitingziceoihoujiceoihougekwanzungcinggaizukdanghaubaanlei",
        "away": "saamhoucoenghauzaamtingfukmoucingdoukeitaacoenghaubaanlei",
        "test": "jyujamcaaksi",
    },
}


def speak(phrase: Phrase = "call", number: str = "A012", counter: int = 3, **more: object) -> Speak:
    return Speak(do="speak", id=ID, phrase=phrase, number=number, counter=counter, **more)  # type: ignore[arg-type]


def phonemes(text: str, language: Language) -> str:
    """Return the sounds that espeak-ng makes of a text, in its own letters, without tones, lengths and stress."""
    words = ["espeak-ng", "-v", TONGUES[language].voice, "-x", "-q", "--", text]
    said = subprocess.run(words, capture_output=True, text=True, check=True, timeout=20).stdout
    return re.sub(r"[^a-z@;.]", "", said.lower())


@pytest.mark.req("S8")
@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("counter", range(1, 21))
def test_a_call_is_letters_and_digits_one_by_one(number: str, counter: int) -> None:
    job = speak(number=number, counter=counter)
    spelt = [*number.lower()], [*str(counter)]
    assert clips_of(job) == ("qing", *spelt[0], "hao-dao", *spelt[1], "hao-chuangkou", "banli")
    read = "".join(DIGITS[int(one)] if one.isdecimal() else one for one in number)
    at = "".join(DIGITS[int(one)] for one in str(counter))
    assert text_of(job, "zh") == f"请{read}号，到{at}号窗口办理"
    assert text_of(job, "yue") == f"請{read}號，到{at}號窗口辦理"
    assert caption_of(job) == f"请{number}号到{counter}号窗口办理"


@pytest.mark.req("S8")
@pytest.mark.parametrize("language", TONGUES)
def test_espeak_pronounces_each_digit_as_its_language_does(language: Language) -> None:
    assert [phonemes(TONGUES[language].clips[digit], language) for digit in "0123456789"] == SYLLABLES[language]


@pytest.mark.req("S8", "M22")
@pytest.mark.parametrize("language", TONGUES)
@pytest.mark.parametrize("phrase", [phrase for phrase in PHRASES if phrase != "recall"])
def test_espeak_pronounces_every_phrase(phrase: Phrase, language: Language) -> None:
    job = speak(phrase, langs=(language,))
    assert set(clips_of(job)) <= set(TONGUES[language].clips)
    assert phonemes(text_of(job, language), language) == SENTENCES[language][phrase]
    assert takes_s(job) > 1
    assert PHRASES["recall"] == PHRASES["call"]


@pytest.mark.req("S8")
@pytest.mark.parametrize("language", TONGUES)
@pytest.mark.parametrize("counter", range(1, 21))
@pytest.mark.parametrize("number", ["A012", "B100", "Z999"])
def test_numbers_sound_digit_by_digit_inside_a_call(number: str, counter: int, language: Language) -> None:
    """A number that were read as a whole (twelve, a hundred) would have other syllables."""
    said = phonemes(text_of(speak(number=number, counter=counter), language), language)
    for digits in (number[1:], str(counter)):
        assert "".join(SYLLABLES[language][int(one)] for one in digits) in said


def test_all_languages_have_the_same_clips() -> None:
    assert {tuple(tongue.clips) for tongue in TONGUES.values()} == {tuple(TONGUES["zh"].clips)}


def test_what_the_hall_hears_in_words() -> None:
    said = {phrase: caption_of(speak(phrase)) for phrase in PHRASES}
    assert said == {
        "call": "请A012号到3号窗口办理",
        "recall": "请A012号到3号窗口办理",
        "rate": "请您评价本次服务",
        "open": "现在开始取号",
        "pause": "现在暂停取号",
        "closing": "现在停止取号，已取号的群众请继续等候办理",
        "away": "3号窗口暂停服务，请到其他窗口办理",
        "test": "语音测试",
    }
