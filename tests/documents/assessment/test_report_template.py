"""Templates of reports: what is due stands in them, and filled in they come back in any order."""

import io
import random
import time
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from survey.documents.assessment.report_file import read_report
from survey.documents.assessment.report_template import write_template
from survey.domain.assessment.facts import Target
from survey.domain.assessment.indicators import Rhythm
from survey.domain.assessment.reports.report_check import check_report
from survey.domain.errors import UnknownPeriod, UnknownUnit
from tests.domain.assessment.sample import sample_actuals, sample_definition, sample_targets
from tests.sample_year import SAMPLE

DEFINITION, TARGETS = sample_definition(), sample_targets()
HISTORY = {period: actuals for period, actuals in sample_actuals().items() if period < "2026-05"}
MAY = {indicator: value for (unit, indicator), value in sample_actuals()["2026-05"].items() if unit == "t3"}


def template(**asked: str) -> bytes:
    return write_template(DEFINITION, TARGETS, HISTORY, **{"period": "2026-05", **asked})  # type: ignore[arg-type]


def opened(content: bytes) -> Worksheet:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert isinstance(sheet, Worksheet)
    return sheet


def filled(content: bytes, values: Mapping[str, Fraction], order: list[int] | None = None) -> bytes:
    """Fill numbers in by the keys of their rows, and put the rows into another order."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    rows = [row for row in range(4, sheet.max_row + 1) if str(sheet.cell(row, 1).value) in values]
    lines = [[sheet.cell(row, column).value for column in range(1, 10)] for row in rows]
    for row, place in zip(rows, order or range(len(rows)), strict=True):
        for column, value in enumerate(lines[place], start=1):
            sheet.cell(row, column).value = value  # type: ignore[assignment]
        sheet.cell(row, 7).value = float(values[str(lines[place][0])])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_it_looks_as_the_samples_report() -> None:
    ours, sample = opened(template(unit="t3")), opened((SAMPLE / "report-t3-2026-05.xlsx").read_bytes())
    for row in range(1, 4):
        read = [sample.cell(row, column).value for column in range(1, 10)]
        found = [ours.cell(row, column).value for column in range(1, 10)]
        assert [value for value in found[: len(read)] if value] == [
            *("2026年5月" if value == "2026-05" else value for value in read if value),
            *(["请于2026年6月5日前报送"] if row == 2 else []),
        ]
    for row in range(4, 11):
        assert [ours.cell(row, column).value for column in range(1, 7)] == [
            # 13.86 × 5 ÷ 12 = 5.775: a half rounds away from zero
            5.78 if (row, column) == (7, 5) else sample.cell(row, column).value
            for column in range(1, 7)
        ]


def test_only_what_is_to_be_filled_in_can_be_typed_into() -> None:
    sheet = opened(template(unit="t3"))
    assert sheet.protection.sheet
    open_cells = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    assert open_cells == {f"{column}{row}" for column in "GHI" for row in range(4, 11)}
    assert sheet.freeze_panes == "C4"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$3:$3"


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(7)))
def test_a_template_comes_back_in_any_order(order: list[int]) -> None:
    asked = {
        key: MAY[key] for key in ("output", "invest", "revenue", "retail", "projects", "income", "grain")
    }
    found = check_report(
        DEFINITION,
        TARGETS,
        HISTORY,
        read_report(filled(template(unit="t3"), asked, order)),
        "2026-05",
        unit="t3",
    )
    assert (found.faults, found.warnings) == ((), ())
    assert {one.indicator: one.value for one in found.settle()} == asked
    assert [one.message for one in found.left_out][1:] == [
        "says who signed and is left out",
        *["is a note and is left out"] * 3,
    ]


def test_a_leads_template_comes_back() -> None:
    values = {
        unit: value
        for (unit, indicator), value in sample_actuals()["2026-05"].items()
        if indicator == "petitions"
    }
    report = read_report(filled(template(indicator="petitions"), values))
    found = check_report(DEFINITION, TARGETS, HISTORY, report, "2026-05", indicator="petitions")
    assert {one.unit: one.value for one in found.settle({})} == values
    assert len(values) == 12


def test_as_it_goes_out_it_reports_nothing() -> None:
    found = check_report(DEFINITION, TARGETS, HISTORY, read_report(template(unit="t3")), None)
    assert found.faults == ()
    assert {(one.flaw, one.place) for one in found.warnings} == {
        ("not-reported", f"G{r}") for r in range(4, 11)
    }


def test_what_is_unknown_or_not_due_is_refused() -> None:
    with pytest.raises(UnknownPeriod):
        template(unit="t3", period="2026-13")
    with pytest.raises(UnknownUnit):
        template(unit="nowhere")
    with pytest.raises(UnknownPeriod, match="nothing is to be reported by party for 2026-05"):
        template(indicator="party")


def test_a_quarters_template() -> None:
    definition = replace(DEFINITION, periods=Rhythm.QUARTER)
    sheet = opened(write_template(definition, TARGETS, {}, period="2026-Q4", unit="t3"))
    assert str(sheet["A1"].value).endswith(" 季报")
    assert (sheet["F2"].value, sheet["G2"].value) == ("2026年四季度", "请于2027年1月5日前报送")


def test_sixty_rows_are_read_within_a_second() -> None:
    output = DEFINITION.indicator["output"]
    indicators = tuple(replace(output, key=f"i{n}", label=f"指标{n}") for n in range(60))
    definition = replace(DEFINITION, indicators=indicators)
    targets = {("t3", one.key): Target("t3", one.key, Fraction(120)) for one in indicators}
    values = {one.key: Fraction(random.Random(7).randrange(40, 60)) for one in indicators}
    content = filled(write_template(definition, targets, {}, period="2026-05", unit="t3"), values)
    begun = time.perf_counter()
    found = check_report(definition, targets, {}, read_report(content), "2026-05", unit="t3")
    assert time.perf_counter() - begun < 1
    assert len(found.settle()) == 60
