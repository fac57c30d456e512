"""Exact values, worked out one by one, are those that the results show once rounded."""

from fractions import Fraction

from survey.domain.count.exact import Exact
from survey.domain.count.rows import Row
from tests.domain.results.counting import FOUR_OF_B, SIX_AND_FIVE, count_of


def test_scores_and_totals_are_those_that_are_shown() -> None:
    for votes in (SIX_AND_FIVE, FOUR_OF_B):
        found = count_of(votes)
        exact, single = Exact(found.definition, found.count), found.definition.results.rounding.single
        cells = {(one.line.key, one.row): one.shown.score for one in found.cells}
        for line in found.definition.lines:
            weighted, pooled = exact.weighted(line.key), exact.pooled(line.key)
            assert single(exact.score(line.key)) == cells.get((line.key, Row.WEIGHTED))
            assert exact.score(line.key) == (weighted.score if weighted else None)
            assert single(pooled.score if pooled else None) == cells.get((line.key, Row.POOLED))
            assert exact.is_kept(line.key, Row.WEIGHTED) is (weighted is not None)
            assert exact.is_kept(line.key, Row.POOLED) is (pooled is not None)
        for one in found.ratees:
            scores, total, pooled_total = exact.totals(one.ratee)
            assert {key: single(score) for key, score in scores.items()} == one.scores
            assert (single(total), single(pooled_total)) == (one.weighted, one.pooled)


def test_the_weighted_score_is_the_groups_under_their_weights() -> None:
    found = count_of(SIX_AND_FIVE)
    exact, cell = Exact(found.definition, found.count), ("c1", "de")
    groups = exact.groups(cell)
    assert groups is not None
    a, b = (groups[key].score for key in "AB")
    assert a is not None
    assert b is not None
    assert exact.weights("c1") == {"A": 3, "B": 1}
    assert exact.score(cell) == (3 * a + b) / Fraction(4)
