"""Points and numbers as they are shown: rounded once, a half away from zero."""

from decimal import Decimal
from fractions import Fraction

from survey.domain.definition.rounding import half_up

PLACES = 2
"""To how many places points are shown where no rule says otherwise."""


def rounded(value: Fraction, places: int = PLACES) -> Decimal:
    """Round to so many places, a half away from zero."""
    units = half_up(abs(value) * 10**places)
    # From a text, which is taken as it is: arithmetic on decimals would keep 28 digits only.
    return Decimal(f"{-units if value < 0 else units}E-{places}")


def kept(value: Fraction, places: int | None) -> Fraction:
    """Round to so many places where a rule says how many; without one the value stays exact."""
    return value if places is None else Fraction(rounded(value, places))


def shown(value: Fraction | Decimal, places: int = PLACES) -> str:
    """Write a number with so many places."""
    return f"{rounded(Fraction(value), places):f}"


def plain(value: Fraction) -> str:
    """Write a number with as few places as it has; one that has no end with two of them."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return shown(value)
    places = next(places for places in range(value.denominator) if (value * 10**places).denominator == 1)
    return shown(value, places)
