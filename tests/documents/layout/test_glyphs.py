"""Texts of people in a PDF: what its font lacks is replaced, seen and said."""

from decimal import Decimal

from survey.documents.fonts import missing_glyphs
from survey.documents.layout.glyphs import NOTE, REPLACEMENT, filled, writable, writable_report
from survey.domain.results.official import EXTRA
from survey.domain.results.table import Column, Report, Sheet, Table

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


def a_report(*sheets: Sheet, title: str = "测评") -> Report:
    return Report(title, (("组织单位", "考核组"),), (), ("计票人(签字)",), "small", sheets)


def test_each_table_names_its_own_gaps_and_the_form_those_of_its_head() -> None:
    table = Table("得分表", COLUMNS, [["张𫟵", Decimal("1.50")], ["李四", 3]], ("说明",))
    made = writable_report(a_report(Sheet("person", "a", "表", (("姓名", "王𬭩𫟵"),), (table,), ("末",))))
    (sheet,) = made.sheets
    (written,) = sheet.tables
    assert written.rows == [["张〓", Decimal("1.50")], ["李四", 3]]
    assert written.notes == ("说明", "“〓”代字库中没有的字：张〓（第2字 U+2B7F5）。")
    assert sheet.subject == [("姓名", "王𬭩〓")]
    assert sheet.notes == ("末", "“〓”代字库中没有的字：王𬭩〓（第3字 U+2B7F5）。")


def test_a_title_is_noted_under_every_form() -> None:
    table = Table("得分表", COLUMNS, [["李四", 3]])
    made = writable_report(
        a_report(*[Sheet("person", key, "表", (), (table,)) for key in "ab"], title="甲😀")
    )
    assert made.title == "甲〓"
    assert [one.notes for one in made.sheets] == [("“〓”代字库中没有的字：甲〓（第2字 U+1F600）。",)] * 2


def test_a_name_in_a_decision_is_written_as_in_the_count() -> None:
    counted = Sheet("standings", "", "表", (), (Table("表", COLUMNS, [["张𫟵", 1]]),))
    decided = Sheet(EXTRA, "", "认定", (), (Table("认定", COLUMNS, [["张𫟵", 1], ["很好😀", 2]]),))
    extra = writable_report(a_report(counted, decided)).sheets[1]
    assert extra.tables[0].rows == [["张〓", 1], [f"很好{REPLACEMENT}", 2]]
    assert extra.tables[0].notes == (NOTE,)
    assert extra.notes == ("“〓”代字库中没有的字：张〓（第2字 U+2B7F5）。",)


def test_of_a_long_text_the_note_has_the_place_alone() -> None:
    table = Table("表", COLUMNS, [["前" * 30 + "𫟵" + "后" * 30, 1]])
    (note,) = writable_report(a_report(Sheet("x", "", "表", (), (table,)))).sheets[0].tables[0].notes
    assert note == "“〓”代字库中没有的字：…前前前前〓后后后后…（第31字 U+2B7F5）。"


def test_what_can_be_written_is_left_as_it_is() -> None:
    assert filled("李四") == "李四"
    assert filled("张𫟵") == "张〓"
    assert missing_glyphs(["〓" + NOTE]) == ""
