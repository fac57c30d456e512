"""Voting slips on A4, two by four a page, with the code as QR and in type."""

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fpdf import FPDF

from survey.documents.fonts import check_coverage, closing
from survey.documents.layout import qr
from survey.documents.layout.cut_sheet import LEFT, RIGHT, TOP, begin_sheet, places, sheets
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

QR_TOP, QR_SIDE = 21.5, 28.0
STEPS_LEFT = LEFT + QR_SIDE + 5
RULE = 54.0

TITLE: Steps = [(12, 2), (11, 2), (10, 2), (9, 2), (8, 2), (7, 2)]
KIND: Steps = [(17, 1), (15, 1), (13, 1), (11, 1), (9, 2), (7.5, 2)]
WHO: Steps = [(10.5, 1), (9.5, 1), (8.5, 1), (7.5, 2), (6.5, 2)]
SITE: Steps = [(10.5, 1), (9.5, 1), (8.5, 1), (8, 2), (7, 2), (6, 3)]
STEP_LINES = ("微信扫一扫，或用浏览器打开", "独立填写，提交后不能修改", "一码一票，不记名，请勿转交")
TRIAL_LINE = "试投  仅供演练，数据将全部清除"


@dataclass(frozen=True)
class Slip:
    """One voting slip: its rater group, and its code in type and as the address in the QR."""

    group_key: str
    group_label: str
    token: str
    url: str


@dataclass(frozen=True)
class _Face:
    """What all slips of one rater group have in common."""

    title: Fitted
    kind: Fitted
    who: Fitted
    site: Fitted
    trial: bool


def slips_pdf(
    slips: Sequence[Slip],
    *,
    title: str,
    base_url: str,
    out: BinaryIO | Path,
    trial: bool = False,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Print slips, those of each rater group on pages of their own, in the order given.

    The caller has shuffled them: within a group, the order says nothing.

    ``base_url`` is shown without its scheme; ``trial`` prints 试投 on every slip; ``progress`` is
    called with the number of slips done after every page and may raise to cancel. A path is written
    whole or not at all, readable by its owner only. Raises ``MissingGlyphs`` before anything is
    written.
    """
    site = _site(base_url)
    labels = {slip.group_label or slip.group_key for slip in slips}
    require_glyphs(title, base_url, labels)
    faces = {label: _face(title, label, site, trial) for label in labels}
    pdf = document(title)
    with closing(pdf):
        _draw_slips(pdf, slips, faces, progress)
        data = pdf.output()
    _deliver(data, out)


def require_glyphs(title: str, base_url: str, labels: Iterable[str]) -> None:
    """Refuse with ``MissingGlyphs`` what the slips' font cannot write."""
    check_coverage([title, _site(base_url), *labels])


def _site(base_url: str) -> str:
    return without_scheme(base_url).rstrip("/") + "/v"


def _draw_slips(
    pdf: FPDF, slips: Sequence[Slip], faces: Mapping[str, _Face], progress: Callable[[int], None] | None
) -> None:
    # The host is the larger part of every QR, so that one mask suits them all.
    mask = qr.best_mask(slips[0].url) if slips else 0
    done = 0
    for page in _pages(slips):
        begin_sheet(pdf)
        for slip, x, y in places(page):
            _draw_face(pdf, faces[slip.group_label or slip.group_key], x, y)
            _draw_token(pdf, slip, x, y, mask)
        done += len(page)
        if progress:
            progress(done)


def _pages(slips: Sequence[Slip]) -> Iterator[Sequence[Slip]]:
    # One group a page: nobody has to sort cut paper, and no group gets another's slip.
    groups: dict[str, list[Slip]] = {}
    for slip in slips:
        groups.setdefault(slip.group_key, []).append(slip)
    for key in sorted(groups):
        yield from sheets(groups[key])


def _face(title: str, label: str, site: str, trial: bool) -> _Face:
    title, (kind, who) = one_line(title), split_label(one_line(label))
    fitted_kind, fitted_who = fit(kind, 34, KIND), fit(who, 34, WHO)
    room = RIGHT - LEFT - max(fitted_kind.width, fitted_who.width) - 6
    return _Face(
        title=balanced(fit(title, room, TITLE), title),
        kind=fitted_kind,
        who=fitted_who,
        site=fit(site, RIGHT - STEPS_LEFT - 5, SITE),
        trial=trial,
    )


def split_label(label: str) -> tuple[str, str]:
    """Split a group's label at its first bracket: ``B票(中层干部)`` into ``B票`` and ``中层干部``."""
    match = re.fullmatch(r"(.*?\S)\s*([(（].*)", label, re.DOTALL)
    if not match:
        return label, ""
    kind, rest = match.groups()
    inner = re.fullmatch(r"[(（]([^()（）]+)[)）]?", rest)
    return kind, inner.group(1) if inner else rest


def _draw_face(pdf: FPDF, face: _Face, x: float, y: float) -> None:
    draw_lines(pdf, face.title, x + LEFT, y + TOP, bold=True)
    draw_lines(pdf, face.kind, x + RIGHT, y + TOP, align="right", bold=True)
    draw_lines(pdf, face.who, x + RIGHT, y + TOP + face.kind.height + 0.6, align="right")
    second = y + 38 + face.site.height - face.site.leading
    for number, (line, top) in enumerate(zip(STEP_LINES, (y + 26, second, second + 7.5), strict=True), 1):
        draw_text(pdf, x + STEPS_LEFT, top, str(number), 10.5, bold=True)
        draw_text(pdf, x + STEPS_LEFT + 5, top, line, 10.5)
    draw_lines(pdf, face.site, x + STEPS_LEFT + 5, y + 27.8)
    pdf.set_line_width(0.25)
    pdf.line(x + LEFT, y + RULE, x + RIGHT, y + RULE)
    draw_text(pdf, x + LEFT, y + 61.6, "投票码", 10.5)
    if face.trial:
        pdf.rect(x + LEFT, y + 64.2, RIGHT - LEFT, 5.6)
        draw_text(pdf, x + LEFT + 2.5, y + 68.2, TRIAL_LINE, 10.5, bold=True)


def _draw_token(pdf: FPDF, slip: Slip, x: float, y: float, mask: int) -> None:
    # Narrowed, so that the letters stand taller on the same line.
    pdf.set_font("Courier", "B", 20)
    pdf.set_stretching(86)
    pdf.text(x + RIGHT - pdf.get_string_width(slip.token), y + 61.8, slip.token)
    pdf.set_stretching(100)
    draw_qr(pdf, slip.url, (x + LEFT, y + QR_TOP), QR_SIDE, mask)


def _deliver(data: bytes | bytearray, out: BinaryIO | Path) -> None:
    if not isinstance(out, Path):
        out.write(data)
        return
    # A temporary file is made 0600, as slips must be: whoever reads them can vote with them.
    with tempfile.NamedTemporaryFile(dir=out.parent, prefix=".slips-", delete=False) as part:
        path = Path(part.name)
        try:
            part.write(data)
            part.flush()
            path.replace(out)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
