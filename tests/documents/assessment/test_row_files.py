"""Files of rows as offices send them, and files that are none."""

from pathlib import Path

import pytest
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from survey.documents.assessment import row_files
from survey.documents.assessment.row_files import read_rows
from survey.documents.roster.cells import SheetLimits
from survey.domain.errors import BadNumbers, CellFault
from tests.documents.rosters import workbook

SAMPLE = Path(__file__).parents[2] / "data" / "assessment"
HEADS = ("period", "unit", "indicator", "value")
ROW = ("2026-05", "t1", "output", 22.53)


def refused(content: bytes, name: str = "values.xlsx") -> tuple[CellFault, ...]:
    with pytest.raises(BadNumbers) as raised:
        read_rows(name, content)
    return raised.value.faults


def places(content: bytes) -> list[tuple[str, str]]:
    return [(fault.place, fault.flaw) for fault in refused(content)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"], ids=["comma", "tab", "semicolon"])
def test_text_in_every_encoding(encoding: str, separator: str) -> None:
    text = "单位,指标,数值,备注\r\nt1,output,22.53,按月报\r\n".replace(",", separator)
    (row,) = read_rows("数值.csv", text.encode(encoding))
    assert (row.place, row.text("单位"), row.text("数值"), row.text("备注")) == (
        "row 2",
        "t1",
        "22.53",
        "按月报",
    )
    assert row.cells["数值"].place == "row 2, 数值"


def test_the_samples_files_of_rows() -> None:
    rows = {name: read_rows(name, (SAMPLE / name).read_bytes()) for name in ("targets.csv", "values.csv")}
    assert {name: len(found) for name, found in rows.items()} == {"targets.csv": 122, "values.csv": 1330}
    assert rows["values.csv"][-1].text("value") == "26"
    assert "m1" not in rows["targets.csv"][0].cells  # empty cells are left out


def test_a_workbook_with_a_title_above_its_heads() -> None:
    def titled(_: Workbook, sheet: Worksheet) -> None:
        sheet.write_row(0, 0, ["目标表", "单位：亿元"])
        sheet.write_row(2, 0, ["单位 代码", "指标代码", "年度目标"])
        sheet.write_row(3, 0, ["t1", "output", 57.49])

    (row,) = read_rows("targets.xlsx", workbook([], heads=(), more=titled))
    assert (row.place, row.text("单位代码"), row.cells["年度目标"].place) == ("row 4", "t1", "C4")


def test_formulas_and_percentages_are_told() -> None:
    def spoilt(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_formula(1, 3, "=C2+1", value=7)
        sheet.write_number(2, 3, 0.42, book.add_format({"num_format": "0%"}))
        sheet.write_number(3, 3, 0.42, book.add_format({"num_format": "0.0%"}))

    content = workbook([ROW, ROW, ROW], heads=HEADS, more=spoilt)
    cells = [row.cells["value"] for row in read_rows("values.xlsx", content)]
    assert [(cell.text, cell.is_formula, cell.percent) for cell in cells] == [
        ("7", True, False),
        ("0.42", False, True),
        ("0.42", False, True),
    ]
    (row,) = read_rows("values.csv", b"unit,indicator,value\nt1,output,=1+1\n")
    assert (row.cells["value"].text, row.cells["value"].is_formula) == ("=1+1", True)


def test_what_nobody_sees_is_refused() -> None:
    def hidden(_: Workbook, sheet: Worksheet) -> None:
        sheet.set_column(3, 3, None, None, {"hidden": True})
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.merge_range(1, 0, 2, 0, "2026-05")

    assert places(workbook([ROW, ROW], heads=HEADS, more=hidden)) == [
        ("D1", "hidden-column"),
        ("A2", "merged"),
        ("row 3", "hidden-row"),
    ]


def test_a_head_twice() -> None:
    assert places(b"unit,value,value\nt1,1,2\n") == [("C1", "double-head")]


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "other-format"),
        (b"PK\x03\x04broken", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old-format"),
        (b"alone\nt1\n", "no-heads"),
        (b"unit,value\n", "no-rows"),
        ("单位,数值\n".encode("gb18030") + b"\xff\xff,1\n", "encoding"),
        (b'unit,value\n"t1,1\n', "damaged"),
    ],
    ids=["empty", "pdf", "zip", "old", "one-column", "no-rows", "encoding", "quote"],
)
def test_files_that_are_none_are_refused_by_name(content: bytes, flaw: str) -> None:
    (fault,) = refused(content, "C:/来文/数值.csv")
    assert fault.flaw == flaw
    assert fault.place.startswith("数值.csv")
    assert fault.message
    assert fault.remedy


def test_more_rows_than_are_kept_are_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_files, "LIMITS", SheetLimits(rows=4, cells=100))
    assert len(read_rows("values.csv", b"unit,value\n" + b"t1,1\n" * 2)) == 2
    assert [fault.flaw for fault in refused(b"unit,value\n" + b"t1,1\n" * 3)] == ["too-large"]
