"""A 花名册 as an office keeps it: twelve columns, a title, who filled it in, and nothing of our own template.

``python -m tests.office_roster`` writes it to ``tests/data/office-roster.xlsx``.
"""

import io
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

FILE = Path(__file__).parent / "data" / "office-roster.xlsx"
TITLE = "清河县农业农村局领导班子和领导干部花名册"
HEADS = (
    *("序号", "*姓　名（班子填名称）", "性别", "民族", "出生年月", "学历", "工作单位", "现任职务"),
    *("任现职时间", "职级", "类别", "备注"),
)
UNIT = "清河县农业农村局"


def _in(year: int, month: int) -> date:
    return date(year, month, 1)


PERSONS = (
    ("农业农村局领导班子", "", "", None, "", UNIT, "", None, "", "班子", ""),
    ("王建国", "男", "汉", _in(1971, 3), "大学", UNIT, "党组书记\n局长", _in(2021, 5), "正科", "干部", ""),
    ("李　梅", "女", "回", _in(1976, 11), "大学", UNIT, "党组成员\n副局长", _in(2019, 8), "副科", "干部", ""),
    ("古丽·买买提", "女", "维", _in(1982, 6), "大学", UNIT, "副局长", _in(2022, 1), "副科", "干部", "挂职"),
    ("赵六", "男", "汉", _in(1979, 9), "大专", "县种子站", "站长（兼）", _in(2018, 4), "股级", "干部", ""),
    ("欧阳小红", "女", "汉", _in(1988, 2), "研究生", "县种子站", "副站长", _in(2023, 7), "股级", "干部", ""),
)  # fmt: skip
NAMES = ("农业农村局领导班子", "王建国", "李梅", "古丽·买买提", "赵六", "欧阳小红")
POSTS = ("", "党组书记、局长", "党组成员、副局长", "副局长", "站长（兼）", "副站长")


def office_roster(*, two_rows: bool = False) -> bytes:
    """Return the workbook; with ``two_rows`` its heads are two rows deep, joined above and downwards."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": 'yyyy"."mm'})
    book.set_properties({"created": datetime(2026, 11, 28)})
    sheet = book.add_worksheet("花名册")
    last = len(HEADS) - 1
    sheet.merge_range(0, 0, 0, last, TITLE, book.add_format({"bold": True, "align": "center"}))
    sheet.merge_range(1, 0, 1, 5, f"填报单位（盖章）：{UNIT}")
    sheet.merge_range(1, 6, 1, last, "2026年11月28日")
    first = _heads(book, sheet, two_rows=two_rows)
    _persons(book, sheet, first)
    end = first + len(PERSONS)
    sheet.merge_range(end, 0, end, 1, "合　计")
    sheet.write(end, 2, "1个班子、5人")
    sheet.merge_range(end + 1, 0, end + 1, 5, "填表人：孙某　　审核人：钱某")
    sheet.merge_range(end + 1, 6, end + 1, last, "联系电话：0000-000000")
    sheet.merge_range(end + 2, 0, end + 2, last, "注：按任职先后排序；“类别”填“班子”或“干部”。")
    book.add_worksheet("Sheet2").write(0, 0, "草稿")
    book.add_worksheet("Sheet3")
    book.close()
    return out.getvalue()


def _heads(book: Workbook, sheet: Worksheet, *, two_rows: bool) -> int:
    bold = book.add_format({"bold": True, "border": 1})
    for column, head in enumerate(HEADS):
        if not two_rows:
            sheet.write(2, column, head, bold)
        elif 2 <= column <= 5 or 6 <= column <= 9:
            sheet.write(3, column, head, bold)
        else:
            sheet.merge_range(2, column, 3, column, head, bold)
    if two_rows:
        sheet.merge_range(2, 2, 2, 5, "基本情况", bold)
        sheet.merge_range(2, 6, 2, 9, "任职情况", bold)
    return 4 if two_rows else 3


def _persons(book: Workbook, sheet: Worksheet, first: int) -> None:
    wrapped = book.add_format({"text_wrap": True, "border": 1})
    unit = HEADS.index("工作单位")
    for number, person in enumerate(PERSONS, start=1):
        row = first + number - 1
        sheet.write_number(row, 0, number, wrapped)
        for column, value in enumerate(person, start=1):
            if isinstance(value, date):
                sheet.write_datetime(row, column, value)
            elif value and column != unit:
                sheet.write_string(row, column, value, wrapped)
    units = [person[unit - 1] for person in PERSONS]
    for name in dict.fromkeys(units):
        top = first + units.index(name)
        sheet.merge_range(top, unit, top + units.count(name) - 1, unit, name, wrapped)


if __name__ == "__main__":
    FILE.write_bytes(office_roster())
