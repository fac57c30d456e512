"""Finding the boxes of a line again: paper stretches, and no page lies quite flat."""

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np

from survey.domain.paper.sheet import BOX, PaperLine

from .darkness import Dark
from .register import SCALE

_LINE_SHIFT, _BOX_SHIFT = 2.5, 0.5
_FAR = 0.015
"""What a line's shift loses for each mm² it is away."""
_OUTLINE = 0.3
_RIM = 0.45
"""Mm inside and outside the outline that must be paler than it."""


def places_of(dark: Dark, line: PaperLine) -> Sequence[tuple[float, float]]:
    """Return where the boxes of a line are, as their top left corners in mm.

    One shift for the whole line, since a filled box shows its outline no more; then a little for each.
    """
    middles = [(box.x + BOX / 2, box.y + BOX / 2) for box in line.boxes]
    reach = round(_LINE_SHIFT * SCALE)
    windows = [_looks(dark, x, y, reach) for x, y in middles]
    offsets = np.arange(-reach, reach + 1) / SCALE
    away = offsets[:, None] ** 2 + offsets[None, :] ** 2
    # The best box of a line must not outweigh the others: a frame beside it may look like an outline.
    summed = np.mean(np.minimum(windows, 0.6), axis=0) - _FAR * away
    row, column = np.unravel_index(int(np.argmax(summed)), summed.shape)
    found = []
    near = round(_BOX_SHIFT * SCALE)
    for (x, y), window in zip(middles, windows, strict=True):
        top, left = max(0, row - near), max(0, column - near)
        part = window[top : row + near + 1, left : column + near + 1]
        there = offsets[top : row + near + 1, None], offsets[None, left : column + near + 1]
        wandering = (there[0] - offsets[row]) ** 2 + (there[1] - offsets[column]) ** 2
        down, along = np.unravel_index(int(np.argmax(part - 0.2 * wandering)), part.shape)
        dy, dx = offsets[top:][down], offsets[left:][along]
        found.append((x + float(dx) - BOX / 2, y + float(dy) - BOX / 2))
    return found


def _looks(dark: Dark, x: float, y: float, reach: int) -> Dark:
    """Return how much each pixel around a place looks like a box's middle: outline dark, both sides pale.

    The rings are differences of squares, and sums of squares come from one running sum.
    """
    column, row = round(x * SCALE), round(y * SCALE)
    squares = _squares()
    most = max(half for half, _ in squares)
    around = reach + most
    # No box is so near to an edge: markers and codes stand outside.
    part = dark[row - around : row + around + 1, column - around : column + around + 1]
    summed = cv2.integral(part, sdepth=cv2.CV_64F)
    side = 2 * reach + 1
    answer: Dark = np.zeros((side, side))
    for half, weight in squares:
        low, high = most - half, most + half + 1
        answer += weight * (
            summed[high : high + side, high : high + side]
            - summed[low : low + side, high : high + side]
            - summed[high : high + side, low : low + side]
            + summed[low : low + side, low : low + side]
        )
    return answer


@cache
def _squares() -> Sequence[tuple[int, float]]:
    """Return what the outline counts for, darker than the rims inside and outside it, as weighted squares.

    Each is half a side in pixels, without the middle one, and the weight of a pixel in it.
    """
    most = round((BOX + 2 * _RIM + 0.4) * SCALE) // 2
    ring = np.arange(most + 2) / SCALE
    distance = np.abs(ring - (BOX - _OUTLINE) / 2)
    outline = distance <= _OUTLINE / 2 + 0.07
    rim = (distance > _OUTLINE / 2 + 0.2) & (distance <= _OUTLINE / 2 + 0.2 + _RIM)
    outline[-1] = rim[-1] = False
    pixels = np.diff((2 * np.arange(most + 2) + 1) ** 2, prepend=0)
    weight = outline / pixels[outline].sum() - rim / pixels[rim].sum()
    steps = weight[:-1] - weight[1:]
    return [(int(half), float(steps[half])) for half in np.flatnonzero(steps)]
