"""Set-up workbooks of the sample, changed as an office would, or as it should not."""

import io
from collections.abc import Callable
from functools import cache

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from survey.documents.assessment.setup.setup_reading import SetupFile, read_setup
from survey.documents.assessment.setup.setup_workbook import write_setup
from survey.domain.errors import BadNumbers
from tests.domain.assessment.sample import sample_targets
from tests.sample_year import sample


@cache
def sample_workbook() -> bytes:
    """Return the sample's set-up as a workbook."""
    return write_setup(sample("assessment.toml"), sample_targets())


def changed(change: Callable[[Workbook], None], content: bytes = b"") -> bytes:
    """Return a workbook, the sample's unless another is given, after a change."""
    book = openpyxl.load_workbook(io.BytesIO(content or sample_workbook()))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def column_of(sheet: Worksheet, head: str) -> int:
    """Return the number of the column under a head."""
    return next(cell.column for cell in sheet[2] if cell.value == head)


def put(book: Workbook, sheet: str, row: int, head: str, value: object) -> str:
    """Write a cell; return its place as faults name it."""
    page = book[sheet]
    cell = page.cell(row, column_of(page, head))
    cell.value = value  # type: ignore[assignment]
    return f"{sheet}!{cell.coordinate}"


def faults_of(content: bytes) -> list[tuple[str, str]]:
    """Return place and kind of every fault of a workbook."""
    try:
        read: SetupFile = read_setup(content)
    except BadNumbers as refused:
        return [(fault.place, fault.flaw) for fault in refused.faults]
    assert read.data
    return []
