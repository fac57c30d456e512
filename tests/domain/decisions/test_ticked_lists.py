"""Whom a quota on a list to tick proposes: by the share of votes that the count ranks by."""

import tomllib
from decimal import Decimal
from typing import Any

import pytest

from survey.domain.decisions.entries import BandLimit
from survey.domain.decisions.proposal import Proposal, ProposedPlace, propose
from tests.domain.results.test_official_nomination import FILE, results

IN, TIED, OUT, UNRANKED = (
    *(ProposedPlace.IN, ProposedPlace.TIED, ProposedPlace.OUT, ProposedPlace.UNRANKED),
)
BEFORE = {"A": [("p1",)] * 5 + [()] * 5, "B": [("p1",)] * 4 + [("p2",)] * 10 + [()] * 26}
"""p1 has 9 of 50 votes (18 %) and a mean of 30 %, p2 10 of 50 (20 %) and a mean of 12.5 %."""


def proposed(votes: dict[str, list[tuple[str, ...]]], **changes: Any) -> Proposal:
    """Apply a quota of one to what came of some votes; ``weights`` and ``points`` other than in the file."""
    data = tomllib.loads(FILE.read_text("utf-8"), parse_float=Decimal)
    for group, weight in zip(data["groups"], changes.pop("weights", (1, 1)), strict=True):
        group["weight"] = weight
    data["scales"][0]["grades"][0]["points"] = changes.pop("points", 100)
    found = results(votes, groups=data["groups"], scales=data["scales"], **changes)
    return propose(found.definition, found.definition.sections[0], "考察对象", BandLimit("1"), found.ratees)


def places(found: Proposal) -> dict[str, tuple[str | None, int | None, ProposedPlace]]:
    return {
        row.ratee: (None if row.score is None else str(row.score), row.rank, row.place) for row in found.rows
    }


@pytest.mark.parametrize("rank", [True, False])
def test_the_larger_share_of_votes_comes_first(rank: bool) -> None:
    found = places(proposed(BEFORE, results={"rank": rank}))
    assert (found["p2"], found["p1"]) == (("20.00", 1, IN), ("18.00", 2, OUT))


def test_weights_that_differ_propose_by_the_weighted_share() -> None:
    found = places(proposed(BEFORE, weights=(2, 1)))
    assert (found["p1"], found["p2"]) == (("36.67", 1, IN), ("8.33", 2, OUT))


def test_a_small_group_leaves_the_share_to_propose_by() -> None:
    votes = {"A": [("p1",)] * 3, "B": [("p2",)] * 10 + [()] * 30}
    found = places(proposed(votes))
    assert (found["p2"], found["p1"]) == (("23.26", 1, IN), ("6.98", 2, OUT))


def test_where_the_share_is_withheld_nobody_is_proposed() -> None:
    votes = {"A": [("p1",)] * 2, "B": [("p2",)] * 2}
    assert {row[2] for row in places(proposed(votes)).values()} == {UNRANKED}


def test_points_of_one_tell_shares_apart() -> None:
    """Of 500 votes 91 and 92 are 18.2 % and 18.4 %: scores of 0.18 both."""
    votes = {"A": [()] * 100, "B": [("p1",)] * 91 + [("p2",)] * 92 + [()] * 217}
    found = places(proposed(votes, points=1))
    assert (found["p2"], found["p1"]) == (("18.40", 1, IN), ("18.20", 2, OUT))


def test_equal_shares_are_tied() -> None:
    votes = {"A": [("p1", "p2")] * 6, "B": [("p1", "p2")] * 7 + [("p3",)] * 8}
    found = proposed(votes)
    assert [places(found)[one][2] for one in ("p1", "p2", "p3")] == [TIED, TIED, OUT]
    assert found.contested == 1
