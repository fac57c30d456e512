"""What is wrong with a share, in words for the person who holds it."""

import re

import pytest

from survey.domain.errors import BadShare
from survey.web.admin.words.shares import sentence
from tests.web.spoken import is_said

WHYS = re.findall(r"``([\w-]+)``", (BadShare.__doc__ or "").partition("which:")[2])
WHYS = [why for why in WHYS if why not in ("word", "place")] + ["word"]


def test_the_reasons_are_those_that_the_refusal_names() -> None:
    assert len(WHYS) == len(set(WHYS)) == 20


@pytest.mark.parametrize("why", WHYS)
def test_every_reason_has_a_sentence(language: str, why: str) -> None:
    assert is_said(sentence(BadShare("x", why, word="apple", place=5)), language)


def test_no_two_reasons_read_the_same(language: str) -> None:
    assert len({sentence(BadShare("x", why)) for why in WHYS}) == len(WHYS)


def test_word_and_place_are_named(chinese: None) -> None:
    assert sentence(BadShare("x", "word", word="aple", place=5)).startswith("第 5 个词“aple”写错了")
    assert sentence(BadShare("x", "repeated", place=2)).startswith("第 2 份已经收到")
    assert sentence(BadShare("x", "group", groups=(5,))).startswith("第 5 组数字有误")
    assert sentence(BadShare("x", "group", groups=(5, 17))).startswith("第 5、17 组数字有误")
    begun = sentence(BadShare("x", "groups", place=60))
    assert begun == "一份应有 20 组、120 位数字，这里有 60 位，请接着输入。"
    assert "从第 7 组起对不上" in sentence(BadShare("x", "groups", place=119, groups=(7,)))
    assert "这里有 31 个" in sentence(BadShare("x", "length", place=31))
    assert sentence(BadShare("x", "holder", word="张三")).startswith("“张三”已经领过一份")
    assert sentence(BadShare("x", "holder")).startswith("请填写姓名")
