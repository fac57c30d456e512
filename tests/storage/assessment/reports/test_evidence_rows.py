"""Files of numbers: rows come out as they went in, and a number is never given twice."""

from sqlalchemy.orm import Session

from survey.domain.assessment.reports.submitted_report import EvidenceFile, EvidenceFormat
from survey.storage.assessment.reports import evidence_rows
from tests.storage.assessment.stored_assessment import stored_assessment
from tests.storage.stored import AT


def a_file(number: int) -> EvidenceFile:
    digest = f"{number:064x}"
    return EvidenceFile(number, "2026-05", "t1", "output", "证明.pdf", EvidenceFormat.PDF, 9, digest, "x", AT)


def test_a_file_that_was_taken_away_keeps_its_number_alone(session: Session) -> None:
    assessment = stored_assessment(session)
    files = [a_file(number) for number in (1, 2)]
    for file in files:
        assert evidence_rows.next_number(session, assessment) == file.number
        evidence_rows.add_file(session, assessment, file)
    assert evidence_rows.files_of_period(session, assessment, "2026-05") == files
    evidence_rows.drop_file(session, assessment, 2)
    assert evidence_rows.files_of_task(session, assessment, "2026-05", ("t1", "output")) == files[:1]
    assert evidence_rows.find_file(session, assessment, 2) is None
    assert evidence_rows.named_digests(session.connection()) == [files[0].digest]
    assert evidence_rows.next_number(session, assessment) == 3


def test_a_number_that_no_database_has_names_nothing(session: Session) -> None:
    assert evidence_rows.find_file(session, stored_assessment(session), 10**20) is None
