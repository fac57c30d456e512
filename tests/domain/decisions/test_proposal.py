"""What a quota proposes."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.count.results import Standing
from survey.domain.decisions.entries import (
    BandLimit,
)
from survey.domain.decisions.proposal import ProposedPlace, propose
from tests.domain.decisions.test_decisions import definition


def standings(scores: list[int | None], section: str = "form") -> list[Standing]:
    known = [None if score is None else Decimal(score) for score in scores]
    return [
        Standing(f"c{place}", section, {}, None, score, score, None, None)
        for place, score in enumerate(known, 1)
    ]


limits = st.one_of(
    st.integers(0, 12).map(lambda n: BandLimit(str(n))), st.integers(1, 100).map(lambda n: BandLimit(f"{n}%"))
)


scored = st.lists(st.one_of(st.none(), st.integers(50, 56)), min_size=1, max_size=12)


@given(scored, limits)
def test_a_proposal_keeps_to_the_quota_unless_it_shows_a_tie(
    scores: list[int | None], limit: BandLimit
) -> None:
    rules = definition(len(scores), bands=False)
    found = propose(rules, rules.sections[0], "优秀", limit, standings(scores))
    by = {place: [row for row in found.rows if row.place is place] for place in ProposedPlace}
    assert len(by[ProposedPlace.IN]) <= found.allowed
    assert len(found.rows) == len(scores)
    known = [score for score in scores if score is not None]
    # Nobody within has less than anybody without; all who are tied have the one score at the border.
    order = [
        row.score for place in (ProposedPlace.IN, ProposedPlace.TIED, ProposedPlace.OUT) for row in by[place]
    ]
    assert order == sorted(known, reverse=True)
    tied = {row.score for row in by[ProposedPlace.TIED]}
    assert len(tied) <= 1
    for row in found.rows:
        same = {other.place for other in found.rows if other.score == row.score}
        assert len(same) == 1, "equal scores are treated alike"
    if tied:
        assert (
            len(by[ProposedPlace.IN])
            < found.allowed
            < len(by[ProposedPlace.IN]) + len(by[ProposedPlace.TIED])
        )
        assert found.contested == found.allowed - len(by[ProposedPlace.IN]) > 0
    else:
        assert len(by[ProposedPlace.IN]) == min(found.allowed, len(known))
        assert found.contested == 0
    assert all(row.score is None for row in by[ProposedPlace.UNRANKED])
    assert len(by[ProposedPlace.UNRANKED]) == scores.count(None)


@pytest.mark.parametrize(
    ("limit", "ratees", "allowed"),
    [("20%", 7, 1), ("25%", 10, 3), ("20%", 12, 2), ("25%", 1, 1), ("1%", 9, 1), ("3", 7, 3), ("0", 7, 0)],
)
def test_a_share_is_rounded_half_up_and_at_least_one(limit: str, ratees: int, allowed: int) -> None:
    assert BandLimit(limit).allowed(ratees) == allowed


def test_scores_below_the_band_are_not_proposed() -> None:
    rules = definition(4)
    found = propose(rules, rules.sections[0], "优秀", BandLimit("3"), standings([95, 89, 90, None]))
    assert [(row.ratee, row.rank, row.place) for row in found.rows] == [
        ("c1", 1, ProposedPlace.IN),
        ("c3", 2, ProposedPlace.IN),
        ("c2", 3, ProposedPlace.BELOW),
        ("c4", None, ProposedPlace.UNRANKED),
    ]
