"""What an assessment's papers are written from, as it is on record."""

from datetime import date

import pytest
from flask import Flask

from survey.documents.assessment.papers.papers import PaperKind, write
from survey.domain.errors import NotScored, UnknownPeriod
from survey.services.assessment import reporting, score_records
from survey.storage.database import transaction
from tests.builders import BY
from tests.documents.read_back import words_in
from tests.sample_year import SAMPLE_CODE

from .sample_taken import close, issued, take_all
from .scored_year import YEAR, counted_campaign, examining

OF_PERIOD = (PaperKind.BULLETIN, PaperKind.WARNINGS, PaperKind.VERIFICATION)
OF_YEAR = tuple(kind for kind in PaperKind if kind not in OF_PERIOD)


def test_the_papers_of_a_period_say_whether_it_is_closed(each_app: Flask) -> None:
    issued()
    take_all()
    for number, closed in (("尚未结账", False), ("第5期", True)):
        if closed:
            close("2026-05")
        with transaction() as session:
            found = reporting.bulletin_paper(session, SAMPLE_CODE, "2026年5月")
        for kind in OF_PERIOD:
            said = words_in("pdf", write(kind, "pdf", found.material, found.template))
            assert "2026年5月" in said
            assert (number in said) == (kind is not PaperKind.VERIFICATION)


def test_what_was_found_on_the_spot_is_on_the_form(app: Flask) -> None:
    issued()
    take_all()
    with transaction() as session:
        material = reporting.bulletin_paper(session, SAMPLE_CODE, "2026-12").material
    said = words_in("pdf", write(PaperKind.VERIFICATION, "pdf", material))
    assert "61.0656.79-4.27" in said
    assert "两户企业重复统计" in said


def test_the_papers_of_the_year_rest_on_its_record(each_app: Flask) -> None:
    counted_campaign(each_app)
    examining()
    with transaction(write=True) as session:
        record = score_records.score_year(session, YEAR, BY)
    with transaction() as session:
        found = reporting.year_paper(session, YEAR, date(2027, 3, 31))
    assert found.template is None
    for kind in OF_YEAR:
        for fmt in ("xlsx", "docx", "pdf", "csv"):
            said = words_in(fmt, write(kind, fmt, found.material, found.template))
            if kind is not PaperKind.COMMITMENTS:
                assert record.digest.removeprefix("sha256:")[:12] in said


def test_before_the_year_is_scored_there_is_only_what_units_commit_themselves_to(app: Flask) -> None:
    issued()
    with transaction() as session:
        material = reporting.commitments_paper(session, SAMPLE_CODE).material
        with pytest.raises(NotScored):
            reporting.year_paper(session, SAMPLE_CODE)
        with pytest.raises(UnknownPeriod):
            reporting.bulletin_paper(session, SAMPLE_CODE, "2026-13")
    assert "责任单位主要负责人" in words_in("pdf", write(PaperKind.COMMITMENTS, "pdf", material))
