"""What the places of texts tell of withheld cells, with the rule that gave them away as the control."""

import random
from typing import Any

import pytest

from survey.domain.ballot.ballot import Ballot
from survey.domain.count import kept_texts
from survey.domain.count.kept_texts import LeftOut
from survey.domain.definition.campaign import Definition
from survey.domain.definition.reader import read_definition
from tests.builders import a_definition

from .judge import Case, Verdict
from .world import Electorate, Row, World

GOOD, BAD = 1, 2
SCALE = {
    "key": "cadre",
    "grades": [
        {"key": "good", "label": "合格", "points": 100},
        {"key": "bad", "label": "不合格", "points": 0, "reason": "required"},
    ],
}
NONE_KEPT = (("reason", "section:form"),)


def rated_by(**raters: tuple[str, ...]) -> Definition:
    """Make a definition in which each ratee has its rater groups; every voter rates all of theirs."""
    groups = sorted({group for some in raters.values() for group in some})
    data: dict[str, Any] = a_definition(
        groups=groups,
        ratees=tuple(raters),
        criteria=("k",),
        scales=[SCALE],
        rules={"blank": "require"},
        results={"minimum_cell": 5, "small_groups": "withhold"},
    )
    for ratee in data["ratees"]:
        ratee["groups"] = list(raters[ratee["key"]])
    return read_definition(data)


def a_world(definition: Definition, votes: dict[str, list[dict[str, int]]]) -> World:
    electorate = Electorate(definition)
    ballots = [
        Ballot(group, "", tuple(ticked[line.ratee.key] for line in electorate.forms[group].lines))
        for group, some in votes.items()
        for ticked in some
    ]
    return World(electorate, tuple(ballots))


def of_the_issue() -> World:
    """Three rate d, two of them badly; c is rated by them and nine others, and shown."""
    others = [{"c": BAD if place < 2 else GOOD} for place in range(9)]
    three = [{"c": GOOD, "d": BAD}, {"c": GOOD, "d": BAD}, {"c": GOOD, "d": GOOD}]
    return a_world(rated_by(c=("A", "B"), d=("B",)), {"A": others, "B": three})


def two_withheld(seed: int) -> World:
    """Of ten ratees' worth of voters, three rate d and three others e, both at random."""
    rng = random.Random(f"texts {seed}")
    votes: dict[str, list[dict[str, int]]] = {
        "A": [{"c": rng.choice((GOOD, GOOD, BAD))} for _ in range(9)],
        "B": [{"c": GOOD, "d": rng.choice((GOOD, BAD))} for _ in range(3)],
        "C": [{"c": GOOD, "e": rng.choice((GOOD, BAD))} for _ in range(3)],
    }
    return a_world(rated_by(c=("A", "B", "C"), d=("B",), e=("C",)), votes)


def told(world: World) -> list[Row]:
    """List the withheld rows that the attacker works out, unanimous ones and all."""
    case = Case(world)
    return [row for row in case.rows if any(case.truth[row]) and case.is_told(row)]


def before(held: Any, minimum: int, raters: int) -> tuple[bool, bool]:
    """Let every reason stay, as the rule was."""
    return True, True


def with_the_rule_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_texts, "which_stay", before)
    monkeypatch.setattr("tests.disclosure.reasons.which_stay", before)


def test_the_case_of_the_issue_is_not_told() -> None:
    world = of_the_issue()
    assert world.texts == ({}, LeftOut(2, untold=True, fields=NONE_KEPT))
    case = Case(world)
    assert case.truth["pooled", "d", "k"] == (1, 2)
    assert set(case.verdicts().values()) == {Verdict.OPEN}
    assert told(world) == []


def test_control_the_rule_before_gives_the_case_of_the_issue_away(monkeypatch: pytest.MonkeyPatch) -> None:
    with_the_rule_before(monkeypatch)
    world = of_the_issue()
    assert world.texts == ({("reason", "section:form"): 4}, LeftOut())
    assert ("pooled", "d", "k") in told(world)


@pytest.mark.parametrize("seed", range(12))
def test_enough_that_is_withheld_is_not_told(seed: int) -> None:
    """Not even where all of them graded badly, or none did: then the reasons on them are not kept."""
    world = two_withheld(seed)
    assert told(world) == []
    verdicts = Case(world).verdicts()
    assert {verdicts["pooled", ratee, "k"] for ratee in "de"} == {Verdict.OPEN}


def test_control_all_grades_bad_is_told_by_the_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two ratees, six answers, six reasons: the number of reasons alone says what each of them is."""
    votes = {
        "A": [{"c": BAD if place < 2 else GOOD} for place in range(9)],
        "B": [{"c": GOOD, "d": BAD} for _ in range(3)],
        "C": [{"c": GOOD, "e": BAD} for _ in range(3)],
    }
    definition = rated_by(c=("A", "B", "C"), d=("B",), e=("C",))
    world = a_world(definition, votes)
    # Those on c stay, which are as many as its count says; those on d and e are not kept.
    assert world.texts == ({("reason", "section:form"): 2}, LeftOut(0, untold=True, fields=NONE_KEPT))
    assert told(world) == []
    with_the_rule_before(monkeypatch)
    assert ("pooled", "d", "k") in told(a_world(definition, votes))


def test_control_the_number_left_out_would_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Said exactly, how many reasons are not kept less those on cells shown is the number of bad grades."""
    world = of_the_issue()
    _, said = world.texts
    exact = sum(1 for _ in world._written())
    shown = said.number
    assert exact - shown == world.numbers(("pooled", "d", "k"))[1]
    case = Case(world)
    stated = case.stated(("pooled", "d", "k"), split=False)
    bad = stated.row(("pooled", "d", "k"))[1]
    assert stated.problem.range_of(bad) == (0, 3)
    stated.problem.total([bad], exact - shown)
    assert stated.problem.range_of(bad) == (2, 2)
