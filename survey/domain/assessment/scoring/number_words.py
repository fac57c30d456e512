"""Numbers in Chinese sentences: as few places as they need, rounded once, a half away from zero.

Where a number that a sum goes on with has no end, it keeps six figures: whoever works the sum out again comes
to the points that stand behind it.
"""

from fractions import Fraction

POINT_PLACES = 2
VALUE_PLACES = 4
FIGURES = 6


def short(value: Fraction, places: int = VALUE_PLACES) -> str:
    """Write a number with at most so many places, without zeros at its end; with more where it has no end."""
    above, below = abs(value).as_integer_ratio()
    return _written(value, places if not above * 10**places % below else max(places, _needed(above, below)))


def _needed(above: int, below: int) -> int:
    """Return the places that show six figures of a fraction."""
    whole = above // below
    return FIGURES - len(str(whole)) if whole else FIGURES - 1 + len(str(below // above))


def _written(value: Fraction, places: int) -> str:
    # In whole numbers: two hundred units with sixty indicators write a hundred thousand of them.
    above, below = value.as_integer_ratio()
    sign, above = ("−", -above) if above < 0 else ("", above)
    if below == 1:
        return f"{sign}{above}"
    scale = 10**places
    units = (2 * above * scale + below) // (2 * below)
    whole, rest = divmod(units, scale)
    if not rest:
        return f"{sign}{whole}" if whole else "0"
    return f"{sign}{whole}.{rest:0{places}}".rstrip("0")


def short_points(value: Fraction) -> str:
    """Write points with at most two places."""
    return _written(value, POINT_PLACES)


def percentage(share: Fraction) -> str:
    """Write a share as a percentage with at most two places."""
    return f"{short_points(share * 100)}%"


def bracketed(text: str) -> str:
    """Put a number below 0 in brackets, so that it can stand after a sign."""
    return f"（{text}）" if text.startswith("−") else text


def reckoned(left: str, sign: str, right: str) -> str:
    """Write two sides with a sign between them; beside a bracket of full width stands no space."""
    before = "" if left.endswith("）") else " "
    after = "" if right.startswith("（") else " "
    return f"{left}{before}{sign}{after}{right}"
