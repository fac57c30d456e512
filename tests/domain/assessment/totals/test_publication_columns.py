"""Which hidden columns follow from the published ones."""

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, combinations, product
from typing import Any

import pytest

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.totals.publication_columns import (
    all_columns,
    column_label,
    deducible_columns,
    read_columns,
)
from survey.domain.errors import BadEdition


def defined(
    items: bool = True, weights: tuple[int, ...] = (60, 25, 15), **composite: Any
) -> AssessmentDefinition:
    keys = ("targets", "leaders", "public")[: len(weights)]
    data: dict[str, Any] = {
        "format": 1,
        "kind": "assessment",
        "assessment": {"code": "y", "title": "考核", "office": "考核办", "year": 2026},
        "classes": [{"key": "town", "label": "乡镇"}],
        "units": [{"key": "t1", "class": "town", "label": "甲"}],
        "components": [
            {"key": key, "label": f"{key}评价", "weight": weight, "from": "entered"}
            for key, weight in zip(keys, weights, strict=True)
        ],
        "composite": {
            **composite,
            "bands": [{"key": "good", "label": "良好", "at_least": 0}],
        },
    }
    if items:
        data["items"] = [
            {"key": "praise", "label": "表彰", "each": 2},
            {"key": "late", "label": "迟报", "each": -1},
        ]
    return read_assessment(data)


ENTRIES = ("bonus", "deduction")


def columns(*keys: str) -> tuple[str, ...]:
    return tuple(key if key in ("total", "rank", "band", *ENTRIES) else f"component:{key}" for key in keys)


def test_a_component_is_named_by_its_key_alone() -> None:
    definition = defined()
    assert read_columns(definition, ["leaders", "rank", "total"]) == columns("rank", "total", "leaders")
    assert read_columns(definition, ["component:public"]) == columns("public")
    assert [column_label(definition, one) for one in columns("rank", "leaders")] == ["名次", "leaders评价"]
    assert all_columns(definition)[:3] == ("rank", "total", "band")


@pytest.mark.parametrize("names", [[], ["nothing", "total", "neither"]])
def test_unknown_columns_are_all_named(names: list[str]) -> None:
    with pytest.raises(BadEdition) as refused:
        read_columns(defined(), names)
    assert all(name in str(refused.value) for name in names if name != "total")


@pytest.mark.parametrize(
    ("shown", "follow"),
    [
        (columns("total", "targets", "public", *ENTRIES), columns("rank", "leaders")),
        (columns("total", "rank", "targets", "public", *ENTRIES), columns("leaders")),
        # Two unknown parts: neither is told.
        (columns("total", "rank", "targets", *ENTRIES), ()),
        (columns("total", "rank", "targets", "public"), ()),
        # All components: what is left is bonus less deduction.
        (columns("total", "rank", "targets", "leaders", "public"), ENTRIES),
        (columns("total", "rank", "targets", "leaders", "public", "bonus"), ("deduction",)),
        # All parts tell the total, and that the rank.
        (columns("targets", "leaders", "public", *ENTRIES), ("rank", "total")),
        (columns("rank", "band"), ()),
        (columns("total"), ("rank",)),
    ],
)
def test_what_follows(shown: tuple[str, ...], follow: tuple[str, ...]) -> None:
    assert deducible_columns(defined(), shown) == follow


def test_what_is_nothing_for_everybody_is_no_secret() -> None:
    shown = columns("total", "rank", "targets", "public")
    assert deducible_columns(defined(items=False), shown) == columns("leaders")


def test_a_bonus_that_only_decides_between_equals_is_in_no_total() -> None:
    shown = columns("total", "rank", "targets", "leaders", "public")
    assert deducible_columns(defined(bonus="tie-break"), shown) == ("deduction",)


def test_a_part_without_weight_does_not_stand_between() -> None:
    shown = columns("total", "rank", "targets", *ENTRIES)
    assert deducible_columns(defined(weights=(80, 20, 0)), shown) == columns("leaders")


def test_where_the_lowest_counts_the_hidden_one_may_be_it() -> None:
    shown = columns("total", "rank", "targets", "public", *ENTRIES)
    assert deducible_columns(defined(combine="lowest"), shown) == columns("leaders")


def test_where_the_lowest_counts_a_part_without_weight_may_be_it_too() -> None:
    shown = columns("total", "rank", "targets", "leaders", *ENTRIES)
    assert deducible_columns(defined(weights=(80, 20, 0), combine="lowest"), shown) == columns("public")
    # Of a weighted total it is no part: three shown ones tell nothing of it.
    assert deducible_columns(defined(weights=(80, 20, 0)), shown) == ()


def worlds(definition: AssessmentDefinition) -> Iterator[dict[str, Fraction]]:
    """List made-up outcomes of one unit: parts, bonus or deduction, and the total that follows."""
    keys = [one.key for one in definition.components]
    whole = sum(one.weight for one in definition.components)
    for *values, bonus, deduction in product(range(3), repeat=len(keys) + 2):
        if not (bonus and deduction):
            parts = dict(zip(columns(*keys), (value * whole for value in values), strict=True))
            weighted = zip((one.weight for one in definition.components), parts.values(), strict=True)
            total = sum((weight * value for weight, value in weighted), Fraction(0)) / whole
            extra = {"bonus": Fraction(bonus), "deduction": Fraction(deduction)}
            yield {**parts, **extra, "total": total + bonus - deduction}


@pytest.mark.parametrize("weights", [(1, 1, 1), (2, 1, 1), (1, 1, 0), (1, 1), (1,)])
def test_what_follows_is_what_no_second_world_contradicts(weights: tuple[int, ...]) -> None:
    """Of all made-up outcomes that look the same in the columns shown, a column that follows is the same."""
    definition = defined(weights=weights)
    possible = list(worlds(definition))
    names = list(possible[0])
    for shown in chain.from_iterable(combinations(names, size) for size in range(1, len(names))):
        alike = defaultdict(list)
        for world in possible:
            alike[tuple(world[name] for name in shown)].append(world)
        told = {
            name
            for name in names
            if name not in shown and all(len({one[name] for one in group}) == 1 for group in alike.values())
        }
        assert set(deducible_columns(definition, shown)) - {"rank"} == told, shown
