"""Mobile numbers of mainland China, as people and spreadsheets write them."""

import re
import unicodedata
from decimal import Decimal

from survey.domain.errors import BadPhoneNumber, PhoneFlaw

_BETWEEN = re.compile(r"[\s\-‐‑–—―−·()\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+")
"""Spaces, dashes and brackets, and the marks of direction that copied contacts bring along."""
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d{1,2}")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_AREA = r"(10|2\d|[3-9]\d\d)[2-9]\d{6,}"
_LANDLINE = re.compile(rf"0{_AREA}|[2-9]\d{{6,7}}|[48]00\d{{7}}")
_ABROAD_LANDLINE = re.compile(_AREA)
_CHINA = re.compile(r"\+86|0086|86(?=1[3-9]\d{9}$)")


def mobile_number(text: str) -> str:
    """Return the number in E.164 (``+8613800001111``).

    Raises ``BadPhoneNumber`` with its flaw; nothing of the number is in the refusal.
    """
    written = unicodedata.normalize("NFKC", text).strip().lstrip("'")
    number = _BETWEEN.sub("", _of_spreadsheet(written))
    china = _CHINA.match(number)
    local = number[china.end() :] if china else number
    if _MOBILE.fullmatch(local) and local.isascii():
        return f"+86{local}"
    raise BadPhoneNumber(_flaw(number, local, china is not None))


def _of_spreadsheet(text: str) -> str:
    """Return the digits of a cell read as a number; raises ``BadPhoneNumber`` where some are gone."""
    if _SCIENTIFIC.fullmatch(text) and text.isascii():
        value = Decimal(text)
        # 1.38E+10 has lost the rest; eleven digits are written with ten behind the point.
        if len(value.as_tuple().digits) < 11:
            raise BadPhoneNumber(PhoneFlaw.ROUNDED)
        return f"{value:f}".removesuffix(".0")
    return re.sub(r"(?<=\d)\.0+$", "", text)


def _flaw(number: str, local: str, china: bool) -> PhoneFlaw:
    digits = number.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        return PhoneFlaw.NOT_A_NUMBER
    if (china and _ABROAD_LANDLINE.fullmatch(local)) or _LANDLINE.fullmatch(local):
        return PhoneFlaw.LANDLINE
    if not china and (number.startswith(("+", "00"))):
        return PhoneFlaw.FOREIGN
    if len(local) < 11:
        return PhoneFlaw.TOO_SHORT
    return PhoneFlaw.TOO_LONG if len(local) > 11 else PhoneFlaw.NOT_MOBILE
