"""Score records, decisions and editions are kept as they were."""

from datetime import UTC, date, datetime

from flask import Flask

from survey.domain.assessment.facts import Stage
from survey.domain.assessment.totals.published_outcome import OutcomeEdition
from survey.domain.assessment.totals.score_record import RecordHead, RecordSignature
from survey.domain.count.certificate import SigningPart
from survey.domain.decisions.entries import BandDecided
from survey.domain.definition.campaign import Publication
from survey.storage.assessment import score_record_rows
from survey.storage.assessment.assessment_tables import AssessmentRow
from survey.storage.database import transaction
from tests.builders import BY

MADE, LATER = datetime(2026, 3, 1, 8, tzinfo=UTC), datetime(2027, 1, 10, 9, 30, tzinfo=UTC)


def an_assessment() -> int:
    with transaction(write=True) as session:
        row = AssessmentRow(code="y", stage=Stage.EXAMINING, version=0, unit="")
        session.add(row)
        session.flush()
        return row.id


def head(number: int, reason: str = "") -> RecordHead:
    return RecordHead("y", number, reason, "", 0, {})


def test_records_are_numbered_and_signed(each_app: Flask) -> None:
    made = an_assessment()
    signatures = [RecordSignature(part, part.value, MADE, LATER) for part in SigningPart]
    with transaction(write=True) as session:
        assert score_record_rows.last_record(session, made) is None
        first = score_record_rows.add_record(session, made, head(1), "{}", "office", BY.at)
        score_record_rows.set_signatures(session, made, 1, signatures)
    with transaction(write=True) as session:
        score_record_rows.add_record(session, made, head(2, "复核"), '{"a":1}', "office", LATER)
    with transaction() as session:
        kept, second = score_record_rows.records(session, made)
        assert score_record_rows.last_record(session, made) == second
        assert score_record_rows.find_record(session, made, 1) == kept
    assert (kept.digest, kept.content(), kept.recorded_at) == (first.digest, {}, BY.at)
    assert list(kept.signatures) == signatures
    assert (second.number, second.reason, second.is_signed) == (2, "复核", False)


def test_decisions_are_appended(each_app: Flask) -> None:
    made = an_assessment()
    content = BandDecided("good", "县委常委会", date(2027, 1, 18), "按得分")
    with transaction(write=True) as session:
        added = [
            score_record_rows.add_decision(session, made, 1, unit, content, "office", BY.at)
            for unit in ("t1", "t1", "t2")
        ]
    with transaction() as session:
        assert score_record_rows.decisions(session, made) == added
    assert [one.number for one in added] == [1, 2, 3]


def test_editions_are_kept_and_withdrawn(each_app: Flask) -> None:
    made = an_assessment()
    columns, follow = ("rank", "component:public"), ("total",)
    edition = OutcomeEdition(1, Publication.LINK, 1, columns, follow, "更正", 3, BY.at)
    with transaction(write=True) as session:
        score_record_rows.add_edition(session, made, edition, "office")
    with transaction() as session:
        assert score_record_rows.editions(session, made) == [edition]
    with transaction(write=True) as session:
        score_record_rows.set_withdrawn(session, made, 1, LATER)
    with transaction() as session:
        (kept,) = score_record_rows.editions(session, made)
    assert kept.withdrawn_at == LATER
