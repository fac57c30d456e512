"""Numbers as symbols that people can type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.ballot.crockford import (
    ALPHABET,
    group_symbols,
    groups_of,
    number_of,
    read_symbols,
    symbols_of,
    threes_of,
)


@given(st.integers(0, 2**60 - 1))
def test_numbers_as_symbols(number: int) -> None:
    symbols = symbols_of(number, 12)
    assert len(symbols) == 12
    assert set(symbols) <= set(ALPHABET)
    assert number_of(symbols) == number
    assert groups_of(number, 3) == group_symbols(symbols)
    assert list(threes_of([number, 0])) == [group_symbols(symbols), "0000-0000-0000"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("abc-DEF 123", "ABCDEF123"),
        ("oO0 iI1 lL", "000" + "111" + "11"),
        ("7\uff2b\uff13\uff4d", "7K3M"),
        ("7K\u20133M\u30002A\u00a0\uff0d9B\t\r\n", "7K3M2A9B"),
        ("", ""),
        ("U", None),
        ("u", None),
        ("7K3M.2A9B", None),
        ("回执", None),
        ("0" * 65, None),
        ("-" * 300, None),
        ("0" * 64, "0" * 64),
    ],
)
def test_forgiving_reading(typed: str, read: str | None) -> None:
    assert read_symbols(typed) == read


def test_groups_of_four() -> None:
    assert group_symbols("0123456789AB") == "0123-4567-89AB"
    assert group_symbols("012345") == "0123-45"
    assert group_symbols("") == ""
