from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.assessment.facts import Evidence, Lacking
from survey.domain.assessment.outcome import UnitOutcome
from tests.domain.assessment.composed import BANDS, composed, counted, entry, of_entered, outcomes, task, veto

THREE = ({"key": "e", "weight": 60}, {"key": "f", "weight": 30}, {"key": "g", "weight": 10})
ITEMS = [{"key": "plus", "label": "加分", "each": 9}, {"key": "minus", "label": "减分", "each": -9}]


def of_a(composite: dict[str, Any], values: dict[str, str], *entries: tuple[str, str]) -> UnitOutcome:
    definition = composed(*THREE, composite=composite, items=ITEMS)
    return of_entered(definition, {"a": values}, entries=tuple(entry("a", *one) for one in entries))["a"]


def test_the_total_is_the_weighted_mean_with_bonus_and_deduction_rounded_once() -> None:
    found = of_a({}, {"e": "90.125", "f": "80", "g": "70"}, ("plus", "1.5"), ("minus", "-0.4"))
    assert found.exact == Fraction("90.125") * 6 / 10 + 24 + 7 + Fraction("1.1")
    assert (found.total, found.parts) == (Decimal("86.18"), 3)
    assert found.words == "（60 × 90.125 ＋ 30 × 80.00 ＋ 10 × 70.00）÷ 100 ＋ 加分 1.5 − 减分 0.4 = 86.18"


def test_a_total_that_its_shown_parts_do_not_quite_come_to_says_so() -> None:
    found = of_a({}, {"e": "90.00834", "f": "80", "g": "70"})
    assert found.words.endswith(" = 85.01（按未取舍的各部分计算，与所列各数相加略有出入）")


def test_components_are_rounded_first_where_the_rules_say_so() -> None:
    values = {"e": "90.04", "f": "80.04", "g": "70.04"}
    found = of_a({"rounding": {"components": 1, "total": 1}}, values)
    assert found.exact == 85
    assert found.total == Decimal("85.0")
    assert [str(one.value) for one in found.components] == ["90", "80", "70"]
    assert of_a({"rounding": {"total": 1}}, values).exact == Fraction("85.04")


def test_a_missing_component_withholds_the_total() -> None:
    found = of_a({}, {"e": "90", "g": "70"})
    assert (found.exact, found.total, found.rank, found.proposed) == (None, None, None, None)
    assert found.words == "缺部分f（没有填报），暂不计总分"
    assert found.components[1].why is Lacking.NOT_REPORTED


def test_a_total_that_rests_on_fewer_parts_says_so() -> None:
    found = of_a({"missing": "renormalise"}, {"e": "90", "g": "76"})
    assert (found.total, found.parts) == (Decimal("88.00"), 2)
    assert found.words.endswith("÷ 70 = 88.00；缺部分f（没有填报），未计入，总分只由其余 2 部分得出")


def test_a_missing_component_counts_as_nothing_where_the_rules_say_so() -> None:
    found = of_a({"missing": "zero"}, {"e": "90", "g": "70"})
    assert (found.total, found.parts) == (Decimal("61.00"), 2)
    assert found.words.endswith("；缺部分f（没有填报），按 0 分计")
    assert of_a({"missing": "zero"}, {}).total == Decimal("0.00")


def test_without_any_part_there_is_no_total() -> None:
    assert of_a({"missing": "renormalise"}, {}).total is None


def test_the_lowest_part_can_be_the_total() -> None:
    found = of_a({"combine": "lowest"}, {"e": "92", "f": "86", "g": "88"}, ("minus", "-1"))
    assert (found.total, found.words) == (Decimal("85.00"), "取最低：92.00、86.00、88.00 − 减分 1 = 85.00")
    assert of_a({"combine": "lowest"}, {"e": "92", "f": "86"}).total is None


def test_a_component_without_weight_is_no_part_of_the_total() -> None:
    definition = composed({"key": "e"}, {"key": "shown", "weight": 0})
    found = of_entered(definition, {"a": {"e": "90"}})["a"]
    assert (found.total, found.parts, len(found.components)) == (Decimal("90.00"), 1, 2)


def test_a_bonus_that_only_decides_between_equals_is_not_added() -> None:
    definition = composed(composite={"bonus": "tie-break"}, items=ITEMS)
    values = {"a": {"e": "90"}, "b": {"e": "90"}, "c": {"e": "89"}}
    found = of_entered(definition, values, entries=(entry("b", "plus", "2"), entry("c", "plus", "9")))
    assert [(found[key].total, found[key].rank) for key in "abc"] == [
        (Decimal("90.00"), 2),
        (Decimal("90.00"), 1),
        (Decimal("89.00"), 3),
    ]
    assert "加分" not in found["b"].words


def test_ranks_and_quotas_are_those_of_the_class() -> None:
    two = [{"key": "k", "label": "乡镇"}, {"key": "l", "label": "部门"}]
    units = {"a": {}, "b": {}, "c": {"class": "l"}, "d": {"class": "l"}}
    found = of_entered(
        composed(units=units, classes=two),
        {"a": {"e": "95"}, "b": {"e": "94"}, "c": {"e": "93"}, "d": {"e": "92"}},
    )
    assert [found[key].rank for key in "abcd"] == [1, 2, 1, 2]
    assert [found[key].proposed for key in "abcd"] == ["first", "second"] * 2


def test_ranks_are_taken_of_rounded_totals() -> None:
    found = of_entered(composed(), {"a": {"e": "90.001"}, "b": {"e": "90.004"}})
    assert (found["a"].rank, found["b"].rank) == (1, 1)
    assert found["a"].tied
    assert found["b"].tied


def test_a_veto_gives_its_band_and_leaves_the_rank() -> None:
    found = of_entered(composed(), {"a": {"e": "95"}, "b": {"e": "91"}}, vetoes=(veto("a", "third"),))
    assert (found["a"].rank, found["a"].proposed, found["a"].vetoed) == (1, "third", True)
    assert (found["b"].rank, found["b"].proposed, found["b"].vetoed) == (2, "first", False)


def test_units_come_in_the_order_of_the_definition() -> None:
    assert list(of_entered(composed(), {"d": {"e": "1"}, "a": {"e": "2"}})) == ["a", "b", "c", "d"]


def test_points_times_a_factor() -> None:
    """中央企业: (33 + 42 + 30) × 1.05 + 2 − 1, where the targets come to more than their points."""
    asked = {"measure": "分", "score": [{"points": 50, "method": "judged"}]}
    definition = composed(
        {"key": "targets", "from": "indicators", "factor": True},
        units={"a": {"factor": 1.05}},
        indicators=[{"key": key, "label": key, **asked} for key in "xyz"],
        items=ITEMS,
    )
    tasks = {"a": (task("x", "30", "33"), task("y", "40", "42"), task("z", "30", "30"))}
    evidence = Evidence({}, entries=(entry("a", "plus", "2"), entry("a", "minus", "-1")))
    assert outcomes(definition, evidence, tasks)["a"].total == Decimal("111.25")


SCORES = st.lists(st.integers(0, 400), min_size=12, max_size=12)


@given(SCORES, st.integers(1, 50), st.permutations(range(12)))
def test_a_common_factor_and_the_order_of_rows_change_nothing(
    scores: list[int], factor: int, order: list[int]
) -> None:
    rows = [("abcd"[at // 3], "efg"[at % 3], str(Fraction(score, 4))) for at, score in enumerate(scores)]

    def worked(weights: tuple[int, ...], rows: list[tuple[str, str, str]]) -> list[Any]:
        components = [{"key": key, "weight": weight} for key, weight in zip("efg", weights, strict=True)]
        values: dict[str, dict[str, str]] = {}
        for unit, component, value in rows:
            values.setdefault(unit, {})[component] = value
        found = of_entered(composed(*components, composite={"bands": BANDS}), values)
        return [(one.exact, one.total, one.rank, one.proposed, one.tied) for one in found.values()]

    first = worked((5, 3, 2), rows)
    assert worked((5 * factor, 3 * factor, 2 * factor), [rows[at] for at in order]) == first


@given(SCORES, st.integers(0, 2), st.integers(1, 100))
def test_more_in_one_part_never_makes_a_total_or_a_rank_worse(
    scores: list[int], part: int, more: int
) -> None:
    def worked(scores: list[int]) -> UnitOutcome:
        definition = composed(*THREE, composite={"missing": "renormalise"})
        rows = [("abcd"[at // 3], "efg"[at % 3], score) for at, score in enumerate(scores)]
        values: dict[str, dict[str, str]] = {}
        for unit, component, score in rows:
            values.setdefault(unit, {})[component] = str(Fraction(score, 4))
        return of_entered(definition, values)["a"]

    before = worked(scores)
    after = worked([score + more * (at == part) for at, score in enumerate(scores)])
    assert before.exact is not None
    assert after.exact is not None
    assert after.exact > before.exact
    assert (before.rank or 0) >= (after.rank or 0)


@pytest.mark.parametrize(
    ("counted_value", "total"), [(counted("80"), Decimal("85.00")), (counted(None, Lacking.WITHHELD), None)]
)
def test_a_count_feeds_in(counted_value: Any, total: Decimal | None) -> None:
    definition = composed({"key": "e"}, {"key": "v", "from": "campaign", "campaign": "vote"})
    evidence = Evidence({}, entered=(), counted={("v", "a"): counted_value})
    found = outcomes(definition, evidence)["a"]
    assert found.components[1].source == "d1"
    assert found.total is None
    assert of_entered(definition, {"a": {"e": "90"}}, counted={("v", "a"): counted_value})["a"].total == total
