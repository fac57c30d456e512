"""Workbooks as Excel and others write them, and broken ones."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from survey.documents.roster.reader import RosterFaultKind
from tests.documents.roster.test_reader import kinds, names, read
from tests.documents.rosters import part, person, with_parts, workbook

DATA = Path(__file__).parents[2] / "data"


def test_formats_without_content_are_no_rows() -> None:
    def formatted(book: Workbook, sheet: Worksheet) -> None:
        grey = book.add_format({"bg_color": "#cccccc"})
        for row in range(2, 8000):
            sheet.write_blank(row, 0, None, grey)
        sheet.write_string(8000, 0, "李二")
        sheet.write_string(8000, 3, "team")

    assert names(workbook([person("王一")], more=formatted)) == ["王一", "李二"]


def test_a_workbook_whose_texts_are_named_in_another_case() -> None:
    """As an office system wrote it: ``xl/SharedStrings.xml`` where ``sharedStrings.xml`` is asked for."""
    data = (DATA / "shared-strings-case.xlsx").read_bytes()
    assert names(data, sections={"cadres": "领导干部民主测评表"}) == ["王建国", "李红梅"]


def formatted(rows: int, cells: str = "") -> bytes:
    """A person, and below them empty rows with a format, as whole columns of grey leave them."""
    data, name = workbook([person()]), "xl/worksheets/sheet1.xml"
    row = f'<row r="%d" spans="1:7" s="1" customFormat="1" ht="18" customHeight="1">{cells}</row>'
    empty = "".join(row % number for number in range(3, rows + 3)).encode()
    return with_parts(data, {name: part(data, name).replace(b"</sheetData>", empty + b"</sheetData>")})


def test_many_empty_rows_with_a_format_are_read() -> None:
    assert names(formatted(300_000)) == ["张三"]


@pytest.mark.parametrize(("rows", "cells"), [(1_048_573, ""), (120_000, '<c s="1"/>' * 9)])
def test_more_of_them_are_refused_as_a_sheet_too_large(rows: int, cells: str) -> None:
    (fault,) = read(formatted(rows, cells)).faults
    assert fault.kind is RosterFaultKind.TOO_LARGE
    assert fault.params == {"large_sheet": "xl/worksheets/sheet1.xml"}


def test_another_part_too_large_is_no_sheet() -> None:
    data = with_parts(workbook([person()]), {"xl/media/photo.png": b"\0" * (33 * 1024 * 1024)})
    (fault,) = read(data).faults
    assert (fault.kind, fault.params) == (RosterFaultKind.TOO_LARGE, {})


def test_a_workbook_that_asks_to_be_opened_for_reading_is_read() -> None:
    def protect(book: Workbook, sheet: Worksheet) -> None:
        book.read_only_recommended()
        sheet.protect("secret")

    assert names(workbook([person()], more=protect)) == ["张三"]


def test_merging_beside_the_roster_does_no_harm() -> None:
    def beside(book: Workbook, sheet: Worksheet) -> None:
        sheet.merge_range(4, 0, 5, 3, "")
        sheet.merge_range(0, 8, 1, 9, "")

    assert names(workbook([person()], more=beside)) == ["张三"]


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
