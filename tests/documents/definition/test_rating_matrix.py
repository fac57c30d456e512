"""The matrix of units that rate each other: read from a file, faults by cell, made part of a definition."""

from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from openpyxl import load_workbook

from survey.documents.definition.matrix_merge import matrix_of, merge_matrix
from survey.documents.definition.matrix_workbook import MATRIX_SHEET, matrix_workbook
from survey.documents.definition.rating_matrix import (
    BadMatrix,
    MatrixFlaw,
    MatrixUnit,
    RatingMatrix,
    read_matrix,
)
from survey.documents.roster.cells import RosterFaultKind
from survey.domain.definition.bounds import check_definition
from tests.builders import mutual_example

HEADS = ["单位", "票类", "发票数"]
UNITS = [("甲市", "各市"), ("乙市", "各市"), ("丙厅", "省直"), ("丁厅", "省直")]


def a_sheet() -> list[list[Any]]:
    """Cities rate departments, departments everybody but themselves."""
    rows: list[list[Any]] = [[*HEADS, *(name for name, _ in UNITS)]]
    for name, pool in UNITS:
        marks = ["✕" if pool == "各市" and of == "各市" else "" for _, of in UNITS]
        rows.append([name, pool, "", *marks])
    return rows


def csv(rows: list[list[Any]]) -> bytes:
    return "\n".join(",".join(map(str, row)) for row in rows).encode()


def read(rows: list[list[Any]]) -> RatingMatrix:
    return read_matrix("m.csv", csv(rows))


def faults(rows: list[list[Any]]) -> list[tuple[MatrixFlaw, str, str]]:
    with pytest.raises(BadMatrix) as bad:
        read(rows)
    return [(one.flaw, one.place, one.value) for one in bad.value.faults]


def changed(row: int, column: int, value: Any) -> list[list[Any]]:
    rows = a_sheet()
    rows[row][column] = value
    return rows


def test_who_rates_whom_is_read() -> None:
    matrix = read(a_sheet())
    assert [(unit.name, unit.pool, unit.issue) for unit in matrix.units] == [(n, p, 1) for n, p in UNITS]
    assert matrix.excluded == {
        "甲市": ("甲市", "乙市"),
        "乙市": ("甲市", "乙市"),
        "丙厅": ("丙厅",),
        "丁厅": ("丁厅",),
    }


@pytest.mark.parametrize("mark", ["✕", "x", "×", "否", "不评", "0", "—"])
def test_crosses_are_written_in_many_ways(mark: str) -> None:
    assert "丙厅" in read(changed(3, 3, mark)).excluded["甲市"]


@pytest.mark.parametrize("mark", ["√", "是", "1", ""])
def test_what_is_no_cross_rates(mark: str) -> None:
    assert "丙厅" not in read(changed(3, 3, mark)).excluded["甲市"]


def test_a_title_may_stand_above_and_columns_stand_as_they_like() -> None:
    rows = [["2026 年互评"], *([row[1], row[0], *row[2:]] for row in a_sheet())]
    assert read(rows).excluded == read(a_sheet()).excluded


@pytest.mark.parametrize(
    ("row", "column", "value", "found"),
    [
        (0, 1, "其他", (MatrixFlaw.NO_HEADS, "m", "")),
        (0, 3, "甲", (MatrixFlaw.NO_ROW, "D1", "甲")),
        (0, 4, "甲市", (MatrixFlaw.DOUBLE, "E1", "甲市")),
        (2, 0, "甲市", (MatrixFlaw.DOUBLE, "A3", "甲市")),
        (2, 1, "", (MatrixFlaw.NO_POOL, "B3", "")),
        (2, 2, "两张", (MatrixFlaw.BAD_ISSUE, "C3", "两张")),
        (2, 2, "0", (MatrixFlaw.BAD_ISSUE, "C3", "0")),
        (3, 3, "也许", (MatrixFlaw.BAD_MARK, "D4", "也许")),
        (3, 5, "√", (MatrixFlaw.ITSELF, "F4", "√")),
    ],
)
def test_a_fault_names_its_cell(
    row: int, column: int, value: str, found: tuple[MatrixFlaw, str, str]
) -> None:
    assert found in faults(changed(row, column, value))


def test_all_faults_are_named_at_once() -> None:
    rows = a_sheet()
    rows[1][2], rows[3][3], rows[4][3] = "x", "?", "✕"
    rows[3][3] = "✕"
    assert [one[:2] for one in faults(rows)] == [(MatrixFlaw.BAD_ISSUE, "C2"), (MatrixFlaw.NOBODY, "D1")]


def test_units_across_are_wanted_and_not_too_many() -> None:
    assert (MatrixFlaw.NO_COLUMNS, "1", "") in faults([row[:3] for row in a_sheet()])
    wide = [[*HEADS, *(f"u{n}" for n in range(61))], *([f"u{n}", "p", ""] for n in range(61))]
    assert MatrixFlaw.TOO_WIDE in {one[0] for one in faults(wide)}


def test_a_workbook_may_hide_nothing_and_work_nothing_out() -> None:
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("表")
    for at, row in enumerate(a_sheet()):
        sheet.write_row(at, 0, row)
    sheet.write_formula(3, 3, '="✕"', None, "✕")
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.set_column(4, 4, None, None, {"hidden": True})
    sheet.merge_range(4, 3, 4, 4, "")
    book.close()
    with pytest.raises(BadMatrix) as bad:
        read_matrix("m.xlsx", out.getvalue())
    assert {(one.flaw, one.place) for one in bad.value.faults} >= {
        (MatrixFlaw.FORMULA, "D4"),
        (MatrixFlaw.HIDDEN, "3"),
        (MatrixFlaw.HIDDEN, "E"),
        (MatrixFlaw.MERGED, "D5:E5"),
    }


def test_what_cannot_be_read_says_why() -> None:
    with pytest.raises(BadMatrix) as bad:
        read_matrix("m.xlsx", b"")
    assert bad.value.unreadable
    assert bad.value.unreadable.kind is RosterFaultKind.EMPTY


def test_thirty_one_units_of_a_matrix_are_the_definition_written_by_hand() -> None:
    """The case's own file in pools, made from its matrix alone."""
    wanted = mutual_example()
    matrix = matrix_of(wanted)
    assert matrix
    labels = {row["key"]: row["label"] for row in wanted["groups"]}
    assert len(matrix.units) == 31
    bare = {key: value for key, value in wanted.items() if key not in ("pools", "groups", "ratees")}
    named = {row["key"][2:]: row["name"] for row in wanted["ratees"]}
    by_name = RatingMatrix(
        tuple(unit for unit in matrix.units),
        {
            labels[key]: tuple(
                label for other, label in labels.items() if key[0] == other[0] == "c" or other == key
            )
            for key in named
        },
    )
    made = check_definition(merge_matrix(bare, by_name))
    assert [(row.label, row.weight, row.issue) for row in made.groups] == [
        ("各市票", 1, 11),
        ("省直单位票", 1, 20),
    ]
    written = check_definition(wanted)
    raters = {made.rater[key].label for key in made.ratees[20].raters}
    assert raters == {written.rater[key].label for key in written.ratees[20].raters}


def test_units_keep_what_they_have_and_others_go() -> None:
    document = merge_matrix(forms(), read(a_sheet()))
    document["ratees"][2]["statement"] = "述职"
    document["pools"][0]["weight"] = 60
    document["groups"].append({"key": "lead", "label": "领导票", "weight": 40})
    document["questions"] = [{"key": "q1", "label": "?", "kind": "text", "groups": ["u1", "u2"]}]
    rows = [row for row in a_sheet() if row[0] != "甲市"]
    rows[0][3] = "乙市"
    rows = [[*row[:3], *row[4:]] for row in [[*HEADS, "", *rows[0][4:]], *rows[1:]]]
    rows[1][1] = "市"
    again = merge_matrix(document, read(rows))
    assert [(row["key"], row["label"]) for row in again["groups"]] == [
        ("u2", "乙市"),
        ("u3", "丙厅"),
        ("u4", "丁厅"),
        ("lead", "领导票"),
    ]
    assert [row["name"] for row in again["ratees"]] == ["乙市", "丙厅", "丁厅"]
    assert again["ratees"][1]["statement"] == "述职"
    assert [(row["label"], row["weight"]) for row in again["pools"]] == [("市", 1), ("省直", 1)]
    assert again["questions"][0]["groups"] == ["u2"]
    assert len({row["key"] for table in ("pools", "groups") for row in again[table]}) == 6


def forms() -> dict[str, Any]:
    data = mutual_example()
    return {key: value for key, value in data.items() if key not in ("pools", "groups", "ratees")}


def test_a_form_is_named_by_its_title() -> None:
    rows = [[row[0], row[1], "测评表" if not at else "省直评市" if at < 3 else "", *row[3:]]
            for at, row in enumerate(a_sheet())]  # fmt: skip
    made = merge_matrix(forms(), read(rows))
    assert [row["section"] for row in made["ratees"]] == ["cities"] * 4
    rows[4][2] = "没有的表"
    with pytest.raises(BadMatrix) as bad:
        merge_matrix(forms(), read(rows))
    assert [(one.flaw, one.place, one.value) for one in bad.value.faults] == [
        (MatrixFlaw.NO_FORM, "5", "没有的表")
    ]
    with pytest.raises(BadMatrix):
        merge_matrix(forms() | {"sections": []}, read(a_sheet()))


def test_the_workbook_is_read_as_it_was_written() -> None:
    document = merge_matrix(forms(), read(a_sheet()))
    now = matrix_of(document)
    assert now
    content = matrix_workbook(now, ["省直评市", "市与省直评省直"])
    again = read_matrix("m.xlsx", content)
    assert again.excluded == now.excluded
    assert merge_matrix(document, again) == document
    sheet = load_workbook(BytesIO(content))[MATRIX_SHEET]
    assert [sheet.cell(1, at).value for at in range(1, 7)] == [
        "单位",
        "票类",
        "发票数",
        "测评表",
        "甲市",
        "乙市",
    ]


def test_an_empty_workbook_can_be_brought_as_it_is() -> None:
    matrix = read_matrix("m.xlsx", matrix_workbook())
    assert [unit.name for unit in matrix.units] == list(matrix.excluded)
    assert check_definition(merge_matrix(forms(), matrix))


def test_a_document_without_pools_has_no_matrix() -> None:
    assert matrix_of(forms()) is None


def test_before_anybody_is_rated_all_units_stand_across() -> None:
    now = RatingMatrix((MatrixUnit("甲市", "各市票", 2), MatrixUnit("丙厅", "省直单位票")), {})
    sheet = load_workbook(BytesIO(matrix_workbook(now)))[MATRIX_SHEET]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["单位", "票类", "发票数", "甲市", "丙厅"],
        ["甲市", "各市票", 2, "✕", ""],
        ["丙厅", "省直单位票", 1, "", "✕"],
    ]
