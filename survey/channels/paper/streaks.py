"""Streaks that dust on the glass of a feeder draws down a page: found, and bridged where they are few."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .ingest import Grey

MAX_COLUMNS = 60
_BANDS, _ENOUGH = 16, 14
_LEVELS = 6
_NEIGHBOURS = 15
_MARGIN = 50
"""One of so many parts of a page, at its head and at its foot, is margin: nothing is printed there."""


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
    mean = (picture[:, left].astype(np.uint16) + picture[:, right]) // 2
    bridged[:, wide] = mean.astype(np.uint8)
    return bridged


def _differing(bands: Sequence[Grey]) -> NDArray[Any]:
    """Return for each band and column whether it differs from its neighbours."""
    means = np.stack([band.mean(axis=0) for band in bands])
    half = _NEIGHBOURS // 2
    padded = np.pad(means, ((0, 0), (half, half)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, _NEIGHBOURS, axis=1)
    differs: NDArray[Any] = np.abs(means - np.median(windows, axis=2)) > _LEVELS
    return differs
