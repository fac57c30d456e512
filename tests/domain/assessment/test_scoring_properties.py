"""What holds for every rule: more never scores less, ties and clamps, and who else is in the file."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.assessment.facts import Target
from survey.domain.assessment.scoring.task_scores import score_tasks
from tests.domain.assessment.small import an_assessment, an_indicator, targets_of

F = Fraction
NUMBERS = st.integers(-80, 80).map(lambda tenths: F(tenths, 4))
SHARES = st.integers(0, 20).map(lambda part: str(part / 20))
AT = st.lists(st.tuples(st.integers(-20, 20), SHARES), min_size=1, max_size=4, unique_by=lambda one: one[0])

RISING: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "complete": st.fixed_dictionaries({}, optional={"cap": st.sampled_from(["0.5", "1.2"]), "least": SHARES}),
    "reach": st.just({}),
    "step": st.fixed_dictionaries(
        {"per": SHARES, "size": st.sampled_from(["0.3", "1", "7"])},
        optional={
            "start": SHARES,
            "relative": st.booleans(),
            "whole": st.booleans(),
            "up": st.integers(0, 9),
            "down": st.integers(0, 15),
        },
    ),
    "scale": st.fixed_dictionaries({"between": st.sampled_from(["step", "linear"])}),
    "rank": st.fixed_dictionaries({"by": SHARES}, optional={"qualify": st.booleans()}),
    "best": st.just({}),
    "spread": st.fixed_dictionaries(
        {}, optional={"low": SHARES, "full": st.integers(-9, 9), "none": st.integers(-9, 9)}
    ),
}
"""What the methods that give more for a better number may have beside their points."""
OF = st.sampled_from(["value", "completion", "growth"])


def points_of(
    line: dict[str, Any], better: str, numbers: Sequence[Fraction], target: Target
) -> list[Fraction]:
    """Return what units with the same target earn, each with its number."""
    definition = an_assessment(an_indicator("i", line, better=better), units=len(numbers))
    units = [unit.key for unit in definition.units]
    targets = targets_of([Target(unit, "i", target.target, target.base) for unit in units])
    actuals = {(unit, "i"): each for unit, each in zip(units, numbers, strict=True)}
    return [scores[0].earned for scores in score_tasks(definition, targets, actuals).values()]


def a_rule(data: st.DataObject, method: str, better: str) -> dict[str, Any]:
    line = data.draw(RISING[method]) | {"method": method, "of": data.draw(OF)}
    if method == "scale":
        pairs = data.draw(AT)
        shares = sorted((share for _, share in pairs), key=float, reverse=better == "lower")
        edges = sorted(value for value, _ in pairs)
        line["at"] = [[edge, share] for edge, share in zip(edges, shares, strict=True)]
    if line.get("full") is not None and line["full"] == line.get("none"):
        del line["full"]
    return line


@pytest.mark.parametrize("better", ["higher", "lower"])
@pytest.mark.parametrize("method", RISING)
@given(st.data())
def test_a_better_number_never_earns_less(method: str, better: str, data: st.DataObject) -> None:
    line, numbers = a_rule(data, method, better), data.draw(st.lists(NUMBERS, min_size=1, max_size=5))
    target = Target("", "i", data.draw(NUMBERS), data.draw(NUMBERS))

    earned = points_of(line, better, numbers, target)

    ranked = sorted(zip(numbers, earned, strict=True), reverse=better == "lower")
    assert [points for _, points in ranked] == sorted(earned)
    for number, points in ranked:
        assert {one for other, one in ranked if other == number} == {points}


@pytest.mark.parametrize("better", ["higher", "lower"])
@pytest.mark.parametrize("method", RISING)
@given(st.data())
def test_no_unit_earns_less_by_doing_better_itself(method: str, better: str, data: st.DataObject) -> None:
    line, numbers = a_rule(data, method, better), data.draw(st.lists(NUMBERS, min_size=1, max_size=5))
    target = Target("", "i", data.draw(NUMBERS), data.draw(NUMBERS))
    gain = data.draw(st.integers(1, 40)) * (1 if better == "higher" else -1)

    before = points_of(line, better, numbers, target)
    after = points_of(line, better, [numbers[0] + gain, *numbers[1:]], target)

    assert after[0] >= before[0]


@pytest.mark.parametrize("method", [*RISING, "deduct", "judged"])
@given(st.data())
def test_points_stay_within_what_the_rule_allows(method: str, data: st.DataObject) -> None:
    better = data.draw(st.sampled_from(["higher", "lower"]))
    rules = {"deduct": {"method": "deduct", "per": data.draw(SHARES)}, "judged": {"method": "judged"}}
    line = rules.get(method) or a_rule(data, method, better)
    numbers = data.draw(st.lists(NUMBERS, min_size=1, max_size=5))

    earned = points_of(line, better, numbers, Target("", "i", data.draw(NUMBERS), data.draw(NUMBERS)))

    most = {"complete": 10 * max(1, F(line.get("cap", 1))), "step": 10 + line.get("up", 0)}.get(method, F(10))
    assert all(0 <= points <= most for points in earned)


@given(
    st.permutations(range(4)),
    st.lists(NUMBERS, min_size=4, max_size=4),
    st.sampled_from(sorted(RISING)),
    st.data(),
)
def test_the_order_of_the_rows_changes_nothing(
    order: list[int], numbers: list[Fraction], method: str, data: st.DataObject
) -> None:
    definition = an_assessment(an_indicator("i", a_rule(data, method, "higher")), units=4)
    rows = [Target(unit.key, "i", F(8), F(5)) for unit in definition.units]
    actuals = {(row.unit, "i"): each for row, each in zip(rows, numbers, strict=True)}

    found = score_tasks(definition, targets_of(rows), actuals)
    mixed = score_tasks(
        definition,
        targets_of([rows[place] for place in order]),
        {(rows[place].unit, "i"): numbers[place] for place in order},
    )

    assert list(found.items()) == list(mixed.items())
