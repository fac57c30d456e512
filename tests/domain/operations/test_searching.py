"""Typed words are found whatever their case, width and order."""

import pytest

from survey.domain.operations.searching import folded, matches


@pytest.mark.parametrize(
    ("sought", "is_there"),
    [("", True), ("张", True), ("书记 张", True), ("ＰＡＲＴＹ", True), ("party", True), ("张 局长", False)],
)
def test_each_word_stands_somewhere(sought: str, is_there: bool) -> None:
    assert matches(sought, "张三", "书记", "Party") is is_there


def test_words_of_different_places_do_not_run_together() -> None:
    assert not matches("三书", "张三", "书记")


def test_texts_are_compared_without_case_and_width() -> None:
    assert folded("ＡＢ２０２６") == "ab2026"
