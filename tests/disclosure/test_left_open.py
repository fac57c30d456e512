"""What the counting rules leave open, in cases made for it: breakdowns beside rater groups.

docs/secrecy.md says so. Should the rules change, these tests turn red and that page must follow.
"""

from typing import Any

from survey.domain.ballot.ballot import Ballot
from survey.domain.definition.reader import read_definition
from tests.builders import a_definition, built

from .judge import Case, Verdict
from .test_solver import BREAKDOWN
from .world import Electorate, Row, World

UNIT: dict[str, Any] = BREAKDOWN | {
    "options": [{"key": key, "label": key} for key in ("x", "y", "z")],
}
"""A question that follows the rater group, as a unit or an occupation does."""

Votes = list[tuple[str, int, int | None]]
"""Rater group, position ticked, option chosen."""


def a_case(votes: Votes, **more: Any) -> Case:
    definition = built(ratees=("c",), criteria=("k",), questions=[UNIT], **more)
    ballots = tuple(
        Ballot(group, "", (position,), {} if option is None else {"age": (option,)})
        for group, position, option in votes
    )
    return Case(World(Electorate(definition), ballots))


def test_an_option_chosen_by_a_whole_group_opens_the_others() -> None:
    """All of B choose y and nobody else: y's row is B's, which is shown; so x's, of three, is the rest."""
    votes: Votes = [("A", position, 0) for position in (1, 2, 3)]
    votes += [("A", 1 + place % 3, 2) for place in range(10)]
    votes += [("B", position, 1) for position in (1, 1, 2, 3, 3)]
    case = a_case(votes, results={"minimum_cell": 5, "small_groups": "withhold"})
    row: Row = ("split", "c", "k", "age", "x")
    assert row in case.rows
    assert case.truth[row] == (1, 1, 1)
    assert case.verdicts()[row] is Verdict.COMBINED


def test_where_the_option_does_not_follow_the_group_the_row_stays_closed() -> None:
    votes: Votes = [("A", position, 0) for position in (1, 2, 3)]
    votes += [("A", 1 + place % 3, 2) for place in range(9)] + [("A", 2, 1)]
    votes += [("B", position, 1) for position in (1, 1, 2, 3)] + [("B", 3, 2)]
    case = a_case(votes, results={"minimum_cell": 5, "small_groups": "withhold"})
    assert case.verdicts()["split", "c", "k", "age", "x"] is Verdict.OPEN


def test_rows_without_answers_tell_which_options_nobody_chose() -> None:
    """One answered, so the question is withheld; but y's and z's rows are shown as empty, and x's is not."""
    votes: Votes = [("A", 1 + place % 3, None) for place in range(9)] + [("A", 2, 0)]
    case = a_case(votes, groups=("A",), rules={"blank": "require"}, results={"minimum_cell": 2})
    row: Row = ("question", "age", "")
    assert case.truth[row] == (1, 0, 0)
    shown = {entry["option"] for entry in case.world.published["breakdowns"]}
    assert shown == {"y", "z"}
    assert row not in case.open


def test_a_ratee_of_one_group_tells_what_that_group_answered() -> None:
    """The question's group rows are withheld; a ratee whom A alone rates has A's answers in its rows."""
    data = a_definition(
        ratees=("c", "d"),
        criteria=("k",),
        questions=[UNIT],
        rules={"blank": "require"},
        results={"minimum_cell": 3, "small_groups": "withhold"},
    )
    data["ratees"][1]["groups"] = ["A"]
    definition = read_definition(data)
    ballots = [Ballot("A", "", (1 + place % 3, 1 + place % 2), {"age": (place % 2,)}) for place in range(8)]
    ballots += [Ballot("B", "", (position,), {"age": (2,)}) for position in (1, 2)]
    case = Case(World(Electorate(definition), tuple(ballots)))
    row: Row = ("question", "age", "B")
    assert case.truth[row] == (0, 0, 2)
    assert row not in case.open
    assert case.is_told(row)
