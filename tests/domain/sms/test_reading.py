"""Replies read: every written variant by hand, and whatever else is typed is invalid or right."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.domain.errors import UnreadableReply
from survey.domain.sms.reading import ReplyScale, read_reply
from tests.domain.sms.replies import FOUR, NONE, REPLIES, SATISFACTION


def digits_of(text: str, scales: Sequence[ReplyScale]) -> str:
    """Return the digits of the grades that are read, ``NONE`` where the reply is invalid."""
    try:
        positions = read_reply(text, scales)
    except UnreadableReply:
        return NONE
    return "".join(scale.digits[at] for scale, at in zip(scales, positions, strict=True))


def test_there_are_hundreds() -> None:
    assert len({(scales, text) for scales, text, _ in REPLIES}) >= 400
    assert sum(digits != NONE for *_, digits in REPLIES) >= 200


@pytest.mark.parametrize(
    ("scales", "text", "digits"), REPLIES, ids=[f"{len(scales)} {text!a}" for scales, text, _ in REPLIES]
)
def test_a_reply_says_what_was_meant_or_nothing(scales: Sequence[ReplyScale], text: str, digits: str) -> None:
    assert digits_of(text, scales) == digits


def test_no_form_is_answered_by_nothing() -> None:
    with pytest.raises(UnreadableReply):
        read_reply("", [])


@pytest.mark.parametrize(
    ("labels", "digits"),
    [(("a",), ("1", "2")), (("a", "b"), ("1", "1")), (("a",), ("10",)), (("a",), ("x",))],
)
def test_a_scale_prints_one_digit_a_grade(labels: tuple[str, ...], digits: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="digit"):
        ReplyScale(labels, digits)


def test_a_refusal_repeats_nothing() -> None:
    with pytest.raises(UnreadableReply) as refused:
        read_reply("我的秘密", [SATISFACTION])
    assert "秘密" not in str(refused.value)


# How a grade can be written, and what may part two; made apart from the reader, of which it knows nothing.
_HANDS = ("{digit}", "{wide}", "{circle}", "{numeral}")
_PARTED = ("", " ", ",", "，", "、", "；", "\n", "。", ".", "/", "-", " , ", "\r\n")
_NUMERALS = "零一二三四五六七八九"


def written(digit: str, hand: str) -> str:
    return hand.format(
        digit=digit,
        wide=chr(0xFF10 + int(digit)),
        circle="⓪①②③④⑤⑥⑦⑧⑨"[int(digit)],
        numeral=_NUMERALS[int(digit)],
    )


@settings(max_examples=100)
@given(st.data())
def test_what_is_written_in_any_hand_is_read(data: st.DataObject) -> None:
    scales = data.draw(st.lists(st.sampled_from([SATISFACTION, FOUR]), min_size=1, max_size=8))
    digits = [data.draw(st.sampled_from(scale.digits)) for scale in scales]
    text = data.draw(st.sampled_from(["", " ", "选", "回复：", "\n"]))
    for at, digit in enumerate(digits):
        text += data.draw(st.sampled_from(_PARTED)) if at else ""
        text += written(digit, data.draw(st.sampled_from(_HANDS)))
    text += data.draw(st.sampled_from(["", "。", " ", "!", " 王小明", "\n谢谢"]))
    assert digits_of(text, scales) == "".join(digits)


@settings(max_examples=60)
@given(st.data())
def test_labels_that_stand_apart_are_read(data: st.DataObject) -> None:
    scales = data.draw(st.lists(st.sampled_from([SATISFACTION, FOUR]), min_size=1, max_size=8))
    chosen = [data.draw(st.sampled_from(range(len(scale.labels)))) for scale in scales]
    labels = [scale.labels[at] for scale, at in zip(scales, chosen, strict=True)]
    text = data.draw(st.sampled_from([one for one in _PARTED if one])).join(labels)
    assert read_reply(text, scales) == tuple(chosen)


_ALPHABET = "0123456789０３①③⑩½三十一二满意不很一般好较差选回复答案我,，。.、/- \n~!()【】“”王张谢别改错分"
_ALL_LABELS = sorted(
    {label for scale in (SATISFACTION, FOUR) for label in scale.labels}, key=len, reverse=True
)
_GRADES = re.compile("|".join([*_ALL_LABELS, "[0-9０３①③一二三]"]))
_DIGIT_OF = dict(zip("０３①③一二三", "0313123", strict=True))


def grades_mentioned(text: str) -> list[str]:
    """List whatever could be a grade in a text, by eye: labels, and the digits of what stands for one."""
    return [_DIGIT_OF.get(one, one) for one in _GRADES.findall(text)]


@settings(max_examples=200)
@given(
    st.text(st.sampled_from(_ALPHABET), max_size=10),
    st.lists(st.sampled_from([SATISFACTION, FOUR]), min_size=1, max_size=3),
)
def test_whatever_is_typed_is_invalid_or_right(text: str, scales: list[ReplyScale]) -> None:
    digits = digits_of(text, scales)
    if digits == NONE:
        return
    labels = [scale.labels[scale.digits.index(one)] for scale, one in zip(scales, digits, strict=True)]
    # Behind the grades only a name may hold a numeral, and it begins with a surname.
    before = re.split("[王张谢]", text, maxsplit=1)[0]
    mentioned = grades_mentioned(before)
    words = [one for one in mentioned if one in _ALL_LABELS]
    numbers = [one for one in mentioned if one not in _ALL_LABELS]
    assert words in ([], labels)
    assert numbers in ([], list(digits))
    assert words or numbers
    assert not re.search("[十⑩½别改错分]", before)
    assert "不" not in re.sub("|".join(_ALL_LABELS), "", before)


@settings(max_examples=100)
@given(st.text(max_size=80), st.text(st.characters(codec=None), max_size=6))
def test_no_text_is_too_odd_to_be_refused(text: str, odd: str) -> None:
    for one in (text, odd, f"3{odd}", f"3 {odd}", f"{odd}3"):
        assert digits_of(one, [SATISFACTION]) in {NONE, *SATISFACTION.digits}


@pytest.mark.parametrize(
    "text", ["3" * 10_000, "满意" * 5_000, "选" * 10_000, " ," * 5_000, "3，" * 35, "选3" * 35]
)
def test_a_long_text_takes_no_longer(text: str) -> None:
    assert digits_of(text, [SATISFACTION]) == NONE
