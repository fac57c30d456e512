"""Rosters: every fault with its place, and nothing half-imported."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from survey.documents.roster.cells import MAX_FILE, MAX_ROWS, letters
from survey.documents.roster.merge import merge_roster
from survey.documents.roster.reader import Roster, RosterFaultKind, read_roster
from survey.documents.roster.rows import EXAMPLE_NAME, RosterRow
from survey.documents.roster.template import roster_template
from survey.documents.roster.workbook_parts import number_of
from survey.domain.definition.reader import read_definition
from tests.builders import a_definition
from tests.documents.rosters import GROUPS, HEADS, SECTIONS, part, person, thirty_faults, with_parts, workbook


def read(data: bytes, name: str = "名册.xlsx", sections: dict[str, str] = SECTIONS) -> Roster:
    return read_roster(data, name, sections, GROUPS)


def kinds(data: bytes, **more: Any) -> list[str]:
    roster = read(data, **more)
    assert bool(roster.rows) != bool(roster.faults)
    return [fault.kind for fault in roster.faults]


def names(data: bytes, **more: Any) -> list[str]:
    roster = read(data, **more)
    assert roster.faults == ()
    return [row.name for row in roster.rows]


def test_thirty_planted_faults_are_found_and_nothing_else() -> None:
    data, places = thirty_faults()
    assert len(places) == 30
    roster = read(data)
    assert roster.rows == ()
    found = [(str(fault.kind), fault.sheet, fault.row, fault.column) for fault in roster.faults]
    assert sorted(found, key=str) == sorted(places, key=str)


def test_a_fault_quotes_what_was_found() -> None:
    faults = {fault.row: fault for fault in read(thirty_faults()[0]).faults if fault.sheet == "名册"}
    assert (faults[6].value, faults[6].params) == ('=CONCATENATE("赵","四")', {"cached": "赵四"})
    assert faults[7].value == "2026-03-01"
    assert (faults[9].value, faults[9].params["name"]) == ("A，D", "d")
    assert faults[12].params == {"code": "U+E863"}
    assert faults[20].params == {"area": "C20:C21"}
    assert (faults[5].heading, faults[5].params) == ("姓名", {"first": 2})
    assert faults[17].params == {"length": 61, "most": 60}
    assert len(faults[25].value) == 61


def test_a_right_roster() -> None:
    rows = [
        ["　王　一 ", "党委书记", "某镇", "领导干部测评表(德能勤绩廉)", "Ａ", "一、\n二、", "００1"],
        ["Ali  Khan", "副\n镇长", None, "TEAM", "群众票；a票（党政主要领导、班子成员）\nB", None, 7],
        [None, None, " ", None, None, None, None],
        ["阿卜杜拉·买买提", None, None, "cadres", None, None, None],
    ]
    assert read(workbook(rows)).rows == (
        RosterRow(2, "001", "cadres", "王一", "党委书记", "某镇", "一、\n二、", ("A",)),
        RosterRow(3, "7", "team", "Ali Khan", "副 镇长", "", "", ("A", "B", "C")),
        RosterRow(5, "", "cadres", "阿卜杜拉·买买提", "", "", "", ()),
    )


def test_rare_characters_stay_as_they_are() -> None:
    rare = ["䶮𬭩㛃", "\U000323af\U0002ebf0", "\U00031350一", "神\ufa19福", "é"]
    assert names(workbook([person(name) for name in rare])) == rare


def test_one_form_needs_no_column_for_it() -> None:
    data = workbook([["张三", "镇长"]], heads=("姓名", "职务"))
    assert read(data, sections={"only": "测评表"}).rows[0].section == "only"
    assert kinds(data) == ["missing-head"]


def test_heads_may_stand_lower_and_have_spaces() -> None:
    def move(book: Workbook, sheet: Worksheet) -> None:
        for row, values in enumerate([["年度名册"], [], ["序号", "姓 名", "职　务", "测评表", "备注"]]):
            sheet.write_row(row, 0, values)
        sheet.merge_range(0, 0, 0, 4, "年度名册")
        sheet.write_row(3, 0, [1, "张三", "镇长", "team", "随便"])

    assert read(workbook([], heads=(), more=move)).rows == (
        RosterRow(4, "", "team", "张三", "镇长", "", "", ()),
    )


def test_heads_too_low_or_none() -> None:
    def low(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_row(10, 0, HEADS)

    assert kinds(workbook([], heads=("年度名册",), more=low)) == ["no-heads"]
    assert kinds(workbook([["a"]], heads=("Name",))) == ["no-heads"]
    assert kinds(workbook([])) == ["no-rows"]
    assert kinds(workbook([], heads=())) == ["empty"]
    assert kinds(workbook([["王一", "team", "王一"]], heads=("姓名", "测评表", "姓名"))) == ["double-head"]


def test_a_name_without_its_head_is_not_told_again_in_every_row() -> None:
    assert kinds(workbook([["a", "b"], ["c", "d"]], heads=("职务", "测评表"))) == ["no-heads"]
    assert kinds(workbook([["张", "b"], ["李", "d"]], heads=("姓名", "职务"))) == ["missing-head"]


def test_sections_and_groups_of_one_name() -> None:
    sections = {"a": "测评表", "b": "测 评 表"}
    data = workbook([["王一", "测评表", "A"], ["王二", "b", "x"]], heads=("姓名", "测评表", "票种"))
    roster = read_roster(data, "", sections, {"A": "x", "B": "x"})
    assert [(fault.kind, fault.row) for fault in roster.faults] == [
        (RosterFaultKind.UNCLEAR_SECTION, 2),
        (RosterFaultKind.UNCLEAR_GROUP, 3),
    ]


def test_too_many_rows() -> None:
    rows = [["甲" + str(n), "team"] for n in range(MAX_ROWS + 1)]
    assert len(read(workbook(rows[:-1], heads=("姓名", "测评表"))).rows) == MAX_ROWS
    roster = read(workbook(rows, heads=("姓名", "测评表")))
    assert [(fault.kind, fault.row) for fault in roster.faults] == [
        (RosterFaultKind.TOO_MANY_ROWS, MAX_ROWS + 2)
    ]
    many = "\n".join(["姓名,测评表", *(f"{name},team" for name, _ in rows * 3)]).encode()
    assert read(many).faults[0].kind is RosterFaultKind.TOO_MANY_ROWS


def test_formats_without_content_are_no_rows() -> None:
    def formatted(book: Workbook, sheet: Worksheet) -> None:
        grey = book.add_format({"bg_color": "#cccccc"})
        for row in range(2, 8000):
            sheet.write_blank(row, 0, None, grey)
        sheet.write_string(8000, 0, "李二")
        sheet.write_string(8000, 3, "team")

    assert names(workbook([person("王一")], more=formatted)) == ["王一", "李二"]


def test_merging_beside_the_roster_does_no_harm() -> None:
    def beside(book: Workbook, sheet: Worksheet) -> None:
        sheet.merge_range(4, 0, 5, 3, "")
        sheet.merge_range(0, 8, 1, 9, "")

    assert names(workbook([person()], more=beside)) == ["张三"]


# Other files


def csv(text: str = "姓名,职务,测评表\r\n张䶮,镇长,team\r\n", encoding: str = "utf-8") -> bytes:
    return text.encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", "\t", ";", "，"], ids=["comma", "tab", "semicolon", "full"])
def test_text_in_every_encoding_with_every_separator(encoding: str, separator: str) -> None:
    text = '姓名,职务,测评表\r\n"张 䶮","副\r\n镇;长",team\r\n'.replace(",", separator)
    (row,) = read(csv(text, encoding), "名册.csv").rows
    assert (row.row, row.name, row.post, row.section) == (2, "张䶮", "副 镇;长", "team")


def test_faults_of_a_text_have_its_name_row_and_column() -> None:
    roster = read(csv("姓名,测评表,编号\n王一,team,1\n\n王二,none,=1+1\n"), "C:名册.csv")
    assert [(f.kind, f.sheet, f.row, f.column, f.value) for f in roster.faults] == [
        (RosterFaultKind.FORMULA, "C:名册", 4, "C", "=1+1"),
        (RosterFaultKind.UNKNOWN_SECTION, "C:名册", 4, "B", "none"),
    ]


def test_a_text_that_cannot_be_decoded() -> None:
    (fault,) = read("姓名,测评表\n王一,team\n".encode("gb18030") + b"\xff\xff,team\n").faults
    assert (fault.kind, fault.row) == (RosterFaultKind.ENCODING, 3)


def encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le")


def locked_zip() -> bytes:
    data = bytearray(workbook([person()]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        at = archive.start_dir
    data[at + 8] |= 1
    return bytes(data)


def word() -> bytes:
    return with_parts(workbook([person()]), {"_rels/.rels": LINKS.replace(b"xl/workbook.xml", b"word/x.xml")})


LINKS = part(workbook([]), "_rels/.rels")
ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">
]><worksheet><sheetData><row r="1"><c r="A1" t="str"><v>&b;</v></c></row></sheetData></worksheet>"""
OUTSIDE = b"""<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst><si><t>&a;</t></si></sst>"""

FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "empty"),
    "spaces": (lambda: b" \r\n\t", "empty"),
    "old Excel": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "old-format"),
    "a password": (encrypted, "password"),
    "a locked archive": (locked_zip, "password"),
    "half a file": (lambda: workbook([person()])[:3000], "damaged"),
    "a page": (lambda: "<html><table><tr><td>姓名".encode(), "other-format"),
    "a PDF": (lambda: b"%PDF-1.7 ...", "other-format"),
    "a picture": (lambda: bytes(range(256)) * 20, "other-format"),
    "Word": (word, "other-format"),
    "an archive": (lambda: with_parts(workbook([]), {"_rels/.rels": b"<x/>"}), "other-format"),
    "no XML": (lambda: with_parts(workbook([]), {"xl/workbook.xml": b"no"}), "damaged"),
    "a missing sheet": (
        lambda: with_parts(workbook([]), {"xl/_rels/workbook.xml.rels": b"<Relationships/>"}),
        "damaged",
    ),
    "entities": (
        lambda: with_parts(workbook([]), {"xl/worksheets/sheet1.xml": ENTITIES}),
        "entities",
    ),
    "an outside entity": (
        lambda: with_parts(workbook([person()]), {"xl/sharedStrings.xml": OUTSIDE}),
        "entities",
    ),
    "too large": (lambda: b"PK" + b"\0" * MAX_FILE, "too-large"),
    "quotes that do not end": (lambda: csv('姓名,测评表\n"张三,team\n'), "damaged"),
    "cells without end": (
        lambda: csv("姓名,测评表\n" + ("a," * 60 + "\n") * 4000),
        "too-large",
    ),
}


@pytest.mark.parametrize("what", FILES)
def test_a_file_of_which_nothing_can_be_read(what: str) -> None:
    make, kind = FILES[what]
    assert kinds(make()) == [kind]


def test_a_workbook_that_draws_on_others() -> None:
    data = workbook([person()])
    links = part(data, "xl/_rels/workbook.xml.rels").replace(
        b"</Relationships>",
        b'<Relationship Id="rId99" Type="http://x/relationships/externalLink" Target="externalLinks/e1.xml"/>'
        b"</Relationships>",
    )
    assert kinds(with_parts(data, {"xl/_rels/workbook.xml.rels": links})) == ["external-links"]


def test_macros_are_not_read() -> None:
    data = workbook([person()])
    types = part(data, "[Content_Types].xml").replace(
        b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml"
    )
    assert names(with_parts(data, {"[Content_Types].xml": types, "xl/vbaProject.bin": b"\0" * 99})) == [
        "张三"
    ]


def test_a_file_as_openpyxl_writes_it() -> None:
    """Texts in the cells themselves, dates by a format of one's own, 1904 as the first year."""
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.MAC_EPOCH
    sheet = book.active
    assert sheet is not None
    sheet.append(["姓名", "职务", "测评表", "编号"])
    sheet.append(["张三", 45352, "team", 3.0])
    sheet["B2"].number_format = 'yyyy"年"m"月"d"日"'
    sheet.append(["李四", 5, "team", 2.5])
    sheet["B3"].number_format = '0" days"'
    out = io.BytesIO()
    book.save(out)
    faults = read(out.getvalue()).faults
    assert [(fault.kind, fault.row, fault.column, fault.value) for fault in faults] == [
        (RosterFaultKind.DATE, 2, "B", "2028-03-02"),
        (RosterFaultKind.NUMBER, 3, "B", "5"),
        (RosterFaultKind.BAD_KEY, 3, "D", "2.5"),
    ]


def test_texts_in_pieces_with_phonetic_guides_and_prefixed_elements() -> None:
    text = (
        '<x:worksheet xmlns:x="m"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:r><x:t>姓</x:t></x:r>'
        "<x:r><x:t>名</x:t></x:r></x:is></x:c>"
        '<x:c t="inlineStr"><x:is><x:t>测评表</x:t></x:is></x:c></x:row><x:row><x:c t="inlineStr"><x:is>'
        "<x:r><x:t>张</x:t></x:r><x:rPh><x:t>zhang</x:t></x:rPh><x:r><x:t>三</x:t></x:r></x:is></x:c>"
        '<x:c t="str"><x:v>team</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert names(with_parts(workbook([]), {"xl/worksheets/sheet1.xml": text.encode()})) == ["张三"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_workbook_with_broken_parts_is_refused_by_name(data: st.DataObject) -> None:
    whole = bytearray(workbook([person()]))
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(parts[name]) - 1))
        parts[name][at] = data.draw(st.integers(0, 255))
    roster = read(with_parts(bytes(whole), {name: bytes(parts[name])}))
    assert bool(roster.rows) != bool(roster.faults)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", "姓名,测评表\n".encode()]))
def test_any_bytes_are_read_or_refused_by_name(data: bytes, head: bytes) -> None:
    roster = read(head + data)
    assert bool(roster.rows) != bool(roster.faults)


# The template


def test_the_template_is_read_as_it_is_filled_in() -> None:
    data = roster_template(SECTIONS, GROUPS)
    assert kinds(data) == ["no-rows"]
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book["名册"]
    assert [cell.value for cell in sheet[1]] == list(HEADS)
    assert sheet["A2"].value == EXAMPLE_NAME
    for title in SECTIONS.values():
        sheet.append(["王一", None, None, title, "，".join(GROUPS.values()), None, None])
    out = io.BytesIO()
    book.save(out)
    rows = read(out.getvalue()).rows
    assert [(row.row, row.section, row.groups) for row in rows] == [
        (3, "team", ("A", "B", "C")),
        (4, "cadres", ("A", "B", "C")),
    ]


def test_the_template_offers_the_forms_and_keeps_numbers_as_texts() -> None:
    book = openpyxl.load_workbook(io.BytesIO(roster_template(SECTIONS, GROUPS)))
    (choice,) = book["名册"].data_validations.dataValidation
    sheet, _, cells = choice.formula1.replace("$", "").partition("!")
    offered = [row[0].value for row in book[sheet.strip("'")][cells]]
    assert offered == list(SECTIONS.values())
    assert str(choice.sqref) == f"D2:D{MAX_ROWS + 1}"
    assert all(book["名册"].column_dimensions[letter].width > 10 for letter in "ABCDEFG")
    assert book["名册"]["G2"].number_format == "@"


# Into the definition


def row(name: str, key: str = "", section: str = "form", **more: Any) -> RosterRow:
    return replace(RosterRow(2, key, section, name, "", "", "", ()), **more)


def ratees(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(ratee["key"], ratee["name"]) for ratee in document["ratees"]]


def test_rows_become_ratees() -> None:
    before = a_definition(ratees=())
    rows = [row("张三", post="镇长", unit="某镇", statement="报告", groups=("B",)), row("李四", "x")]
    after = merge_roster(before, rows, replace=True)
    assert before["ratees"] == []
    assert after["ratees"] == [
        {
            "key": "r1",
            "section": "form",
            "name": "张三",
            "post": "镇长",
            "unit": "某镇",
            "groups": ["B"],
            "statement": "报告",
        },
        {"key": "x", "section": "form", "name": "李四"},
    ]
    assert [ratee.name for ratee in read_definition(after).ratees] == ["张三", "李四"]


def test_the_same_roster_again_gives_the_same_keys() -> None:
    rows = [row("甲"), row("乙"), row("丙", "k"), row("丁")]
    once = merge_roster(a_definition(ratees=()), rows, replace=True)
    assert ratees(once) == [("r1", "甲"), ("r2", "乙"), ("k", "丙"), ("r3", "丁")]
    assert merge_roster(once, rows, replace=True) == once
    assert merge_roster(once, rows, replace=False) == once
    turned = merge_roster(once, [row("新"), *reversed(rows)], replace=True)
    assert ratees(turned) == [("r4", "新"), ("r3", "丁"), ("k", "丙"), ("r2", "乙"), ("r1", "甲")]


def test_added_rows_leave_the_others() -> None:
    before = merge_roster(a_definition(ratees=()), [row("甲", statement="报告"), row("乙")], replace=True)
    after = merge_roster(before, [row("丙"), row("甲", unit="某镇"), row("戊", "r2")], replace=False)
    assert ratees(after) == [("r1", "甲"), ("r2", "戊"), ("r3", "丙")]
    assert after["ratees"][0] == {
        "key": "r1",
        "section": "form",
        "name": "甲",
        "statement": "报告",
        "unit": "某镇",
    }


def test_a_given_key_is_never_made() -> None:
    after = merge_roster(a_definition(ratees=()), [row("甲"), row("乙", "r1"), row("丙")], replace=True)
    assert ratees(after) == [("r2", "甲"), ("r1", "乙"), ("r3", "丙")]


def test_one_name_on_two_forms_is_two() -> None:
    before = merge_roster({}, [row("甲", section="a"), row("甲", section="b")], replace=True)
    assert ratees(before) == [("r1", "甲"), ("r2", "甲")]
    assert ratees(merge_roster(before, [row("甲", section="b")], replace=True)) == [("r2", "甲")]


@given(st.integers(1, 20_000))
def test_columns_have_the_names_that_excel_shows(column: int) -> None:
    assert number_of(letters(column)) == column
