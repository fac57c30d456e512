"""What sheets of a workbook share: formats made once, names that Excel takes, footers."""

from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter import Workbook

from survey.documents.excel.looks import Looks, lines_in, set_up_page, sheet_names, write_cell


@pytest.fixture
def book() -> Workbook:
    return Workbook(BytesIO(), {"in_memory": True})


def test_a_format_is_made_once_however_it_is_asked_for(book: Workbook) -> None:
    looks = Looks(book)
    assert looks.get(bold=True, align="left") is looks.get(align="left", bold=True)
    assert looks.get(bold=True) is not looks.get(bold=False)
    assert looks.words("left") is not looks.words("center")


@pytest.mark.parametrize(
    ("value", "shown"),
    [(3, "0"), (Decimal("93.33"), "0.00"), (Decimal("0.1250"), "0.0000"), (Decimal(7), "0")],
)
def test_a_number_is_shown_with_exactly_its_own_decimals(book: Workbook, value: Any, shown: str) -> None:
    assert Looks(book).number(value).num_format == shown


def test_names_are_what_excel_allows_and_all_different() -> None:
    assert sheet_names(["总表", "总表", "a/b:c*[d]?", "History", "'", ""]) == [
        *("总表", "总表 (2)", "a b c d", "History (2)", "表", "表 (2)"),
    ]


@pytest.mark.parametrize("title", ["'['", "' '", "' " * 40 + "a", "  "])
def test_a_title_of_signs_alone_still_has_a_name(title: str) -> None:
    (name,) = sheet_names([title])
    assert name in ("表", "a")


@given(st.lists(st.text(st.sampled_from("ab总😀'/[] "), max_size=40), max_size=12))
def test_any_titles_become_names_that_excel_opens(titles: list[str]) -> None:
    names = sheet_names(titles)
    assert len(names) == len(titles)
    assert len({name.lower() for name in names}) == len(names)
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) <= 62
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")


def written(footer: str, **options: bool) -> str:
    out = BytesIO()
    with Workbook(out, {"in_memory": True}) as made:
        sheet = made.add_worksheet("a")
        set_up_page(sheet, footer, **({"landscape": False} | options))
        look = Looks(made).get()
        for column, cell in enumerate((None, "=1+1", 3, Decimal("1.50"))):
            write_cell(sheet, 0, column, cell, look)
    with ZipFile(out) as packed:
        return packed.read("xl/worksheets/sheet1.xml").decode()


def test_no_text_becomes_a_formula() -> None:
    page = written("x")
    assert "<f>" not in page
    assert '<c r="C1" s="1"><v>3</v></c>' in page
    assert '<c r="D1" s="1"><v>1.50</v></c>' in page


def test_a_footer_says_what_it_should_and_no_code_of_excels() -> None:
    assert "&amp;L&amp;9 5 a &amp;&amp; b&amp;R" in written("5 a & b")
    assert "&amp;L&amp;9small &amp;R" not in written("small")
    assert "第 &amp;P 页，共 &amp;N 页" in written("small")


def test_pages_lie_across_where_they_are_to() -> None:
    assert 'orientation="landscape"' in written("x", landscape=True)
    assert 'orientation="portrait"' in written("x")
    assert "horizontalCentered" in written("x")
    assert "horizontalCentered" not in written("x", centred=False)


def test_lines_are_counted_by_the_width_of_their_characters() -> None:
    # Ten digits are five characters wide, of which one digit is kept free.
    assert lines_in("好" * 4, 10) == 1
    assert lines_in("好" * 5, 10) == 2
    assert lines_in("好\n好", 10) == 2
