"""The list of seats as Excel: read again as it was written, and no text of it becomes a formula."""

from survey.documents.assessment.row_files import read_rows
from survey.documents.assessment.seat_list_file import HEADS, write_seat_list

ROWS = [
    ("张三", "填报人", "城关镇、河口镇"),
    ("", "审核人", "城关镇"),
    ("=1+1", "考核办", ""),
]


def test_it_is_read_as_it_was_written() -> None:
    found = read_rows("seats.xlsx", write_seat_list(ROWS))
    assert [tuple(row.text(head) for head in HEADS) for row in found] == ROWS
    assert not any(cell.is_formula for row in found for cell in row.cells.values())


def test_without_any_seat_it_is_still_a_file() -> None:
    assert write_seat_list([]).startswith(b"PK")
