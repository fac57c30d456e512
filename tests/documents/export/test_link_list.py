"""The list of links to persons' own results, safe to open in a spreadsheet."""

import csv
import io

import pytest

from survey.documents.export.link_list import HEADS, Linked, write_link_list


def rows(*links: Linked) -> list[list[str]]:
    written = write_link_list(links, "2026-12-22", "姓名")
    assert written.startswith(b"\xef\xbb\xbf")
    assert written.endswith(b"\r\n")
    return list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))


def test_a_row_for_each_person() -> None:
    address = "https://vote.example.org/r/x"
    assert rows(Linked("张三", "书记", "镇", address)) == [
        ["姓名", *HEADS],
        ["张三", "书记", "镇", address, "2026-12-22"],
    ]
    assert rows() == [["姓名", *HEADS]]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_no_name_becomes_a_formula(name: str) -> None:
    (_, row) = rows(Linked(name, name, name, "https://x"))
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row[:3])
    assert all(cell.endswith(name) for cell in row[:3])
