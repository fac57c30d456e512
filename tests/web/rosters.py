"""Rosters as offices keep them."""

from io import BytesIO

import xlsxwriter

HEADS = ("姓名", "职务", "单位", "测评表", "票种", "述职报告", "编号")
TEAM_AND_TWELVE = (
    ("镇领导班子", "", "", "领导班子测评表"),
    ("赵一", "党委书记", "镇党委", "领导干部测评表"),
    *((f"干部{name}", "副镇长", "镇政府", "领导干部测评表") for name in "甲乙丙丁戊己庚辛壬癸子"),
)


def workbook(*rows: tuple[str, ...], heads: tuple[str, ...] = HEADS) -> bytes:
    """Return an Excel file with one sheet: the heads and the rows."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("名册")
    for place, row in enumerate((heads, *rows)):
        sheet.write_row(place, 0, row)
    book.close()
    return out.getvalue()
