"""Numbers as offices write them: ``1,234.5``, in digits of full width, ``1.2E3``, ``42%``."""

import re
from fractions import Fraction

_WIDE = str.maketrans("０１２３４５６７８９．，－＋％−", "0123456789.,-+%-")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d{1,20})?")
_PLAIN = re.compile(r"[-+]?(?:\d{1,18}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][-+]?\d{1,2})?")
_LARGEST = 10**18
"""What nobody's target comes near, in any unit of measure."""
_MOST_PLACES = 40


def read_number(text: str) -> Fraction | None:
    """Return the number that a text is, exactly as written; ``None`` where it is none or beyond all measure.

    A comma only parts thousands: ``1,2.5`` is no number.
    """
    written = text.strip().translate(_WIDE)
    if _GROUPED.fullmatch(written):
        written = written.replace(",", "")
    if not _PLAIN.fullmatch(written):
        return None
    number = Fraction(written)
    return number if abs(number) < _LARGEST else None


def read_percentage(text: str) -> Fraction | None:
    """Return the number before a percent sign; ``None`` where there is no sign, or no number before it."""
    written = text.strip().translate(_WIDE)
    return read_number(written[:-1]) if written.endswith("%") else None


def fraction_of(stored: str) -> Fraction:
    """Return the number that was stored as ``str`` writes a fraction, ``12`` or ``199/5``.

    ``Fraction`` itself reads more ways of writing and takes several times as long: an assessment has a
    hundred thousand numbers. Raises ``ValueError`` where it is no such text.
    """
    above, stroke, below = stored.partition("/")
    return Fraction(int(above), int(below)) if stroke else Fraction(int(above))


def write_number(number: Fraction) -> str:
    """Write a number exactly: as a decimal where it ends, else as ``p/q``."""
    places = next((places for places in range(_MOST_PLACES) if 10**places % number.denominator == 0), None)
    if places is None:
        return str(number)
    digits = str(abs(number.numerator) * 10**places // number.denominator).zfill(places + 1)
    sign = "-" if number < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
