"""The workbook of who rates whom: empty to fill in, or with the units that a campaign has."""

from collections.abc import Sequence
from io import BytesIO

import xlsxwriter

from survey.documents.roster.mapping import EXPLANATION_SHEET

from .rating_matrix import CROSS, FORM, ISSUE, MAX_UNITS, POOL, UNIT, MatrixUnit, RatingMatrix

MATRIX_SHEET = "互评矩阵"
EXAMPLES = (("甲市", "各市票"), ("乙市", "各市票"), ("丙厅", "省直单位票"), ("丁厅", "省直单位票"))
"""What an empty workbook shows how units are written with; to be written over."""
_WHERE_FROM = "一行是一个单位怎样评别人，一列是一个单位由谁来评。"
_HELP = (
    (
        "怎样填写",
        f"在“{MATRIX_SHEET}”这一页，一行填一个单位，第一行从“{ISSUE}”后面起，把同样的单位横着再写一遍。",
    ),
    ("", _WHERE_FROM),
    ("", f"这一行的单位不评这一列的单位的，在格里填 {CROSS}；要评的空着。本单位不评本单位，不用填。"),
    (UNIT, "必填。印在票条和测评票上。"),
    (
        POOL,
        "必填。同一类单位的票合成一行统计、加权和公布，如：各市票、省直单位票。权重导入后在“票种与权重”里填。",
    ),
    (ISSUE, "这个单位有几张票，不填为 1。"),
    (FORM, "有几张测评表时再加这一列，填表名；不填的用第一张。"),
    ("", f"横着最多 {MAX_UNITS} 个单位。不要用公式，不要合并单元格，不要隐藏行或列。"),
)


def matrix_workbook(matrix: RatingMatrix | None = None, forms: Sequence[str] = ()) -> bytes:
    """Return the workbook; ``forms`` are the titles to choose from, where there are several."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet, explanation = book.add_worksheet(MATRIX_SHEET), book.add_worksheet(EXPLANATION_SHEET)
    plain = book.add_format({"num_format": "@", "border": 1, "border_color": "#d0d0d0"})
    mark = book.add_format({"num_format": "@", "border": 1, "border_color": "#d0d0d0", "align": "center"})
    own = book.add_format({"num_format": "@", "border": 1, "align": "center", "bg_color": "#e4e4e4"})
    head = book.add_format({"bold": True, "num_format": "@", "border": 1, "bg_color": "#f3f3f3"})
    turned = book.add_format(
        {
            "bold": True,
            "num_format": "@",
            "border": 1,
            "bg_color": "#f3f3f3",
            "rotation": 270,
            "valign": "top",
            "align": "center",
        }
    )
    number = book.add_format({"num_format": "0", "border": 1, "border_color": "#d0d0d0"})
    units = matrix.units if matrix else tuple(MatrixUnit(*named) for named in EXAMPLES)
    heads = [UNIT, POOL, ISSUE, *([FORM] if len(forms) > 1 else [])]
    excluded = matrix.excluded if matrix else {}
    # Before anybody is rated, all units stand across: that is what most matrices begin as.
    rated = list(excluded) or [unit.name for unit in units[:MAX_UNITS]]
    first = len(heads)
    for at, word in enumerate(heads):
        sheet.write_string(0, at, word, head)
    for at, name in enumerate(rated, first):
        sheet.write_string(0, at, name, turned)
    for row, unit in enumerate(units, 1):
        sheet.write_string(row, 0, unit.name, plain)
        sheet.write_string(row, 1, unit.pool, plain)
        sheet.write_number(row, 2, unit.issue, number)
        if len(forms) > 1:
            sheet.write_string(row, 3, unit.form, plain)
        for at, name in enumerate(rated, first):
            itself = name == unit.name
            crossed = itself or unit.name in excluded.get(name, ())
            sheet.write_string(row, at, CROSS if crossed else "", own if itself else mark)
    sheet.set_column(0, 1, 20)
    sheet.set_column(2, first - 1, 10)
    sheet.set_column(first, first + MAX_UNITS, 4)
    sheet.set_row(0, 24 + 14 * max((len(name) for name in rated), default=4))
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    # Excel takes a list of 255 characters at most.
    if len(forms) > 1 and len(",".join(forms)) <= 255:
        sheet.data_validation(1, 3, 500, 3, {"validate": "list", "source": list(forms)})
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    explanation.set_column(0, 0, 12)
    explanation.set_column(1, 1, 78, wrapped)
    for row, (word, said) in enumerate(_HELP):
        explanation.write_string(row, 0, word, bold)
        explanation.write_string(row, 1, said, wrapped)
    book.close()
    return out.getvalue()
