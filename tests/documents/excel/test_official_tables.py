from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from survey.documents.excel.form import pages_high
from survey.documents.excel.official_tables import CHART, sheet_names, write_xlsx
from survey.domain.results.table import Column, Table
from tests.documents.counts import EXAMPLES, report_of


def book(report):
    out = BytesIO()
    write_xlsx(report, out)
    return openpyxl.load_workbook(BytesIO(out.getvalue()))


def test_sheets_and_facts(report):
    made = book(report)
    assert made.sheetnames == ["说明", "个人汇总表", "意见 甲 乙"]
    facts = [[cell.value for cell in row] for row in made["说明"].iter_rows()]
    assert facts[0][0] == "2026年度民主测评"
    assert ["组织单位", "县委组织部"] in facts


def test_cells_are_numbers_with_their_formats(report):
    sheet = book(report)["个人汇总表"]
    assert [cell.value for cell in sheet[4]] == ["姓名", "有效票数", "优秀率(%)", "称职率(%)", "得分"]
    for cells, expected in zip(sheet.iter_rows(min_row=5, max_row=7), report.tables[0].rows, strict=True):
        for cell, value in zip(cells, expected, strict=True):
            if isinstance(value, str) or value is None:
                assert cell.value == value
                assert value is None or cell.data_type == "s"
                continue
            assert cell.data_type == "n"
            assert Decimal(str(cell.value)) == value
            places = -value.as_tuple().exponent if isinstance(value, Decimal) else 0
            assert cell.number_format == ("0" if not places else f"0.{'0' * places}")
            assert cell.alignment.horizontal == "right"
    assert sheet["C6"].alignment.horizontal == "center"


def test_texts_never_become_formulas(report):
    facts, *forms = book(report)
    assert all(cell.data_type != "f" for row in facts.iter_rows() for cell in row)
    for sheet in forms:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)


def test_notes_and_signatures_stand_under_every_table(report):
    for sheet in book(report).worksheets[1:]:
        text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
        for words in (
            "计票人(签字)：",
            "监票人(签字)：",
            "总监票人(签字)：",
            "单位(盖章)：",
            "年      月      日",
            "注：",
        ):
            assert words in text


def test_sheet_is_ready_to_print(report, long_table):
    sheet = book(replace(report, tables=[long_table]))["总表"]
    assert sheet.freeze_panes == "A5"
    assert sheet.print_title_rows == "$4:$4"
    assert str(sheet.page_setup.paperSize) == "9"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert "5 town-annual && sha256:3f9a" in sheet.oddFooter.left.text
    assert "&P" in sheet.oddFooter.right.text
    assert "&N" in sheet.oddFooter.right.text
    assert sheet.column_dimensions["C"].width > sheet.column_dimensions["A"].width


@pytest.mark.parametrize("columns", [1, 2, 3, 30])
def test_any_number_of_columns(report, columns):
    table = Table("表", [Column(f"第{at}项", "count") for at in range(columns)], [[1] * columns], ["注"] * 2)
    assert [cell.value for cell in book(replace(report, tables=[table]))["表"][5]] == [1] * columns


def test_sheet_names_are_allowed_and_unique():
    names = sheet_names(
        ["说明", "说明", "A/B:[C]*?\\", "a b c", "很长" * 30, "很长" * 31, "'", "", "History", "𬭩" * 40]
    )
    assert len({name.lower() for name in names}) == len(names)
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) / 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert name.lower() != "history"


@pytest.mark.parametrize("name", EXAMPLES)
def test_sheets_print_on_whole_pages_with_heads_and_numbers(name):
    report = report_of(name)
    out = BytesIO()
    write_xlsx(report, out)
    book = openpyxl.load_workbook(BytesIO(out.getvalue()))
    pages = [page for page in book.worksheets[1:] if not page.title.startswith(CHART)]
    for page, sheet in zip(pages, report.sheets, strict=True):
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert (page.page_setup.fitToWidth or 1) == 1
        assert page.page_setup.paperSize == 9
        assert "第 &P 页，共 &N 页" in page.oddFooter.right.text
        assert len(sheet.tables) > 1 or page.print_title_rows, sheet.title
        if sheet.kind in ("standings", "detail"):
            assert page.page_setup.orientation == "landscape", sheet.title
        if sheet.kind in ("person", "team", "service"):
            assert page.page_setup.orientation == "portrait", sheet.title
            assert (page.page_setup.fitToHeight or 1) == 1, sheet.title


def test_no_name_of_a_sheet_holds_a_key():
    report = report_of("town-annual")
    out = BytesIO()
    write_xlsx(report, out)
    names = openpyxl.load_workbook(BytesIO(out.getvalue())).sheetnames
    assert "等次分布图 领导干部民主测评" in names
    assert "干部甲 个人汇总表" in names
    keys = {sheet.key for sheet in report.sheets if sheet.key}
    assert not [name for name in names for key in keys if key in name]


@pytest.mark.parametrize(
    ("kind", "pages", "high"),
    [
        *(("detail", 0.4, 1), ("detail", 1.1, 1), ("detail", 1.15, 0), ("detail", 1.25, 0)),
        *(("detail", 2.2, 2), ("detail", 2.3, 0), ("detail", 5.25, 5)),
        *(("unit", 1.6, 1), ("unit", 2.6, 2), ("unit", 2.8, 0)),
    ],
)
def test_a_form_is_shrunk_onto_fewer_pages_only_where_that_takes_little(kind, pages, high):
    assert pages_high(kind, pages) == high
