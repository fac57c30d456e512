"""What the boxes of a line say: each marked, empty or doubtful, and then the line."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from survey.domain.paper.reading import Doubt, LineReading, LineState
from survey.domain.paper.sheet import BOX, PaperBox, PaperLine

from .darkness import INNER, Dark, DarkPage, part_of
from .register import SCALE

_STRONG, _FAINT, _FAINT_NOISE = 0.40, 0.13, 4.0
_LEAST_EXTENT, _LEAST_SHARE = 0.6, 0.012
_MARK_STRONG, _MARK_FAINT, _MARK_EXTENT, _MARK_DEPTH = 0.045, 0.12, 2.2, 0.30
_PALE_FAINT, _PALE_EXTENT, _PALE_DEPTH, _PALE_BREADTH = 0.05, 3.0, 0.16, 1.0
_KEEN_BLUR, _KEEN_FAINT, _KEEN_EXTENT = 1.6, 0.045, 1.5
_FILLED = 0.55
"""A box of which so much is dark was filled in or scratched out, or ticked with a broad felt pen."""
_BLUR_LEAVES = 0.5
"""What the keener look's blur leaves of the noise, at most: half, as noise of neighbours is alike."""
_BESIDE, _BESIDE_GAP, _BESIDE_EXTENT = 2.3, 0.45, 1.6
_RUN = 3.3
_STRAIGHT = 0.45
"""Mm: the standard deviation across its length below which a stroke is straight; a felt pen's own is 0.4."""

Mask = NDArray[Any]


class BoxState(StrEnum):
    """What one box says."""

    EMPTY = "empty"
    MARKED = "marked"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True)
class BoxMeasures:
    """What is measured within a box: shares of its area, mm, and darkness."""

    strong: float
    faint: float
    extent: float
    depth: float
    broad: bool


def read_line(page: DarkPage, line: PaperLine, at: Sequence[tuple[float, float]]) -> LineReading:
    """Read one line, whose boxes were found at ``at``, in mm."""
    boxes = [(box, *place) for box, place in zip(line.boxes, at, strict=True)]
    states = [read_box(page, x, y) for _box, x, y in boxes]
    marked = [box for (box, _, _), state in zip(boxes, states, strict=True) if state is BoxState.MARKED]
    empty = [place for place, state in zip(at, states, strict=True) if state is BoxState.EMPTY]
    if BoxState.DOUBTFUL in states:
        return _doubtful(line, Doubt.FAINT)
    if len(marked) > 1 and not line.many:
        return _doubtful(line, Doubt.SEVERAL)
    if marked and line.alone and _is_filled(page, *at[0]):
        # How one takes a tick back: no other box of the line tells that it is meant so.
        return _doubtful(line, Doubt.FILLED)
    if marked:
        return _with_marks(page, line, marked, empty)
    if any(_ink_left(page, x, y) or _ink_right(page, x, y) for x, y in at):
        return _doubtful(line, Doubt.BESIDE)
    if any(_has_trace(page, x, y) for x, y in at):
        return _doubtful(line, Doubt.TRACE)
    return LineReading(line.field, LineState.BLANK)


def read_box(page: DarkPage, x: float, y: float) -> BoxState:
    """Return what a box says, whose top left corner is at ``x`` and ``y``, in mm."""
    inset = (BOX - INNER) / 2
    state = judge_crop(part_of(page.dark, x + inset, y + inset, INNER, INNER), page.noise)
    return BoxState.DOUBTFUL if state is BoxState.MARKED and _runs_on(page, x, y) else state


def judge_crop(darkness: Dark, noise: float = 0.0) -> BoxState:
    """Return what the inside of a box says by itself.

    ``darkness`` are rows of pixels, 0 paper and 1 black, that show ``INNER`` mm each way; ``noise`` is the
    standard deviation of the paper's own.
    """
    side = round(INNER * SCALE)
    crop = darkness.astype(np.float32)
    if crop.shape != (side, side):
        method = cv2.INTER_AREA if min(crop.shape) > side else cv2.INTER_LINEAR
        crop = cv2.resize(crop, (side, side), interpolation=method).astype(np.float32)
    seen = measures_of(crop, noise)
    if seen.extent < _LEAST_EXTENT or seen.faint < _LEAST_SHARE:
        return BoxState.EMPTY
    bold = seen.strong >= _MARK_STRONG or seen.faint >= _MARK_FAINT
    mark = bold and seen.extent >= _MARK_EXTENT and seen.depth >= _MARK_DEPTH
    pale = seen.faint >= _PALE_FAINT and seen.extent >= _PALE_EXTENT and seen.depth >= _PALE_DEPTH
    if not mark and not (pale and not seen.broad):
        return BoxState.DOUBTFUL
    return BoxState.MARKED


def measures_of(inner: Dark, noise: float) -> BoxMeasures:
    """Measure what is within a box, cut out at ``SCALE`` pixels a mm."""
    mask = _mask(inner, max(_FAINT, _FAINT_NOISE * noise))
    breadth = round(_PALE_BREADTH * SCALE)
    broad = cv2.erode(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (breadth, breadth)))
    return BoxMeasures(
        strong=float((inner > _STRONG).mean()),
        faint=float(mask.mean()),
        extent=_extent(mask),
        depth=float(np.percentile(inner, 98)),
        broad=bool(broad.any()),
    )


def has_ink(page: DarkPage, x: float, y: float, width: float, height: float) -> bool:
    """Return whether somebody wrote within a rectangle, in mm."""
    part = part_of(page.dark, x, y, width, height)
    return _extent(_mask(part, max(_FAINT, _FAINT_NOISE * page.noise))) > _BESIDE_EXTENT


def _with_marks(
    page: DarkPage, line: PaperLine, marked: Sequence[PaperBox], empty: Sequence[tuple[float, float]]
) -> LineReading:
    if any(_ink_left(page, x, y) and _ink_right(page, x, y) for x, y in empty):
        return _doubtful(line, Doubt.CIRCLED)
    if line.many:
        return LineReading(line.field, LineState.MARKED, tuple(box.value for box in marked))
    return LineReading(line.field, LineState.MARKED, marked[0].value)


def _doubtful(line: PaperLine, why: Doubt) -> LineReading:
    return LineReading(line.field, LineState.DOUBTFUL, None, why)


def _ink_left(page: DarkPage, x: float, y: float) -> bool:
    return has_ink(page, x - _BESIDE, y, _BESIDE - _BESIDE_GAP, BOX)


def _ink_right(page: DarkPage, x: float, y: float) -> bool:
    return has_ink(page, x + BOX + _BESIDE_GAP, y, _BESIDE - _BESIDE_GAP, BOX)


def _is_filled(page: DarkPage, x: float, y: float) -> bool:
    inset = (BOX - INNER) / 2
    inner = part_of(page.dark, x + inset, y + inset, INNER, INNER)
    # A pencil fills in grey: what counts is how much is as dark as its own mark.
    return bool((inner > min(_STRONG, np.percentile(inner, 98) / 2)).mean() > _FILLED)


def _has_trace(page: DarkPage, x: float, y: float) -> bool:
    """Look once more, and keener: whether a pale pencil was here."""
    inset = (BOX - INNER) / 2
    inner = cv2.GaussianBlur(part_of(page.dark, x + inset, y + inset, INNER, INNER), (0, 0), _KEEN_BLUR)
    noise = page.noise * _BLUR_LEAVES
    return _extent(_mask(inner, max(_KEEN_FAINT, _FAINT_NOISE * noise))) >= _KEEN_EXTENT


def _mask(dark: Dark, threshold: float) -> Mask:
    return (dark > threshold).astype(np.uint8)


def _extent(mask: Mask) -> float:
    """Return the diagonal of the largest connected part, in mm."""
    if not mask.any():
        return 0.0
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    sides = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].astype(np.float64)
    return float(np.hypot(sides[:, 0], sides[:, 1]).max()) / SCALE


def _runs_on(page: DarkPage, x: float, y: float) -> bool:
    """Return whether a straight stroke runs on outside its box: another row's tail, a stray line."""
    inset = (BOX - INNER) / 2
    threshold = max(_FAINT, _FAINT_NOISE * page.noise)
    inner = _mask(part_of(page.dark, x + inset, y + inset, INNER, INNER), threshold)
    rows, columns = np.nonzero(inner)
    points = np.stack([columns, rows], axis=1) / SCALE + (x + inset, y + inset)
    middle = points.mean(axis=0)
    _, spread, axes = np.linalg.svd(points - middle, full_matrices=False)
    if spread[1] / len(points) ** 0.5 > _STRAIGHT:
        return False
    return any(_follows(page, middle, axes[0] * sign, (x, y), threshold) for sign in (1, -1))


def _follows(
    page: DarkPage, start: Any, direction: Any, corner: tuple[float, float], threshold: float
) -> bool:
    """Return whether there is ink all along a ray, from the box's outline for as long as a tail is."""
    half = BOX / 2
    centre = np.array(corner) + half
    steps = np.arange(0, half + _RUN + BOX, 1 / SCALE)
    ray = start + steps[:, None] * direction
    outside = np.abs(ray - centre).max(axis=1) > half + _BESIDE_GAP
    if not outside.any():
        return False
    first = int(np.argmax(outside))
    path = ray[first : first + round(_RUN * SCALE)]
    across = np.array([-direction[1], direction[0]])
    hits = []
    for point in path:
        near = [point + across * offset for offset in (-0.4, -0.2, 0, 0.2, 0.4)]
        hits.append(max(_at(page.dark, at) for at in near) > threshold)
    return bool(np.mean(hits) > 0.9)


def _at(dark: Dark, point: Any) -> float:
    column, row = round(float(point[0]) * SCALE), round(float(point[1]) * SCALE)
    inside = 0 <= row < dark.shape[0] and 0 <= column < dark.shape[1]
    return float(dark[row, column]) if inside else 0.0
