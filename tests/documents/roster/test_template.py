"""The table to fill in, which is read as it is filled in."""

import io

import openpyxl

from survey.documents.roster.cells import MAX_ROWS
from survey.documents.roster.rows import EXAMPLE_NAME
from survey.documents.roster.template import roster_template
from tests.documents.roster.test_reader import kinds, read
from tests.documents.rosters import GROUPS, HEADS, SECTIONS


def test_the_template_is_read_as_it_is_filled_in() -> None:
    data = roster_template(SECTIONS, GROUPS)
    assert kinds(data) == ["no-rows"]
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book["名册"]
    assert [cell.value for cell in sheet[1]] == list(HEADS)
    assert sheet["A2"].value == EXAMPLE_NAME
    for title in SECTIONS.values():
        sheet.append(["王一", None, None, title, "，".join(GROUPS.values()), None, None])
    out = io.BytesIO()
    book.save(out)
    rows = read(out.getvalue()).rows
    assert [(row.row, row.section, row.groups) for row in rows] == [
        (3, "team", ("A", "B", "C")),
        (4, "cadres", ("A", "B", "C")),
    ]


def test_the_template_offers_the_forms_and_keeps_numbers_as_texts() -> None:
    book = openpyxl.load_workbook(io.BytesIO(roster_template(SECTIONS, GROUPS)))
    (choice,) = book["名册"].data_validations.dataValidation
    sheet, _, cells = choice.formula1.replace("$", "").partition("!")
    offered = [row[0].value for row in book[sheet.strip("'")][cells]]
    assert offered == list(SECTIONS.values())
    assert str(choice.sqref) == f"D2:D{MAX_ROWS + 1}"
    assert all(book["名册"].column_dimensions[letter].width > 10 for letter in "ABCDEFG")
    assert book["名册"]["G2"].number_format == "@"
