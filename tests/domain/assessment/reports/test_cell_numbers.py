"""The number in a cell, in the ways in which offices write it."""

from fractions import Fraction

import pytest

from survey.domain.assessment.reports.cell_numbers import CellFlaw, number_in, shown_as_percentage
from survey.domain.assessment.reports.file_rows import FileCell
from survey.domain.errors import CellFault


@pytest.mark.parametrize(
    ("text", "measure", "value"),
    [
        ("22.53", "亿元", "22.53"),
        (" 1,234.5 ", "万元", "1234.5"),
        ("3.5亿元", "亿元", "3.5"),
        ("１２．５", "亿元", "12.5"),
        ("42%", "%", "42"),
        ("42", "%", "42"),
        ("-3", "", "-3"),
        ("0", "人", "0"),
    ],
)
def test_numbers(text: str, measure: str, value: str) -> None:
    assert number_in(FileCell("G4", text), measure) == Fraction(value)


@pytest.mark.parametrize(
    ("cell", "measure", "flaw"),
    [
        (FileCell("G4", "1,2.5亿元"), "亿元", CellFlaw.NO_NUMBER),
        (FileCell("G4", "3.5万元"), "亿元", CellFlaw.NO_NUMBER),
        (FileCell("G4", "42%"), "亿元", CellFlaw.NO_NUMBER),
        (FileCell("G4", "约12"), "亿元", CellFlaw.NO_NUMBER),
        (FileCell("G4", "2026-05-01"), "亿元", CellFlaw.NO_NUMBER),
        (FileCell("G4", "9" * 30), "亿元", CellFlaw.NO_NUMBER),
        (FileCell("G4", "—"), "元", CellFlaw.NOTHING),
        (FileCell("G4", "无"), "元", CellFlaw.NOTHING),
        (FileCell("G4", "9.6", is_formula=True), "元", CellFlaw.FORMULA),
        (FileCell("G4", "0.42", percent=True), "%", CellFlaw.PERCENT),
        (FileCell("G4", "0.42", percent=True), "亿元", CellFlaw.NO_NUMBER),
    ],
)
def test_faults_have_cell_value_and_remedy(cell: FileCell, measure: str, flaw: CellFlaw) -> None:
    fault = number_in(cell, measure)
    assert isinstance(fault, CellFault)
    assert (fault.place, fault.flaw) == ("G4", flaw)
    assert fault.value == cell.text
    assert fault.remedy


def test_what_a_percentage_shows() -> None:
    assert shown_as_percentage(FileCell("G8", "0.42", percent=True)) == 42
    assert shown_as_percentage(FileCell("G8", "0.42")) is None
