"""Lists of clients as offices have them: CSV and Excel, heads in Chinese, other columns beside."""

import io
from typing import Any

import pytest
from openpyxl import Workbook

from survey.documents.clients.client_file import read_client_file
from survey.domain.errors import BadClientList


def workbook(*rows: list[Any], change: Any = None) -> bytes:
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    if change:
        change(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def faults(content: bytes) -> list[tuple[str, str]]:
    with pytest.raises(BadClientList) as refused:
        read_client_file("list.xlsx", content)
    return [(fault.place, fault.flaw) for fault in refused.value.faults]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_text_with_chinese_heads(encoding: str) -> None:
    content = "序号,手机号,姓名,窗口\n1,13800000001,张三,办税窗口\n\n2,138 0000 0002,,\n".encode(encoding)
    found = read_client_file("名单.csv", content)
    assert [(row.row, dict(row.cells)) for row in found] == [
        (2, {"number": "13800000001", "ratee": "办税窗口"}),
        (4, {"number": "13800000002"}),
    ]
    assert found[0].place("number") == "B2"


def test_one_column_is_enough() -> None:
    assert [dict(row.cells) for row in read_client_file("a.csv", b"number\n13800000001\n")] == [
        {"number": "13800000001"}
    ]


def test_a_workbook_with_a_title_above_and_numbers_as_numbers() -> None:
    content = workbook(
        ["办事群众名单"], ["手机号码", "部门"], [13800000001, "办税窗口"], ["13800000002", None]
    )
    found = read_client_file("list.xlsx", content)
    assert [(row.row, dict(row.cells)) for row in found] == [
        (3, {"number": "13800000001", "ratee": "办税窗口"}),
        (4, {"number": "13800000002"}),
    ]


def test_what_is_unclear_is_refused_with_its_place() -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True

    rows = (["手机号", "窗口", "手机"], ["13800000001", "x", ""], ["13800000002", "y", ""], ["=A2", "y", ""])
    assert faults(workbook(*rows, change=hide)) == [
        ("C1", "double-head"),
        ("B1", "hidden-column"),
        ("row 3", "hidden-row"),
        ("A4", "formula"),
    ]


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        (b"", "empty"),
        (b"name,x\n1,2\n", "no-heads"),
        (b"number,ratee\n", "no-rows"),
        (b"PK\x03\x04broken", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old-format"),
    ],
)
def test_a_file_that_holds_no_list_is_refused_as_a_whole(content: bytes, flaw: str) -> None:
    assert [kind for _, kind in faults(content)] == [flaw]
