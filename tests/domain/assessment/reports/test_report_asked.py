"""The period that a report was asked for, told by the plans of its template."""

import pytest

from survey.documents.assessment.report_file import read_report
from survey.domain.assessment.reports.report_asked import asked_period
from tests.domain.assessment.sample import sample_definition, sample_targets
from tests.sample_year import SAMPLE


@pytest.mark.parametrize(("name", "asked"), [("report-t3-faulty", "2026-05"), ("report-t3-2026-05", None)])
def test_a_period_written_over_is_told_by_the_plans(name: str, asked: str | None) -> None:
    report = read_report((SAMPLE / f"{name}.xlsx").read_bytes())
    assert asked_period(sample_definition(), sample_targets(), report) == asked
