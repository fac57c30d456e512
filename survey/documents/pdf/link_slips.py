"""Slips with persons' links, to own results or to log in by: eight an A4 sheet, to be cut and handed out."""

from collections.abc import Sequence
from typing import BinaryIO

from fpdf import FPDF

from survey.documents.export.link_list import Linked
from survey.documents.fonts import closing
from survey.documents.layout.cut_sheet import LEFT, RIGHT, TOP, begin_sheet, places, sheets
from survey.documents.layout.glyphs import filled
from survey.documents.layout.typesetting import (
    Steps,
    balanced,
    document,
    draw_lines,
    draw_qr,
    draw_text,
    fit,
    one_line,
    without_scheme,
)

QR_TOP, QR_SIDE = 27.0, 34.0
BESIDE = LEFT + QR_SIDE + 5

TITLE: Steps = [(9, 1), (8, 2), (7, 2)]
NAME: Steps = [(17, 1), (14, 1), (11, 2), (9, 2)]
POST: Steps = [(9.5, 1), (8.5, 1), (7.5, 2)]
ADDRESS: Steps = [(6.5, 2), (6, 3), (5, 4)]
STEP_LINES = ("微信扫一扫，或用浏览器打开", "只看得到本人的结果", "请勿转给别人")


LOGIN_LINES = ("微信扫一扫，或用浏览器打开", "设好密码，以后用账号密码登录", "只能用一次，请勿转给别人")
"""What is said beside the QR code of a login link."""


def link_slips_pdf(
    links: Sequence[Linked],
    *,
    title: str,
    until: str,
    out: BinaryIO,
    lines: tuple[str, str, str] = STEP_LINES,
) -> None:
    """Print the slips in the order given; ``until`` says how long the links hold.

    Characters that the font lacks are printed as 〓.
    """
    shown = filled(one_line(title))
    pdf = document(shown)
    with closing(pdf):
        for sheet in sheets(links):
            begin_sheet(pdf)
            for one, x, y in places(sheet):
                _draw(pdf, one, shown, (*lines, f"{until} 以前有效"), x, y)
        data = pdf.output()
    out.write(data)


def _draw(pdf: FPDF, one: Linked, title: str, lines: Sequence[str], x: float, y: float) -> None:
    name = fit(filled(one_line(one.name)), RIGHT - LEFT, NAME)
    above = balanced(fit(title, RIGHT - LEFT, TITLE), title)
    draw_lines(pdf, above, x + LEFT, y + TOP)
    draw_lines(pdf, name, x + LEFT, y + TOP + above.height + 1.5, bold=True)
    post = filled(one_line(" ".join(part for part in (one.unit, one.post) if part)))
    if post:
        below = fit(post, RIGHT - BESIDE, POST)
        draw_lines(pdf, below, x + BESIDE, y + QR_TOP)
    draw_qr(pdf, one.address, (x + LEFT, y + QR_TOP), QR_SIDE)
    for number, line in enumerate(lines):
        draw_text(pdf, x + BESIDE, y + QR_TOP + 13.5 + number * 5.8, line, 9.5 if number < 3 else 8)
    address = fit(without_scheme(one.address), RIGHT - LEFT, ADDRESS)
    draw_lines(pdf, address, x + LEFT, y + QR_TOP + QR_SIDE + 2)
