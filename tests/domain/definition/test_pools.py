"""Pools: who may rate whom by rater group, what is counted by row."""

from typing import Any

import pytest

from survey.domain.definition.bounds import check_definition
from survey.domain.definition.campaign import Definition
from survey.domain.definition.reader import read_definition
from survey.domain.errors import Flaw, InvalidDefinition
from tests.builders import a_mutual_definition, built, mutual_example
from tests.domain.editing import changed, full, pooled


def faults(data: dict[str, Any]) -> set[tuple[str, Flaw]]:
    with pytest.raises(InvalidDefinition) as refused:
        check_definition(data)
    return {(fault.path, fault.flaw) for fault in refused.value.faults}


@pytest.fixture
def definition() -> Definition:
    return check_definition(mutual_example())


def test_thirty_one_units_are_two_rows(definition: Definition) -> None:
    assert [(row.key, row.label, row.weight, row.issue) for row in definition.groups] == [
        ("cities", "各市票", 1, 11),
        ("departments", "省直单位票", 1, 20),
    ]
    assert len(definition.raters) == 31
    assert definition.row_of["c03"] == "cities"
    assert definition.raters_in["cities"] == tuple(f"c{n:02}" for n in range(1, 12))
    assert not definition.has_one_group


def test_nobody_rates_itself(definition: Definition) -> None:
    own = definition.ratee["r-d05"]
    assert own.groups == ("cities", "departments")
    assert len(own.raters) == 30
    assert "d05" not in own.raters
    lines = {key: [line.ratee.key for line in lines] for key, lines in definition.lines_of.items()}
    assert len(lines["departments"]) == 31
    assert len(lines["d05"]) == 30
    assert "r-d05" not in lines["d05"]
    assert lines["c01"] == lines["c11"] == [f"r-d{n:02}" for n in range(1, 21)]
    assert definition.planned_raters(own, "departments") == 19
    assert definition.ratees_of(definition.section["cities"], "cities") == ()


def test_a_pool_stands_where_the_first_of_its_groups_does() -> None:
    data = pooled()
    data["groups"].insert(1, data["groups"].pop())
    assert [row.key for row in read_definition(data).groups] == ["A", "units", "B"]


def test_without_pools_rows_are_the_groups() -> None:
    definition = read_definition(full())
    assert definition.groups == definition.raters
    assert all(ratee.groups == ratee.raters for ratee in definition.ratees)
    assert not definition.has_uneven_pool


def test_except_works_without_pools() -> None:
    definition = read_definition(changed("ratees[2].except", ["A"]))
    assert definition.ratee["t1"].groups == ("B",)


def test_a_pool_plans_no_number_where_one_of_its_groups_does_not() -> None:
    data = pooled()
    del data["groups"][3]["issue"]
    row = read_definition(data).group["units"]
    assert row.issue is None
    ratee = read_definition(data).ratee["r-u2"]
    assert read_definition(data).planned_raters(ratee, "units") == 9


@pytest.mark.parametrize(
    ("path", "value", "at", "flaw"),
    [
        ("groups[2].weight", 1, "groups[2].weight", Flaw.POOL_WEIGHT),
        ("groups[2].pool", "gone", "groups[2].pool", Flaw.NO_SUCH),
        ("pools[1]", {"key": "x", "label": "x", "weight": 1}, "pools[1]", Flaw.POOL_EMPTY),
        ("pools[1]", {"key": "A", "label": "x", "weight": 1}, "pools[1].key", Flaw.POOL_LIKE_GROUP),
        ("pools[0].weight", 0, "pools[0].weight", Flaw.NOT_ABOVE_ZERO),
        ("ratees[3].groups", ["u2"], "ratees[3].except", Flaw.EXCEPT_BESIDE_GROUPS),
        ("ratees[3].except", ["A", "B", "u1", "u2"], "ratees[3].except", Flaw.EXCEPT_ALL),
        ("ratees[3].except", [], "ratees[3].except", Flaw.TOO_FEW),
        ("ratees[3].except", ["gone"], "ratees[3].except[0]", Flaw.NO_SUCH),
        ("questions[1].groups", ["A", "u1"], "questions[1].groups", Flaw.QUESTION_OF_PART),
        ("groups[0].weight", None, "groups[0].weight", Flaw.MISSING),
        ("results", {"minimum_cell": 10}, "results.small_groups", Flaw.SMALL_GROUPS_UNSAID),
        ("campaign.entry", "open", "campaign.entry", Flaw.POOL_ENTRY),
        ("paper", {"texts": "typed"}, "paper", Flaw.POOL_PAPER),
        ("rules.spoiled_if", ["all-blank"], "rules.spoiled_if", Flaw.POOL_SPOILING),
        ("questions[0].breakdown", True, "questions[0].breakdown", Flaw.POOL_BREAKDOWN),
    ],
)
def test_a_fault_of_pools(path: str, value: Any, at: str, flaw: Flaw) -> None:
    assert (at, flaw) in faults(changed(path, value, pooled()))


def test_the_row_of_a_pool_may_not_read_like_groups_merged() -> None:
    data = pooled()
    data["pools"][0]["key"] = "A+B"
    data["groups"][2]["pool"] = data["groups"][3]["pool"] = "A+B"
    data["results"]["small_groups"] = "merge"
    assert ("pools[0].key", Flaw.READS_MERGED) in faults(data)


def test_small_groups_are_judged_by_pool() -> None:
    data = mutual_example()
    del data["results"]["small_groups"]
    assert check_definition(data).group["cities"].issue == 11
    data["results"]["minimum_cell"] = 6
    assert ("results.small_groups", Flaw.SMALL_GROUPS_UNSAID) in faults(data)


def test_small_groups_are_judged_by_those_who_may_rate_the_same() -> None:
    """Ten units are twice five, but nine rate each of them."""
    data = a_mutual_definition(10, results={"minimum_cell": 5})
    assert ("results.small_groups", Flaw.SMALL_GROUPS_UNSAID) in faults(data)
    assert check_definition(a_mutual_definition(11, results={"minimum_cell": 5}))


def test_the_least_electorate_is_that_of_the_ratee_whom_the_fewest_may_rate() -> None:
    definition = read_definition(a_mutual_definition(2, 3))
    codes = {"a1": 1, "a2": 20, "b1": 2, "b2": 3}
    assert definition.least_electorate("a", codes) == 1
    assert definition.least_electorate("b", codes) == 2
    assert built().least_electorate("A", {"A": 7, "B": 3}) == 7


def test_all_blank_is_harmless_where_nobody_can_leave_anything_blank() -> None:
    rules = {"blank": "require", "spoiled_if": ["all-blank"]}
    assert check_definition(a_mutual_definition(rules=rules))
    assert ("rules.spoiled_if", Flaw.POOL_SPOILING) in faults(
        a_mutual_definition(rules=rules | {"spoiled_if": ["all-top"]})
    )


def test_an_even_pool_may_spoil_and_break_down() -> None:
    data = a_mutual_definition(rules={"spoiled_if": ["all-same"]})
    for ratee in data["ratees"]:
        del ratee["except"]
    assert not check_definition(data).has_uneven_pool
