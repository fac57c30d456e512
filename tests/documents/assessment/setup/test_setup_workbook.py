"""The workbook as an office sees it: lists to choose from, notes, examples, what is required."""

import io

import openpyxl
from openpyxl.workbook import Workbook

from survey.documents.assessment.setup.setup_sheets import ORDER
from survey.documents.assessment.setup.setup_workbook import write_setup
from tests.documents.assessment.setup.setup_files import column_of, sample_workbook


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def choices(book: Workbook, sheet: str, row: int, head: str) -> str:
    """Return the list that a cell offers."""
    page = book[sheet]
    place = page.cell(row, column_of(page, head)).coordinate
    for one in page.data_validations.dataValidation:
        if place in one.sqref:
            return str(one.formula1)
    return ""


def test_the_sheets_stand_in_the_order_of_work() -> None:
    assert opened(write_setup()).sheetnames == list(ORDER)
    assert opened(sample_workbook()).sheetnames == list(ORDER)


def test_words_and_rows_of_other_sheets_are_offered() -> None:
    book = opened(sample_workbook())
    assert choices(book, "指标", 4, "由谁填报") == '"被考核单位,牵头部门,考核办"'
    assert choices(book, "指标", 4, "未完成时降低等次") == '"是,否"'
    assert choices(book, "单位", 4, "考核类别").startswith("'类别'!$C$4:")
    assert choices(book, "目标", 4, "指标").startswith("'指标'!$C$4:")
    assert choices(book, "目标", 4, "年度目标") == ""


def test_an_empty_one_offers_what_will_be_filled_in_below_the_examples() -> None:
    book = opened(write_setup())
    assert book["类别"]["A4"].value == "示例"
    assert choices(book, "单位", 5, "考核类别").startswith("'类别'!$C$5:")


def test_every_column_has_its_note_under_its_head() -> None:
    for page in opened(sample_workbook()).worksheets[1:]:
        heads = [cell.value for cell in page[2] if cell.value]
        notes = [cell.value for cell in page[3] if cell.value]
        assert notes[0] == "说明"
        assert len(notes) == len(heads) + 1


def test_texts_stay_texts_and_numbers_numbers() -> None:
    book = opened(sample_workbook())
    assert book["单位"]["B4"].number_format == "@"
    points = book["指标"].cell(4, column_of(book["指标"], "分值"))
    assert (points.value, points.number_format) == (10, "General")
