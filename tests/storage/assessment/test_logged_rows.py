"""Rows of an assessment are those that the log speaks of; the log alone tells nothing of what is in them."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, insert, select, update
from sqlalchemy.orm import Session

from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.definition.campaign import Publication
from survey.domain.definition.canonical import canonical_json
from survey.domain.errors import BrokenRecord
from survey.services.assessment import (
    assessments,
    deciding,
    evidence,
    overview,
    publishing,
    reporting,
    score_records,
    signing,
    taking,
)
from survey.services.assessment.assessments import Amendment
from survey.services.assessment.examining.year_records import put_on_record
from survey.services.audit import audit
from survey.storage.assessment.assessment_tables import (
    AssessmentEditionRow,
    AssessmentVersionRow,
    BandDecisionRow,
    ClosedPeriodRow,
    RecordedActRow,
    ScoreRecordRow,
    SheetPointsRow,
    TakenNumberRow,
    YearRecordRow,
)
from survey.storage.assessment.logged_rows import unlogged, unlogged_assessments
from survey.storage.database import transaction
from tests.builders import BY
from tests.sample_year import SAMPLE_CODE
from tests.services.assessment import sample_taken
from tests.services.assessment.sample_taken import rows
from tests.services.assessment.scored_year import UNITS, YEAR, account, decide, score, sign, signed, year_data

POINTS = "sheet,unit,scorer,line,points"


def published() -> None:
    """Bring an assessment with points, entries, signatures and decisions to its second edition."""
    signed()
    for unit in UNITS:
        decide(unit)
    with transaction(write=True) as session:
        publishing.publish(session, YEAR, Publication.PUBLIC, ["rank"], BY, "公示")
        publishing.publish(session, YEAR, Publication.WITHDRAWN, [], BY)
        publishing.publish(session, YEAR, Publication.PUBLIC, ["total"], BY)


def changed(session: Session) -> list[str]:
    found = assessments.current(session, YEAR)
    return list(unlogged(session.connection(), found.id, YEAR))


def test_what_the_services_wrote_is_as_logged(each_app: Flask) -> None:
    published()
    sample_taken.issued()
    sample_taken.take_all()
    sample_taken.close("2026-05")
    sample_taken.accept("2026-05,t1,output,1")
    with transaction() as session:
        assert unlogged_assessments(session.connection()) == []


A_RECORD = {"kind": "talk", "about": "t1", "content": "{}", "recorded_by": "x", "recorded_at": BY.at}
A_DECISION = {
    "record": 1,
    "unit": "t1",
    "content": '{"band":"fair"}',
    "recorded_by": "x",
    "recorded_at": BY.at,
}
CHANGES: list[tuple[Any, str]] = [
    (update(ScoreRecordRow).values(signatures="[]"), "signatures of record 1"),
    (update(ScoreRecordRow).values(recorded_by="别人"), "record 1"),
    (update(BandDecisionRow).values(unit="t2").where(BandDecisionRow.number == 1), "decision 1"),
    (delete(BandDecisionRow).where(BandDecisionRow.number == 3), "decision 3"),
    (insert(BandDecisionRow).values(number=4, assessment_id=1, **A_DECISION), "decision 4"),
    (insert(YearRecordRow).values(number=1, assessment_id=1, **A_RECORD), "year record 1"),
    (delete(RecordedActRow).where(RecordedActRow.number == 6), "act 1 to 6"),
    (update(AssessmentEditionRow).values(level="link"), "edition 1"),
    (
        update(AssessmentEditionRow).where(AssessmentEditionRow.number == 1).values(withdrawn_at=None),
        "edition 1",
    ),
    (update(AssessmentVersionRow).values(digest="sha256:1"), "version 0"),
    (delete(ScoreRecordRow), "record 1"),
]


@pytest.mark.parametrize(
    ("change", "named"), CHANGES, ids=[f"{named} {at}" for at, (_, named) in enumerate(CHANGES)]
)
def test_what_was_changed_behind_the_log_is_named(each_app: Flask, change: Any, named: str) -> None:
    published()
    with transaction(write=True) as session:
        session.execute(change)
        assert changed(session)[0] == named
        assert unlogged_assessments(session.connection())[0] == (
            f"assessment {YEAR}: {named} is not what the log names"
        )


def test_who_signed_and_what_was_decided_is_compared_before_anything_is_printed(each_app: Flask) -> None:
    published()
    with transaction(write=True) as session:
        record = score_records.last_record(session, assessments.current(session, YEAR))
        other = [
            {"part": one.part, "account": "别人", "made": BY.at, "at": BY.at} for one in record.signatures
        ]
        session.execute(update(ScoreRecordRow).values(signatures=canonical_json(other)))
    with transaction(write=True) as session:
        found = publishing.open_edition(session, YEAR)
        assert found
        for act in (
            lambda: reporting.year_paper(session, YEAR),
            lambda: reporting.results_value(session, YEAR),
            lambda: publishing.publish(session, YEAR, Publication.PUBLIC, ["total"], BY),
            lambda: publishing.published_page(session, found),
            lambda: decide_in(session),
        ):
            with pytest.raises(
                BrokenRecord, match="signatures of record 1 is not the one that the log names"
            ):
                act()


def decide_in(session: Session) -> Any:
    typed = {"committee": "县委常委会", "on": "2026-11-20", "reason": "按得分"}
    return deciding.decide(session, YEAR, "t1", "fair", by=BY, **typed)


def read_all(session: Session) -> None:
    overview.overview(session, YEAR)
    evidence.evidence_of(session, assessments.current(session, YEAR))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (update(ScoreRecordRow).values(signatures='[{"part":"else"}]'), "who signed score record 1"),
        (update(BandDecisionRow).values(content="{}"), "decision 1"),
        (update(RecordedActRow).values(content="{}"), f"an entry of {YEAR}"),
        (update(AssessmentEditionRow).values(content="no JSON"), "edition 1"),
    ],
    ids=["signatures", "decision", "act", "edition"],
)
def test_what_cannot_be_read_is_said_in_a_sentence(app: Flask, change: Any, said: str) -> None:
    published()
    with transaction(write=True) as session:
        session.execute(change)
        with pytest.raises(BrokenRecord, match=f"{said} cannot be read"):
            read_all(session)


def with_a_sheet() -> None:
    lines = [{"key": "l", "label": "总体", "points": 100}]
    data = year_data() | {"sheets": [{"key": "s", "title": "评分表", "lines": lines}]}
    with transaction(write=True) as session:
        assessments.load(session, data, None, BY)
        assessments.issue(session, YEAR, BY)
        for scorer in ("甲", "乙"):
            taking.take_points(session, YEAR, rows(POINTS, f"s,t1,{scorer},l,37"), BY)


def test_points_are_compared_and_the_log_does_not_tell_them(each_app: Flask) -> None:
    with_a_sheet()
    with transaction() as session:
        said = [
            facts["content"]
            for entry, facts in audit.history(session, assessments.logged_as(YEAR))
            if entry.act == "assessment-take"
        ]
        assert changed(session) == []
    # Who is left out of this year's list could try all of a hundred points out, but not the salt.
    assert len(set(said)) == 2
    with transaction(write=True) as session:
        session.execute(delete(SheetPointsRow).where(SheetPointsRow.number == 2))
        assert changed(session) == ["points 2"]


def test_two_assessments_with_the_same_rows_have_nothing_in_common_in_the_log(app: Flask) -> None:
    contents = set()
    for code in ("a", "b"):
        with transaction(write=True) as session:
            assessments.load(session, year_data(code=code), None, BY)
            assessments.issue(session, code, BY)
            given = {"unit": "t1", "component": "leaders", "value": 37, "document": "函"}
            taking.take_acts(session, code, {"entered": [given]}, BY)
            *_, (_, facts) = audit.history(session, assessments.logged_as(code))
            contents.add(facts["content"])
    assert len(contents) == 2


@pytest.mark.parametrize("taken_back", [False, True])
def test_an_act_that_was_taken_back_at_once_is_another_one(app: Flask, taken_back: bool) -> None:
    given = {"unit": "t1", "component": "leaders", "value": 37, "document": "函", "taken_back": taken_back}
    with transaction(write=True) as session:
        assessments.load(session, year_data(), None, BY)
        assessments.issue(session, YEAR, BY)
        taking.take_acts(session, YEAR, {"entered": [given]}, BY)
        # Taking it back, or not, behind the log.
        if taken_back:
            session.execute(delete(RecordedActRow).where(RecordedActRow.number == 2))
        else:
            back = {"kind": "taken-back", "content": "{}", "takes_back": 1, "recorded_by": "x"}
            session.execute(
                insert(RecordedActRow).values(assessment_id=1, number=2, recorded_at=BY.at, **back)
            )
        assert changed(session) == ["act 1 to 2" if taken_back else "act 2"]


def test_nobody_signs_over_a_number_that_was_changed(each_app: Flask) -> None:
    sample_taken.issued()
    sample_taken.take_all()
    sample_taken.close("2026-12")
    with transaction(write=True) as session:
        record = score_records.score_year(session, SAMPLE_CODE, BY)
        session.execute(update(TakenNumberRow).where(TakenNumberRow.number == 3).values(recorded_by="别人"))
    one, other = account("甲"), account("乙")
    with transaction(write=True) as session, pytest.raises(BrokenRecord, match="number 1 to 1330"):
        signing.sign(session, SAMPLE_CODE, one, other, BY, seen=record.digest)
    with transaction(write=True) as session:
        session.execute(update(ClosedPeriodRow).values(version=7))
        found = assessments.current(session, SAMPLE_CODE)
        assert "period 2026-01" in list(unlogged(session.connection(), found.id, SAMPLE_CODE, numbers=False))


def test_the_log_names_the_approver_of_an_amendment(each_app: Flask) -> None:
    with transaction(write=True) as session:
        assessments.load(session, year_data(), None, BY)
        assessments.issue(session, YEAR, BY)
        why = Amendment("调整", "县考核办〔2026〕9号", "李县长", "")
        assessments.amend(session, YEAR, year_data(title="考核"), None, why, BY)
        assert changed(session) == []
        other = canonical_json(vars(replace(why, approver="王县长", since="2026-01")))
        session.execute(
            update(AssessmentVersionRow).where(AssessmentVersionRow.version == 1).values(amendment=other)
        )
        assert changed(session) == ["version 1"]


def test_the_note_of_an_edition_is_logged(each_app: Flask) -> None:
    published()
    with transaction(write=True) as session:
        (content,) = session.scalars(
            select(AssessmentEditionRow.content).where(AssessmentEditionRow.number == 1)
        )
        session.execute(
            update(AssessmentEditionRow)
            .where(AssessmentEditionRow.number == 1)
            .values(content=content.replace("公示", "定稿"))
        )
        assert changed(session) == ["edition 1"]


def test_a_later_record_is_compared_too(app: Flask) -> None:
    published()
    score("复核")
    sign(account("丙"), account("丁"))
    with transaction() as session:
        assert changed(session) == []


def test_it_takes_no_more_questions_however_much_is_on_record(each_app: Flask) -> None:
    """Every page with totals asks, the public one too, and a year's end has thousands of records."""
    signed()
    asked = []
    for _ in range(2):
        with transaction(write=True) as session:
            held = assessments.locked_assessment(session, YEAR)
            for unit in UNITS:
                put_on_record(session, held, YearRecordKind.TALK, unit, {"persons": 12}, BY)
        with transaction() as session:
            asked.append(questions(session))
            assert changed(session) == []
    assert asked[0] == asked[1]


def questions(session: Session) -> int:
    """Return how many statements the comparison sends."""
    sent: list[str] = []

    def noted(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", noted)
    try:
        changed(session)
    finally:
        event.remove(engine, "before_cursor_execute", noted)
    return len(sent)
