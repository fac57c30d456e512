"""Official tables as a Word document in 宋体 and 仿宋."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import BinaryIO
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from survey.documents import (
    alignment,
    cell_text,
    column_widths,
    fact_text,
    head_text,
    in_pairs,
    is_date,
    numbered,
    printable,
    signature_label,
    signature_rows,
    wants_landscape,
)
from survey.documents.fonts import text_width
from survey.domain.table import Report, Table

SONG, FANG_SONG = "宋体", "仿宋"
MARGIN = 20.0
UPRIGHT, LANDSCAPE = 210 - 2 * MARGIN, 297 - 2 * MARGIN
SIZES = (10.5, 9, 8, 7, 6)
"""Type sizes of a table in points, the first that its columns have room for is taken."""

MM_PER_POINT = 25.4 / 72
TWIPS_PER_POINT = 20


def write_docx(report: Report, out: BinaryIO) -> None:
    """Write a report as a Word document, each table on a page of its own, A4 upright or landscape."""
    document = Document()
    _set_fonts(document)
    _set_properties(document, report.title)
    section = document.sections[0]
    for at, table in enumerate(report.tables):
        landscape = wants_landscape(table, UPRIGHT / (SIZES[0] * MM_PER_POINT), text_width)
        turned = landscape != (section.orientation == WD_ORIENT.LANDSCAPE)
        if at and turned:
            section = document.add_section(WD_SECTION.NEW_PAGE)
        if at == 0 or turned:
            _set_up_page(section, report.footer, landscape)
        width = LANDSCAPE if landscape else UPRIGHT
        _add_head(document, report, table.title, width, new_page=at > 0 and not turned)
        _add_table(document, table, width)
        _add_foot(document, report, table, width)
    if not report.tables:
        _set_up_page(section, report.footer, landscape=False)
        _add_head(document, report, report.title, UPRIGHT, new_page=False)
    document.save(out)


def _set_properties(document: WordDocument, title: str) -> None:
    # The library's template brings its own author, remark and date.
    properties = document.core_properties
    properties.title = printable(title)
    properties.author = properties.comments = ""
    properties.created = properties.modified = datetime.now(UTC)


def _set_fonts(document: WordDocument) -> None:
    for name, font, size in (("Normal", FANG_SONG, 12.0), ("Heading 1", SONG, 20.0)):
        style = document.styles[name]
        style.font.name = font
        style.font.size = Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for script in ("ascii", "hAnsi", "eastAsia"):
            fonts.set(qn(f"w:{script}"), font)
    document.styles["Heading 1"].font.color.rgb = RGBColor(0, 0, 0)
    document.styles["Heading 1"].paragraph_format.space_before = Pt(0)
    # Its own stops, made for American paper, would catch the page number half-way.
    document.styles["Footer"].paragraph_format.tab_stops.clear_all()
    document.styles["Normal"].paragraph_format.space_after = Pt(0)


def _set_up_page(section: Section, footer: str, landscape: bool) -> None:
    short, long = Mm(210), Mm(297)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    section.left_margin = section.right_margin = Mm(MARGIN)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.footer.is_linked_to_previous = False
    line = section.footer.paragraphs[0]
    right = Mm(LANDSCAPE if landscape else UPRIGHT)
    line.paragraph_format.tab_stops.add_tab_stop(right, WD_TAB_ALIGNMENT.RIGHT)
    _add_run(line, f"{printable(footer)}\t第 ", 9)
    _add_field(line, "PAGE")
    _add_run(line, " 页，共 ", 9)
    _add_field(line, "NUMPAGES")
    _add_run(line, " 页", 9)


def _add_field(paragraph: Paragraph, field: str) -> None:
    run = '<w:r><w:rPr><w:sz w:val="18"/></w:rPr><w:t>1</w:t></w:r>'
    paragraph._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="{field}">{run}</w:fldSimple>'))


def _add_run(paragraph: Paragraph, text: str, size: float, font: str = FANG_SONG) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    if font != FANG_SONG:
        run.font.name = font
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _add_head(document: WordDocument, report: Report, title: str, width: float, *, new_page: bool) -> None:
    heading = document.add_paragraph(printable(title), style="Heading 1")
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading.paragraph_format.page_break_before = new_page
    if title != report.title:
        line = document.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _add_run(line, printable(report.title), 14)
    texts = [fact_text(fact) for fact in report.facts]
    for pair in in_pairs(texts, width / 2 / (11 * MM_PER_POINT) - 1, text_width):
        line = document.add_paragraph()
        line.paragraph_format.tab_stops.add_tab_stop(Mm(width / 2))
        _add_run(line, "\t".join(pair), 11)
    document.add_paragraph().paragraph_format.line_spacing = Pt(6)


def _add_table(document: WordDocument, table: Table, width: float) -> None:
    for size in SIZES:
        room = width / (size * MM_PER_POINT)
        widths = column_widths(table, room, text_width, padding=1.0)
        if sum(widths) <= room + 0.01:
            break
    twips = [int(one * size * TWIPS_PER_POINT * min(1.0, room / sum(widths))) for one in widths]
    heads = [(head_text(column), "center") for column in table.columns]
    rows = [_row(heads, twips, size, head=True)]
    for cells in table.rows:
        pairs = zip(cells, table.columns, strict=True)
        texts = [(cell_text(cell), alignment(cell, column)) for cell, column in pairs]
        rows.append(_row(texts, twips, size))
    grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in twips)
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in sides)
    margin = int(0.4 * size * TWIPS_PER_POINT)
    # As XML in one go: python-docx looks every cell up again, minutes for a campaign of 146 persons.
    element = parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        f'<w:left w:w="{margin}" w:type="dxa"/><w:right w:w="{margin}" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
    document.element.body.insert_element_before(element, "w:sectPr")


def _row(cells: Sequence[tuple[str, str]], twips: Sequence[int], size: float, *, head: bool = False) -> str:
    fonts = "".join(f' w:{script}="{SONG}"' for script in ("ascii", "hAnsi", "eastAsia"))
    bold = "<w:b/>" if head else ""
    look = f'<w:rPr><w:rFonts{fonts}/>{bold}<w:sz w:val="{round(2 * size)}"/></w:rPr>'
    keep = 'xml:space="preserve"'
    parts = []
    for (text, place), width in zip(cells, twips, strict=True):
        lines = "<w:br/>".join(f"<w:t {keep}>{escape(line)}</w:t>" for line in text.splitlines())
        parts.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
            f'<w:p><w:pPr><w:spacing w:before="30" w:after="30"/><w:jc w:val="{place}"/></w:pPr>'
            f"<w:r>{look}{lines}</w:r></w:p></w:tc>"
        )
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(parts)}</w:tr>"


def _add_foot(document: WordDocument, report: Report, table: Table, width: float) -> None:
    for at, note in enumerate(numbered(table.notes), 1):
        line = document.add_paragraph()
        line.paragraph_format.space_before = Pt(0 if at > 1 else 6)
        line.paragraph_format.keep_with_next = at == len(table.notes)
        _add_run(line, note, 10.5, SONG)
    rows = signature_rows(report.signatures)
    for at, row in enumerate(rows):
        line = document.add_paragraph()
        line.paragraph_format.space_before = Pt(18)
        line.paragraph_format.keep_with_next = at < len(rows) - 1
        if is_date(row[0]):
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            _add_run(line, signature_label(row[0]), 12)
            continue
        stops = line.paragraph_format.tab_stops
        stops.add_tab_stop(Mm(width / 2 - 8), WD_TAB_ALIGNMENT.LEFT, WD_TAB_LEADER.LINES)
        stops.add_tab_stop(Mm(width / 2))
        stops.add_tab_stop(Mm(width), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.LINES)
        _add_run(line, "\t\t".join(signature_label(label) for label in row) + "\t", 12)
