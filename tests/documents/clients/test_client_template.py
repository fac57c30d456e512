"""The file for a list of clients: filled in, it is read as it stands."""

import io

from openpyxl import Workbook, load_workbook

from survey.documents.clients.client_file import read_client_file
from survey.documents.clients.client_template import LIST_SHEET, client_list_template

MANY = {
    "one group": ["甲"],
    "two groups": ["甲", "乙"],
    "one ratee": ["办税"],
    "two ratees": ["办税", "供水"],
}


def opened(groups: list[str], ratees: list[str]) -> Workbook:
    return load_workbook(io.BytesIO(client_list_template(groups, ratees)))


def test_there_is_a_column_where_there_is_a_choice() -> None:
    heads = {
        ("one group", "one ratee"): ["手机号"],
        ("one group", "two ratees"): ["手机号", "测评对象"],
        ("two groups", "two ratees"): ["手机号", "票种", "测评对象"],
    }
    for (groups, ratees), expected in heads.items():
        sheet = opened(MANY[groups], MANY[ratees])[LIST_SHEET]
        assert [cell.value for cell in sheet[1]] == expected


def test_names_are_chosen_from_the_explanation() -> None:
    book = opened(["甲", "乙"], ["办税窗口", "=1+1", "供水"])
    sheet = book[LIST_SHEET]
    for choice in sheet.data_validations.dataValidation:
        name, _mark, rows = choice.formula1.partition("!")
        cells = book[name.strip("'=")][rows.replace("$", "")]
        assert [row[0].value for row in cells] in (["甲", "乙"], ["办税窗口", "=1+1", "供水"])
        assert all(row[0].data_type == "s" for row in cells)


def test_filled_in_it_is_read() -> None:
    book = opened(["甲", "乙"], ["办税", "供水"])
    book[LIST_SHEET].append(["13800001111", "乙", "供水"])
    out = io.BytesIO()
    book.save(out)
    (row,) = read_client_file("名单.xlsx", out.getvalue())
    assert dict(row.cells) == {"number": "13800001111", "group": "乙", "ratee": "供水"}
    assert row.place("number") == "A2"
