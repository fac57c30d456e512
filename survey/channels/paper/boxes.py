"""Finding the boxes of a line again: paper stretches, and no page lies quite flat."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import cv2
import numpy as np

from survey.domain.ballot.paper_sheet import BOX, PaperLine

from .darkness import Dark
from .register import SCALE

_LINE_SHIFT, _BOX_SHIFT = 2.5, 0.5
_FAR = 0.015
"""What a line's shift loses for each mm² it is away."""
_OUTLINE = 0.3
_RIM = 0.45
"""Mm inside and outside the outline that must be paler than it."""


def response_of(dark: Dark) -> Dark:
    """Return for each pixel how much it looks like the middle of a box: outline dark, both its sides pale."""
    answer: Dark = cv2.filter2D(dark, cv2.CV_32F, _template(), borderType=cv2.BORDER_REPLICATE)
    return answer


def places_of(response: Dark, line: PaperLine) -> Sequence[tuple[float, float]]:
    """Return where the boxes of a line are, as their top left corners in mm.

    One shift for the whole line, since a filled box shows its outline no more; then a little for each.
    """
    middles = [(box.x + BOX / 2, box.y + BOX / 2) for box in line.boxes]
    reach = round(_LINE_SHIFT * SCALE)
    windows = [_window(response, x, y, reach) for x, y in middles]
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


def _window(response: Dark, x: float, y: float, reach: int) -> Dark:
    column, row = round(x * SCALE), round(y * SCALE)
    padded = np.full((2 * reach + 1, 2 * reach + 1), -1, dtype=np.float32)
    top, left = max(0, row - reach), max(0, column - reach)
    part = response[top : row + reach + 1, left : column + reach + 1]
    at_row, at_column = top - (row - reach), left - (column - reach)
    padded[at_row : at_row + part.shape[0], at_column : at_column + part.shape[1]] = part
    return padded


@cache
def _template() -> Any:
    """Make the kernel: the outline counts for what it is darker by than the rims inside and outside it."""
    size = round((BOX + 2 * _RIM + 0.4) * SCALE) | 1
    offsets = np.abs(np.arange(size) - size // 2) / SCALE
    ring = np.maximum(offsets[:, None], offsets[None, :])
    outline = np.abs(ring - (BOX - _OUTLINE) / 2) <= _OUTLINE / 2 + 0.07
    distance = np.abs(ring - (BOX - _OUTLINE) / 2)
    rim = (distance > _OUTLINE / 2 + 0.2) & (distance <= _OUTLINE / 2 + 0.2 + _RIM)
    kernel = np.zeros((size, size), dtype=np.float32)
    kernel[outline] = 1 / outline.sum()
    kernel[rim] = -1 / rim.sum()
    return kernel
