"""Released texts as tables, for pages and for paper."""

import io

import pypdfium2
import pytest

from survey.documents.fonts import missing_glyphs
from survey.documents.layout.glyphs import NOTE, writable
from survey.documents.pdf.official_tables import write_pdf
from survey.domain.publication.moderation import Moderation, Text
from survey.domain.publication.written_texts import comment_tables, subjects_of_person
from survey.domain.results.table import Column, Report, Table
from tests.builders import built


def text(subject: str, written: str, status: Moderation, redacted: str | None = None) -> Text:
    return Text("00", "comment", subject, written, status, redacted)


TEXTS = [
    text("ratee:c2", "关于二", Moderation.RELEASED),
    text("section:form", "原文", Moderation.REDACTED, "改写"),
    text("section:form", "待审", Moderation.WAITING),
    text("section:form", "不公开", Moderation.WITHHELD),
    text("section:form", "按原文", Moderation.RELEASED),
    text("section:gone", "没有这张表", Moderation.RELEASED),
]


def test_what_is_released_stands_by_subject_in_the_order_of_the_ballot() -> None:
    tables = comment_tables(built(), TEXTS)
    assert [(table.title, list(table.rows)) for table in tables] == [
        ("文字意见 · 测评表", [(1, "改写"), (2, "按原文")]),
        ("文字意见 · 干部c2", [(1, "关于二")]),
    ]
    assert comment_tables(built(), []) == []


def test_texts_about_one_person_alone() -> None:
    assert subjects_of_person(built(), "c1") == {"ratee:c1"}
    assert subjects_of_person(built(ratees=("c1",)), "c1") == {"ratee:c1", "section:form"}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("工作扎实", None),
        ("干得好👍🏽！", "干得好□！"),
        ("一家👨\u200d👩\u200d👧", "一家□□□"),
        ("心❤\ufe0f", None),
        ("𠮷野家\n第二行", "□野家\n第二行"),
    ],
)
def test_a_character_without_glyph_is_replaced_where_it_is_seen(written: str, shown: str | None) -> None:
    table = Table("意见", (Column("内容"), Column("票", "count")), [(written, 3), ("好", None)], ("注",))
    found = writable(table)
    if not missing_glyphs([written]):
        assert found is table
        return
    assert found.rows[0][0] == (shown or found.rows[0][0])
    assert missing_glyphs([str(found.rows[0][0])]) == ""
    assert found.rows[1] == ["好", None]
    assert found.notes == ("注", NOTE)
    out = io.BytesIO()
    write_pdf(Report("标题", (), [found], (), "页脚"), out)
    pages = pypdfium2.PdfDocument(out.getvalue())
    printed = "".join(page.get_textpage().get_text_range() for page in pages)
    assert "□" in printed
    assert "代替" in printed
