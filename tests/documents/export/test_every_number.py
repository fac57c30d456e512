"""What each format prints is what the forms and tables hold, cell by cell, read back from the files.

``test_official`` holds the forms to the JSON; here the files are held to the forms. All generated counts go
into one file of each format: reading a font or a workbook takes longer than writing a form.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pypdfium2
import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl.worksheet.worksheet import Worksheet

from survey.documents.excel.official_tables import write_xlsx
from survey.documents.export.formats import FORMATS
from survey.documents.export.official_csv import write_csv
from survey.documents.layout.joined_cells import Box, blocks
from survey.documents.layout.printed import printed_sheet
from survey.documents.layout.text import cell_text
from survey.documents.pdf.official_tables import write_pdf
from survey.documents.word.official_tables import write_docx
from survey.domain.results.table import Cell, Report, Sheet, Table
from tests.documents.counts import EXAMPLES, SEEDS, report_of

GENERATED = "generated"
NAMES = [*EXAMPLES, pytest.param(GENERATED, marks=pytest.mark.slow)]
NUMBER = re.compile(r"-?\d+(\.\d+)?")


@cache
def report(name: str) -> Report:
    if name != GENERATED:
        return report_of(name)
    reports = [report_of(str(seed)) for seed in SEEDS]
    return replace(
        reports[0],
        sheets=[sheet for one in reports for sheet in one.sheets],
        tables=[table for one in reports for table in one.tables],
    )


def written(name: str, write: Any) -> bytes:
    out = BytesIO()
    write(report(name), out)
    return out.getvalue()


def boxes(table: Table) -> Iterator[list[Cell]]:
    """Give what each row of a table shows: joined cells once, in their first row; nothing of empty ones."""
    for block in blocks(table):
        for row in range(max(box.row + box.rows for box in block)):
            yield [box.cell for box in block if box.row == row and cell_text(box.cell)]


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("name", NAMES)
def test_excel(name: str) -> None:
    book = openpyxl.load_workbook(BytesIO(written(name, write_xlsx)), read_only=True)
    pages = [page for page in book.worksheets[1:] if not page.title.startswith("等次分布图")]
    sheets = report(name).sheets
    assert len(pages) == len(sheets)
    for page, sheet in zip(pages, sheets, strict=True):
        check_page(page, sheet)


def check_page(page: Worksheet, sheet: Sheet) -> None:
    columns = max(len(table.columns) for table in sheet.tables)
    rows = [[cell for cell in row if cell.value not in (None, "")] for row in page.iter_rows(max_col=columns)]
    values = [[cell.value for cell in row] for row in rows]
    at = 0
    if sheet.subject and len(sheet.subject) * 2 <= columns:
        pairs = [cell for pair in sheet.subject for cell in pair if cell_text(cell)]
        at = next(place for place, row in enumerate(values) if row and row[0] == sheet.subject[0][0])
        assert [cell_text(same(cell, value)) for cell, value in zip(pairs, values[at], strict=True)]
    for table in sheet.tables:
        shown = list(boxes(table))
        heads = [column.over or column.label for column in table.columns if column.over or column.label]
        first = next(
            place
            for place in range(at, len(values))
            if values[place] and values[place][0].startswith(heads[0])
        )
        at = first + (2 if any(column.over for column in table.columns) else 1)
        for wanted, row in zip(shown, rows[at : at + len(shown)], strict=True):
            assert len(wanted) == len(row), (sheet.title, sheet.key, wanted)
            for cell, found in zip(wanted, row, strict=True):
                same(cell, found.value)
                if isinstance(cell, Decimal):
                    places = -int(cell.as_tuple().exponent)
                    assert found.number_format == (f"0.{'0' * places}" if places else "0")
        at += len(shown)


def same(cell: Cell, value: Any) -> Cell:
    """Hold the value of a cell of a workbook to what was to be written; numbers are numbers."""
    if isinstance(cell, str):
        assert value == cell
    else:
        assert isinstance(value, int | float)
        assert Decimal(str(value)) == cell
    return cell


def pieces(block: list[Box]) -> list[str]:
    """Give the numbers of a block of rows: those beside each other as one text, tall ones by themselves.

    Words are left out: where they take two lines, a reader gets these with other cells in between.
    """
    found = [""]
    for box in sorted(block, key=lambda box: (box.row, box.column)):
        text = squeezed(cell_text(box.cell))
        number = NUMBER.fullmatch(text) or text == "—"
        if box.rows > 1 or not number or box.column == 0:
            found += [text if number else "", ""]
        elif text:
            found[-1] += text
    return [text for text in found if text]


def after(wanted: list[str], text: str) -> str | None:
    """Cut a page off after these pieces, each found once; ``None`` where one of them is missing."""
    end = 0
    # The longest first: a short one may be a part of it.
    for piece in sorted(wanted, key=len, reverse=True):
        at = text.find(piece)
        if at < 0:
            return None
        end = max(end, at)
        text = text[:at] + "\n" * len(piece) + text[at + len(piece) :]
    return text[end:].lstrip("\n")


@pytest.mark.parametrize("name", NAMES)
def test_pdf(name: str) -> None:
    with pypdfium2.PdfDocument(written(name, write_pdf)) as pdf:
        pages = [page.get_textpage().get_text_range() for page in pdf]
    at, text = 0, ""
    for sheet in map(printed_sheet, report(name).sheets):
        # A form begins on a page of its own: its title stands at the top of the next page not yet read.
        text = squeezed(pages[at])
        assert text.startswith(squeezed(sheet.title)), (sheet.title, text[:40])
        for _, cell in sheet.subject:
            assert squeezed(cell_text(cell)) in text
        for table in sheet.tables:
            for block in blocks(table):
                wanted = pieces(block)
                while (rest := after(wanted, text)) is None:
                    at += 1
                    text = squeezed(pages[at])
                    assert text.startswith(squeezed(f"{sheet.title}（续）")), (wanted, text[:40])
                # What was found is cut off, so that the same numbers further on are looked for further on.
                text = rest
        while at + 1 < len(pages) and "（续）" in pages[at + 1][: len(sheet.title) + 12]:
            at += 1
        assert "总监票人" in pages[at]
        at += 1
    assert at == len(pages)


@pytest.mark.parametrize("name", NAMES)
def test_csv(name: str) -> None:
    rows = list(csv.reader(StringIO(written(name, write_csv).decode("utf-8-sig"), newline="")))
    at = 0
    for table in report(name).tables:
        at = rows.index([table.title], at) + 2
        for wanted, found in zip(table.rows, rows[at : at + len(table.rows)], strict=True):
            assert [text.removeprefix("'") for text in found] == [cell_text(cell) for cell in wanted]
        at += len(table.rows)


@pytest.mark.parametrize("name", NAMES)
def test_word(name: str) -> None:
    found = list(word_numbers(written(name, write_docx)))
    forms = [
        text
        for sheet in report(name).sheets
        for row in [[cell for _, cell in sheet.subject], *(row for t in sheet.tables for row in boxes(t))]
        for text in map(cell_text, row)
        if NUMBER.fullmatch(text)
    ]
    flat = [
        cell_text(cell)
        for table in report(name).tables
        for row in table.rows
        for cell in row
        if NUMBER.fullmatch(cell_text(cell))
    ]
    assert found in (forms, flat)


def test_every_format_is_read_back() -> None:
    """A format that is added has a test of its own here; a ZIP file holds documents in one of these."""
    read = {"xlsx": test_excel, "pdf": test_pdf, "csv": test_csv, "docx": test_word}
    assert set(read) == {one.key for one in FORMATS if one.write_report and not one.one_each}


def word_numbers(content: bytes) -> Iterator[str]:
    """Give the cells of all tables that are numbers, joined ones once."""
    body = Document(BytesIO(content)).element.body
    for cell in body.iter(qn("w:tc")):
        merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
        if merge is not None and merge.get(qn("w:val")) != "restart":
            continue
        text = "".join(part.text or "" for part in cell.iter(qn("w:t")))
        if NUMBER.fullmatch(text):
            yield text
