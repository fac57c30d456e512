"""Texts made to fit: as large as there is room, cut only at the smallest size."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.documents.fonts import text_width
from survey.documents.layout.typesetting import (
    MM_PER_POINT,
    Fitted,
    balanced,
    document,
    fit,
    one_line,
    without_scheme,
)

STEPS = ((20.0, 1), (10.0, 2))
EM = MM_PER_POINT
"""Width of a Chinese character at one point, in mm."""


def test_a_short_text_is_set_at_the_largest_size() -> None:
    fitted = fit("民主测评", 20 * EM * 4.1, STEPS)
    assert fitted == Fitted(20.0, ["民主测评"])
    assert fitted.width == pytest.approx(4 * 20 * EM)
    assert fitted.height == fitted.leading == pytest.approx(20 * EM * 1.36)


def test_a_longer_one_gets_smaller_and_then_more_lines() -> None:
    room = 10 * EM * 4.1
    assert fit("民主测评", room, STEPS).size == 10.0
    fitted = fit("民主测评会议", room, STEPS)
    assert fitted.lines == ["民主测评", "会议"]
    assert fitted.height == pytest.approx(2 * fitted.leading)


def test_what_does_not_fit_at_all_is_cut_and_shows_it() -> None:
    fitted = fit("民主测评" * 5, 10 * EM * 4.1, STEPS)
    assert fitted.size == 10.0
    assert len(fitted.lines) == 2
    assert fitted.lines[-1].endswith("…")


@given(st.text(st.sampled_from("民主测评 ab,。"), min_size=1, max_size=60), st.floats(3, 30))
def test_nothing_is_wider_than_the_room(text: str, ems: float) -> None:
    room = 10 * EM * ems
    fitted = fit(text, room, STEPS)
    assert len(fitted.lines) <= dict(STEPS)[fitted.size]
    assert all(text_width(line) * fitted.size * EM <= room + 1e-6 or len(line) == 1 for line in fitted.lines)


def test_lines_of_a_title_are_made_about_equally_long() -> None:
    text = "民主测评会议表决"
    whole = fit(text, 10 * EM * 7.1, STEPS)
    assert whole.lines == ["民主测评会议表", "决"]
    even = balanced(whole, text)
    assert "".join(even.lines) == text
    assert len(even.lines) == 2
    assert max(map(text_width, even.lines)) < 7


def test_one_line_and_a_cut_one_stay_as_they_are() -> None:
    single = Fitted(20.0, ["民主测评"])
    assert balanced(single, "民主测评") is single
    cut = Fitted(10.0, ["民主测评", "民主测…"])
    assert balanced(cut, "民主测评" * 5) is cut


def test_a_text_of_several_lines_becomes_one() -> None:
    assert one_line("  第一\n第二\t 第三 ") == "第一 第二 第三"


@pytest.mark.parametrize(
    ("url", "typed"),
    [
        ("https://vote.example.org/v", "vote.example.org/v"),
        ("http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("vote.example.org", "vote.example.org"),
    ],
)
def test_an_address_is_typed_without_its_scheme(url: str, typed: str) -> None:
    assert without_scheme(url) == typed


def test_a_document_tells_the_day_and_nothing_finer() -> None:
    """When a batch of codes was handed out is nobody's business."""
    made = document("题目").creation_date
    assert isinstance(made, datetime)
    assert (made.hour, made.minute, made.second, made.microsecond) == (0, 0, 0, 0)
    assert abs(made - datetime.now(UTC)).days <= 1
