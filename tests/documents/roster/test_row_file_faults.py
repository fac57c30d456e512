"""Refusals of files: every kind that a file, a sheet or a column can have is said, with its remedy."""

import pytest

from survey.documents.layout.file_format import FileFormat
from survey.documents.layout.untrusted_package import PackageFlaw
from survey.documents.roster.cells import RosterFault, RosterFaultKind
from survey.documents.roster.row_file_faults import cell_place, hidden_row, refused_file


@pytest.mark.parametrize("flaw", PackageFlaw)
def test_what_a_package_is_refused_for_is_said(flaw: PackageFlaw) -> None:
    fault = refused_file("a.xlsx", RosterFault(RosterFaultKind(flaw.value)))
    assert (fault.place, fault.flaw) == ("a.xlsx", flaw.value)
    assert str(fault).startswith("a.xlsx: the ")


def test_a_refusal_says_where_and_of_what_format() -> None:
    found = RosterFault(RosterFaultKind.OTHER_FORMAT, file_format=FileFormat.OPEN_WORKBOOK)
    assert "(open-workbook)" in refused_file("a.ods", found).message
    assert refused_file("a.csv", RosterFault(RosterFaultKind.ENCODING, "a", 7)).place == "a.csv, row 7"
    assert refused_file("a", RosterFault(RosterFaultKind.MERGED, "a", 3, "B", value="B3:B4")).place == "B3"
    assert (cell_place(12, 28), hidden_row("row 3", "t1").flaw) == ("AB12", "hidden-row")
