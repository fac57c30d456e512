"""What somebody typed for a record, field by field: all faults at once."""

from datetime import date
from fractions import Fraction

import pytest

from survey.domain.assessment.examining.typed_fields import TypedFields
from survey.domain.errors import BadYearRecord

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)


def fault(text: str, **asked: bool) -> str | None:
    fields = TypedFields({"a": text})
    fields.text("a", 5, **asked)
    return fields.faults.get("a")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "missing"),
        (" \n\t ", "missing"),
        ("\u200b\ufeff", "missing"),
        ("123456", "too-long"),
        ("一二三四五", None),
        ("𠀀𠀀𠀀𠀀𠀀", None),
        ("a\nb", "control"),
        ("a\x00b", "control"),
        ("a\u202eb", "control"),
    ],
)
def test_a_text_of_one_line(text: str, why: str | None) -> None:
    assert fault(text) == why


def test_lines_are_allowed_where_they_are_asked_for_and_count_once() -> None:
    fields = TypedFields({"a": "1\r\n2\v3"})
    assert fields.text("a", 5, lines=True) == "1\n2\n3"
    assert not fields.faults
    assert fault("", needed=False) is None


@pytest.mark.parametrize("text", ["三十", "-1", "1.5", "1e9", "9999999", "1/2", "１２x"])
def test_no_number_of_persons(text: str) -> None:
    fields = TypedFields({"a": text})
    fields.whole("a")
    assert fields.faults == {"a": "not-number"}


def test_a_number_of_persons_in_wide_digits() -> None:
    assert TypedFields({"a": " １２０ "}).whole("a") == 120


@pytest.mark.parametrize("text", ["-0.1", "100.1", "1.23456", "九十", "1/3", "<b>"])
def test_no_points(text: str) -> None:
    fields = TypedFields({"a": text})
    assert fields.points("a", Fraction(100)) == ""
    assert fields.faults == {"a": "not-points"}


@pytest.mark.parametrize(
    ("text", "written"), [("", ""), ("0", "0"), ("92.50", "92.5"), ("８８", "88"), ("100", "100")]
)
def test_points_as_written(text: str, written: str) -> None:
    assert TypedFields({"a": text}).points("a", Fraction(100)) == written


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2025-12-31", "too-early"),
        ("2028-01-01", "too-late"),
        ("12月25日", "not-day"),
        ("2026-02-30", "not-day"),
        ("", "missing"),
        ("2026-12-25", None),
    ],
)
def test_a_day(text: str, why: str | None) -> None:
    fields = TypedFields({"a": text})
    fields.day("a", FIRST, LAST)
    assert fields.faults.get("a") == why


def test_a_choice() -> None:
    fields = TypedFields({"a": "x", "b": "y"})
    assert fields.chosen("a", ["x"]) == "x"
    fields.chosen("b", ["x"])
    fields.chosen("c", ["x"], needed=True)
    assert fields.chosen("d", ["x"]) == ""
    with pytest.raises(BadYearRecord) as refused:
        fields.finish()
    assert refused.value.faults == {"b": "unknown", "c": "missing"}
