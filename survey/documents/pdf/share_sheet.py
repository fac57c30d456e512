"""The sheet of one share of a box's key: A5, folded so that nothing shows through, to be kept in an envelope.

Three panels. The middle one has the share as a QR code, as digits and as words. The upper one is folded over
it, print on print, and is dark, since one layer of paper held against a light hides little. The lower one,
the cover, is folded behind and is what one sees.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import shake_256
from string import digits

from fpdf import FPDF

from survey.documents.fonts import FONTS, Face, Fonts, closing, cut_down, set_face
from survey.documents.layout.glyphs import filled
from survey.documents.layout.typesetting import (
    A5,
    CUT,
    Steps,
    document,
    draw_lines,
    draw_modules,
    draw_qr,
    draw_text,
    fit,
    one_line,
)

WIDTH, HEIGHT = A5
FOLD_IN, FOLD_BACK = 72.0, 144.0
"""From the top; the cover is shorter than the middle panel, whose secrets begin where the cover ends."""
LEFT, RIGHT = 7.0, WIDTH - 7.0
SECRET_TOP, SECRET_BOTTOM = FOLD_IN + (FOLD_IN - (HEIGHT - FOLD_BACK)) + 1.5, 139.0
QR_SIDE = 35.0
GROUPS_LEFT, GROUP_COLUMNS, GROUP_ROWS = LEFT + QR_SIDE + 6, 4, 5
WORD_COLUMNS, WORD_ROWS = 6, 6
WORDS_TOP, WORD_HEIGHT = SECRET_TOP + QR_SIDE + 5.0, 3.55
SHADE_MARGIN = 5.0
SHADE = 0.6
"""Side of one module of the dark panel in mm: smaller than those of the QR code that it lies upon."""
DARK = 205
"""Of 256 modules, so many are black."""
COVER_LEFT, COVER_RIGHT, COVER_TOP = 9.0, WIDTH - 9.0, FOLD_BACK + 6.0
TITLE: Steps = [(13, 1), (12, 1), (11, 2), (10, 2), (9, 2)]
HOLDER: Steps = [(12, 1), (10.5, 1), (9, 1), (8, 2)]
LINE: Steps = [(9, 2)]
LINES = (
    "这是票箱钥匙的一份，投票结束后凭它开箱计票。计票以前不要拆开。",
    "先沿折线①向里折，字贴着字；再沿折线②向后折，让这一面朝外。放进不透光的信封，封口处签名，锁进柜子。",
    "不要复印、拍照，不要交给别人。遗失了或被人看过，马上告诉组织者。",
    "计票时带来：扫二维码，或输入数字，或输入英文词，任选一种。计票存档后当场销毁。",
)
_FOLDS = {FOLD_IN: "①  向里折", FOLD_BACK: "②  向后折，封面朝外"}
_KEY, _HOLDER, _SEALED = "票箱钥匙", "持有人", "封存日期"
_MARK = b"%minping-share "
_MARKED = re.compile(re.escape(_MARK) + rb"(\d{6,240})")


@dataclass(frozen=True)
class ShareSheet:
    """What stands on one holder's sheet; without ``holder`` a line is left for the name."""

    title: str
    number: int
    shares: int
    threshold: int
    words: Sequence[str] = field(repr=False)
    groups: Sequence[str] = field(repr=False)
    holder: str = ""


def share_sheet_pdf(sheet: ShareSheet, fonts: Fonts = FONTS) -> bytes:
    """Print a sheet in memory; ``fonts`` are the whole ones, or those cut down by ``share_sheet_font``.

    Behind its end the file repeats the digits as a remark, which no programme shows, so that the file can be
    brought back like the paper.
    """
    pdf = document(f"{filled(one_line(sheet.title))} {sheet.number}/{sheet.shares}", A5)
    with closing(pdf):
        set_face(pdf, Face.SANS, 8, fonts)
        pdf.add_page()
        _draw_shade(pdf)
        _draw_folds(pdf)
        _draw_secrets(pdf, sheet)
        _draw_cover(pdf, sheet)
        content = bytes(pdf.output())
    return content.rstrip(b"\n") + b"\n" + _MARK + "".join(sheet.groups).encode() + b"\n"


@contextmanager
def share_sheet_font(title: str) -> Iterator[Fonts]:
    """Cut the font down for the sheets of one campaign, without names: with it one takes a sixth of the time.

    Its file says nothing of a share, whose words and digits are in a font that every reader has.
    """
    said = (_KEY, _HOLDER, _SEALED, _head(1, 1, 1), *_FOLDS.values(), *LINES)
    texts = (*said, filled(one_line(title)), CUT, digits)
    with cut_down(texts, [Face.SANS]) as fonts:
        yield fonts


def digits_in(content: bytes) -> str | None:
    """Return the digits of the share that a sheet's file is of, or ``None`` where it is another PDF."""
    found = _MARKED.findall(content)
    return found[-1].decode() if found else None


def _draw_shade(pdf: FPDF) -> None:
    """Darken the panel that is folded over the secrets, by a pattern that is the same on every sheet."""
    columns = int((WIDTH - 2 * SHADE_MARGIN) / SHADE)
    rows = int((FOLD_IN - 2.5 - SHADE_MARGIN) / SHADE)
    noise = shake_256(b"minping share sheet").digest(columns * rows)
    modules = [[one < DARK for one in noise[at * columns : (at + 1) * columns]] for at in range(rows)]
    draw_modules(pdf, modules, ((WIDTH - columns * SHADE) / 2, SHADE_MARGIN), SHADE)


def _draw_folds(pdf: FPDF) -> None:
    for at, said in _FOLDS.items():
        pdf.set_draw_color(90)
        pdf.set_line_width(0.2)
        pdf.set_dash_pattern(dash=2, gap=1.4)
        pdf.line(0, at, WIDTH, at)
        pdf.set_dash_pattern()
        pdf.set_draw_color(0)
        label = fit(said, 60, [(8, 1)])
        pdf.set_fill_color(255)
        pdf.rect(LEFT - 1, at - 1.6, label.width + 2, 3.2, style="F")
        draw_text(pdf, LEFT, at + 1.0, said, 8)


def _draw_secrets(pdf: FPDF, sheet: ShareSheet) -> None:
    draw_text(pdf, GROUPS_LEFT, SECRET_TOP - 2.6, _head(sheet.number, sheet.shares, sheet.threshold), 8)
    draw_qr(pdf, "".join(sheet.groups), (LEFT, SECRET_TOP), QR_SIDE)
    width, height = (RIGHT - GROUPS_LEFT) / GROUP_COLUMNS, QR_SIDE / GROUP_ROWS
    for at, group in enumerate(sheet.groups):
        row, column = divmod(at, GROUP_COLUMNS)
        x, baseline = GROUPS_LEFT + column * width, SECRET_TOP + (row + 0.72) * height
        draw_text(pdf, x, baseline, str(at + 1), 7.5)
        pdf.set_font("Courier", "B", 13.5)
        pdf.text(x + 4.2, baseline, group)
    width = (RIGHT - LEFT) / WORD_COLUMNS
    for at, word in enumerate(sheet.words):
        # Down the columns, as one reads a list.
        column, row = divmod(at, WORD_ROWS)
        x, baseline = LEFT + column * width, WORDS_TOP + row * WORD_HEIGHT
        draw_text(pdf, x, baseline, str(at + 1), 6.5)
        pdf.set_font("Courier", "", 9)
        pdf.text(x + 3.6, baseline, word)


def _draw_cover(pdf: FPDF, sheet: ShareSheet) -> None:
    room = COVER_RIGHT - COVER_LEFT
    title = fit(filled(one_line(sheet.title)), room, TITLE)
    draw_lines(pdf, title, COVER_LEFT, COVER_TOP, bold=True)
    y = COVER_TOP + title.height + 1.5
    draw_lines(
        pdf,
        fit(f"{_KEY}  {_count(sheet.number, sheet.shares, sheet.threshold)}", room, [(13, 1)]),
        COVER_LEFT,
        y,
        bold=True,
    )
    y += 8.0
    holder = fit(f"{_HOLDER}  {filled(one_line(sheet.holder))}", room / 2, HOLDER)
    draw_lines(pdf, holder, COVER_LEFT, y)
    if not sheet.holder:
        pdf.line(COVER_LEFT + 16, y + 4.6, COVER_LEFT + 60, y + 4.6)
    draw_text(pdf, COVER_LEFT + 70, y + 3.7, _SEALED, 10.5)
    pdf.line(COVER_LEFT + 88, y + 4.6, COVER_RIGHT, y + 4.6)
    y += max(7.0, holder.height + 1.5)
    for at, line in enumerate(LINES, 1):
        fitted = fit(line, room - 5, LINE)
        draw_text(pdf, COVER_LEFT, y + 2.8, str(at), 9, bold=True)
        draw_lines(pdf, fitted, COVER_LEFT + 5, y)
        y += fitted.height + 0.9


def _head(number: int, shares: int, threshold: int) -> str:
    return f"{_count(number, shares, threshold)}。三种写法是同一份，用哪一种都行。"


def _count(number: int, shares: int, threshold: int) -> str:
    return f"第 {number} 份，共 {shares} 份，凑齐 {threshold} 份可开箱"
