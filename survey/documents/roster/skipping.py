"""Lines of a roster that are nobody's: totals, who filled it in, notes, headings; each named, with why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .cells import Cell, CellSheet
from .heads import column_of, is_usual
from .rows import EXAMPLE_NAME, NAME, plain

_SHOWN = 80
_TOTAL = re.compile(
    r"(合计|小计|总计|共计|总数|累计|总人数)([:(0-9].*)?|(合计|总计|共计?)[:]?[0-9]+[人名个].*|total:?"
)
_SIGNED = re.compile(
    r"(填表|制表|填报|审核|复核|审批|经办|呈报|上报|报送|校对|统计)(人|单位|部门|日期|时间|人员|领导|负责人)?([:(].*|$)"
    r"|(填表|制表|填报|审核|复核|经办)人.*"
    r"|(单位|部门|主管|主要|分管)?(负责人|领导|主要领导|联系人|联系电话|联系方式|电话|日期|时间|单位)(签[字名章])?[:].*"
    r"|[0-9]{4}年[0-9]{1,2}月([0-9]{1,2}日)?"
    r"|.{0,8}\((盖章|公章|签字|签章|签名)\)[:]?.*|(盖章|公章|签字|签章)[:].*"
)
_NOTE = re.compile(r"(注|备注|附注|说明|附|附件|填表说明|填写说明|填报说明|注意|注意事项)([:.1-9].*|$)")
_HEADING = re.compile(r"([一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)).*")
_WIDE = 3


class SkippedKind(StrEnum):
    """Why a line is taken for nobody's."""

    TITLE = "title"
    TOTAL = "total"
    SIGNED = "signed"
    NOTE = "note"
    HEADING = "heading"
    HEADS = "heads"
    EXAMPLE = "example"
    EMPTY = "empty"
    HIDDEN = "hidden"
    CHOSEN = "chosen"


@dataclass(frozen=True)
class SkippedLine:
    """A line that is left out, or would be had it not been ``taken``: its row, why, and what stands in it."""

    row: int
    kind: SkippedKind
    text: str
    taken: bool = False

    @property
    def may_be_taken(self) -> bool:
        """Return whether somebody may be made of the line."""
        return self.kind not in (SkippedKind.EMPTY, SkippedKind.CHOSEN)


def skipped_line(row: int, kind: SkippedKind, cells: Mapping[int, Cell], *, taken: bool) -> SkippedLine:
    """Make the record of a line that is left out, or would be."""
    words = [" ".join(cells[column].text.split()) for column in sorted(cells)]
    text = "　".join(word for word in words if word)
    return SkippedLine(row, kind, text if len(text) <= _SHOWN else text[:_SHOWN] + "…", taken)


def why_skipped(
    sheet: CellSheet, row: int, columns: Mapping[int, str], wide: frozenset[int]
) -> SkippedKind | None:
    """Return why a line below the heads is nobody's, or ``None`` where somebody may stand in it.

    ``columns`` are the columns that are read; ``wide`` are the rows in which cells are merged across.
    """
    cells = {column: cell for column, cell in sheet.rows[row].items() if _is_filled(cell)}
    if not cells:
        return SkippedKind.EMPTY
    place = next((column for column, head in columns.items() if head == NAME), 0)
    name = cells.get(place, Cell("")).text
    first = cells[min(cells)].text
    if plain(name) == plain(EXAMPLE_NAME):
        return SkippedKind.EXAMPLE
    if column_of(name) == NAME and sum(is_usual(cell.text) for cell in cells.values()) > 1:
        return SkippedKind.HEADS
    if kind := _kind_of(name or first, alone=len(cells) == 1 or not name):
        return kind
    if min(cells) < place and _TOTAL.fullmatch(plain(first)[:_SHOWN]):
        return SkippedKind.TOTAL
    if len(cells) == 1 and row in wide:
        return SkippedKind.HEADING
    if not columns.keys() & cells.keys():
        return SkippedKind.EMPTY
    return SkippedKind.HIDDEN if row in sheet.hidden_rows else None


def wide_rows(sheet: CellSheet) -> frozenset[int]:
    """Return the rows in which one cell is merged across several columns."""
    return frozenset(
        area.first_row
        for area in sheet.merged
        if area.first_row == area.last_row and area.last_column - area.first_column >= _WIDE - 1
    )


def _is_filled(cell: Cell) -> bool:
    # Most cells show at their first sign that they are; only the others are looked at as a whole.
    return bool(cell.formula) or any(sign.isalnum() for sign in cell.text) or bool(plain(cell.text))


def _kind_of(text: str, *, alone: bool) -> SkippedKind | None:
    said = plain(text)[:_SHOWN]
    if not said:
        return None
    if _TOTAL.fullmatch(said):
        return SkippedKind.TOTAL
    if _SIGNED.fullmatch(said):
        return SkippedKind.SIGNED
    if _NOTE.fullmatch(said):
        return SkippedKind.NOTE
    return SkippedKind.HEADING if alone and _HEADING.fullmatch(said) else None
