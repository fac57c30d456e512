"""A total that campaigns feed into tells no more of them than their own tables do.

Its parts are read from the record of the count, as displayed. So two worlds with the same record have the
same parts, totals, ranks and sums in words, whatever the rules of the assessment; and the solver, given the
parts as well, works out no row that it could not work out before. A row that is withheld and read all the
same would be found: the last two tests see to it.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import pytest

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.facts import CountedValue, EnteredValue, Evidence
from survey.domain.assessment.totals.composite import outcome_of_tasks
from survey.domain.assessment.totals.counted_values import value_of
from survey.domain.assessment.totals.outcome_json import units_json
from survey.domain.count.tally import Counts
from survey.domain.count.values import score_of
from survey.domain.definition.campaign import Definition, Line
from survey.domain.definition.rounding import Rounding

from .campaigns import campaign
from .cell_problem import CellProblem
from .judge import Case
from .solver import Problem, Unsure
from .world import World

SEEDS = range(0, 200, 12)
RULES = (
    {"missing": "renormalise"},
    {"missing": "zero", "rounding": {"components": 1}},
    {"missing": "withhold"},
    {"missing": "renormalise", "combine": "lowest"},
)


def assessed(definition: Definition, composite: dict[str, Any]) -> AssessmentDefinition:
    """Make an assessment of a campaign's ratees: all that can be read of it, beside a given number."""
    readings = ["score", *(f"rate:{rate.key}" for rate in definition.rates)]
    counted = [
        {"from": "campaign", "campaign": "vote", "value": value, "row": row}
        for value in readings
        for row in ("weighted", "pooled")
    ]
    bands = [
        {"key": "good", "label": "优秀", "at_least": 60, "quota": "25%"},
        {"key": "fair", "label": "一般", "at_least": 0},
    ]
    return read_assessment(
        {
            "format": 1,
            "kind": "assessment",
            "assessment": {"code": "year", "title": "考核", "office": "考核办", "year": 2026},
            "classes": [{"key": "k", "label": "单位"}],
            "units": [{"key": one.key, "class": "k", "label": one.key} for one in definition.ratees],
            "components": [
                {"key": f"p{at}", "label": f"部分{at}", "weight": at + 1, **one}
                for at, one in enumerate([{"from": "entered"}, *counted])
            ],
            "composite": {"bands": bands} | composite,
        }
    )


def read(world: World, assessment: AssessmentDefinition) -> dict[tuple[str, str], CountedValue]:
    """Read what the count of a world gives the assessment."""
    return {
        (component.key, unit.key): value_of(world.count, world.electorate.definition, component, unit.key)
        for component in assessment.components
        if component.campaign
        for unit in assessment.units
    }


def published_of(world: World) -> list[Any]:
    """Return all that an assessment says which the world's campaign feeds into, under several rules."""
    said: list[Any] = []
    for rules in RULES:
        assessment = assessed(world.electorate.definition, rules)
        given = tuple(EnteredValue(unit.key, "p0", Fraction(80), "文件") for unit in assessment.units)
        outcome = outcome_of_tasks(
            assessment, {}, Evidence({}, entered=given, counted=read(world, assessment)), {}
        )
        words = [(one.words, *(part.words for part in one.components)) for one in outcome.units]
        said.append((units_json(assessment, outcome), words, [one.exact for one in outcome.units]))
    return said


@pytest.mark.parametrize("seed", SEEDS)
def test_worlds_with_one_record_have_one_composite(seed: int) -> None:
    case = Case(World.of(*campaign(seed)), seed)
    here = published_of(case.world)
    for other in case.open.values():
        assert published_of(other) == here


@pytest.mark.parametrize("seed", range(1, 200, 9))
def test_a_score_that_is_read_is_one_that_was_published(seed: int) -> None:
    world = World.of(*campaign(seed))
    assessment = assessed(world.electorate.definition, {})
    counted = read(world, assessment)
    for standing in world.published["ratees"]:
        for key, row in (("p1", "weighted"), ("p2", "pooled")):
            value = counted[key, standing["ratee"]].value
            assert (None if value is None else f"{value:f}") == standing[row]


def test_the_solver_works_out_no_more_rows_with_the_composite() -> None:
    """The pooled score is stated beside what is published; rows that were open stay so."""
    with_score = 0
    for seed in range(0, 200, 4):
        case = Case(World.of(*campaign(seed)), seed)
        definition = case.world.electorate.definition
        pooled = assessed(definition, {}).component["p2"]
        for line, row, stated in cells(case):
            shown = value_of(case.world.count, definition, pooled, line.ratee.key).value
            if shown is None or [one for one in line.section.criteria if one.weight] != [line.criterion]:
                continue
            with_score += 1
            rounding, problem = definition.results.rounding, deepcopy(stated.problem)
            state_score(problem, stated, line, partial(_is_shown, rounding, shown))
            assert not is_told(problem, stated.row(row), case.truth[row]), (seed, row)
    assert with_score >= 8


def _is_shown(rounding: Rounding, shown: Decimal, score: Fraction | None) -> bool:
    return rounding.single(score) == shown


def cells(case: Case) -> Iterator[tuple[Line, Any, CellProblem]]:
    """Go through the rows of rater groups that are withheld, each with what is known of its cell."""
    for row in case.rows:
        if row[0] in ("cell", "pooled") and row in case.open:
            stated = case.stated(row, split=False)
            assert isinstance(stated, CellProblem)
            definition = case.world.electorate.definition
            yield next(line for line in definition.lines if line.key == row[1:3]), row, stated


def state_score(
    problem: Problem, stated: CellProblem, line: Line, holds: Callable[[Fraction | None], bool]
) -> None:
    """State something of the score of a cell's pooled row."""
    positions = range(line.scale.abstained + 1)
    over = [stated.place["y", *line.key, position] for position in positions]

    def fits(numbers: Any) -> bool:
        return holds(score_of(line.scale, Counts(tuple(numbers[1:-1]), numbers[-1], numbers[0])))

    problem.check(over, fits)


def is_told(problem: Problem, places: Sequence[int], truth: Sequence[int]) -> bool:
    """Return whether the solver works out all numbers of a row."""
    try:
        return all(problem.is_fixed(place, number) for place, number in zip(places, truth, strict=True))
    except Unsure:
        return False


LEAK = {
    "groups": [{"key": "g", "label": "票", "weight": 1}],
    "scales": [
        {
            "key": "s",
            "grades": [
                {"key": key, "label": key, "points": points}
                for key, points in (("good", 95), ("fair", 80), ("plain", 61))
            ],
        }
    ],
    "sections": [
        {"key": "f", "title": "表", "scale": "s", "criteria": [{"key": "overall", "label": "总体"}]}
    ],
    "ratees": [{"key": "r", "section": "f", "name": "甲"}],
    "results": {"minimum_cell": 5, "small_groups": "withhold"},
}


def withheld(grades: list[str]) -> Case:
    """Vote so few ballots that the only row is withheld."""
    head = {"format": 1, "campaign": {"code": "vote", "title": "测评", "organiser": "办"}}
    return Case(World.of(head | LEAK, [("g", {"r.overall": grade}) for grade in grades]))


def test_a_score_read_of_a_withheld_row_would_be_seen_to_tell() -> None:
    """Two answers, good and plain: their mean, even as displayed, is that of no others."""
    case = withheld(["good", "plain"])
    ((line, row, stated),) = [one for one in cells(case) if one[1][0] == "pooled"]
    assert not is_told(stated.problem, stated.row(row), case.truth[row])
    leaking = deepcopy(stated.problem)
    state_score(leaking, stated, line, lambda score: score == 78)
    assert is_told(leaking, stated.row(row), case.truth[row])


def test_a_composite_that_read_a_withheld_row_would_be_seen_to_differ() -> None:
    case = withheld(["good", "plain"])
    (other, *_) = case.open.values()
    truths = [
        score_of(
            world.electorate.definition.scale["s"],
            world.tally.cells("g")["r", "overall"],
        )
        for world in (case.world, other)
    ]
    assert truths[0] != truths[1]
    assert published_of(case.world) == published_of(other)
