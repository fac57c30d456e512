"""How wide texts are on paper: reckoned, not measured.

A layout must be the same wherever it is worked out, whatever font the printer has. What draws the page makes
a text smaller where the reckoning was short.
"""

import math
from unicodedata import east_asian_width

EM = 25.4 / 72
"""Width in mm of a wide character of one point."""

Sizes = tuple[tuple[float, int], ...]
"""The sizes of type that a text may have, in points, each with the number of lines, the largest first."""

TEXT = 10.5
WRITTEN: Sizes = ((11.0, 1), (10.5, 1), (9.5, 2), (8.5, 2), (7.5, 3))
SMALL: Sizes = ((10.5, 1), (9.5, 1), (8.5, 1), (8.0, 2))


def em(text: str) -> float:
    """Reckon the width of a text, in characters as wide as they are high."""
    return sum(1.0 if east_asian_width(character) in "WFA" else 0.6 for character in text)


def lines_of(text: str, width: float, size: float) -> int:
    """Reckon how many lines a text takes; ``width`` is in mm, ``size`` in points."""
    return max(1, math.ceil(em(text) * size * EM / width))


def mm(value: float) -> float:
    """Round a place to hundredths of a mm, as it stands in the layout."""
    return round(value, 2)
