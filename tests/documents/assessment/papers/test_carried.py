from dataclasses import replace
from fractions import Fraction

from survey.documents.assessment.papers.carried import number, percent, points, rounding_words, shared_ranks
from survey.domain.assessment.composite_rules import PointPlaces

from .sample_material import sample_material


def test_equal_values_share_a_rank_and_none_has_none() -> None:
    half = Fraction(1, 2)
    assert shared_ranks([half, None, Fraction(1), half, Fraction(0)]) == [2, None, 1, 2, 4]


def test_numbers_keep_their_places_and_points_have_two() -> None:
    assert str(number(Fraction("39.8"))) == "39.8"
    assert str(number(Fraction(10))) == "10"
    assert str(points(Fraction(1, 3))) == "0.33"
    assert str(percent(Fraction(1, 8))) == "12.50"
    assert number(None) is points(None) is percent(None) is None


def test_the_rule_of_rounding_is_told_as_it_is() -> None:
    definition = sample_material().definition
    assert rounding_words(definition) == "总分保留 2 位小数，四舍五入，其余各步不取整。"
    rule = PointPlaces(items=2, components=1, total=1)
    changed = replace(definition, composite=replace(definition.composite, rounding=rule))
    assert (
        rounding_words(changed)
        == "单项得分保留 2 位小数，各组成部分保留 1 位小数，总分保留 1 位小数，四舍五入。"
    )
