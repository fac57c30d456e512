"""An office's own roster: guessed, chosen, and read as it is."""

from dataclasses import replace

import pytest
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from survey.documents.roster.guessing import mapping_of, unknown_values
from survey.documents.roster.mapping import (
    LEFT_OUT,
    RosterMapping,
    columns_in_order,
    is_template,
    needs_choice,
    sheet_names,
    with_columns,
)
from survey.documents.roster.reader import Roster, read_mapped, read_roster
from tests.documents.rosters import GROUPS, HEADS, SECTIONS, person, workbook
from tests.office_roster import FILE, NAMES, POSTS, office_roster


def read(data: bytes, sections: dict[str, str] = SECTIONS) -> tuple[Roster, RosterMapping]:
    roster = read_roster(data, "花名册.xlsx", sections, GROUPS)
    assert roster.mapping
    return roster, roster.mapping


def again(roster: Roster, mapping: RosterMapping) -> Roster:
    assert roster.book
    return read_mapped(roster.book, mapping, SECTIONS, GROUPS)


def asks(roster: Roster) -> bool:
    assert roster.book
    assert roster.mapping
    return needs_choice(roster.book, roster.mapping, SECTIONS)


def test_the_file_is_what_the_builder_makes() -> None:
    assert FILE.read_bytes() == office_roster()


@pytest.mark.parametrize("two_rows", [False, True])
def test_an_office_roster_is_read_as_it_is(two_rows: bool) -> None:
    roster, mapping = read(office_roster(two_rows=two_rows))
    assert roster.faults == ()
    assert mapping.columns == {2: "姓名", 7: "单位", 8: "职务", 11: "测评表"}
    assert [row.name for row in roster.rows] == list(NAMES)
    assert [row.post for row in roster.rows] == list(POSTS)
    assert [row.section for row in roster.rows] == ["team"] + ["cadres"] * 5
    assert [row.unit for row in roster.rows] == ["清河县农业农村局"] * 4 + ["县种子站"] * 2
    assert [line.kind for line in roster.skipped] == ["title", "title", "total", "signed", "note"]
    assert asks(roster)


def test_the_templates_heads_are_not_asked_about() -> None:
    assert not asks(read(workbook([person()]))[0])
    assert not asks(read(workbook([person(), ["合计"]]))[0])
    for heads in (("姓名*", *HEADS[1:]), (*HEADS, "性别"), (*HEADS[:-1], "姓名"), ("姓名", "职务")):
        assert asks(read(workbook([person()], heads=heads))[0]), heads

    def beside(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_string(1, 9, "备忘")

    assert asks(read(workbook([person()], more=beside))[0])


def test_of_two_rosters_in_one_file_one_is_chosen() -> None:
    def more(book: Workbook, sheet: Worksheet) -> None:
        book.add_worksheet("去年").write_column(0, 0, ["姓名", "李四"])
        book.add_worksheet("草稿").write_string(0, 0, "x")
        hidden = book.add_worksheet("隐藏")
        hidden.write_column(0, 0, ["姓名", "王五"])
        hidden.hide()

    roster, _mapping = read(workbook([person()], more=more))
    assert [row.name for row in roster.rows] == ["张三"]
    assert asks(roster)
    assert roster.book
    assert sheet_names(roster.book) == ["名册", "去年", "草稿", "隐藏"]
    other = replace(mapping_of(roster.book, 1, None, SECTIONS, GROUPS), section="team")
    assert [row.name for row in again(roster, other).rows] == ["李四"]


def test_columns_are_what_somebody_chose() -> None:
    roster, mapping = read(workbook([["局长", "张三", "甲"]], heads=("姓名", "岗位名", "部门")))
    assert [fault.kind for fault in roster.faults] == ["missing-head"]
    chosen = replace(mapping, columns={2: "姓名", 1: "职务"}, section="cadres", groups=("A", "C"))
    (row,) = again(roster, chosen).rows
    assert (row.name, row.post, row.unit, row.section, row.groups) == (
        "张三",
        "局长",
        "",
        "cadres",
        ("A", "C"),
    )
    assert [fault.kind for fault in again(roster, replace(chosen, columns={})).faults] == ["missing-head"]


def test_forms_and_rater_groups_by_a_columns_values() -> None:
    rows = [["甲班子", "班子", "一"], ["张三", "正职", "一、二"], ["李四", "其他", ""], ["王五", "正职", "C"]]
    roster, mapping = read(workbook(rows, heads=("姓名", "类别", "谁评")))
    assert mapping.place_of("测评表") == 0, "one of its values means no form, so it is not taken for one"
    columns = {1: "姓名", 2: "测评表", 3: "票种"}
    chosen = replace(mapping, columns=columns)
    assert roster.book
    values = unknown_values(roster.book, chosen, "测评表", SECTIONS)
    assert [(value.written, value.lines) for value in values] == [("班子", 1), ("正职", 2), ("其他", 1)]
    votes = unknown_values(roster.book, chosen, "票种", GROUPS)
    assert [value.written for value in votes] == ["一", "一、二"]
    chosen = replace(
        chosen,
        sections_by_value={"班子": "team", "正职": "cadres", "其他": LEFT_OUT},
        groups_by_value={"一": ("A",), "一、二": ("A", "B")},
    )
    read_again = again(roster, chosen)
    assert [(row.name, row.section, row.groups) for row in read_again.rows] == [
        ("甲班子", "team", ("A",)),
        ("张三", "cadres", ("A", "B")),
        ("王五", "cadres", ("C",)),
    ]
    (left,) = read_again.skipped
    assert (left.row, left.kind, left.may_be_taken) == (4, "chosen", False)
    unchosen = again(roster, replace(chosen, sections_by_value={})).faults
    assert [fault.kind for fault in unchosen] == ["unknown-section"] * 4


@pytest.mark.parametrize("row", range(1, 14))
def test_every_line_may_be_taken_in(row: int) -> None:
    roster, mapping = read(office_roster(two_rows=True))
    lines = {line.row for line in roster.skipped}
    sections = {"": "cadres", **mapping.sections_by_value}
    taken = again(roster, replace(mapping, taken=frozenset({row}), sections_by_value=sections))
    assert taken.faults == ()
    assert len(taken.rows) == len(NAMES) + (row in lines)
    assert [line.row for line in taken.skipped if line.taken] == ([row] if row in lines else [])


def test_a_cell_merged_over_several_persons_is_each_ones() -> None:
    def merge(book: Workbook, sheet: Worksheet) -> None:
        sheet.merge_range(1, 2, 3, 2, "某局")
        sheet.merge_range(1, 3, 2, 3, "team")

    rows = [person("张三"), person("李四"), person("王五")]
    roster, _ = read(workbook(rows, more=merge))
    assert [(row.unit, row.section) for row in roster.rows] == [
        ("某局", "team"),
        ("某局", "team"),
        ("某局", "cadres"),
    ]


def test_a_hidden_column_is_a_fault_only_where_it_is_read() -> None:
    def hide(book: Workbook, sheet: Worksheet) -> None:
        sheet.set_column(7, 7, None, None, {"hidden": True})

    rows = [[*person(), "510101199001011234"]]
    roster, mapping = read(workbook(rows, heads=(*HEADS, "身份证号"), more=hide))
    assert len(roster.rows) == 1
    assert again(roster, replace(mapping, columns={**mapping.columns, 8: "单位"})).faults


def test_a_roster_without_heads_is_read_as_chosen() -> None:
    roster, mapping = read(workbook([["张三", "局长"]], heads=("李四", "科长")))
    assert mapping.heads.rows == range(0)
    chosen = replace(mapping, columns={1: "姓名", 2: "职务"}, section="cadres")
    assert [(row.name, row.post) for row in again(roster, chosen).rows] == [
        ("李四", "科长"),
        ("张三", "局长"),
    ]


def test_faults_name_the_heads_of_the_file() -> None:
    roster, mapping = read(workbook([["", 45352, "b"]], heads=("姓 名", "现任职务", "性别")), {"only": "表"})
    assert [(fault.kind, fault.column, fault.heading) for fault in roster.faults] == [
        ("number", "B", "现任职务"),
        ("missing", "A", "姓 名"),
    ]
    assert not is_template(mapping, {"only": "表"})


def test_columns_are_known_again_by_their_heads_in_any_order() -> None:
    one = read(workbook([["a", "b", "c", "d"]], heads=("姓名", "岗位", "职务", "职务")))[1]
    chosen = replace(one, columns={1: "姓名", 2: "单位", 4: "职务"})
    texts, columns = columns_in_order(chosen)
    other = read(workbook([["c", "d", "b", "a"]], heads=("职务", "职务", "岗位", "姓 名")))[1]
    assert columns_in_order(other)[0] == texts
    assert with_columns(other, columns).columns == {4: "姓名", 3: "单位", 2: "职务"}
    assert with_columns(other, ["", "", "", "职务"]) == other, "without a name it is no choice"
