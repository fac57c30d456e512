"""The solver against trying everything, and the attacker against all ways in which a few people can vote."""

import random
from itertools import product
from typing import Any

import pytest

from survey.domain.ballot.ballot import Ballot
from survey.domain.definition.campaign import Definition
from tests.builders import built

from .judge import Case, Verdict
from .solver import Problem
from .world import Electorate, Row, World, withheld_rows


def a_problem(rng: random.Random) -> Problem:
    """Make a problem that may have many answers, one, or none."""
    problem = Problem()
    places = [problem.variable(0, rng.randint(0, 3), rng.randint(0, 3)) for _ in range(4)]
    for _ in range(rng.randint(1, 3)):
        terms = {place: rng.choice([-2, -1, 1, 1, 3]) for place in rng.sample(places, rng.randint(1, 4))}
        low = rng.randint(-2, 4)
        problem.between(terms, low, low + rng.choice([0, 0, 1, 3]))
    if rng.random() < 0.5:
        over, modulus = rng.sample(places, 2), rng.randint(2, 3)
        problem.check(over, lambda numbers: sum(numbers) % modulus != 1)
    return problem


def all_answers(problem: Problem) -> list[tuple[int, ...]]:
    """Try all numbers."""
    ranges = [range(low, high + 1) for low, high in zip(problem.low, problem.high, strict=True)]
    return [
        numbers
        for numbers in product(*ranges)
        if all(
            linear.low <= sum(c * numbers[place] for place, c in linear.terms) <= linear.high
            for linear in problem.linear
        )
        and all(holds([numbers[place] for place in over]) for over, holds in problem.checks)
    ]


@pytest.mark.parametrize("seed", range(100))
def test_the_solver_agrees_with_trying_everything(seed: int) -> None:
    problem = a_problem(random.Random(seed))
    answers = all_answers(problem)
    found = problem.solve()
    assert (found is None) == (not answers)
    if found is not None:
        assert tuple(found) in answers
        for place in range(4):
            values = {numbers[place] for numbers in answers}
            assert problem.range_of(place) == (min(values), max(values))
            assert [problem.is_fixed(place, value) for value in values] == [len(values) == 1] * len(values)


# A few people, one line of two grades, a breakdown or none: every way to vote, published

BREAKDOWN = {
    "key": "age",
    "label": "年龄",
    "kind": "choice",
    "breakdown": True,
    "options": [{"key": "x", "label": "x"}, {"key": "y", "label": "y"}],
}


def tiny(minimum: int, small_groups: str, questions: list[Any], rules: dict[str, Any]) -> Definition:
    scale = {
        "key": "cadre",
        "grades": [{"key": "g", "label": "g", "points": 100}, {"key": "h", "label": "h", "points": 0}],
        "abstain": {"label": "弃权", "treat": "zero"},
    }
    results = {"minimum_cell": minimum, "small_groups": small_groups}
    return built(
        ratees=("c",),
        criteria=("k",),
        scales=[scale],
        results=results,
        rules=rules,
        questions=questions,
    )


def ways(voters: int, acts: int, first: int = 0) -> list[tuple[int, ...]]:
    """List how some voters, who are not told apart, can do one of some acts each."""
    if not voters:
        return [()]
    return [(act, *rest) for act in range(first, acts) for rest in ways(voters - 1, acts, act)]


def worlds(definition: Definition, sizes: dict[str, int], positions: tuple[int, ...]) -> list[World]:
    """List every way to vote."""
    options: list[Any] = [{}, {"age": (0,)}, {"age": (1,)}] if definition.questions else [{}]
    acts = [(position, choices) for position in positions for choices in options]
    electorate = Electorate(definition)
    found = []
    for way in product(*(ways(size, len(acts)) for size in sizes.values())):
        ballots = [
            Ballot(group, "", (acts[act][0],), acts[act][1])
            for group, chosen in zip(sizes, way, strict=True)
            for act in chosen
        ]
        found.append(World(electorate, tuple(ballots)))
    return found


TINY: dict[str, tuple[Definition, dict[str, int], tuple[int, ...]]] = {
    "withheld": (tiny(2, "withhold", [], {}), {"A": 3, "B": 1}, (1, 2, 3, 0)),
    "withheld-3": (tiny(3, "withhold", [], {}), {"A": 4, "B": 2}, (1, 2, 3, 0)),
    "spoiled": (tiny(3, "withhold", [], {"spoiled_if": ["all-blank"]}), {"A": 3, "B": 2}, (1, 2, 3, 0)),
    "merged": (tiny(3, "merge", [], {}), {"A": 3, "B": 2}, (1, 2, 3, 0)),
    "shown": (tiny(3, "show", [], {}), {"A": 3, "B": 2}, (1, 2, 0)),
    "breakdown": (tiny(2, "withhold", [BREAKDOWN], {}), {"A": 4, "B": 0}, (1, 2)),
    "both": (tiny(2, "withhold", [BREAKDOWN], {}), {"A": 2, "B": 2}, (1, 2)),
    "both-required": (tiny(2, "merge", [BREAKDOWN], {"blank": "require"}), {"A": 3, "B": 1}, (1, 2)),
}


@pytest.mark.parametrize("name", TINY)
def test_the_attacker_agrees_with_trying_everything(name: str) -> None:
    """What is open is open, what is told is told, and next to nothing is left unproven."""
    by_record: dict[str, list[World]] = {}
    for world in worlds(*TINY[name]):
        by_record.setdefault(str(world.record), []).append(world)
    chosen = random.Random(name).sample(sorted(by_record), min(50, len(by_record)))
    seen: dict[bool, int] = {True: 0, False: 0}
    for record in chosen:
        alike = by_record[record]
        case = Case(alike[0])
        for row in case.rows:
            told = len({world.numbers(row) for world in alike}) == 1
            seen[told] += 1
            assert (row in case.open) <= (not told), (row, alike[0].ballots)
            assert case.is_told(row) <= told, (row, alike[0].ballots)
            assert told or row in case.open or _is_harmless(case, row), (row, alike[0].ballots)
            if told and not case.is_told(row):
                assert case.verdicts()[row] in (Verdict.EMPTY, Verdict.UNANIMOUS, Verdict.UNPROVEN)
    assert seen[False]


def _is_harmless(case: Case, row: Row) -> bool:
    return case.verdicts()[row] in (Verdict.OPEN, Verdict.EMPTY, Verdict.UNANIMOUS)


def test_withheld_rows_are_those_of_the_results() -> None:
    """Every row that the results name as withheld is among the rows attacked."""
    definition = built(ratees=("c1", "c2"), results={"minimum_cell": 5}, questions=[BREAKDOWN])
    ballots = tuple(
        Ballot(group, "", (1, 2, 3, 1), {"age": (number % 2,)} if number % 3 else {})
        for group, size in {"A": 9, "B": 3}.items()
        for number in range(size)
    )
    world = World(Electorate(definition), ballots)
    named = set()
    for entry in world.published["withheld"]:
        where = [entry[key] for key in ("ratee", "criterion") if key in entry]
        if "option" in entry:
            named.add(("split", *where, entry["question"], entry["option"]))
        elif "question" in entry:
            named.add(("question", entry["question"], entry["group"] or ""))
        elif entry["row"] != "weighted":
            named.add(("cell", *where, entry["group"]) if entry["group"] else ("pooled", *where))
    assert named == set(withheld_rows(definition, world.count))
    assert {row[0] for row in named} == {"cell", "split", "question"}
