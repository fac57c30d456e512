"""One way to write a value, and records of counts."""

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
