"""Rosters: every fault with its place, and nothing half-imported."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from survey.documents.roster.cells import MAX_FILE, MAX_ROWS
from survey.documents.roster.reader import Roster, RosterFaultKind, read_mapped, read_roster
from survey.documents.roster.rows import RosterRow
from tests.documents.rosters import GROUPS, HEADS, SECTIONS, part, person, thirty_faults, with_parts, workbook
from tests.domain.definition.test_names import COMPOSED, DECOMPOSED, JOINED, SPELLINGS

DATA = Path(__file__).parents[2] / "data"


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
    assert faults[20].params == {"area": "A20:A21"}
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

    assert kinds(workbook([], heads=("年度名册",), more=low)) == ["missing-head"] * 2
    assert kinds(workbook([["a"]], heads=("Names",))) == ["no-heads"]
    assert kinds(workbook([])) == ["no-rows"]
    assert kinds(workbook([], heads=())) == ["empty"]
    double = read(workbook([["王一", "team", "王二"]], heads=("姓名", "测评表", "姓名")))
    assert ([row.name for row in double.rows], double.mapping.columns) == (["王一"], {1: "姓名", 2: "测评表"})
    both = replace(double.mapping, columns={1: "姓名", 2: "测评表", 3: "姓名"})
    assert [fault.kind for fault in read_mapped(double.book, both, SECTIONS, GROUPS).faults] == [
        "double-head"
    ]


def test_a_name_without_its_head_is_not_told_again_in_every_row() -> None:
    assert kinds(workbook([["a", "b"], ["c", "d"]], heads=("职务", "测评表"))) == ["missing-head"]
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


# Other files


def csv(text: str = "姓名,职务,测评表\r\n张䶮,镇长,team\r\n", encoding: str = "utf-8") -> bytes:
    return text.encode(encoding)


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


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", "姓名,测评表\n".encode()]))
def test_any_bytes_are_read_or_refused_by_name(data: bytes, head: bytes) -> None:
    roster = read(head + data)
    assert bool(roster.rows) != bool(roster.faults)


# Into the definition


def test_two_spellings_of_one_person_are_asked_about() -> None:
    (fault,) = read(workbook([person(SPELLINGS[0]), person(SPELLINGS[1])])).faults
    assert (fault.kind, fault.row) == (RosterFaultKind.NEAR_DOUBLE, 3)
    assert fault.params == {"first": 2, "name": SPELLINGS[1], "known": SPELLINGS[0]}
    found = [str(fault.kind) for fault in read(workbook([person(name) for name in SPELLINGS])).faults]
    assert len(found) == len(SPELLINGS) - 1
    assert {"near-double", "double-row"} == set(found)
    assert names(workbook([person(SPELLINGS[0], "县长"), person(SPELLINGS[1], "副县长")])) == [*SPELLINGS[:2]]


def test_names_come_in_composed_with_the_joiners_of_their_spelling() -> None:
    assert names(workbook([person(DECOMPOSED), person(f"{JOINED}\u200b")])) == [COMPOSED, JOINED]
    assert kinds(workbook([person(f"{JOINED}\u200f")])) == ["control"]


def test_a_vertical_tab_in_a_report_is_a_line_break() -> None:
    (row,) = read(workbook([person(述职报告="一\v二\u2028三")])).rows
    assert row.statement == "一\n二\n三"


@pytest.mark.parametrize(
    ("written", "post"),
    [
        ("党委书记\n局长", "党委书记、局长"),
        ("党组成员（兼）\n\n 副局长 ", "党组成员（兼）、副局长"),
        ("党委书记、\n局长", "党委书记、局长"),
        ("副\n镇长", "副 镇长"),
        ("副局长\n（正科级）", "副局长 （正科级）"),
        ("Vice\nMayor", "Vice Mayor"),
    ],
)
def test_lines_of_a_post_are_joined_as_one_reads_them(written: str, post: str) -> None:
    (row,) = read(workbook([person("张三", written)])).rows
    assert row.post == post


def row(name: str, key: str = "", section: str = "form", **more: Any) -> RosterRow:
    return replace(RosterRow(2, key, section, name, "", "", "", ()), **more)
