"""Assessments as rows: versions of definition and targets, read as they were written."""

from fractions import Fraction

import pytest
from sqlalchemy.orm import Session

from survey.domain.assessment.facts import Stage, Target
from survey.domain.errors import UnknownAssessment
from survey.storage.assessment import assessment_rows as rows
from survey.storage.assessment.assessment_rows import Amendment, AssessmentVersion, ListedAssessment
from tests.storage.stored import AT

from .stored_assessment import a_year, some_targets, stored_assessment, written


def test_definition_and_targets_come_back(session: Session) -> None:
    made = stored_assessment(session)
    assert (made.code, made.stage, made.version, made.unit) == ("qy", Stage.DRAFT, 0, "甲局")
    assert made.digest == written(a_year(), some_targets()).digest
    assert made.definition.title == "年度考核"
    assert made.targets == some_targets()
    assert rows.document_of(session, made) == a_year()
    assert rows.find_assessment(session, "qy") == rows.locked_assessment(session, "qy") == made


def test_numbers_of_targets_are_exact(session: Session) -> None:
    made = stored_assessment(session)
    plan = (Fraction(1, 3), None, *[Fraction("0.1")] * 10)
    target = Target("t1", "output", Fraction("61.25"), Fraction(-2, 7), plan, Fraction(12))
    rows.replace_draft(session, made, written(a_year(), {("t1", "output"): target}))
    assert rows.find_assessment(session, "qy").targets == {("t1", "output"): target}


def test_an_unknown_code_is_refused(session: Session) -> None:
    for look in (rows.find_assessment, rows.locked_assessment):
        with pytest.raises(UnknownAssessment, match="minping assessment list"):
            look(session, "nowhere")


def test_a_draft_is_replaced_and_keeps_one_version(session: Session) -> None:
    made = stored_assessment(session)
    rows.replace_draft(session, made, written(a_year(), some_targets("t1")))
    again = rows.find_assessment(session, "qy")
    assert (again.version, list(again.targets)) == (0, list(some_targets("t1")))
    assert len(rows.versions_of(session, again)) == 1


def test_versions_stand_beside_one_another(session: Session) -> None:
    made = stored_assessment(session)
    amendment = Amendment("调整", "7号文", "领导小组", "2026-06")
    later = written(a_year(), some_targets("t2"), amendment)
    rows.add_version(session, made.id, 1, later)
    now = rows.find_assessment(session, "qy")
    assert (now.version, now.digest, list(now.targets)) == (1, later.digest, list(some_targets("t2")))
    assert rows.at_version(session, now, 0) == made
    assert rows.at_version(session, now, 1) is now
    assert rows.versions_of(session, now) == [
        AssessmentVersion(0, made.digest, None, "王芳", AT),
        AssessmentVersion(1, later.digest, amendment, "王芳", AT),
    ]


def test_the_list_has_titles_in_the_order_of_loading(session: Session) -> None:
    stored_assessment(session, "zz")
    one = stored_assessment(session, "aa", "乙局")
    rows.set_stage(session, one, Stage.ISSUED)
    assert rows.list_assessments(session) == [
        ListedAssessment("zz", Stage.DRAFT, "甲局", 0, "年度考核", "考核办", 2026),
        ListedAssessment("aa", Stage.ISSUED, "乙局", 0, "年度考核", "考核办", 2026),
    ]
    assert rows.find_assessment(session, "aa").stage is Stage.ISSUED
