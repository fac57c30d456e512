"""What leaves an assessment as files: the record's own numbers, whatever came after it."""

from datetime import date
from fractions import Fraction

import pytest
from flask import Flask

from survey.documents.assessment.papers.papers import PaperKind, write
from survey.domain.errors import NotScored, UnknownPeriod, WrongStage
from survey.services.assessment import reporting, score_records, taking
from survey.storage.database import transaction
from tests.builders import BY
from tests.documents.read_back import words_in
from tests.sample_year import SAMPLE_CODE, expected

from .sample_taken import accept, close, current, issued, loaded, rows, take_all
from .scored_year import YEAR, counted_campaign, examining

OF_PERIOD = (PaperKind.BULLETIN, PaperKind.WARNINGS, PaperKind.VERIFICATION)
OF_YEAR = tuple(kind for kind in PaperKind if kind not in OF_PERIOD)


def test_the_papers_of_a_period_say_whether_it_is_closed(app: Flask) -> None:
    issued()
    take_all()
    for number, closed, fmt in (("尚未结账", False, "xlsx"), ("第5期", True, "pdf")):
        if closed:
            close("2026-05")
        with transaction() as session:
            found = reporting.period_paper(session, SAMPLE_CODE, "2026年5月")
        for kind in OF_PERIOD:
            said = words_in(fmt, write(kind, fmt, found.material, found.template))
            assert "2026年5月" in said
            assert (number in said) == (kind is not PaperKind.VERIFICATION)


def test_what_was_found_on_the_spot_is_on_the_form(app: Flask) -> None:
    issued()
    take_all()
    with transaction() as session:
        material = reporting.period_paper(session, SAMPLE_CODE, "2026-12").material
    said = words_in("pdf", write(PaperKind.VERIFICATION, "pdf", material))
    assert "61.0656.79-4.27" in said
    assert "两户企业重复统计" in said


def test_the_papers_of_the_year_rest_on_its_record(app: Flask) -> None:
    counted_campaign(app)
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
            reporting.period_paper(session, SAMPLE_CODE, "2026-13")
    assert "责任单位主要负责人" in words_in("pdf", write(PaperKind.COMMITMENTS, "pdf", material))


def scored() -> None:
    issued()
    take_all()
    close("2026-05")
    with transaction(write=True) as session:
        score_records.score_year(session, SAMPLE_CODE, BY)


def test_the_standing_is_that_of_the_sample(each_app: Flask) -> None:
    issued()
    take_all()
    with transaction() as session:
        found = reporting.standing_value(session, SAMPLE_CODE, "2026年5月")
        assert found["standing"] == expected()["standing"]
        with pytest.raises(UnknownPeriod):
            reporting.standing_value(session, SAMPLE_CODE, "2026-13")
        with pytest.raises(NotScored, match="minping assessment score"):
            reporting.results_value(session, SAMPLE_CODE)
        with pytest.raises(NotScored):
            reporting.year_paper(session, SAMPLE_CODE)


def test_the_standing_shows_what_is_corrected(each_app: Flask) -> None:
    issued()
    accept("2026-01,t1,petitions,1")
    close("2026-01")
    accept("2026-01,t1,petitions,3")
    with transaction() as session:
        (one,) = reporting.standing_value(session, SAMPLE_CODE, "2026-02")["corrections"]
        assert reporting.standing_value(session, SAMPLE_CODE, "2026-01")["corrections"] == []
        material = reporting.period_paper(session, SAMPLE_CODE, "2026-02").material
    assert list(one.values()) == ["2026-01", "t1", "petitions", "1", "3"]
    assert "前期数字更正" in words_in("pdf", write(PaperKind.BULLETIN, "pdf", material))


def test_results_stand_with_the_period_closed_last(app: Flask) -> None:
    scored()
    with transaction() as session:
        found = reporting.results_value(session, SAMPLE_CODE)
    names = ["format", "assessment", "state", "definition", "record", "units", "standing"]
    assert list(found) == [*names, "version", "digest"]
    assert (found["version"], found["digest"]) == (0, current().digest)
    assert (found["state"], found["standing"]["period"]) == ("scored", "2026-12")
    assert [unit["unit"] for unit in found["units"]] == [unit["unit"] for unit in expected()["units"]]


def test_what_comes_after_the_record_changes_neither_results_nor_papers(app: Flask) -> None:
    scored()
    with transaction() as session:
        before = reporting.results_value(session, SAMPLE_CODE)["units"]
        found = reporting.year_paper(session, SAMPLE_CODE).material.found
    accept("2026-12,t1,output,1")
    # Of what was found on the spot, both the number taken over before and why it was another change too.
    (task,) = [one for one in found if one[0] == "t6"]
    accept(f"2026-12,{','.join(task)},77")
    later = ["2026-12,t2,output,1,重复", f"2026-12,{','.join(task)},{found[task].value},另有原因"]
    with transaction(write=True) as session:
        taking.take_findings(session, SAMPLE_CODE, rows("period,unit,indicator,found,why", *later), BY)
    with transaction() as session:
        assert reporting.results_value(session, SAMPLE_CODE)["units"] == before
        paper = reporting.year_paper(session, SAMPLE_CODE)
    assert paper.material.found == found
    assert paper.material.accepted[task] == found[task].reported
    assert paper.material.accepted["t1", "output"] == Fraction("14.9")
    assert paper.template is None


def test_commitments_are_printed_from_the_issue_on_and_a_bulletin_before_its_close(app: Flask) -> None:
    issued()
    with transaction() as session:
        assert reporting.commitments_paper(session, SAMPLE_CODE).material.record is None
        bulletin = reporting.period_paper(session, SAMPLE_CODE, "2026-05").material.bulletin
    assert bulletin is not None
    assert bulletin.number is None


def test_nothing_is_printed_of_a_draft_as_if_it_were_in_force(each_app: Flask) -> None:
    loaded()
    with transaction() as session:
        for printed in (
            lambda: reporting.period_paper(session, SAMPLE_CODE, "2026-05"),
            lambda: reporting.standing_value(session, SAMPLE_CODE, "2026-05"),
        ):
            with pytest.raises(WrongStage, match="it is a draft; next: minping assessment issue"):
                printed()
        letters = reporting.commitments_paper(session, SAMPLE_CODE)
    for kind in ("xlsx", "docx"):
        assert "（草案）" in words_in(kind, write(PaperKind.COMMITMENTS, kind, letters.material))
