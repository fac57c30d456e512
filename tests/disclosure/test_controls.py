"""What the attacker must catch: the same campaigns, disclosed wrongly on purpose.

Without these a test that finds nothing would prove nothing.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from survey.domain.ballot.ballot import Ballot
from survey.domain.count import disclosure
from survey.domain.count.disclosure import Count
from survey.domain.count.tally import Counts
from survey.domain.count.values import Values, shown_values, values_of
from survey.domain.definition.weighting import mean, weighted
from tests.builders import built

from .judge import Case
from .test_solver import BREAKDOWN
from .world import Electorate, Row, World


def a_world(seed: int, sizes: dict[str, int], **more: Any) -> World:
    """Make up a world of one ratee and one criterion, in which no row is unanimous."""
    rng = random.Random(f"control {seed}")
    definition = built(ratees=("c",), criteria=("k",), groups=tuple(sizes), **more)
    places = [(group, number) for group, size in sizes.items() for number in range(size)]
    ballots = tuple(
        Ballot(
            group,
            "",
            (rng.choice((1, 1, 2, 3)) if number else 1 + len(group + str(seed)) % 3,),
            {"age": (rng.choice((0, 0, 0, 1)),)} if definition.questions and rng.random() < 0.9 else {},
        )
        for group, number in places
    )
    return World(Electorate(definition), ballots)


def caught(world: World, published: dict[str, Any] | None = None) -> list[Row]:
    """List the rows that the attacker works out of what is published, and that are not harmless."""
    case = Case(world)
    case.__dict__["open"] = {}
    if published is not None:
        case.world.__dict__["published"] = published
    return [
        row for row in case.rows if any(case.truth[row]) and not case._is_unanimous(row) and case.is_told(row)
    ]


def rows_by_group(world: World) -> dict[str, Values]:
    """Work out the values of each group's row, as if none were withheld."""
    definition = world.electorate.definition
    (line,) = definition.lines
    tally = world.tally
    return {
        group.key: values_of(definition, line.scale, tally.cells(group.key)[line.key])
        for group in definition.groups
    }


def with_weighted_row(world: World) -> dict[str, Any]:
    """Publish the weighted row although group rows are withheld."""
    definition = world.electorate.definition
    weights = {group.key: group.weight for group in definition.groups}
    rows, missing = rows_by_group(world), definition.results.missing_group
    some = next(iter(rows.values()))

    def over(part: Callable[[Values], Any]) -> Any:
        return weighted({key: part(values) for key, values in rows.items()}, weights, missing)

    values = Values(
        {key: over(lambda v, key=key: v.shares[key]) for key in some.shares},
        {key: over(lambda v, key=key: v.rates[key]) for key in some.rates},
        over(lambda v: v.score),
    )
    shown = shown_values(values, definition.results.rounding)
    row = {
        "ratee": "c",
        "criterion": "k",
        "row": "weighted",
        "group": None,
        "shares": {key: format(share, "f") for key, share in shown.shares.items() if share is not None},
        "rates": {},
        "score": None if shown.score is None else format(shown.score, "f"),
    }
    return world.published | {"cells": [*world.published["cells"], row]}


def with_group_scores(world: World) -> dict[str, Any]:
    """Publish the scores that the groups give a ratee although their rows are withheld."""
    definition = world.electorate.definition
    single = definition.results.rounding.single
    scores = {
        key: single(mean([(definition.lines[0].criterion.weight, values.score)]))
        for key, values in rows_by_group(world).items()
    }
    (standing,) = world.published["ratees"]
    written = {key: None if score is None else format(score, "f") for key, score in scores.items()}
    return world.published | {"ratees": [standing | {"scores": written}]}


SMALL_GROUP = {"A": 9, "B": 2}


@pytest.mark.parametrize("publish", [with_weighted_row, with_group_scores])
def test_values_of_withheld_rows_are_caught(publish: Callable[[World], dict[str, Any]]) -> None:
    found = 0
    for seed in range(12):
        world = a_world(seed, SMALL_GROUP, results={"minimum_cell": 3, "small_groups": "withhold"})
        assert caught(world) == []
        world = a_world(seed, SMALL_GROUP, results={"minimum_cell": 3, "small_groups": "withhold"})
        found += bool(caught(world, publish(world)))
    assert found >= 6


def test_a_breakdown_row_withheld_alone_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def only_the_small(rows: dict[str, Counts], minimum: int) -> set[str]:
        return {option for option, row in rows.items() if row.is_small(minimum)}

    def count_caught() -> int:
        worlds = [a_world(seed, {"A": 14}, questions=[BREAKDOWN]) for seed in range(24)]
        return sum(bool(caught(world)) for world in worlds)

    assert count_caught() == 0
    monkeypatch.setattr(disclosure, "hidden_options", only_the_small)
    monkeypatch.setattr("tests.disclosure.cell_problem.hidden_options", only_the_small)
    assert count_caught() >= 3


def test_a_small_group_withheld_alone_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeping the rows of the other groups gives the small one away."""
    original = disclosure.disclose

    def all_but_the_small(definition: Any, tally: Any, accounting: Any) -> Count:
        count = original(definition, tally, accounting)
        cells = {}
        for key, rows in count.cells.items():
            kept = {(group,): tally.cells(group)[key] for group in ("A", "C")}
            cells[key] = replace(rows, groups=kept)
        return replace(count, cells=cells)

    rules = {"minimum_cell": 3, "small_groups": "withhold"}
    sizes = {"A": 9, "B": 2, "C": 6}
    assert not any(caught(a_world(seed, sizes, results=rules)) for seed in range(8))
    found = 0
    for seed in range(8):
        world = a_world(seed, sizes, results=rules)
        tally = world.tally
        count = all_but_the_small(world.electorate.definition, tally, world.count.accounting)
        published = dict(world.published)
        shown = [
            {
                "ratee": "c",
                "criterion": "k",
                "row": "group",
                "group": group[0],
                "answered": row.answered,
                "abstained": row.abstained,
                "counts": dict(zip(("excellent", "competent", "poor"), row.grades, strict=True)),
                "blank": row.blank,
            }
            for group, row in (count.cells["c", "k"].groups or {}).items()
        ]
        published["cells"] = [*published["cells"], *shown]
        found += bool(caught(world, published))
    assert found >= 4


def test_a_minimum_that_is_ignored_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """With every row shown, what should have been withheld is read off the results."""
    rules = {"minimum_cell": 3, "small_groups": "withhold"}
    withheld = 0
    for seed in range(8):
        honest = a_world(seed, SMALL_GROUP, results=rules, questions=[BREAKDOWN])
        rows, truth = Case(honest).rows, Case(honest).truth
        monkeypatch.setattr(Counts, "is_small", lambda self, minimum: False)
        naked = a_world(seed, SMALL_GROUP, results=rules, questions=[BREAKDOWN])
        case = Case(naked)
        told = [row for row in rows if row[0] != "question" and case.is_told_as(row, truth[row])]
        monkeypatch.undo()
        withheld += len([row for row in rows if row[0] != "question"])
        assert told == [row for row in rows if row[0] != "question"]
    assert withheld
