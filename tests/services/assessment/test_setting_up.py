"""Setting up: a file becomes a draft, or nothing is stored; the next year begins with last year's numbers."""

import copy
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask

from survey.documents.assessment.setup.setup_reading import read_setup
from survey.domain.assessment.facts import Stage, Targets
from survey.domain.assessment.indicators import Rhythm
from survey.domain.errors import AssessmentExists, BadNumbers, ChangedMeanwhile, InvalidDefinition, WrongStage
from survey.services.assessment import assessments, setting_up
from survey.services.assessment.assessments import Assessment
from survey.storage.database import transaction
from tests.builders import BY
from tests.documents.assessment.setup.setup_files import sample_workbook
from tests.sample_year import SAMPLE_CODE, sample

from .sample_taken import current, everything, issued, loaded, rows, take_all

NEXT = "qingyuan-2027"


def begun() -> Assessment:
    read = read_setup(sample_workbook())
    with transaction(write=True) as session:
        return setting_up.begin(session, read.data, read.rows, BY, "甲局")


def test_a_workbook_becomes_the_draft_that_the_files_make(each_app: Flask) -> None:
    made = begun()
    assert (made.code, made.unit, made.stage, len(made.targets)) == (SAMPLE_CODE, "甲局", Stage.DRAFT, 122)
    before = current()
    with transaction(write=True) as session:
        setting_up.replace_draft(session, SAMPLE_CODE, sample("assessment.toml"), None, BY)
    assert current() == before


def test_a_code_that_is_taken_is_never_replaced_by_a_new_one(each_app: Flask) -> None:
    loaded()
    before = everything()
    with pytest.raises(AssessmentExists):
        begun()
    assert everything() == before


def test_a_draft_is_replaced_by_a_file_of_its_own_only(each_app: Flask) -> None:
    loaded()
    before = everything()
    other = copy.deepcopy(sample("assessment.toml"))
    other["assessment"]["code"] = NEXT
    with transaction(write=True) as session, pytest.raises(InvalidDefinition) as refused:
        setting_up.replace_draft(session, SAMPLE_CODE, other, None, BY)
    assert [(fault.path, fault.flaw) for fault in refused.value.faults] == [("assessment.code", "fixed")]
    assert everything() == before


def test_what_is_issued_is_no_draft_any_more(each_app: Flask) -> None:
    issued()
    with transaction(write=True) as session, pytest.raises(WrongStage):
        setting_up.replace_draft(session, SAMPLE_CODE, sample("assessment.toml"), None, BY)


def test_the_sum_up_counts_what_each_gives(each_app: Flask) -> None:
    loaded()
    with transaction() as session:
        found = setting_up.draft_overview(session, SAMPLE_CODE)
    by_unit = {one.unit.key: one for one in found.asked.units}
    assert by_unit["t3"].own == {Rhythm.MONTH: 7}
    assert (by_unit["t3"].given_by_others, by_unit["b1"].own, by_unit["b1"].given_by_others) == (
        5,
        {Rhythm.MONTH: 3},
        4,
    )
    leads = {one.lead: (dict(one.numbers), [i.key for i in one.indicators]) for one in found.asked.leads}
    assert leads["org"] == ({Rhythm.YEAR: 12, Rhythm.MONTH: 24}, ["party", "petitions", "style"])
    assert leads["eco"] == ({Rhythm.MONTH: 8}, ["air"])
    assert [one.key for one in found.asked.doubtful][:2] == ["output", "invest"]
    assert found.may_be_issued


def test_the_next_year_begins_with_what_was_reached(each_app: Flask) -> None:
    issued()
    take_all()
    with transaction(write=True) as session:
        made = setting_up.copy_year(session, SAMPLE_CODE, NEXT, "清源县2027年度目标责任考核", BY)
    definition, target = made.definition, made.targets["t3", "output"]
    assert (definition.code, definition.year, made.stage, made.unit) == (NEXT, 2027, Stage.DRAFT, "甲局")
    assert made.targets.keys() == current().targets.keys()
    assert (target.target, target.plan, target.base) == (None, (None,) * 12, Fraction("56.79"))
    assert [one.campaign for one in definition.components] == [
        "",
        "qy-leaders-2027",
        "qy-mutual-2027",
        "qy-public-2027",
    ]
    assert definition.indicators == current().definition.indicators


def test_a_copy_is_not_issued_before_its_targets_are_there(each_app: Flask) -> None:
    issued()
    take_all()
    with transaction(write=True) as session:
        setting_up.copy_year(session, SAMPLE_CODE, NEXT, "下一年", BY)
        found = setting_up.draft_overview(session, NEXT)
    assert not found.may_be_issued
    assert {fault.flaw for fault in found.lacking} == {"no-target"}
    with transaction(write=True) as session, pytest.raises(BadNumbers):
        assessments.issue(session, NEXT, BY)
    document = found.document
    with transaction(write=True) as session:
        given = rows("unit,indicator,target,base", "t1,output,50,48")
        setting_up.replace_draft(session, NEXT, document, given, BY)
        assert assessments.issue(session, NEXT, BY).stage is Stage.ISSUED


def test_two_copies_cannot_have_one_code(each_app: Flask) -> None:
    loaded()
    with transaction(write=True) as session:
        setting_up.copy_year(session, SAMPLE_CODE, NEXT, "下一年", BY)
    with transaction(write=True) as session, pytest.raises(AssessmentExists):
        setting_up.copy_year(session, SAMPLE_CODE, NEXT, "又一个", BY)
    with transaction(write=True) as session, pytest.raises(InvalidDefinition):
        setting_up.copy_year(session, SAMPLE_CODE, "大写 CODE", "又一个", BY)


def test_a_year_on() -> None:
    assert setting_up.a_year_on("qingyuan-2026", 2026) == "qingyuan-2027"
    assert setting_up.a_year_on("qy-leaders", 2026) == "qy-leaders-2027"
    assert setting_up.a_year_on("清源县2026年度考核", 2026) == "清源县2027年度考核"
    assert setting_up.a_year_on("年度考核", 2026) == "年度考核"


def change(data: dict[str, Any], targets: Targets | None = None, read: str = "") -> Assessment:
    before = current()
    with transaction(write=True) as session:
        return setting_up.change_draft(
            session,
            SAMPLE_CODE,
            data,
            before.targets if targets is None else targets,
            BY,
            read=read or before.digest,
        )


def test_a_changed_draft_may_lack_targets_until_it_is_issued(app: Flask) -> None:
    loaded()
    targets = dict(current().targets)
    targets["t1", "output"] = replace(targets["t1", "output"], target=None)
    change(sample("assessment.toml"), targets)
    assert current().targets == targets
    with transaction() as session:
        found = setting_up.draft_overview(session, SAMPLE_CODE)
    assert [fault.place for fault in found.lacking] == ["t1, output"]
    with transaction(write=True) as session, pytest.raises(BadNumbers):
        assessments.issue(session, SAMPLE_CODE, BY)


def test_a_changed_draft_loses_nothing_in_silence(app: Flask) -> None:
    loaded()
    before = everything()
    moved = sample("assessment.toml")
    moved["units"][0]["class"] = "bureau"
    with pytest.raises(BadNumbers) as refused:
        change(moved)
    assert {fault.flaw for fault in refused.value.faults} == {"foreign"}
    turned = sample("assessment.toml")
    turned["units"][0]["label"] = "城关\u202e镇"
    with pytest.raises(InvalidDefinition) as unclear:
        change(turned)
    assert [fault.path for fault in unclear.value.faults] == ["units[0].label"]
    with pytest.raises(ChangedMeanwhile):
        change(sample("assessment.toml"), read="another")
    assert everything() == before


def test_what_is_issued_is_not_changed_on_a_page(app: Flask) -> None:
    issued()
    with pytest.raises(WrongStage):
        change(sample("assessment.toml"))
