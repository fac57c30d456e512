"""Word files: their text as a reader sees it, nothing struck out, hidden or twice."""

import pytest

from survey.documents.statements.faults import StatementFaultKind, UnusableStatement
from survey.documents.statements.word_text import MAX_TEXT_LENGTH, read_word

from .report_files import packed, word


def refused(content: bytes) -> StatementFaultKind:
    with pytest.raises(UnusableStatement) as caught:
        read_word(content)
    return caught.value.kind


def test_paragraphs_and_rows_of_tables_are_lines() -> None:
    taken = read_word(word("述职报告", "一、工作", table=(("项目", "数量"), ("会议", "三次"))))
    assert taken.text == "述职报告\n一、工作\n项目\u3000数量\n会议\u3000三次"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<w:p><w:r><w:t>留</w:t></w:r><w:del><w:r><w:delText>删</w:delText></w:r></w:del></w:p>", "留"),
        ("<w:p><w:ins><w:r><w:t>增</w:t></w:r></w:ins></w:p>", "增"),
        ("<w:p><w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom><w:r><w:t>留</w:t></w:r></w:p>", "留"),
        ("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r><w:r><w:t>显</w:t></w:r></w:p>", "显"),
        ('<w:p><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>显</w:t></w:r></w:p>', "显"),
        ("<w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r></w:p>", "甲\t乙\n丙"),
        ("<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>字</w:t></w:r></w:p>", "字"),
        (
            "<w:p><w:r><w:ruby><w:rt><w:r><w:t>zhāng</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>张</w:t></w:r>"
            "</w:rubyBase></w:ruby></w:r></w:p>",
            "张",
        ),
        (
            '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
            "<mc:Choice><w:p><w:r><w:t>框</w:t></w:r></w:p></mc:Choice>"
            "<mc:Fallback><w:p><w:r><w:t>框</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>",
            "框",
        ),
    ],
)
def test_only_what_a_reader_sees(body: str, text: str) -> None:
    assert read_word(word(body=body)).text == text


def test_what_is_not_in_the_text_is_counted() -> None:
    numbered = "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>条</w:t></w:r></w:p>"
    taken = read_word(word(body=numbered + "<w:p><w:r><w:drawing/></w:r></w:p>"))
    assert (taken.numbers, taken.pictures) == (1, 1)


def test_signs_that_nobody_sees_are_left_out() -> None:
    body = "<w:p><w:r><w:t>张\u202e三</w:t></w:r></w:p><w:p/><w:p/><w:p/><w:p><w:r><w:t>完</w:t></w:r></w:p>"
    assert read_word(word(body=body)).text == "张三\n\n完"


def test_without_text_or_with_too_much() -> None:
    assert refused(word()) is StatementFaultKind.NO_TEXT
    assert refused(word("字" * (MAX_TEXT_LENGTH + 1))) is StatementFaultKind.TOO_LONG


def test_what_is_no_word_file() -> None:
    assert refused(packed({"a.txt": b"x"})) is StatementFaultKind.DAMAGED
    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    assert refused(packed({"[Content_Types].xml": types})) is StatementFaultKind.OTHER_FORMAT
    assert refused(word("字")[:-200]) is StatementFaultKind.DAMAGED
