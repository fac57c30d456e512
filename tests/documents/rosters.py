"""Rosters to import: workbooks as office programs write them, and with what people leave in them."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

SECTIONS = {"team": "领导班子测评表", "cadres": "领导干部测评表（德能勤绩廉）"}
GROUPS = {"A": "A票（党政主要领导、班子成员）", "B": "B票（中层干部）", "C": "群众票"}
HEADS = ("姓名", "职务", "单位", "测评表", "票种", "述职报告", "编号")

Row = Sequence[Any]


def workbook(
    rows: Sequence[Row], heads: Row = HEADS, more: Callable[[Workbook, Worksheet], None] | None = None
) -> bytes:
    """Write a roster: heads, then rows; ``more`` may spoil it."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy/m/d"})
    sheet = book.add_worksheet("名册")
    for number, row in enumerate([heads, *rows]):
        for column, value in enumerate(row):
            if isinstance(value, str) and not value.startswith("="):
                sheet.write_string(number, column, value)
            elif value is not None:
                sheet.write(number, column, value)
    if more:
        more(book, sheet)
    book.close()
    return out.getvalue()


def person(name: Any = "张三", post: Any = "副镇长", **more: Any) -> Row:
    """Return a row that is right but for what is given."""
    row = {"姓名": name, "职务": post, "测评表": "cadres"} | more
    return [row.get(head) for head in HEADS]


def with_parts(data: bytes, parts: dict[str, bytes]) -> bytes:
    """Replace or add parts of a workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def thirty_faults() -> tuple[bytes, list[tuple[str, str, int | None, str]]]:
    """Return a workbook with thirty faults, and where they are: kind, sheet, row, column."""
    rows = [
        person("王一"),  # 2, right
        person("张二", 编号="x1"),  # 3, right
        person("　李　三 ", 编号="ｘ１"),  # 4: the key of row 3, in full width
        person("王一"),  # 5: row 2 again
        person('=CONCATENATE("赵","四")'),  # 6
        person("钱五", date(2026, 3, 1)),  # 7
        person("孙六", 测评表="考核表"),  # 8
        person("周七", 票种="A，D"),  # 9
        person("吴八", 票种="A、B、a票(党政主要领导、班子成员)"),  # 10
        person("郑９"),  # 11
        person("冯\ue863"),  # 12
        person("陈\x07一"),  # 13
        person(12345),  # 14
        person("", "处长"),  # 15
        person("卫二", 测评表=None),  # 16
        person("蒋" * 61),  # 17
        person("沈三", 编号="编号一"),  # 18
        person("韩四"),  # 19: hidden, left out
        person("杨五"),  # 20: merged with 21
        person("朱六", "主任"),  # 21
        person("秦?"),  # 22
        person("尤八", 单位=True),  # 23
        person("许\u202e九"),  # 24
        person("何十", "", 述职报告="长" * 5001),  # 25
        person("吕一", 编号="q"),  # 26
        person("施二", "#N/A"),  # 27
        person("张三丰", "副局长２"),  # 28
        person("䶮𬭩㛃", "rare but right"),  # 29, right
        person("孔四", date(2026, 3, 1)),  # 30
        person("曹八", "镇\ue000长"),  # 31
        person("严九", 单位="某\u202e局"),  # 32
        person("华十", 测评表="测评"),  # 33
        person("金一", "5"),  # 34
        person("魏二", "长" * 121),  # 35
    ]

    def spoil(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_formula(5, 0, '=CONCATENATE("赵","四")', None, "赵四")
        sheet.set_row(18, None, None, {"hidden": True})
        sheet.merge_range(19, 0, 20, 0, "杨五")
        sheet.write_formula(26, 1, "=NA()", None, "#N/A")
        sheet.set_column(6, 6, None, None, {"hidden": True})
        book.add_worksheet("隐藏").write_string(0, 0, "草稿")
        book.worksheets()[-1].hide()
        book.add_worksheet("Sheet3").write_string(4, 0, "李四")

    places = [
        ("hidden-column", "名册", 1, "G"),
        ("merged", "名册", 20, "A"),
        ("double-key", "名册", 4, "G"),
        ("double-row", "名册", 5, "A"),
        ("formula", "名册", 6, "A"),
        ("date", "名册", 7, "B"),
        ("unknown-section", "名册", 8, "D"),
        ("unknown-group", "名册", 9, "E"),
        ("double-group", "名册", 10, "E"),
        ("full-width", "名册", 11, "A"),
        ("private-character", "名册", 12, "A"),
        ("control", "名册", 13, "A"),
        ("number", "名册", 14, "A"),
        ("missing", "名册", 15, "A"),
        ("missing", "名册", 16, "D"),
        ("too-long", "名册", 17, "A"),
        ("bad-key", "名册", 18, "G"),
        ("lost-character", "名册", 22, "A"),
        ("truth", "名册", 23, "C"),
        ("control", "名册", 24, "A"),
        ("too-long", "名册", 25, "F"),
        ("bad-key", "名册", 26, "G"),
        ("formula", "名册", 27, "B"),
        ("full-width", "名册", 28, "B"),
        ("date", "名册", 30, "B"),
        ("private-character", "名册", 31, "B"),
        ("control", "名册", 32, "C"),
        ("unknown-section", "名册", 33, "D"),
        ("number", "名册", 34, "B"),
        ("too-long", "名册", 35, "B"),
    ]
    return workbook(rows, more=spoil), places
