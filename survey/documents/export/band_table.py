"""The bands of a section as a table: handed out with the ranking beside, read back with the bands chosen."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from survey.documents.roster.cells import MAX_HEAD_ROW, CellSheet
from survey.documents.roster.reader import read_book
from survey.documents.roster.rows import plain
from survey.domain.results.subjects import NAMES

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

KEY, NAME, POST, SCORE, COUNTED, DECIDED, BAND, REASON = (
    *("编号", "姓名", "单位及职务", "计票得分（加权）", "计票等次", "已认定", "认定等次", "事由"),
)
SHEET = "组织认定"
NOTE = "只填“认定等次”（从下拉列表里选）和“事由”两列，不填的不认定；其他各列读回时不看，编号不要改。"
_HEADS = {plain(head): head for head in (KEY, BAND, REASON)} | {plain(one): NAME for one in NAMES.values()}
_WIDTHS = {NAME: 14, POST: 30, SCORE: 16, REASON: 40}


class BandTableFault(StrEnum):
    """What is wrong with a line, or with the whole table."""

    NO_HEADS = "no-heads"
    NOBODY = "nobody"
    TWICE = "twice"
    NO_BAND = "no-band"


@dataclass(frozen=True)
class BandLine:
    """What stands of one ratee in the table that is handed out; ``proposals`` as many as quotas hold."""

    key: str
    name: str
    post: str
    score: Decimal | None
    counted: str
    proposals: tuple[str, ...]
    decided: str


@dataclass(frozen=True)
class ChosenBand:
    """What was filled in for one ratee."""

    band: str
    reason: str


@dataclass(frozen=True)
class BandTable:
    """What a table says: by the keys of ratees, or, where anything is wrong, every fault and nothing else.

    A fault has its row as Excel counts, 0 for the whole table, and the text at which it was found.
    """

    chosen: Mapping[str, ChosenBand]
    faults: tuple[tuple[BandTableFault, int, str], ...] = ()


def write_band_table(
    lines: Sequence[BandLine],
    quotas: Sequence[str],
    bands: Sequence[str],
    name: str = NAME,
    score: str = SCORE,
) -> bytes:
    """Write the table as a workbook; ``quotas`` are bands that have one, ``bands`` those to choose from.

    ``name`` is what the names are headed, ``score`` what ranks them.
    """
    import xlsxwriter  # reading, which every office page loads, does without

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(SHEET)
    bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#f3f3f3", "text_wrap": True})
    number = book.add_format({"num_format": "0.00"})
    text, filled = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "border": 1})
    heads = [
        KEY,
        name,
        POST,
        score,
        COUNTED,
        *(f"“{band}”名额建议" for band in quotas),
        DECIDED,
        BAND,
        REASON,
    ]
    sheet.write_string(0, 0, NOTE)
    for column, head in enumerate(heads):
        sheet.set_column(column, column, _WIDTHS.get({name: NAME, score: SCORE}.get(head, head), 12))
        sheet.write_string(1, column, head, bold)
    for row, line in enumerate(lines, 2):
        before = [line.key, line.name, line.post, line.score, line.counted, *line.proposals, line.decided]
        for column, value in enumerate(before):
            if isinstance(value, Decimal):
                sheet.write_number(row, column, value, number)
            else:
                sheet.write_string(row, column, value or "", text)
        for column in (len(heads) - 2, len(heads) - 1):
            sheet.write_blank(row, column, None, filled)
    choices = _choices(book, bands)
    sheet.data_validation(2, heads.index(BAND), len(lines) + 1, heads.index(BAND), choices)
    sheet.freeze_panes(2, 2)
    book.close()
    return out.getvalue()


def _choices(book: "Workbook", bands: Sequence[str]) -> dict[str, str]:
    # What stands in a cell's own list is cut at 255 characters; a sheet has room.
    sheet = book.add_worksheet("等次")
    for row, band in enumerate(bands):
        sheet.write_string(row, 0, band)
    return {"validate": "list", "source": f"='等次'!$A$1:$A${len(bands)}"}


def read_band_table(data: bytes, name: str, names: Mapping[str, str], bands: Sequence[str]) -> BandTable:
    """Read a table that was filled in; ``names`` maps the keys of the section's ratees to their names.

    A line without a number is known by a name that only one of them has. Raises ``UnreadableRoster``.
    """
    for sheet in read_book(data, name).sheets:
        if head := _head_row(sheet):
            return _read(sheet, head, names, bands)
    return BandTable({}, ((BandTableFault.NO_HEADS, 0, ""),))


def _head_row(sheet: CellSheet) -> int:
    """Return the row that has both the names and the bands, 0 where there is none."""
    for row in sorted(sheet.rows)[:MAX_HEAD_ROW]:
        if {NAME, BAND} <= {_HEADS.get(plain(cell.text)) for cell in sheet.rows[row].values()}:
            return row
    return 0


def _read(sheet: CellSheet, head: int, names: Mapping[str, str], bands: Sequence[str]) -> BandTable:
    columns = {_HEADS.get(plain(cell.text), ""): column for column, cell in sheet.rows[head].items()}
    keys = _keys_by_name(names)
    known = {plain(band): band for band in bands}
    chosen: dict[str, ChosenBand] = {}
    faults: list[tuple[BandTableFault, int, str]] = []
    for row, cells in sorted(sheet.rows.items()):
        said = {of: cells[at].text.strip() for of, at in columns.items() if at in cells}
        band = said.get(BAND, "")
        if row <= head or not band:
            continue
        key = said.get(KEY, "")
        key = key if key in names else keys.get(plain(said.get(NAME, "")), "")
        if not key:
            faults.append((BandTableFault.NOBODY, row, said.get(NAME, "") or said.get(KEY, "")))
        elif key in chosen:
            faults.append((BandTableFault.TWICE, row, names[key]))
        elif plain(band) not in known:
            faults.append((BandTableFault.NO_BAND, row, band))
        else:
            chosen[key] = ChosenBand(known[plain(band)], said.get(REASON, ""))
    return BandTable({}, tuple(faults)) if faults else BandTable(chosen)


def _keys_by_name(names: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for key, name in names.items():
        found.setdefault(plain(name), []).append(key)
    return {name: keys[0] for name, keys in found.items() if len(keys) == 1}
