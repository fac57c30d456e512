"""The Excel list of an assessment's seats: those that are given, and those that nobody has yet."""

from collections.abc import Sequence
from io import BytesIO

import xlsxwriter

from survey.documents.excel.looks import Looks, write_cell
from survey.domain.assessment.seats import GIVEN, PART_WORDS

SHEET = "席位"
HEADS = ("账号", "席位", "范围")
_WIDTHS = (18, 12, 48)
_HELP = "说明"
_NOTES = (
    "一行一个席位。账号通常用姓名；没有的账号会新建，身份是考核参与人，只看得到这次考核。",
    f"席位可以填：{'、'.join(PART_WORDS[part] for part in GIVEN)}。",
    "填报人、审核人、考核组的范围填被考核单位；牵头部门填部门或指标；包抓领导填领导职务、单位或指标。",
    "几个用顿号隔开。考核办、考核委员会、查阅人不填范围。没有填账号的行不读。",
)


def write_seat_list(rows: Sequence[tuple[str, str, str]]) -> bytes:
    """Write a list of seats; each row has account, part and range in words, the account may be empty."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    looks = Looks(book)
    sheet, notes = book.add_worksheet(SHEET), book.add_worksheet(_HELP)
    head, text = looks.get(bold=True, bottom=1, bg_color="#f3f3f3"), looks.get(num_format="@", text_wrap=True)
    for column, (name, width) in enumerate(zip(HEADS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width, text)
        write_cell(sheet, 0, column, name, head)
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            write_cell(sheet, number, column, cell, text)
    parts = [PART_WORDS[part] for part in GIVEN]
    sheet.data_validation(1, 1, len(rows) + 200, 1, {"validate": "list", "source": parts})
    sheet.freeze_panes(1, 1)
    notes.set_column(0, 0, 90, looks.get(text_wrap=True))
    for number, note in enumerate(_NOTES):
        write_cell(notes, number, 0, note, looks.get(text_wrap=True))
    book.close()
    return out.getvalue()
