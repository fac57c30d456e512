"""How dark a flattened page is, against its own paper and its own black."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from survey.domain.paper.reading import PageFault
from survey.domain.paper.sheet import BOX, MARKER, PaperPage

from .ingest import Grey
from .register import SCALE, UnreadablePage

INNER = 3.7
"""Side of what is looked at within a box, in mm: clear of its outline."""
_PAPER = 7.5
"""Mm of dark that still leave the paper beside them to be seen."""
_COARSER = 4
_CONTRAST = 0.25
_BLUR = 0.7
_QUARTILE = 25
_FREE, _FREE_GAP = 2.3, 0.45
"""Mm left and right of a box where nothing is printed, and what of it the box's outline may darken."""

Dark = NDArray[Any]
"""Darkness by pixel: 0 paper, 1 as black as the markers."""


@dataclass(frozen=True)
class DarkPage:
    """The darkness of a page, and of what it is unsure by: a standard deviation, where nothing is drawn."""

    dark: Dark
    noise: float


def darkness_of(flat: Grey, page: PaperPage) -> DarkPage:
    """Work out how dark each pixel is; raises ``UnreadablePage`` where even the markers are pale."""
    small = cv2.resize(flat, None, fx=1 / _COARSER, fy=1 / _COARSER, interpolation=cv2.INTER_AREA)
    side = round(_PAPER * SCALE / _COARSER) | 1
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    paper = cv2.GaussianBlur(paper, (0, 0), side / 3)
    whole = cv2.resize(paper, (flat.shape[1], flat.shape[0]), interpolation=cv2.INTER_LINEAR)
    black = float(np.median([_black(flat, whole, x, y) for x, y in page.markers]))
    if black < _CONTRAST:
        raise UnreadablePage(PageFault.CONTRAST)
    # One page of numbers, again and again: a large sheet would take much room otherwise.
    dark = flat.astype(np.float32)
    dark /= np.maximum(whole, 1)
    np.subtract(1, dark, out=dark)
    np.maximum(dark, 0, out=dark)
    dark /= np.float32(black)
    blurred: Dark = cv2.GaussianBlur(dark, (0, 0), _BLUR)
    return DarkPage(blurred, noise_of(blurred, page))


def noise_of(dark: Dark, page: PaperPage) -> float:
    """Return the lower quartile of the standard deviations within the boxes, most of which are empty.

    On a list to tick nearly all may be marked: there the free paper beside each box is looked at too.
    """
    inset = (BOX - INNER) / 2
    places = [(box.x + inset, box.y + inset, INNER) for line in page.lines for box in line.boxes]
    for line in page.lines:
        if line.alone:
            [box] = line.boxes
            y, free = box.y + inset, _FREE - 2 * _FREE_GAP
            places += [(box.x - _FREE + _FREE_GAP, y, free), (box.x + BOX + _FREE_GAP, y, free)]
    spread = [float(part_of(dark, x, y, width, INNER).std()) for x, y, width in places]
    return float(np.percentile(spread, _QUARTILE)) if spread else 0.0


def part_of(dark: Dark, x: float, y: float, width: float, height: float) -> Dark:
    """Cut a rectangle, in mm, out of a page."""
    left, top = round(x * SCALE), round(y * SCALE)
    return dark[
        max(0, top) : max(0, top + round(height * SCALE)), max(0, left) : max(0, left + round(width * SCALE))
    ]


def _black(flat: Grey, paper: Grey, x: float, y: float) -> float:
    """Return how much darker than its paper the outer ring of a marker is: one module of six, its middle."""
    module = MARKER / 6
    top = part_of(flat, x + module, y + 0.35, MARKER - 2 * module, module - 0.7)
    # The closing sees no paper within a marker; beside it there is some.
    beside = part_of(paper, x - 3, y - 3, MARKER + 6, MARKER + 6)
    return 1 - float(np.median(top)) / max(1.0, float(np.percentile(beside, 90)))
