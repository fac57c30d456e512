"""Reports checked: the sample's nine faults at once, none in the right one, and what else can be wrong."""

from dataclasses import replace
from fractions import Fraction

import pytest

from survey.documents.assessment.report_file import read_report
from survey.domain.assessment.facts import NumberKind
from survey.domain.assessment.reports.cell_numbers import CellFlaw
from survey.domain.assessment.reports.file_rows import FileCell, FileRow
from survey.domain.assessment.reports.report_check import ReportCheck, check_report
from survey.domain.assessment.reports.report_lines import ReportFile
from survey.domain.errors import BadNumbers, UnknownPeriod, UnknownUnit
from tests.domain.assessment.sample import sample_actuals, sample_definition, sample_targets
from tests.sample_year import SAMPLE

DEFINITION, TARGETS = sample_definition(), sample_targets()
HISTORY = {period: actuals for period, actuals in sample_actuals().items() if period < "2026-05"}
COLUMNS = {"key": "A", "label": "B", "value": "G", "note": "H", "evidence": "I"}


def check(
    report: ReportFile, period: str | None = "2026-05", unit: str = "", indicator: str = ""
) -> ReportCheck:
    return check_report(DEFINITION, TARGETS, HISTORY, report, period, unit=unit, indicator=indicator)


def of_file(name: str) -> ReportFile:
    return read_report((SAMPLE / name).read_bytes(), name)


GOOD = of_file("report-t3-2026-05.xlsx")


def line(row: int, **texts: str) -> FileRow:
    cells = {column: FileCell(f"{COLUMNS[column]}{row}", text) for column, text in texts.items() if text}
    return FileRow(f"row {row}", cells)


def report(*rows: FileRow, subject: str = "t3", period: str = "2026-05", of_unit: bool = True) -> ReportFile:
    return ReportFile(of_unit, FileCell("B2", subject), FileCell("E2", period), COLUMNS, rows)


def flaws(found: ReportCheck) -> list[tuple[str, str]]:
    return [(fault.place, fault.flaw) for fault in found.faults]


def warned(found: ReportCheck) -> list[tuple[str, str]]:
    return [(one.place, one.flaw) for one in found.warnings if one.flaw != CellFlaw.NOT_REPORTED]


def test_the_right_report_has_neither_faults_nor_warnings() -> None:
    found = check(GOOD, unit="t3")
    assert (found.faults, found.warnings) == ((), ())
    assert [(fault.place, fault.flaw) for fault in found.missing_evidence] == [("I8", "no-evidence")]
    numbers = found.settle()
    assert [(one.indicator, str(one.value)) for one in numbers] == [
        ("output", "2253/100"),
        ("invest", "587/50"),
        ("revenue", "2056"),
        ("retail", "107/20"),
        ("projects", "251/5"),
        ("income", "5786"),
        ("grain", "0"),
    ]
    assert {(one.kind, one.period, one.unit) for one in numbers} == {(NumberKind.REPORTED, "2026-05", "t3")}


def test_the_nine_faults_of_the_other_report_are_found_at_once() -> None:
    found = check(of_file("report-t3-faulty.xlsx"), unit="t3")
    named = [(one.place, one.value, one.flaw) for one in (*found.faults, *found.warnings, *found.left_out)]
    assert named == [
        ("E2", "2026年4月", "other-period"),
        ("G4", "1,2.5亿元", "no-number"),
        ("G5", "=F5+1", "formula"),
        ("G9", "—", "nothing"),
        ("A11", "approvals", "foreign"),
        ("G6", "20560000", "off-plan"),
        ("G7", "2.94", "below-last"),
        ("G8", "0.42", "percent"),
        ("row 1", "清源县2026年度目标责任考核 月报", "left-out"),
        ("row 12", "合计 123", "left-out"),
        ("row 13", "填表人:王某 审核人:", "left-out"),
    ]
    assert all(one.message and one.remedy for one in (*found.faults, *found.warnings))
    with pytest.raises(BadNumbers) as raised:
        found.settle({"G6": "口径调整", "G7": "核减重复", "G8": "是"})
    assert len(raised.value.faults) == 5
    assert raised.value.warnings == ()


def test_warnings_are_answered_by_place_or_by_what_stands_beside() -> None:
    rows = [
        line(4, key="retail", value="2.94", note="核减重复统计"),
        replace(
            line(5, key="projects"),
            cells={
                "key": FileCell("A5", "projects"),
                "value": FileCell("G5", "0.42", percent=True),
                "note": FileCell("H5", "是"),
                "evidence": FileCell("I5", "开工令.pdf"),
            },
        ),
    ]
    found = check(report(*rows), unit="t3")
    missing = {one.place: "本月未统计" for one in found.warnings if one.flaw == CellFlaw.NOT_REPORTED}
    assert set(missing) == {"output", "invest", "revenue", "income", "grain"}
    with pytest.raises(BadNumbers) as raised:
        found.settle(missing)
    assert [one.place for one in raised.value.warnings] == ["G5"]
    retail, projects = found.settle({**missing, "G5": "是 42%"})
    assert (retail.value, retail.reason, retail.note) == (Fraction("2.94"), "核减重复统计", "核减重复统计")
    assert (projects.value, projects.reason, projects.evidence) == (42, "是 42%", "开工令.pdf")


def test_missing_evidence_is_a_fault_where_the_files_have_to_be_there() -> None:
    with pytest.raises(BadNumbers) as raised:
        check(GOOD, unit="t3").settle(with_evidence=True)
    assert [fault.place for fault in raised.value.faults] == ["I8"]


def test_rows_in_any_order_give_the_same() -> None:
    turned = replace(GOOD, rows=GOOD.rows[::-1])
    assert check(turned, unit="t3").settle() == check(GOOD, unit="t3").settle()


def test_what_is_not_asked_for_the_report_says_itself() -> None:
    found = check(GOOD, None)
    assert found.period == "2026-05"
    assert found.settle() == check(GOOD, unit="t3").settle()


def test_rows_that_are_none_of_this_report() -> None:
    found = check(
        report(
            line(4, key="nothing", value="1"),
            line(5, key="petitions", value="1"),
            line(6, key="output", value="22"),
            line(7, label="规模以上工业总产值", value="23"),
            line(8, value="7"),
            line(9, key="invest", value="11.74", note="长" * 2001),
            line(10, key="retail"),
        ),
        unit="t3",
    )
    assert flaws(found) == [
        ("A4", "no-indicator"),
        ("A5", "reported-elsewhere"),
        ("A7", "double"),
        ("A8", "no-indicator"),
        ("H9", "too-long"),
    ]
    assert ("G10", "not-reported") in [(one.place, one.flaw) for one in found.warnings]


def test_an_indicator_that_is_not_due() -> None:
    yearly = replace(DEFINITION.indicator["retail"], reported=DEFINITION.indicator["party"].reported)
    indicators = tuple(yearly if one.key == "retail" else one for one in DEFINITION.indicators)
    found = check_report(
        replace(DEFINITION, indicators=indicators), TARGETS, HISTORY, GOOD, "2026-05", unit="t3"
    )
    assert flaws(found) == [("A7", "not-due")]


def test_another_unit_and_no_period() -> None:
    assert flaws(check(GOOD, unit="t4"))[0] == ("B2", "other-unit")
    assert flaws(check(GOOD, indicator="output")) == [("B2", "other-unit")]
    assert flaws(check(replace(GOOD, subject=None), None)) == [("above the heads", "no-unit")]
    assert flaws(check(report(period="三月初"), None)) == [("E2", "no-period")]
    assert flaws(check(report(subject="nowhere", of_unit=False), None)) == [("B2", "no-indicator")]


def test_a_leads_report_has_a_row_a_unit() -> None:
    rows = [
        line(4, key="t2", value="3"),
        line(5, label="城关镇", value="1"),
        line(6, key="b9", value="1"),
        line(7, key="t3", value="一人"),
    ]
    found = check(report(*rows, subject="petitions", of_unit=False), indicator="petitions")
    assert flaws(found) == [("A6", "no-unit"), ("G7", "no-number")]
    assert [(place, one.unit, one.value) for place, one in found.numbers.items()] == [
        ("G5", "t1", 1),
        ("G4", "t2", 3),
    ]
    assert warned(found) == []


def test_what_is_unknown_is_refused() -> None:
    with pytest.raises(UnknownPeriod):
        check(GOOD, "2025-05", unit="t3")
    with pytest.raises(UnknownUnit):
        check(GOOD, unit="t99")
    with pytest.raises(UnknownUnit):
        check(report(of_unit=False), indicator="nothing")
