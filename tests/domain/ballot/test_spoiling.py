"""Which ballots are invalid."""

from typing import Any

import pytest

from survey.domain.ballot.ballot import BallotForm, is_spoiled
from survey.domain.definition.campaign import Definition
from survey.domain.definition.reader import read_definition
from tests.domain.editing import full

BLANK, TOP, SECOND, THIRD, ABSTAINED = range(5)


def definition(*reasons: str, blank: str = "allow") -> Definition:
    data = full()
    data["rules"] = {"spoiled_if": list(reasons), "blank": blank}
    return read_definition(data)


CASES: list[tuple[list[str], tuple[int, ...], bool]] = [
    ([], (0, 0, 0, 0, 0), False),
    ([], (1, 1, 1, 1, 1), False),
    (["all-blank"], (0, 0, 0, 0, 0), True),
    (["all-blank"], (0, 4, 0, 0, 0), False),
    (["all-blank"], (0, 0, 0, 0, 1), False),
    (["all-same"], (0, 0, 0, 0, 0), False),
    (["all-same"], (2, 2, 2, 0, 0), True),
    (["all-same"], (2, 2, 0, 0, 0), False),
    (["all-same"], (2, 2, 4, 4, 0), False),
    (["all-same"], (2, 2, 2, 4, 0), True),
    (["all-same"], (2, 2, 2, 2, 2), True),
    (["all-same"], (2, 2, 2, 2, 1), False),
    (["all-same"], (4, 4, 4, 4, 0), False),
    (["all-top"], (1, 0, 0, 0, 0), True),
    (["all-top"], (0, 0, 0, 0, 1), True),
    (["all-top"], (1, 4, 1, 4, 1), True),
    (["all-top"], (1, 1, 1, 1, 2), False),
    (["all-top"], (4, 4, 4, 4, 0), False),
    (["all-top"], (0, 0, 0, 0, 0), False),
    (["all-blank", "all-same"], (3, 3, 3, 0, 0), True),
    (["all-blank", "all-top"], (0, 0, 0, 0, 0), True),
    (["all-same", "all-top"], (3, 3, 3, 1, 0), False),
    (["all-blank", "all-same", "all-top"], (1, 2, 1, 2, 1), False),
]


@pytest.mark.parametrize("blank", ["allow", "abstain"])
@pytest.mark.parametrize(("reasons", "ratings", "spoiled"), CASES)
def test_spoiled(reasons: list[str], ratings: tuple[int, ...], spoiled: bool, blank: str) -> None:
    form = BallotForm(definition(*reasons, blank=blank), "B")
    assert len(form.lines) == len(ratings)
    assert is_spoiled(form, ratings) is spoiled


def test_who_is_asked_to_rate_nobody_leaves_nothing_blank() -> None:
    """Neither a group that only questions are asked, nor a unit of a pool that may rate none of its lines."""
    data = full()
    data["rules"] = {"spoiled_if": ["all-blank"]}
    data["groups"].append({"key": "C", "label": "C票", "weight": 1})
    for section in data["sections"]:
        section["groups"] = ["A", "B"]
    form = BallotForm(read_definition(data), "C")
    assert form.lines == ()
    assert not is_spoiled(form, ())
    of_pool = BallotForm(definition("all-blank"), "B")
    assert not is_spoiled(of_pool, [line.not_asked for line in of_pool.lines])
    assert is_spoiled(of_pool, [BLANK, *(line.not_asked for line in of_pool.lines[1:])])


def test_the_position_counts_and_not_the_key() -> None:
    # "yes" and "good" are both the first of their scales, "no" and "fair" both the second.
    form = BallotForm(definition("all-same"), "A")
    assert is_spoiled(form, (SECOND, SECOND, SECOND))
    assert not is_spoiled(form, (TOP, SECOND, SECOND))


def test_questions_and_texts_do_not_make_a_ballot_valid() -> None:
    form = BallotForm(definition("all-blank"), "A")
    posted: Any = {"q.age": ["60+"], "q.words": ["建议"], "form.comment": ["意见"]}
    assert is_spoiled(form, form.check(posted).ratings)
