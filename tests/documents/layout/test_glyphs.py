"""Texts of people in a PDF: what its font lacks is replaced, seen and said."""

from decimal import Decimal

from survey.documents.layout.glyphs import NOTE, REPLACEMENT, writable
from survey.domain.results.table import Column, Table

COLUMNS = [Column("意见"), Column("得分", "score", 2)]


def written(text: str) -> Table:
    return writable(Table("意见", COLUMNS, [[text, Decimal("1.50")], [None, 3]], ("由监票人审核",)))


def test_what_can_be_written_stays_the_same_table() -> None:
    table = Table("意见", COLUMNS, [["干部䶮:好", Decimal("1.50")], [None, 3]])
    assert writable(table) is table


def test_a_character_without_glyph_becomes_a_box_and_a_note_says_so() -> None:
    table = written("很好😀,继续")
    assert table.rows[0] == [f"很好{REPLACEMENT},继续", Decimal("1.50")]
    assert table.rows[1] == [None, 3]
    assert table.notes == ("由监票人审核", NOTE)
    assert (table.title, table.columns) == ("意见", COLUMNS)


def test_signs_that_join_others_are_no_boxes_of_their_own() -> None:
    """A thumb of another colour is two characters, a family five with what joins them."""
    assert written("👍🏽").rows[0][0] == REPLACEMENT
    assert written("👩\u200d👧").rows[0][0] == REPLACEMENT * 2
    assert written("❤\ufe0f好😀").rows[0][0].endswith(f"好{REPLACEMENT}")
