"""Values of groups under weights, exactly."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.definition.weighting import Missing, mean, weighted

WEIGHTS = {"A": Fraction(3, 10), "B": Fraction(1, 2), "C": Fraction(1, 5)}

values = st.none() | st.fractions(0, 100, max_denominator=50)
weights = st.fractions(Fraction(1, 100), 100, max_denominator=100)
groups = st.dictionaries(st.sampled_from("ABCDE"), st.tuples(weights, values), min_size=1)


@pytest.mark.parametrize(
    ("given_values", "missing", "expected"),
    [
        ((100, 80, 60), Missing.RENORMALISE, Fraction(82)),
        ((100, None, 60), Missing.RENORMALISE, Fraction(84)),
        ((None, None, 60), Missing.RENORMALISE, Fraction(60)),
        ((None, None, None), Missing.RENORMALISE, None),
        ((100, 80, 60), Missing.WITHHOLD, Fraction(82)),
        ((100, None, 60), Missing.WITHHOLD, None),
        ((None, None, None), Missing.WITHHOLD, None),
        ((100, 80, 60), Missing.ZERO, Fraction(82)),
        ((100, None, 60), Missing.ZERO, Fraction(42)),
        ((None, None, None), Missing.ZERO, Fraction(0)),
        ((0, 0, 0), Missing.RENORMALISE, Fraction(0)),
        ((0, 0, 0), Missing.WITHHOLD, Fraction(0)),
    ],
)
def test_missing_groups(
    given_values: tuple[int | None, ...], missing: Missing, expected: Fraction | None
) -> None:
    named = {
        key: None if value is None else Fraction(value)
        for key, value in zip("ABC", given_values, strict=True)
    }
    assert weighted(named, WEIGHTS, missing) == expected


@given(groups, st.sampled_from(Missing))
def test_against_sums_over_one_denominator(
    made: dict[str, tuple[Fraction, Fraction | None]], missing: Missing
) -> None:
    found = weighted({k: v for k, (_, v) in made.items()}, {k: w for k, (w, _) in made.items()}, missing)
    known = [(w, v) for w, v in made.values() if v is not None]
    if missing is Missing.ZERO:
        total = sum(w for w, _ in made.values())
    elif missing is Missing.WITHHOLD and len(known) < len(made):
        assert found is None
        return
    else:
        total = sum((w for w, _ in known), Fraction(0))
    if not total:
        assert found is None
        return
    assert found is not None
    assert found * total == sum((w * v for w, v in known), Fraction(0))


@given(groups, st.fractions(Fraction(1, 7), 9))
def test_only_the_proportions_of_weights_matter(
    made: dict[str, tuple[Fraction, Fraction | None]], factor: Fraction
) -> None:
    named = {k: v for k, (_, v) in made.items()}
    for missing in Missing:
        plain = weighted(named, {k: w for k, (w, _) in made.items()}, missing)
        assert plain == weighted(named, {k: w * factor for k, (w, _) in made.items()}, missing)


@given(st.lists(st.tuples(weights, st.fractions(0, 100)), min_size=1))
def test_a_mean_lies_between_its_values(pairs: list[tuple[Fraction, Fraction]]) -> None:
    found = mean(pairs)
    assert found is not None
    assert min(v for _, v in pairs) <= found <= max(v for _, v in pairs)


def test_a_mean_of_nothing() -> None:
    assert mean([]) is None
    assert mean([(Fraction(1), None)]) is None
    assert mean([(Fraction(0), Fraction(3))]) is None
