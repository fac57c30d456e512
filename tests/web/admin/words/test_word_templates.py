"""What can be wrong with a Word template, and where, in words that say how to mend it."""

import re

import pytest

from survey.documents.layout.file_format import FileFormat
from survey.documents.word.faults import DocumentPlace, TemplateFault, TemplateFaultKind
from survey.documents.word.placeholders import Template
from survey.web.admin.words import word_templates as words
from tests.web.spoken import HAN

SIGN = re.compile(r"%\(\w+\)s")


def test_every_template_has_a_name_and_a_line_about_it() -> None:
    assert set(words.NAMES) == set(words.ABOUT) == set(Template)


@pytest.mark.parametrize("kind", TemplateFaultKind)
def test_every_fault_has_a_sentence(language: str, kind: TemplateFaultKind) -> None:
    """Tags are shown as they are written, so their braces and percent signs stay."""
    said = words.sentence(TemplateFault(kind, value="{{ titel }}", meant="{{ title }}"))
    assert not SIGN.search(said)
    assert bool(HAN.search(said)) is (language == "zh")


def test_no_two_faults_read_the_same(language: str) -> None:
    said = {words.sentence(TemplateFault(kind)) for kind in TemplateFaultKind}
    assert len(said) == len(TemplateFaultKind)


@pytest.mark.parametrize("found", words.FORMATS)
def test_a_file_to_be_saved_as_another_is_told_where_to_click(language: str, found: FileFormat) -> None:
    said = words.sentence(TemplateFault(TemplateFaultKind.NOT_WORD, file_format=found))
    assert said != words.sentence(TemplateFault(TemplateFaultKind.NOT_WORD))
    assert said.count("→") == 1 + (found is FileFormat.APPLE)
    assert "Word" in said
    assert bool(HAN.search(said)) is (language == "zh")


def test_what_stands_there_and_what_was_meant(chinese: None) -> None:
    fault = TemplateFault(TemplateFaultKind.UNKNOWN, value="titel", meant="title")
    assert words.sentence(fault) == "没有叫“titel”的占位符。请对照下面的列表改正。您要写的可能是“title”。"
    unlike = TemplateFault(TemplateFaultKind.UNKNOWN, value="x")
    assert words.sentence(unlike).endswith("改正。")
    whole = words.sentence(TemplateFault(TemplateFaultKind.NEEDS_P, value="tables"))
    assert "要写成 {{p tables }}" in whole


def test_a_place_in_a_table_and_beyond(chinese: None) -> None:
    assert words.place(DocumentPlace("header")) == "页眉"
    assert words.place(DocumentPlace("body", table=2, row=3, column=4)) == "正文第 2 个表格第 3 行第 4 格"
    assert words.place(DocumentPlace()) == "整个文件"


@pytest.mark.parametrize("part", ["body", "header", "footer", "note"])
def test_every_part_has_a_word(language: str, part: str) -> None:
    assert words.place(DocumentPlace(part)) != words.place(DocumentPlace())
    assert bool(HAN.search(words.place(DocumentPlace(part)))) is (language == "zh")
