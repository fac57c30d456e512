"""Official tables as a Word document, from a template in 宋体 and 仿宋."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, BinaryIO

from markupsafe import Markup

from survey.documents.fonts import text_width
from survey.documents.layout.joined_cells import head_facts, sheets_of
from survey.documents.layout.printed import lies_across, printed_head, printed_sheet
from survey.documents.layout.text import fact_text, in_pairs, printable
from survey.domain.count.certificate import short_digest
from survey.domain.results.official import EXTRA
from survey.domain.results.table import Report, Sheet

from .placeholders import Template
from .render import Frame, render, shipped
from .tables import (
    TWIPS_PER_POINT,
    gap_xml,
    letter_xml,
    line_xml,
    notes_xml,
    pairs_xml,
    signatures_xml,
    table_rows,
)

FACTS_SIZE = 10


def write_docx(report: Report, out: BinaryIO, template: bytes | None = None) -> None:
    """Write a report as a Word document, each form on pages of its own, A4 upright or landscape.

    ``template`` is an office's own, checked before it was accepted; without one the shipped template is used.
    """
    sheets = sheets_of(report) or [Sheet("table", "", report.title, (), ())]
    report = printed_head(report)
    frame = Frame(template or shipped(Template.TABLES))
    made = []
    for group, title, landscape in _groups(sheets, frame.width / TWIPS_PER_POINT):
        made.append(_sheet(frame, report, group, title, landscape))
    made[-1]["分页"] = Markup("")
    named = dict(report.facts)
    values = {
        "标题": printable(report.title),
        "被评单位": printable(named.get("被评单位", "")),
        "年度": printable(named.get("年度") or named.get("考核年度", "")),
        "组织单位": printable(named.get("组织单位", "")),
        "活动代码": printable(named.get("活动代码") or named.get("考核代码", "")),
        "状态": printable(named.get("状态", "")),
        "规则摘要": named.get("规则摘要", ""),
        "计票摘要": named.get("计票摘要", ""),
        "摘要短码": short_digest(named.get("计票摘要", "")),
        "页脚": printable(report.footer),
        "表": made,
    }
    render(frame, values, out, landscape_last=landscape, bounded=template is not None)


def _groups(sheets: Sequence[Sheet], width: float) -> list[tuple[list[Sheet], str, bool]]:
    """Put forms that go on below each other together, with the first one's title and whether they lie across.

    What would stand upright goes on across as well: a page of its own would be nearly empty.
    """
    found: list[tuple[list[Sheet], str, bool]] = []
    for sheet in sheets:
        printed = printed_sheet(sheet)
        landscape = lies_across(printed, width)
        if sheet.follows and found and (found[-1][-1] or not landscape):
            found[-1][0].append(sheet)
        else:
            found.append(([sheet], printed.title, landscape))
    return found


def _sheet(
    frame: Frame, report: Report, group: Sequence[Sheet], title: str, landscape: bool
) -> dict[str, Any]:
    width = frame.wide if landscape else frame.width
    own = group[-1].signatures
    signatures = report.signatures if own is None else own
    return {
        "名称": printable(title),
        "基本情况": _facts(report, frame.width),
        "正文": frame.later(partial(_bodies, group, width)),
        "签字栏": frame.later(lambda: [signatures_xml(signatures, width)]),
        "分页": frame.page_end(landscape=landscape),
    }


def _bodies(group: Sequence[Sheet], width: int) -> Iterator[str]:
    for at, sheet in enumerate(group):
        if at:
            yield gap_xml()
        yield from _body(sheet, width, goes_on=at > 0)


def _body(sheet: Sheet, width: int, *, goes_on: bool) -> Iterator[str]:
    sheet = printed_sheet(sheet)
    centred = sheet.kind not in ("table", EXTRA)
    yield letter_xml(sheet.opening)
    if sheet.subject:
        yield pairs_xml(sheet.subject, width)
        yield gap_xml()
    for at, table in enumerate(sheet.tables):
        if at:
            yield gap_xml()
        if goes_on or table.title != sheet.title:
            yield line_xml(table.title, size=11, kept=True, before=60, after=60, bold=True)
        last = at == len(sheet.tables) - 1
        yield from table_rows(table, width, centred=centred, kept=last)
        yield notes_xml(table.notes)
    yield letter_xml(sheet.closing)
    yield notes_xml(sheet.notes)


def _facts(report: Report, width: int) -> list[str]:
    """Write the facts at the head of a form, two a line where they fit beside each other."""
    half = width / 2 / (FACTS_SIZE * TWIPS_PER_POINT) - 1
    return [
        "\t".join(pair)
        for pair in in_pairs([fact_text(fact) for fact in head_facts(report)], half, text_width)
    ]
