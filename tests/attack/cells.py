"""Rosters made of generated cells: workbooks in XML that no library would write, texts of any encoding."""

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st

from tests.attack.strangeness import STRANGE
from tests.documents.rosters import GROUPS, HEADS, SECTIONS, person, with_parts, workbook

_NAMES = ("张三", "李四", "领导班子", "欧阳 娜娜", "示例：张三", "Ann", "䶮𬭩㛃")
_WORDS = (*_NAMES, *HEADS, *SECTIONS, *SECTIONS.values(), *GROUPS, *GROUPS.values(), "A,B", "A、C票", "序号")
_TEXTS = st.sampled_from(_WORDS) | st.sampled_from(STRANGE) | st.text(max_size=12)
_ESCAPES = st.sampled_from(("_x0000_", "_x000D__x000a_", "_xD800_", "_xFFFF_", "_x005F_x0041_", "_x"))
_RAW = st.sampled_from(
    ("1", "0", "-1", "3.0", "45000.5", "1e308", "1e400", "nan", "-inf", "2958465", " 1 ", "x")
)
_PLACES = st.sampled_from(
    ("", "A1", "B2", "C3", "BL9", "BM9", "XFD1048576", "ZZZ9999999", "A0", "a1", "1A", "$A$1")
)
_NUMBERS = st.sampled_from(("1", "2", "3", "0", "-1", "999999999999", "9" * 5000, "1.5", "x", ""))
_STYLES = st.sampled_from(("0", "1", "2", "1", "999", "x"))
_AREAS = st.sampled_from(("A1:B2", "A2:A3", "B1", "C3:A1", "A1:XFD1048576", "A0:B0", "", ":", "A1:B2:C3"))
_HIDDEN = st.sampled_from(("", ' hidden="1"', ' ht="0"', ' hidden="true"'))


def _some(draw: Any, values: st.SearchStrategy[Any], one_in: int) -> Any:
    """Draw a value now and then, mostly none."""
    return draw(values) if draw(st.integers(1, one_in)) == 1 else None


@st.composite
def _cells(draw: Any, right: Any) -> str:
    """Write one cell, the right one more often than not."""
    if _some(draw, st.just(True), 12) is None:
        return "<c/>" if right is None else f'<c t="inlineStr"><is><t>{escape(str(right))}</t></is></c>'
    kind = draw(st.sampled_from(("n", "n", "b", "e", "d", "s", "str", "inlineStr", "inlineStr", "", "x")))
    value = _xml(draw(_RAW | _TEXTS | _ESCAPES))
    inside = draw(
        st.sampled_from(
            (
                f"<v>{value}</v>",
                f"<is><t>{value}</t></is>",
                f"<is><r><t>{value}</t></r><rPh><t>zhang</t></rPh><r><t>{value}</t></r></is>",
                f"<f>A1+{value}</f>",
                f"<f>A1</f><v>{value}</v>",
                f"<v>{value}</v><v>2</v>",
                f"<c><v>{value}</v></c>",
                "<v/>",
                "",
            )
        )
    )
    place, style = _some(draw, _PLACES, 6), _some(draw, _STYLES, 3)
    return f"<c{_said('r', place)}{_said('s', style)} t={quoteattr(kind)}>{inside}</c>"


def _said(name: str, value: str | None) -> str:
    return "" if value is None else f" {name}={quoteattr(value)}"


def _xml(text: str) -> str:
    """Escape a text; what XML cannot hold at all is left out, but not always what a cell cannot."""
    return escape("".join(sign for sign in text if sign >= " " and not "\ud800" <= sign <= "\udfff"))


@st.composite
def workbooks(draw: Any) -> bytes:
    """Make a workbook of rows more or less as they should be, merged, hidden and out of place."""
    rows = []
    people = draw(st.lists(st.sampled_from(_NAMES), max_size=5, unique=True))
    for values in (HEADS, *(person(name, 编号=f"x{number}") for number, name in enumerate(people))):
        number = _said("r", _some(draw, _NUMBERS, 20))
        hidden = _some(draw, _HIDDEN, 20) or ""
        rows.append(f"<row{number}{hidden}>{''.join(draw(_cells(value)) for value in values)}</row>")
    merged = "".join(
        f"<mergeCell ref={quoteattr(area)}/>" for area in _some(draw, st.lists(_AREAS, max_size=2), 6) or ()
    )
    ends = [_some(draw, _NUMBERS, 3) or "2" for _ in range(2)]
    columns = f'<cols><col min="{ends[0]}" max="{ends[1]}" hidden="1"/></cols>'
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"{columns if _some(draw, st.just(True), 8) else ''}"
        f"<sheetData>{''.join(rows)}</sheetData><mergeCells>{merged}</mergeCells></worksheet>"
    )
    return with_parts(workbook([]), {"xl/worksheets/sheet1.xml": sheet.encode()})


@st.composite
def text_rosters(draw: Any) -> bytes:
    """Make a text of separated values: quoted, ended and encoded in any way."""
    separator = draw(st.sampled_from((",", "\t", ";", "，", "|")))
    end = draw(st.sampled_from(("\n", "\r\n", "\r", "\n\n", "\u2028")))
    quote = draw(st.sampled_from(("", "", '"', '"', "'", '""')))
    rows = [list(draw(st.sampled_from((HEADS, HEADS, HEADS, HEADS[:4], HEADS[::-1]))))]
    rows += map(person, draw(st.lists(st.sampled_from(_NAMES), max_size=6, unique=True)))
    if draw(st.booleans()):
        rows.insert(draw(st.integers(0, len(rows))), draw(st.lists(_TEXTS, max_size=9)))
    lines = (separator.join(f"{quote}{cell or ''}{quote}" for cell in row) for row in rows)
    encoding = draw(
        st.sampled_from(("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "big5"))
    )
    return draw(st.sampled_from(("", "\n", "sep=;\n"))).encode(encoding) + end.join(lines).encode(
        encoding, draw(st.sampled_from(("replace", "ignore")))
    )
