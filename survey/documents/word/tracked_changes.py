"""Tracked changes in Word templates: what is struck out is no text, what is added is."""

import re

from docx.oxml.ns import nsmap
from lxml import etree

DELETED = frozenset({"del", "moveFrom", "delText", "delInstrText"})
"""Elements of Word whose content is struck out; empty, they mark a paragraph's end or a row as struck out."""

_W = f"{{{nsmap['w']}}}"
_ADDED = ("ins", "moveTo")
_BOUNDS = ("moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd")
_TRACKED = re.compile(rf"<(?:[\w.-]+:)?(?:{'|'.join((*DELETED, *_ADDED))})\b")


def accepted(xml: str) -> str:
    """Return the XML of a part with its tracked changes accepted; as it is, where there are none.

    Raises ``etree.XMLSyntaxError``. Where only the end of a paragraph is struck out, that mark stays.
    """
    if not _TRACKED.search(xml):
        return xml
    tree = etree.fromstring(xml.encode(), etree.XMLParser(resolve_entities=False))
    rows = [one for one in tree.iter(f"{_W}tr") if one.find(f"{_W}trPr/{_W}del") is not None]
    ends = [one for one in tree.iter(f"{_W}p") if one.find(f"{_W}pPr/{_W}rPr/{_W}del") is not None]
    for row in rows:
        row.find(f"{_W}trPr").remove(row.find(f"{_W}trPr/{_W}del"))
    marks = {end.find(f"{_W}pPr/{_W}rPr/{_W}del") for end in ends}
    for one in list(tree.iter(*(_W + name for name in (*DELETED, *_BOUNDS)))):
        if one not in marks:
            one.getparent().remove(one)
    for one in list(tree.iter(*(_W + name for name in _ADDED))):
        _unwrap(one)
    for end in ends:
        _drop_if_empty(end)
    _drop_struck_out(rows)
    written: str = etree.tostring(tree, encoding="unicode")
    return written


def _unwrap(element: etree._Element) -> None:
    # One by one: asking for an element's place takes the longer, the more stand before it.
    for child in list(element):
        element.addprevious(child)
    element.getparent().remove(element)


def _drop_struck_out(rows: list[etree._Element]) -> None:
    """Drop rows that were marked, unless text that nobody struck out is in them; and tables without rows."""
    tables: dict[etree._Element, None] = {}
    for row in rows:
        if next(row.iter(f"{_W}r"), None) is None:
            tables[row.getparent()] = None
            row.getparent().remove(row)
    for table in tables:
        if table.tag == f"{_W}tbl" and table.find(f"{_W}tr") is None:
            table.getparent().remove(table)


def _drop_if_empty(paragraph: etree._Element) -> None:
    """Drop a paragraph that is struck out whole; a cell keeps its last one."""
    after = paragraph.getnext()
    if after is None or after.tag != f"{_W}p" or len(paragraph) > 1:
        return
    if paragraph.find(f"{_W}pPr/{_W}sectPr") is None:
        paragraph.getparent().remove(paragraph)
