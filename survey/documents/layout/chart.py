"""Stacked bars of grades, drawn as SVG: one segment a share, told apart by lightness and by pattern.

Every segment refers to a pattern that ``patterns`` draws once a page. Colours are presentation attributes,
which is what paper and a policy without inline styles want; the classes let a style sheet turn them for dark
screens.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate, pairwise

_EDGE = "#1d3557"
_FILL = {"f1": _EDGE, "f2": "#54789f", "f3": "#8fa9c4", "f4": "#c9d6e4", "f5": "#ffffff", "f0": "#ffffff"}
_WHOLE = Decimal(100)

# The best grade first; a scale takes as many as it has grades, spread over the whole ladder.
_LADDERS = {2: "15", 3: "135", 4: "1245", 5: "12345"}
_STEPS = "12345"
ABSTAINED = "0"
"""The pattern of abstentions, which are no grade."""


def patterns() -> str:
    """Draw nothing but the patterns that bars and swatches on the same page are filled with."""
    return (
        '<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>'
        + _pattern("1", 6, "")
        + _pattern("2", 6, _stripe(1.3, "light"), turned=45)
        + _pattern("3", 8, _stripe(1, "dark"), turned=-45)
        + _pattern("4", 6, _dot(1.5, 1.5) + _dot(4.5, 4.5))
        + _pattern("5", 6, "")
        + _pattern(ABSTAINED, 4, _stripe(1, "grey"), turned=90)
        + "</defs></svg>"
    )


def steps(grades: int) -> str:
    """Return the pattern of each grade of a scale, the best first; in long scales neighbours share one."""
    known = _LADDERS.get(grades)
    return known or "".join(_STEPS[place * len(_STEPS) // grades] for place in range(grades))


def bar(shares: Sequence[Decimal | None], grades: int) -> str:
    """Draw the shares of one row, in percent and in the order of the scale, as one stacked bar.

    A share more than there are ``grades`` is that of the abstentions. What rounding leaves of the whole stays
    empty; what it adds is taken off all alike. Nothing is drawn where nothing is known.
    """
    known = [share or Decimal(0) for share in shares]
    if not any(known):
        return ""
    whole = max(_WHOLE, sum(known, Decimal(0)))
    ends = [end * _WHOLE / whole for end in accumulate(known, initial=Decimal(0))]
    kinds = steps(grades) + ABSTAINED
    segments = "".join(
        _box(f'x="{_number(start)}%" width="{_number(end - start)}%"', kind)
        for kind, (start, end) in zip(kinds, pairwise(ends), strict=False)
        if end > start
    )
    return _picture("bar", 'width="100%" height="20"', segments + _frame())


def swatch(kind: str) -> str:
    """Draw one pattern by itself, for the key under a chart."""
    return _picture("swatch", 'width="28" height="16"', _box('x="0" width="100%"', kind, height=15))


def _picture(name: str, size: str, content: str) -> str:
    return (
        f'<svg class="chart {name}" {size} overflow="visible" aria-hidden="true" focusable="false">'
        f"{content}</svg>"
    )


def _box(place: str, kind: str, height: int = 19) -> str:
    return (
        f'<rect class="edge" {place} y="0.5" height="{height}" fill="url(#grade-{kind})" '
        f'stroke="{_EDGE}" stroke-width="1"/>'
    )


def _frame() -> str:
    """Outline the whole, so that a rest that is no share is seen as one."""
    return (
        f'<rect class="edge" x="0" width="100%" y="0.5" height="19" fill="none" stroke="{_EDGE}" '
        'stroke-width="1"/>'
    )


def _pattern(kind: str, size: int, content: str, turned: int = 0) -> str:
    turn = f' patternTransform="rotate({turned})"' if turned else ""
    ground = f'<rect class="f{kind}" width="{size}" height="{size}" fill="{_FILL[f"f{kind}"]}"/>'
    return (
        f'<pattern id="grade-{kind}" width="{size}" height="{size}" patternUnits="userSpaceOnUse"{turn}>'
        f"{ground}{content}</pattern>"
    )


def _stripe(width: float, colour: str) -> str:
    fill = {"light": "#ffffff", "dark": _EDGE, "grey": "#7a7a7a"}[colour]
    return f'<rect class="{colour}" width="{width}" height="8" fill="{fill}"/>'


def _dot(x: float, y: float) -> str:
    return f'<circle class="dot" cx="{x}" cy="{y}" r="1" fill="{_EDGE}"/>'


def _number(value: Decimal) -> str:
    """Write a part of the width, to a thousandth of a percent, without what no screen can show."""
    return f"{value:.3f}".rstrip("0").rstrip(".")
