"""Rounding: once, exactly, as published tables have it."""

import json
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.definition.rounding import Mode, Rounding, half_up
from survey.domain.definition.rules import Band, ResultRules

PUBLISHED = json.loads((Path(__file__).parents[2] / "data" / "published.json").read_text("utf-8"))["tables"]

fractions = st.fractions(0, 100, max_denominator=400)
places = st.integers(0, 4)
rows = st.lists(st.integers(0, 60), min_size=1, max_size=7).filter(any)


def percents(table: dict[str, Any]) -> list[Fraction | None]:
    base = sum(table["counts"]) if table["denominator"] == "sum" else table[table["denominator"]]
    return [Fraction(100 * number, base) for number in table["counts"]]


def written(values: list[Decimal | None]) -> list[str | None]:
    return [None if value is None else format(value, "f") for value in values]


@pytest.mark.parametrize("table", PUBLISHED, ids=[table["id"] for table in PUBLISHED])
def test_published_tables_are_reproduced(table: dict[str, Any]) -> None:
    exact = percents(table)
    if "published" in table:
        assert written(Rounding(Mode(table["rounding"]), table["places"]).row(exact)) == table["published"]
    if "half_up" in table:
        assert written(Rounding(Mode.HALF_UP, table["places"]).row(exact)) == table["half_up"]
    if "published_rate" in table:
        rate = sum((exact[i] or Fraction(0) for i in table["rate_of"]), Fraction(0))
        shown = Rounding(Mode(table["rounding"]), table["places"]).single(rate)
        assert written([shown]) == [table["published_rate"]]


def test_there_are_published_tables_of_every_kind() -> None:
    assert {table["rounding"] for table in PUBLISHED} >= {"half-up", "sum-to-100"}
    assert any("published_rate" in table for table in PUBLISHED)


@pytest.mark.parametrize(
    ("mode", "value", "digits", "shown"),
    [
        (Mode.HALF_UP, Fraction(5, 2), 0, "3"),
        (Mode.HALF_UP, Fraction(1, 2), 0, "1"),
        (Mode.HALF_UP, Fraction(2675, 1000), 2, "2.68"),
        (Mode.HALF_UP, Fraction(2665, 1000), 2, "2.67"),
        (Mode.HALF_UP, Fraction(199999, 2000), 2, "100.00"),
        (Mode.HALF_UP, Fraction(0), 4, "0.0000"),
        (Mode.TRUNCATE, Fraction(999, 10), 0, "99"),
        (Mode.TRUNCATE, Fraction(200, 3), 2, "66.66"),
        (Mode.TRUNCATE, Fraction(100), 2, "100.00"),
        (Mode.SUM_TO_100, Fraction(5, 2), 0, "3"),
        (Mode.SUM_TO_100, Fraction(1, 200), 2, "0.01"),
    ],
)
def test_single_values(mode: Mode, value: Fraction, digits: int, shown: str) -> None:
    assert written([Rounding(mode, digits).single(value)]) == [shown]


@given(fractions, places)
def test_half_up_is_the_nearest_and_never_below_at_the_half(value: Fraction, digits: int) -> None:
    got = Rounding(Mode.HALF_UP, digits).single(value)
    assert got is not None
    numerator, denominator = value.numerator * 10**digits, value.denominator
    assert int(got.scaleb(digits)) == (2 * numerator + denominator) // (2 * denominator)
    assert -got.as_tuple().exponent == digits  # type: ignore[operator]


@given(fractions, places)
def test_truncation_never_exceeds_and_is_less_than_a_unit_away(value: Fraction, digits: int) -> None:
    got = Rounding(Mode.TRUNCATE, digits).single(value)
    assert got is not None
    assert 0 <= value - Fraction(got) < Fraction(1, 10**digits)


@given(st.fractions(0, 10**6))
def test_half_up_alone(value: Fraction) -> None:
    assert Fraction(-1, 2) < value - half_up(value) + 0 <= Fraction(1, 2) or value - half_up(value) < 0
    assert abs(value - half_up(value)) <= Fraction(1, 2)
    assert half_up(value + 1) == half_up(value) + 1


def largest_remainder(counts: list[int], base: int, digits: int) -> list[int]:
    """Give out units one by one, in whole numbers only: the other formulation of the same rule."""
    scale = 100 * 10**digits
    units = [count * scale // base for count in counts]
    remainders = [count * scale % base for count in counts]
    total = (2 * sum(counts) * scale + base) // (2 * base)
    while sum(units) < total:
        best = max(remainders)
        place = remainders.index(best)
        units[place] += 1
        remainders[place] = -1
    return units


@given(rows, places, st.integers(0, 30))
def test_largest_remainder(counts: list[int], digits: int, more: int) -> None:
    base = sum(counts) + more
    got = Rounding(Mode.SUM_TO_100, digits).row([Fraction(100 * count, base) for count in counts])
    assert [int(value.scaleb(digits)) for value in got if value is not None] == largest_remainder(
        counts, base, digits
    )


@given(rows, places)
def test_shares_of_all_add_up_to_exactly_100(counts: list[int], digits: int) -> None:
    base = sum(counts)
    exact = [Fraction(100 * count, base) for count in counts]
    got = Rounding(Mode.SUM_TO_100, digits).row(exact)
    assert sum(value for value in got if value is not None) == 100
    unit = Fraction(1, 10**digits)
    assert all(abs(Fraction(a) - b) < unit for a, b in zip(got, exact, strict=True) if a is not None)


@given(rows, places)
def test_a_larger_count_never_gets_a_smaller_share(counts: list[int], digits: int) -> None:
    base = sum(counts)
    for mode in Mode:
        got = Rounding(mode, digits).row([Fraction(100 * count, base) for count in counts])
        pairs = sorted(zip(counts, (value or Decimal(0) for value in got), strict=True), key=lambda x: x[0])
        assert all(a[1] <= b[1] for a, b in pairwise(pairs) if a[0] < b[0])


def test_equal_remainders_in_the_order_given() -> None:
    got = Rounding(Mode.SUM_TO_100, 0).row([Fraction(100, 3)] * 3)
    assert got == [Decimal(34), Decimal(33), Decimal(33)]


@pytest.mark.parametrize("mode", list(Mode))
def test_what_does_not_exist_stays_unknown(mode: Mode) -> None:
    assert Rounding(mode, 2).single(None) is None
    assert Rounding(mode, 2).row([None, None]) == [None, None]


# Bands

BANDS = (
    Band("high", "优", Fraction(90)),
    Band("middle", "良", Fraction(151, 2)),
    Band("low", "差", Fraction(0)),
)


@pytest.mark.parametrize(
    ("score", "band"),
    [
        ("100", "high"),
        ("90.00", "high"),
        ("89.99", "middle"),
        ("75.50", "middle"),
        ("75.49", "low"),
        ("0", "low"),
    ],
)
def test_the_band_of_a_score(score: str, band: str) -> None:
    found = ResultRules(bands=BANDS).band(Decimal(score))
    assert found is not None
    assert found.key == band


def test_no_band() -> None:
    assert ResultRules(bands=BANDS).band(None) is None
    assert ResultRules(bands=BANDS[:1]).band(Decimal("89.99")) is None
    assert ResultRules().band(Decimal(100)) is None
