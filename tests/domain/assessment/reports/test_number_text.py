"""Numbers as offices write them, and back."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.assessment.reports.number_text import read_number, read_percentage, write_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        (" 12.50 ", "25/2"),
        ("-3", "-3"),
        ("−0.5", "-1/2"),
        ("1,234,567.8", "6172839/5"),
        ("１２．５", "25/2"),
        ("-１，０００", "-1000"),
        (".5", "1/2"),
        ("7.", "7"),
        ("1.2E3", "1200"),
        ("2e-2", "1/50"),
    ],
)
def test_a_number_is_read_exactly(text: str, number: str) -> None:
    assert read_number(text) == Fraction(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "—",
        "1,2.5",
        "1,2.5亿元",
        "12万",
        "1/3",
        "1 2",
        "=A1",
        "nan",
        "1e999",
        "0x1",
        "1_000",
        "9" * 19,
        "42%",
        ".",
    ],
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert read_number(text) is None


def test_a_percentage_is_the_number_before_its_sign() -> None:
    assert read_percentage("42.5%") == read_percentage("４２．５％") == Fraction(85, 2)
    assert read_percentage("42.5") is read_percentage("%") is None


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**15), max_value=10**15))
def test_a_decimal_comes_back(number: object) -> None:
    exact = Fraction(str(number))
    assert read_number(write_number(exact)) == exact


def test_what_does_not_end_is_written_as_a_fraction() -> None:
    assert [write_number(Fraction(text)) for text in ("1/3", "-0.05", "100", "-61/5", "0")] == [
        "1/3",
        "-0.05",
        "100",
        "-12.2",
        "0",
    ]


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_none(text: str) -> None:
    number = read_number(text)
    assert number is None or abs(number) < 10**18
