"""Streaks that dust on the glass of a feeder draws down a page: found, and bridged where they are few."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from .ingest import Grey

MAX_COLUMNS = 60
_BANDS, _ENOUGH = 16, 14
_LEVELS = 6
_NEIGHBOURS = 15
_MARGIN = 50
"""One of so many parts of a page, at its head and at its foot, is margin: nothing is printed there."""
_UNLIKE, _UPRIGHT = 12, 250
"""Levels by which the sides of a streak differ along an upright edge, which is one of 250 of a page long."""


def without_streaks(picture: Grey) -> Grey | None:
    """Return a picture with its streaks bridged by what stands beside them; ``None`` where they are too many.

    A streak is a column that differs by more than six levels from the median of its fifteen neighbours, in
    fourteen of sixteen bands and in both margins, which printed rules do not reach.
    """
    margin = max(1, picture.shape[0] // _MARGIN)
    ends = _differing([picture[:margin], picture[-margin:]])
    bands = _differing(np.array_split(picture, _BANDS))
    columns = np.flatnonzero((bands.sum(axis=0) >= _ENOUGH) & ends.all(axis=0))
    if len(columns) > MAX_COLUMNS:
        return None
    if not len(columns):
        return picture
    # Beside a streak its shadow is left, too faint to be found by itself.
    wide = np.unique(np.clip(np.concatenate([columns - 1, columns, columns + 1]), 0, picture.shape[1] - 1))
    sound = np.setdiff1d(np.arange(picture.shape[1]), wide)
    left = sound[np.clip(np.searchsorted(sound, wide) - 1, 0, len(sound) - 1)]
    right = sound[np.clip(np.searchsorted(sound, wide), 0, len(sound) - 1)]
    bridged = picture.copy()
    bridged[:, wide] = _between(picture[:, left], picture[:, right])
    return bridged


def _between(left: Grey, right: Grey) -> Grey:
    """Return what stands between the columns on either side: their mean; the lighter along an upright edge.

    A pen's stroke runs across a streak and is carried on by the mean. The outline of a box runs along it, and
    the mean would draw it into the box, where it would be taken for a mark.
    """
    lighter, darker = np.maximum(left, right), np.minimum(left, right)
    upright = np.ones((max(3, left.shape[0] // _UPRIGHT), 1), np.uint8)
    along = cv2.morphologyEx((lighter - darker > _UNLIKE).astype(np.uint8), cv2.MORPH_OPEN, upright)
    mean = (left.astype(np.uint16) + right) // 2
    return np.where(along, lighter, mean).astype(np.uint8)


def _differing(bands: Sequence[Grey]) -> NDArray[Any]:
    """Return for each band and column whether it differs from its neighbours."""
    means = np.stack([band.mean(axis=0) for band in bands])
    half = _NEIGHBOURS // 2
    padded = np.pad(means, ((0, 0), (half, half)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, _NEIGHBOURS, axis=1)
    differs: NDArray[Any] = np.abs(means - np.median(windows, axis=2)) > _LEVELS
    return differs
