"""One way to write a value, and records of counts."""

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

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
)
from survey.domain.count.accounting import Accounting, GroupAccount
from survey.domain.definition.canonical import canonical_json, digest, digest_of_text

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=15,
)


@given(json_values)
def test_json_values_come_back(value: Any) -> None:
    assert json.loads(canonical_json(value)) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_decimals_come_back_exactly(value: Decimal) -> None:
    written = canonical_json(value)
    assert Decimal(written) == value
    assert "E" not in written.upper()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"b": 1, "a": [True, None, "民"]}, '{"a":[true,null,"民"],"b":1}'),
        (Decimal("85.50"), "85.5"),
        (Decimal("85.0"), "85"),
        (Decimal("1E+3"), "1000"),
        (Decimal("100"), "100"),
        (Decimal("0.000"), "0"),
        ((1, 2), "[1,2]"),
        (datetime(2026, 11, 22, 9, tzinfo=UTC), '"2026-11-22T09:00:00+00:00"'),
        (date(2026, 11, 22), '"2026-11-22"'),
        (time(9, 30), '"09:30:00"'),
        ('a"\n', '"a\\"\\n"'),
    ],
)
def test_canonical_writing(value: Any, written: str) -> None:
    assert canonical_json(value) == written


def test_digests() -> None:
    assert digest({"a": 1}) == digest_of_text('{"a":1}')
    assert digest_of_text("") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


# Accounts


def account(**changes: Any) -> GroupAccount:
    made = {"issued": 12, "voided": 2, "returned": 7, "valid": 6, "spoiled": 1, "unreadable": 0, "present": 9}
    return GroupAccount(**(made | changes))


def test_issued_is_returned_and_unused_and_voided() -> None:
    assert account().unused == 3
    assert account(returned=11).unused == -1


def test_totals() -> None:
    total = Accounting.of({"A": account(), "B": account(unreadable=2, voided=0)}).total
    assert total == GroupAccount(24, 2, 14, 12, 2, 2, 18)


@pytest.mark.parametrize("name", ["present", "valid", "spoiled"])
def test_a_total_of_unknown_numbers_is_unknown(name: str) -> None:
    total = Accounting.of({"A": account(), "B": account(**{name: None})}).total
    assert getattr(total, name) is None
    assert total.issued == 24


# Symbols


@given(st.integers(0, 2**60 - 1))
def test_numbers_as_symbols(number: int) -> None:
    symbols = symbols_of(number, 12)
    assert len(symbols) == 12
    assert set(symbols) <= set(ALPHABET)
    assert number_of(symbols) == number
    assert groups_of(number, 3) == group_symbols(symbols)


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
