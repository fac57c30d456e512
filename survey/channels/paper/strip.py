"""Whether the strip for the phone is still at the foot of a page: it is looked at, and never read."""

import numpy as np

from survey.domain.paper.sheet import STRIP, PaperPage

from .darkness import Dark, part_of
from .ingest import Grey

_LEFT, _WIDTH = 30.0, 110.0
_TOP, _FOOT = 6.0, 2.0
"""Mm below the cut, where a tear throws shadows, and above the edge that are not looked at."""
_STRONG = 0.40
_SHARE = (0.015, 0.4)
"""How much of it the strip's print makes dark: words and a code, not a lid or a table."""
_PALER = 0.6
"""A lid is darker than so much of the paper."""


def has_strip(flat: Grey, dark: Dark, page: PaperPage) -> bool:
    """Return whether below the cut there is paper with print on it; only first pages have any there."""
    if page.cut is None or page.page != 1:
        return False
    where = (_LEFT, page.cut + _TOP, _WIDTH, STRIP - _TOP - _FOOT)
    # What a picture does not show is white, and is no paper with print.
    if np.median(part_of(flat, *where)) < _PALER * np.median(flat):
        return False
    share = float((part_of(dark, *where) > _STRONG).mean())
    return _SHARE[0] <= share <= _SHARE[1]
