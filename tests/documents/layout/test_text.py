import pytest

from survey.documents.fonts import text_width
from survey.documents.layout.text import column_widths, wrap
from survey.domain.results.table import Column, Table


def lines(text, width):
    return wrap(text, width, text_width)


def test_chinese_breaks_anywhere_but_not_before_closing_punctuation():
    assert lines("一二三四,五", 4) == ["一二三", "四,五"]
    assert lines("一二三(四五)", 4) == ["一二三", "(四五)"]


def test_words_stay_whole_unless_wider_than_a_line():
    assert lines("county committee", 6) == ["county", "committee"]
    broken = lines("a" * 40, 5)
    assert "".join(broken) == "a" * 40
    assert all(text_width(line) <= 5 for line in broken)


def test_line_breaks_and_empty_text_are_kept():
    assert lines("一\n\n二", 5) == ["一", "", "二"]
    assert lines("", 5) == [""]


@pytest.mark.parametrize("width", [3.0, 4.5, 7.3, 20.0])
def test_nothing_is_lost_and_nothing_is_too_wide(width):
    text = "2026年度镇领导班子和领导干部(含挂职)民主测评,minping.example.org/v;“好”"
    assert "".join(lines(text, width)) == text
    assert all(text_width(line) <= width or len(line) == 1 for line in lines(text, width))


def test_columns_fill_the_room_and_names_stay_on_one_line():
    table = Table(
        "表", [Column("姓名"), Column("说明"), Column("得分", "score", 2)], [["欧阳修远", "长" * 300, 1]]
    )
    widths = column_widths(table, 40, text_width)
    assert sum(widths) == pytest.approx(40)
    assert widths[0] >= 4.8
    assert widths[1] == max(widths)
