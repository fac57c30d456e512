"""Gain and loss of one ratee: against the mean of the section, and against last time."""

import random
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.count.results import Results, work_out
from survey.domain.decisions.comparison import Comparison, NoDifference
from survey.domain.decisions.score_differences import gain_table, gains
from survey.domain.definition.campaign import Definition
from survey.domain.definition.reader import read_definition
from tests.builders import a_definition, built
from tests.counted import made_up

FOUR = ("c1", "c2", "c3", "c4")


def results(definition: Definition, size: int = 20, seed: int = 1, **sizes: int) -> Results:
    return work_out(definition, made_up(definition, {"A": size, "B": size} | sizes, random.Random(seed)))


def rounded(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return abs(found) if not (found := exact.quantize(Decimal("0.01"), ROUND_HALF_UP)) else found


@given(st.integers(0, 10**6))
def test_means_and_differences_are_those_of_exact_scores(seed: int) -> None:
    definition = built(groups=["A"], ratees=FOUR)
    found = results(definition, 25, seed)
    scores: dict[str, list[Fraction]] = {"de": [], "neng": [], "": []}
    for key in FOUR:
        own = []
        for criterion in ("de", "neng"):
            grades = found.count.cells[key, criterion].pooled.grades  # type: ignore[union-attr]
            own.append(Fraction(100 * grades[0] + 80 * grades[1] + 40 * grades[2], sum(grades)))
            scores[criterion].append(own[-1])
        scores[""].append(sum(own, Fraction(0)) / 2)
    for place, key in enumerate(FOUR):
        for gain in gains(found, definition.ratee[key]):
            all_four = scores[gain.criterion.key if gain.criterion else ""]
            mean = sum(all_four, Fraction(0)) / 4
            assert gain.score == rounded(all_four[place])
            assert gain.mean == rounded(mean)
            assert gain.over_mean == rounded(all_four[place] - mean)
            assert gain.among == 4


def test_there_is_no_mean_over_fewer_than_four() -> None:
    definition = built(ratees=FOUR[:3])
    for gain in gains(results(definition), definition.ratee["c1"]):
        assert gain.score is not None
        assert (gain.mean, gain.over_mean, gain.among) == (None, None, 3)


def test_a_ratee_without_a_value_is_in_no_mean() -> None:
    """Four ratees, one of them rated by a group of three only: what is left is too few for a mean."""
    ratees: list[dict[str, Any]] = [{"key": key, "section": "form", "name": key} for key in FOUR]
    ratees[3]["groups"] = ["B"]
    data = {"ratees": ratees, "results": {"small_groups": "show"}}
    definition = read_definition(a_definition() | data)
    found = results(definition, 20, B=3)
    for key, withheld in (("c1", False), ("c4", True)):
        for gain in gains(found, definition.ratee[key]):
            assert (gain.withheld, gain.among, gain.mean) == (withheld, 3, None)
            assert (gain.score is None) is withheld


def test_last_time_keeps_the_rule_of_comparisons() -> None:
    definition = built(groups=["A"], ratees=FOUR)
    now, far, near = results(definition, 40), results(definition, 80, 2), results(definition, 41, 2)
    who = definition.ratee["c2"]
    for gain in gains(now, who, Comparison(now, near)):
        assert gain.last is not None
        assert (gain.last.why, gain.last.then, gain.last.change) == (NoDifference.FEW, None, None)
        assert gain.mean is not None
    shown = gains(now, who, Comparison(now, far))
    assert all(gain.last is not None and gain.last.then is not None for gain in shown)
    assert [gain.last for gain in gains(now, who)] == [None, None, None]


def test_a_ratee_who_was_not_there_last_time_is_said_to_be_new() -> None:
    definition, former = built(ratees=FOUR), built(ratees=FOUR[1:])
    now = results(definition, 40)
    found = gains(now, definition.ratee["c1"], Comparison(now, results(former, 80)))
    assert {gain.last for gain in found} == {None}
    table = gain_table(definition, found, "去年的测评")
    assert {row[-1] for row in table.rows} == {"对照活动中没有此对象"}


@pytest.mark.parametrize("former", ["", "去年的测评"])
def test_the_table_says_what_the_gains_say(former: str) -> None:
    definition = built(groups=["A"], ratees=FOUR)
    now = results(definition, 40)
    comparison = Comparison(now, results(definition, 80, 2)) if former else None
    found = gains(now, definition.ratee["c1"], comparison)
    table = gain_table(definition, found, former)
    assert [row[0] for row in table.rows] == ["de", "neng", "总得分"]
    for row, gain in zip(table.rows, found, strict=True):
        assert len(row) == len(table.columns)
        assert row[1:4] == (gain.score, gain.mean, gain.over_mean)
        if gain.last:
            assert row[4:] == (gain.last.then, gain.last.change)
    assert ("去年的测评" in str(table.notes)) is bool(former)
