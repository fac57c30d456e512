"""The Excel file to fill in: its heads, its forms to choose from, and how to fill it in."""

from collections.abc import Mapping
from io import BytesIO

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from .cells import MAX_ROWS
from .heads import IGNORED
from .mapping import EXPLANATION_SHEET
from .rows import COLUMNS, EXAMPLE_NAME, GIVEN_KEY, GROUPS, NAME, POST, SECTION, STATEMENT, UNIT

ROSTER_SHEET = "名册"
_WIDTHS = {NAME: 16, POST: 28, UNIT: 24, SECTION: 30, GROUPS: 24, STATEMENT: 50, GIVEN_KEY: 12}
_TEXT = "@"
_HELP = {
    NAME: "必填。人员姓名、班子名称或服务项目名称；不要加空格对齐。",
    POST: "选填。印在测评票和汇总表上。",
    UNIT: "选填。",
    SECTION: "必填（只有一张测评表时可以不填）。从下拉列表中选，或填写测评表的名称。",
    GROUPS: "选填。哪些票种可以评这一位，多个用逗号隔开；不填表示按测评表的规定。",
    STATEMENT: "选填。投票人点开姓名即可看到。",
    GIVEN_KEY: "选填。英文字母和数字，不能重复；不填由系统编号。再次导入时用它认出同一个人。",
}


def roster_template(sections: Mapping[str, str], groups: Mapping[str, str]) -> bytes:
    """Return an empty roster; ``sections`` maps keys of forms to titles, ``groups`` keys to labels."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    roster = book.add_worksheet(ROSTER_SHEET)
    explanation = book.add_worksheet(EXPLANATION_SHEET)
    first, last = _explain(book, explanation, sections, groups)
    _lay_out(book, roster, sections, groups)
    column = COLUMNS.index(SECTION)
    roster.data_validation(
        1,
        column,
        MAX_ROWS,
        column,
        {
            "validate": "list",
            "source": f"='{EXPLANATION_SHEET}'!$B${first}:$B${last}",
            "error_title": "没有这张测评表",
            "error_message": "请从下拉列表中选一张测评表。",
        },
    )
    book.close()
    return out.getvalue()


def _lay_out(
    book: Workbook, roster: Worksheet, sections: Mapping[str, str], groups: Mapping[str, str]
) -> None:
    text = book.add_format({"num_format": _TEXT, "valign": "top"})
    wrapped = book.add_format({"num_format": _TEXT, "valign": "top", "text_wrap": True})
    bold = book.add_format({"bold": True, "bottom": 1, "num_format": _TEXT, "bg_color": "#f3f3f3"})
    grey = book.add_format({"italic": True, "font_color": "#767676", "num_format": _TEXT})
    example = {
        NAME: EXAMPLE_NAME,
        POST: "副镇长",
        UNIT: "某某镇",
        # Teams come first, persons last: the example is a person.
        SECTION: [*sections.values(), ""][len(sections) - 1 if sections else 0],
        GROUPS: "，".join(groups.values()),
        STATEMENT: "这一行是示例，导入时会跳过，可以删去。",
    }
    for place, head in enumerate(COLUMNS):
        roster.set_column(place, place, _WIDTHS[head], wrapped if head == STATEMENT else text)
        roster.write_string(0, place, head, bold)
        roster.write_string(1, place, example.get(head, ""), grey)
    roster.freeze_panes(1, 1)


def _explain(
    book: Workbook, sheet: Worksheet, sections: Mapping[str, str], groups: Mapping[str, str]
) -> tuple[int, int]:
    """Write how to fill the roster in; return the first and the last row of the forms' titles."""
    bold = book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 80, wrapped)
    rows: list[tuple[str, str]] = [
        (
            "怎样填写",
            f"在“{ROSTER_SHEET}”这一页，一行填一位测评对象，最多 {MAX_ROWS} 行，顺序就是测评票上的顺序。",
        ),
        ("", "不要合并单元格，不要用公式，不要隐藏行或列；从别处复制请“选择性粘贴—数值”。"),
        ("", f"可以有{'、'.join(IGNORED)}列，导入时不读；还有其他列的，导入时会问各是什么。"),
        *_HELP.items(),
        *((GROUPS if not place else "", label) for place, label in enumerate(groups.values())),
    ]
    first = len(rows) + 1
    rows += [(SECTION if not place else "", title) for place, title in enumerate(sections.values())]
    for place, (head, content) in enumerate(rows):
        sheet.write_string(place, 0, head, bold)
        sheet.write_string(place, 1, content, wrapped)
    return first, max(first, len(rows))
