"""Templates out and reports in: what is asked for, and a report taken whole or not at all."""

import io

import pytest
from flask import Flask
from openpyxl import load_workbook

from survey.documents.assessment.report_file import read_report
from survey.domain.assessment.facts import NumberKind
from survey.domain.errors import BadNumbers, UnknownPeriod, UnknownUnit, WrongStage
from survey.services.assessment import taking
from survey.services.assessment.evidence import numbers_of
from survey.services.assessment.reports import report_forms
from survey.services.assessment.reports.report_forms import ALL, ReportTaken
from survey.storage.database import transaction
from tests.builders import BY
from tests.sample_year import SAMPLE, SAMPLE_CODE
from tests.services.assessment.sample_taken import (
    current,
    everything,
    issued,
    loaded,
    rows,
    rows_of,
    take_values,
)


def template(period: str = "2026-06", **whose: str) -> bytes:
    with transaction() as session:
        return report_forms.report_template(session, SAMPLE_CODE, period, **whose)


def take(content: bytes, reasons: dict[str, str] | None = None, *, accept: bool = True) -> ReportTaken:
    report = read_report(content)
    with transaction(write=True) as session:
        return report_forms.take_report(
            session, SAMPLE_CODE, report, BY, accept=accept, reasons=reasons or {}
        )


def filled(content: bytes, numbers: dict[str, float]) -> bytes:
    """Write numbers into a template, by the key at the beginning of their rows."""
    book = load_workbook(io.BytesIO(content))
    page = book.active
    assert page is not None
    for row in page.iter_rows():
        if row[0].value in numbers:
            row[6].value = numbers[str(row[0].value)]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_template_that_comes_back_is_put_on_record(each_app: Flask) -> None:
    issued()
    whole = {
        "output": 25,
        "invest": 13,
        "revenue": 2700,
        "retail": 7,
        "projects": 60,
        "income": 7000,
        "grain": 1,
    }
    content = filled(template(unit="t3"), whole)
    assert take(content).added == 7
    assert (take(content).added, take(content).known) == (0, 7)
    with transaction() as session:
        found = numbers_of(session, current(), "2026-06")[NumberKind.ACCEPTED]
    assert {key: one.value for (_, key), one in found.items()} == whole


def test_what_was_found_and_taken_back_is_no_number_so_far(app: Flask) -> None:
    issued()
    head = "period,unit,indicator,found,why,taken_back"
    with transaction(write=True) as session:
        taking.take_findings(session, SAMPLE_CODE, rows(head, "2026-05,t3,output,100,误记,"), BY)
    with pytest.raises(BadNumbers) as refused:
        take(filled(template(unit="t3"), {"output": 25}))
    assert "below-last" in [one.flaw for one in refused.value.warnings]
    with transaction(write=True) as session:
        taking.take_findings(session, SAMPLE_CODE, rows(head, "2026-05,t3,output,,误记,是"), BY)
    with pytest.raises(BadNumbers) as refused:
        take(filled(template(unit="t3"), {"output": 25}))
    assert "below-last" not in [one.flaw for one in refused.value.warnings]


def test_a_lead_reports_one_indicator_of_all_units(app: Flask) -> None:
    issued()
    content = filled(template(indicator="petitions"), {f"t{number}": 1 for number in range(1, 9)})
    with pytest.raises(BadNumbers) as refused:
        take(content)
    assert [one.place for one in refused.value.warnings] == ["G12", "G13", "G14", "G15"]
    assert take(content, {ALL: "部门未报"}, accept=False).added == 8


def test_nine_faults_are_named_at_once_and_nothing_is_taken(app: Flask) -> None:
    issued()
    take_values(rows_of("values.csv"))
    before = everything()
    with pytest.raises(BadNumbers) as refused:
        take((SAMPLE / "report-t3-faulty.xlsx").read_bytes(), {ALL: "无误"})
    assert [one.place for one in refused.value.faults] == ["E2", "G4", "G5", "G9", "A11"]
    with pytest.raises(BadNumbers) as refused:
        take((SAMPLE / "report-t3-faulty.xlsx").read_bytes())
    assert [one.place for one in refused.value.warnings] == ["G6", "G7", "G8"]
    assert everything() == before


def test_a_reason_answers_its_cell_alone(app: Flask) -> None:
    issued()
    content = filled(template(unit="t3"), {"output": 25, "invest": 13, "revenue": 2700, "retail": 7})
    with pytest.raises(BadNumbers) as refused:
        take(content, {"G8": "尚未统计"})
    assert [one.place for one in refused.value.warnings] == ["G9", "G10"]


def test_what_is_asked_for_has_to_be_there(app: Flask) -> None:
    loaded()
    with pytest.raises(WrongStage, match="cannot write a template for qingyuan-2026: it is a draft"):
        template(unit="t3")
    with pytest.raises(WrongStage, match="cannot take a report for qingyuan-2026: it is a draft"):
        take((SAMPLE / "report-t3-2026-05.xlsx").read_bytes())


def test_who_or_when_that_is_not_there_is_named(app: Flask) -> None:
    issued()
    with pytest.raises(UnknownUnit, match='"t9"'):
        template(unit="t9")
    with pytest.raises(UnknownUnit, match='"nope"'):
        template(indicator="nope")
    with pytest.raises(UnknownPeriod, match="2026-13"):
        template("2026-13", unit="t3")
