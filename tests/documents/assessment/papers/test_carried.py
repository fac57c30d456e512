from dataclasses import replace
from datetime import date
from fractions import Fraction

from survey.documents.assessment.papers.carried import (
    number,
    percent,
    points,
    record_words,
    rounding_words,
    shared_ranks,
)
from survey.documents.assessment.papers.letters import commitments
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


def test_a_later_record_says_which_it_stands_for_when_it_was_made_and_why() -> None:
    record = sample_material().record
    assert record
    assert record_words(record).startswith("考核计分结果第 1 号，摘要 ")
    second = replace(record, number=2, reason="补录迟报的粮食产量", made_on=date(2027, 1, 18))
    assert record_words(second).startswith(
        "考核计分结果第 2 号（取代第 1 号，2027年1月18日计算，理由：补录迟报的粮食产量），摘要 "
    )


def test_the_year_stands_at_the_head_only_where_the_title_does_not_name_it() -> None:
    material = sample_material()
    facts = dict(commitments(material).facts)
    assert (facts["考核年度"], facts["考核代码"]) == ("2026年度", "qingyuan-2026")
    untitled = replace(material, definition=replace(material.definition, title="目标责任考核"))
    assert dict(commitments(untitled).facts)["年度"] == "2026年度"
