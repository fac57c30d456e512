"""What happens to a sheet besides being filled in: stains, folds, and strokes that are no marks."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from .pens import BALLPOINT, GEL, PENCIL, PIXELS, Hand, Random
from .scanners import Page

_COARSE = 6
"""Pixels of a page to one of what is drawn soft."""


def stained(page: Page, random: Random) -> Page:
    """Let one to three mishaps happen to a filled-in page."""
    made = page
    for _ in range(int(random.integers(1, 4))):
        kind = _KINDS[int(random.integers(len(_KINDS)))]
        made = kind(made, random)
    return made


def stain(page: Page, random: Random) -> Page:
    """Spill something: a patch with a ragged edge, darker at its rim."""
    height, width = (side // _COARSE for side in page.shape)
    rows, columns = np.mgrid[:height, :width].astype(np.float32) * (_COARSE / PIXELS)
    middle = random.uniform(0.1, 0.9, 2) * (height, width) * _COARSE / PIXELS
    radius = random.uniform(5, 22)
    ragged: Any = cv2.GaussianBlur(random.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 10)
    ragged *= radius * 0.15 / max(1e-6, float(ragged.std()))
    away = np.hypot(rows - middle[0], columns - middle[1]) + ragged
    within = 1 / (1 + np.exp(np.clip((away - radius) / random.uniform(0.15, 0.8), -50, 50)))
    rim = np.exp(-(((away - radius + 0.8) / 0.7) ** 2))
    dark = within * random.uniform(0.03, 0.18) + rim * random.uniform(0.0, 0.15)
    whole = cv2.resize(dark.astype(np.float32), (page.shape[1], page.shape[0]))
    stained_page: Page = page * (1 - whole)
    return stained_page


def fold(page: Page, random: Random) -> Page:
    """Fold the sheet once: a crease with a shadow beside it, the print a little worn."""
    height, width = page.shape
    across = random.random() < 0.5
    length = height if across else width
    at = random.uniform(0.2, 0.8) * length + np.linspace(-1, 1, width if across else height) * random.normal(
        0, 0.01 * length
    )
    places = np.arange(length, dtype=np.float32)[:, None] - at[None, :].astype(np.float32)
    away = places / PIXELS
    crease = np.exp(-((away / random.uniform(0.12, 0.35)) ** 2)).astype(np.float32)
    shadow = (np.exp(-np.abs(away) / random.uniform(2, 8)) * (away > 0)).astype(np.float32)
    dark = crease * random.uniform(0.04, 0.22) + shadow * random.uniform(0.01, 0.06)
    worn = crease * random.uniform(0, 0.4)
    if not across:
        dark, worn = dark.T, worn.T
    folded: Page = (page + (1 - page) * worn) * (1 - dark)
    return folded


def stray(page: Page, random: Random) -> Page:
    """Draw a long stroke that means nothing, anywhere, or scribble in the margin."""
    ink = np.zeros(page.shape, np.float32)
    hand = Hand(ink, random)
    pen = (BALLPOINT, GEL, PENCIL)[int(random.integers(3))]
    height, width = page.shape[0] / PIXELS, page.shape[1] / PIXELS
    if random.random() < 0.3:
        x, y = random.choice([3.0, width - 8.0]), random.uniform(40, height - 80)
        hand.stroke([(x + random.uniform(0, 5), y + at * 1.3) for at in range(12)], pen)
    else:
        length, turn = random.uniform(20, 70), random.uniform(0, 2 * np.pi)
        x, y = random.uniform(20, width - 20), random.uniform(35, height - 60)
        bend = random.normal(0, 0.03)
        steps = np.linspace(0, length, 12)
        angle = turn + bend * steps / 10
        hand.stroke(list(zip(x + steps * np.cos(angle), y + steps * np.sin(angle), strict=True)), pen)
    made: Page = page * (1 - ink)
    return made


_KINDS: tuple[Callable[[Page, Random], Page], ...] = (stain, fold, stray)
