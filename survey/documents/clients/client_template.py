"""The Excel file for a list of clients: its heads, and names to choose from."""

from collections.abc import Sequence
from io import BytesIO

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from survey.documents.clients.client_file import LIMITS
from survey.documents.roster.mapping import EXPLANATION_SHEET

LIST_SHEET = "短信名单"
NUMBER_HEAD, GROUP_HEAD, RATEE_HEAD = "手机号", "票种", "测评对象"
_TEXT = "@"
_HELP = {
    NUMBER_HEAD: "必填。服务对象的手机号，11 位；座机收不到短信。一个号码只写一行。",
    GROUP_HEAD: "必填。从下拉列表中选，或填写票种的名称。",
    RATEE_HEAD: "必填。这位服务对象办事的窗口或部门，只问他这一个。从下拉列表中选，或填写名称。",
}


def client_list_template(groups: Sequence[str], ratees: Sequence[str]) -> bytes:
    """Return an empty list of clients, with a column to choose in where there is a choice."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(LIST_SHEET)
    explanation = book.add_worksheet(EXPLANATION_SHEET)
    text = book.add_format({"num_format": _TEXT})
    bold = book.add_format({"bold": True, "bottom": 1, "num_format": _TEXT, "bg_color": "#f3f3f3"})
    columns = {NUMBER_HEAD: (), GROUP_HEAD: groups, RATEE_HEAD: ratees}
    kept = {head: names for head, names in columns.items() if head == NUMBER_HEAD or len(names) > 1}
    first = _explain(book, explanation, kept)
    for place, (head, names) in enumerate(kept.items()):
        sheet.set_column(place, place, 18 if head == NUMBER_HEAD else 28, text)
        sheet.write_string(0, place, head, bold)
        if names:
            rows = f"$B${first[head]}:$B${first[head] + len(names) - 1}"
            choice = {"validate": "list", "source": f"='{EXPLANATION_SHEET}'!{rows}"}
            sheet.data_validation(1, place, LIMITS.rows, place, choice)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _explain(book: Workbook, sheet: Worksheet, columns: dict[str, Sequence[str]]) -> dict[str, int]:
    """Write how to fill the list in; return the first row of the names of each column."""
    bold = book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 70, wrapped)
    rows = [
        ("怎样填写", f"在“{LIST_SHEET}”这一页，一行填一个号码。其他列可以留着，导入时不读。"),
        ("", "不要用公式，不要隐藏行或列；从别处复制请“选择性粘贴—数值”。"),
        *((head, _HELP[head]) for head in columns),
    ]
    first = {}
    for head, names in columns.items():
        first[head] = len(rows) + 1
        rows += [(head if not place else "", name) for place, name in enumerate(names)]
    for place, (head, content) in enumerate(rows):
        sheet.write_string(place, 0, head, bold)
        sheet.write_string(place, 1, content, wrapped)
    return first
