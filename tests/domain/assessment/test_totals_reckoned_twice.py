"""Totals, ranks and proposals of assessments made up, against a second reckoning that shares nothing."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from survey.domain.assessment.outcome import UnitOutcome
from tests.domain.assessment.composed import composed, entry, of_entered, veto

BANDS = ("a", "b", "c")
QUARTERS = st.integers(0, 400).map(lambda n: str(Decimal(n) / 4))
ROW = st.lists(st.one_of(st.none(), QUARTERS), min_size=3, max_size=3)
CASES = st.fixed_dictionaries(
    {
        "weights": st.lists(st.integers(1, 9), min_size=1, max_size=3),
        "values": st.lists(ROW, min_size=4, max_size=4),
        "factors": st.lists(st.sampled_from(["1", "0.95", "1.1"]), min_size=4, max_size=4),
        "missing": st.sampled_from(["withhold", "renormalise", "zero"]),
        "combine": st.sampled_from(["sum", "lowest"]),
        "bonus": st.sampled_from(["points", "tie-break"]),
        "places": st.tuples(st.sampled_from([None, 0, 1]), st.sampled_from([0, 1, 2])),
        "entries": st.lists(
            st.tuples(st.integers(0, 3), st.sampled_from(["plus", "minus"]), st.integers(1, 8)), max_size=5
        ),
        "caps": st.tuples(st.sampled_from([None, 2]), st.sampled_from([None, 3])),
        "vetoes": st.lists(st.tuples(st.integers(0, 3), st.sampled_from(BANDS)), max_size=2),
        "quotas": st.tuples(*[st.sampled_from([None, 0, 1, 2, "25%", "40%"])] * 3),
    }
)
LEAST = (80, 50, 0)


def product(case: dict[str, Any]) -> list[UnitOutcome]:
    """Have the product work a case out."""
    components, total = case["places"]
    bands = [
        {"key": key, "label": key, "at_least": least} | ({} if quota is None else {"quota": quota})
        for key, least, quota in zip(BANDS, LEAST, case["quotas"], strict=True)
    ]
    places = {"total": total} | ({} if components is None else {"components": components})
    definition = composed(
        *[{"key": f"p{at}", "weight": weight, "factor": True} for at, weight in enumerate(case["weights"])],
        units={f"u{at}": {"factor": float(factor)} for at, factor in enumerate(case["factors"])},
        composite={key: case[key] for key in ("missing", "combine", "bonus")}
        | {"bands": bands, "rounding": places},
        items=[
            {"key": "plus", "label": "加", "each": 9, "cap": 5},
            {"key": "minus", "label": "减", "each": -9},
        ],
        caps={
            name: cap
            for name, cap in zip(("bonus", "deduction"), case["caps"], strict=True)
            if cap is not None
        },
    )
    values = {
        f"u{at}": {
            f"p{of}": value for of, value in enumerate(row[: len(case["weights"])]) if value is not None
        }
        for at, row in enumerate(case["values"])
    }
    entries = tuple(
        entry(f"u{at}", item, str(points if item == "plus" else -points))
        for at, item, points in case["entries"]
    )
    vetoes = tuple(veto(f"u{at}", band) for at, band in case["vetoes"])
    return list(of_entered(definition, values, entries=entries, vetoes=vetoes).values())


def at_display(value: Fraction, places: int) -> Decimal:
    """Round by the decimal module, with more digits than any value here has."""
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def sums_of(case: dict[str, Any], unit: int) -> tuple[int, int]:
    bonus = sum(points for at, item, points in case["entries"] if (at, item) == (unit, "plus"))
    deduction = sum(points for at, item, points in case["entries"] if (at, item) == (unit, "minus"))
    most, least = case["caps"]
    return min(bonus, 5, 99 if most is None else most), min(deduction, 99 if least is None else least)


def total_of(case: dict[str, Any], unit: int) -> Decimal | None:
    components, places = case["places"]
    parts: list[tuple[int, Fraction]] = []
    for weight, value in zip(case["weights"], case["values"][unit], strict=False):
        if value is None:
            if case["missing"] == "withhold":
                return None
            if case["missing"] == "zero":
                parts.append((weight, Fraction(0)))
            continue
        points = Fraction(value) * Fraction(case["factors"][unit])
        parts.append((weight, points if components is None else Fraction(at_display(points, components))))
    if not parts:
        return None
    whole = sum(weight * value for weight, value in parts) / Fraction(sum(weight for weight, _ in parts))
    if case["combine"] == "lowest":
        whole = min(value for _, value in parts)
    bonus, deduction = sums_of(case, unit)
    return at_display(whole - deduction + (bonus if case["bonus"] == "points" else 0), places)


def seats_of(quota: int | str | None) -> int:
    """Of four units: a quarter is one, 40 % are 1.6, two."""
    return {None: 99, "25%": 1, "40%": 2}[quota] if not isinstance(quota, int) else quota


@given(CASES)
def test_both_come_to_the_same(case: dict[str, Any]) -> None:
    units = range(4)
    totals = [total_of(case, unit) for unit in units]
    keys = [
        None if total is None else (total, sums_of(case, unit)[0] if case["bonus"] == "tie-break" else 0)
        for unit, total in zip(units, totals, strict=True)
    ]
    found = product(case)
    assert [one.total for one in found] == totals
    assert [(int(one.sums.bonus), int(one.sums.deduction)) for one in found] == [
        sums_of(case, unit) for unit in units
    ]
    ranks = [
        None if key is None else 1 + sum(other is not None and other > key for other in keys) for key in keys
    ]
    assert [one.rank for one in found] == ranks
    vetoed = {unit: max(band for at, band in case["vetoes"] if at == unit) for unit, _ in case["vetoes"]}
    proposed: list[str | None] = [vetoed.get(unit) for unit in units]
    tied = [False] * 4
    seats = [seats_of(quota) for quota in case["quotas"]]
    for rank in (1, 2, 3, 4):
        equals = [unit for unit in units if ranks[unit] == rank and unit not in vetoed]
        for band in (0, 1, 2):
            total = totals[equals[0]] if equals else None
            if total is None or total < LEAST[band] or not seats[band]:
                continue
            if len(equals) > seats[band]:
                seats[band] = 0
                for unit in equals:
                    tied[unit] = True
                continue
            seats[band] -= len(equals)
            for unit in equals:
                proposed[unit] = BANDS[band]
            break
    assert [one.proposed for one in found] == proposed
    assert [one.tied for one in found] == tied
