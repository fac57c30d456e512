"""Every fault of a roster in words."""

import re

import pytest
from flask import Flask

from survey.documents.layout.file_format import FileFormat
from survey.documents.roster.cells import RosterFault, RosterFaultKind
from survey.documents.roster.reader import read_roster
from survey.documents.roster.rows import COLUMNS
from survey.documents.roster.skipping import SkippedKind
from survey.web.admin.words.roster import COLUMN_LABELS, FORMATS, SENTENCES, SKIPPED, place, sentence
from tests.documents.rosters import GROUPS, SECTIONS, thirty_faults
from tests.web.spoken import HAN


def test_every_kind_has_its_sentence(app: Flask) -> None:
    assert set(SENTENCES) == set(RosterFaultKind)
    with app.test_request_context("/"):
        texts = [str(text) for text in SENTENCES.values()]
    assert len(set(texts)) == len(texts)
    assert all(text.endswith("。") for text in texts)


def test_every_column_and_every_line_that_is_nobodys_has_its_words(app: Flask, language: str) -> None:
    assert set(SKIPPED) == set(SkippedKind)
    assert set(COLUMN_LABELS) == set(COLUMNS)
    for words in (SKIPPED, COLUMN_LABELS):
        texts = [str(text) for text in words.values()]
        assert len(set(texts)) == len(texts)
        assert all(bool(HAN.search(text)) is (language == "zh") for text in texts)


def test_the_thirty_faults_in_words(app: Flask) -> None:
    data, _ = thirty_faults()
    with app.test_request_context("/"):
        told = [(place(f), sentence(f)) for f in read_roster(data, "名册.xlsx", SECTIONS, GROUPS).faults]
    assert not any("%(" in text for _, text in told)
    assert all(re.fullmatch(r"“\S+”( 第 \d+ 行)?( [A-Z]+ 列)?", at) for at, _ in told)
    assert ("“名册” 第 6 行 A 列", "这一格是公式（现在显示“赵四”）。请复制后“选择性粘贴—数值”。") in told
    assert ("“名册” 第 9 行 E 列", f"没有“d”这个票种。可以填：{'、'.join(GROUPS.values())}。") in told


@pytest.mark.parametrize("kind", list(RosterFaultKind))
def test_a_fault_of_the_whole_file(app: Flask, kind: RosterFaultKind) -> None:
    with app.test_request_context("/"):
        assert place(RosterFault(kind)) == "整个文件"


@pytest.mark.parametrize("found", FORMATS)
def test_a_file_to_be_saved_as_another_is_told_where_to_click(language: str, found: FileFormat) -> None:
    said = sentence(RosterFault(RosterFaultKind.OTHER_FORMAT, file_format=found))
    assert said != sentence(RosterFault(RosterFaultKind.OTHER_FORMAT))
    assert said.count("→") == 1 + (found is FileFormat.APPLE)
    assert "Excel" in said
    assert bool(HAN.search(said)) is (language == "zh")


def test_old_and_encrypted_workbooks_are_told_where_to_click(chinese: None) -> None:
    assert sentence(RosterFault(RosterFaultKind.OLD_FORMAT)) == (
        "这是旧格式（.xls 或 .et）文件。请用 Excel 或 WPS 打开，"
        "点“文件”→“另存为”，类型选“Excel 工作簿（*.xlsx）”，再导入。"
    )
    assert "“文件”→“信息”→“保护工作簿”→“用密码进行加密”" in sentence(RosterFault(RosterFaultKind.PASSWORD))


def test_a_sheet_too_large_is_told_of_the_rows_below_the_last_person(language: str) -> None:
    large = sentence(RosterFault(RosterFaultKind.TOO_LARGE, params={"large_sheet": "xl/worksheets/s.xml"}))
    assert "Ctrl+Shift+↓" in large
    assert bool(HAN.search(large)) is (language == "zh")
    assert "Ctrl" not in sentence(RosterFault(RosterFaultKind.TOO_LARGE))
