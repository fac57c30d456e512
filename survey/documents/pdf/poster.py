"""A poster on A4 for an open campaign: one large QR code for everybody, and the address in type."""

from datetime import datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

from fpdf import FPDF

from survey.documents.fonts import check_coverage, closing
from survey.documents.layout.typesetting import (
    Fitted,
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

WIDTH = 210.0
MIDDLE = WIDTH / 2
MARGIN = 20.0
ROOM = WIDTH - 2 * MARGIN

HEAD_TOP, HEAD_END = 16.0, 76.0
PERIOD_TOP = 82.0
QR_TOP, QR_SIDE = 94.0, 110.0
STEPS_TOP, STEP_HEIGHT, STEP_SIZE = 229.0, 11.5, 20.0
NUMBER_WIDTH = 9.0
RULE, ADDRESS_TOP = 261.0, 265.5

ORGANISER: Steps = [(20, 1), (17, 1), (14, 2), (11, 3)]
TITLE: Steps = [(38, 2), (34, 2), (30, 3), (26, 3), (22, 4), (18, 5), (14, 6)]
PERIOD: Steps = [(17, 1), (14, 1), (11, 2)]
ADDRESS: Steps = [(20, 1), (17, 1), (14, 1), (12, 2), (10, 3), (8, 4)]
STEP_LINES = (
    "微信扫一扫，或在浏览器里输入网址",
    "点“参加”，独立填写，提交后不能修改",
    "每部手机一张票，不记名",
)


def taking_part(opens_at: datetime | None, closes_at: datetime | None, zone: str) -> str:
    """Describe from when and until when one may take part, in a time zone; empty where no end is set."""
    if closes_at is None:
        return ""
    until = _moment(closes_at, zone)
    return f"{_moment(opens_at, zone)}至{until}" if opens_at else f"{until}截止"


def _moment(at: datetime, zone: str) -> str:
    here = at.astimezone(ZoneInfo(zone))
    return f"{here.year}年{here.month}月{here.day}日{here:%H:%M}"


def poster_pdf(*, title: str, organiser: str, url: str, out: BinaryIO, period: str = "") -> None:
    """Print a poster that leads to ``url``, which is shown without its scheme.

    ``period`` says when one may take part. Raises ``MissingGlyphs`` before anything is written.
    """
    title, organiser, address = one_line(title), one_line(organiser), without_scheme(url)
    check_coverage([title, organiser, address, *STEP_LINES])
    pdf = document(title)
    with closing(pdf):
        pdf.add_page()
        _draw_head(pdf, title, organiser)
        if period:
            draw_lines(pdf, fit(f"参加时间：{period}", ROOM, PERIOD), MIDDLE, PERIOD_TOP, align="center")
        draw_qr(pdf, url, (MIDDLE - QR_SIDE / 2, QR_TOP), QR_SIDE)
        _draw_steps(pdf)
        pdf.set_line_width(0.4)
        pdf.line(MARGIN, RULE, WIDTH - MARGIN, RULE)
        draw_lines(pdf, fit(address, ROOM, ADDRESS), MIDDLE, ADDRESS_TOP, align="center")
        data = pdf.output()
    out.write(data)


def _draw_head(pdf: FPDF, title: str, organiser: str) -> None:
    above = fit(organiser, ROOM, ORGANISER)
    below = balanced(fit(title, ROOM, TITLE), title)
    gap = 5.0
    # Short heads stand in the middle of their place, long ones fill it.
    top = HEAD_TOP + max(0.0, HEAD_END - HEAD_TOP - above.height - gap - below.height) / 2
    draw_lines(pdf, above, MIDDLE, top, align="center")
    draw_lines(pdf, below, MIDDLE, top + above.height + gap, align="center", bold=True)


def _draw_steps(pdf: FPDF) -> None:
    left = MIDDLE - (NUMBER_WIDTH + max(Fitted(STEP_SIZE, [line]).width for line in STEP_LINES)) / 2
    for number, line in enumerate(STEP_LINES, 1):
        baseline = STEPS_TOP + (number - 1) * STEP_HEIGHT
        draw_text(pdf, left, baseline, str(number), STEP_SIZE, bold=True)
        draw_text(pdf, left + NUMBER_WIDTH, baseline, line, STEP_SIZE)
