from dataclasses import replace
from fractions import Fraction

import pytest

from survey.documents.assessment.papers.recorded import by_rank, decided_or_proposed, record_of, remarks
from survey.domain.assessment.composite_rules import Combine
from survey.domain.definition.weighting import Missing
from survey.domain.errors import NotScored

from .sample_material import sample_material


def test_before_the_year_is_scored_there_is_no_record() -> None:
    assert record_of(sample_material()).number == 1
    with pytest.raises(NotScored):
        record_of(replace(sample_material(), record=None))


def test_a_total_that_rests_on_fewer_parts_says_so() -> None:
    definition = sample_material().definition
    outcome = record_of(sample_material()).outcome
    unit = next(one for one in outcome.units if one.unit == "b3")
    lacking = "缺“群众满意度(满意率)”（样本过小，不予显示）"
    assert list(remarks(definition, unit)) == [lacking, "总分只由 3 个组成部分得出（共 4 个）"]
    zero = replace(definition, composite=replace(definition.composite, missing=Missing.ZERO))
    assert list(remarks(zero, unit)) == [lacking, "缺的部分按 0 分计"]
    assert list(remarks(definition, replace(unit, total=None))) == [lacking]


def test_a_part_without_weight_that_is_missing_takes_nothing_from_a_total() -> None:
    material = sample_material()
    unit = next(one for one in record_of(material).outcome.units if one.unit == "b3")
    *others, last = material.definition.components
    light = replace(material.definition, components=(*others, replace(last, weight=Fraction(0))))
    assert list(remarks(light, unit)) == []
    lowest = replace(light, composite=replace(light.composite, combine=Combine.LOWEST))
    assert len(list(remarks(lowest, unit))) == 2


def test_a_band_that_nobody_decided_is_marked_as_proposed() -> None:
    material = sample_material()
    record = record_of(material)
    unit = record.outcome.units[0]
    assert decided_or_proposed(material.definition, record, unit) == "优秀（建议）"
    assert decided_or_proposed(material.definition, record, replace(unit, tied=True)) == "同分待定"
    assert decided_or_proposed(material.definition, record, replace(unit, proposed=None)) == "待定"


def test_units_without_a_rank_stand_last() -> None:
    record = record_of(sample_material())
    first, *rest = record.outcome.units
    changed = replace(record, outcome=replace(record.outcome, units=(replace(first, rank=None), *rest)))
    assert by_rank(changed, "town")[-1].unit == "t1"
