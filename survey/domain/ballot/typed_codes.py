"""Codes and receipts in what people paste or scan: alone, in words, in addresses, in rows of a list."""

import re
from urllib.parse import unquote

from survey.domain.operations.carried_text import visible

from .ballot import RECEIPT_SYMBOLS
from .crockford import read_symbols

CODE_HEADS = ("token", "投票码")
"""What stands over the codes in a list of them: for programs, and for offices."""

_CODE = r"[0-9A-Za-z]{4}(?: ?[-\u2010-\u2014\u2212]? ?[0-9A-Za-z]{4}){3}(?![0-9A-Za-z])"
_TOKEN = re.compile(rf"(?<![0-9A-Za-z]){_CODE}")
_DASHES = r"\-\u2010-\u2014\u2212"
_RECEIPT_WRITTEN = re.compile(
    rf"(?<![0-9A-Za-z{_DASHES}])[0-9A-Za-z]{{4}}(?:[{_DASHES}][0-9A-Za-z]{{4}}){{2}}(?![{_DASHES}]?[0-9A-Za-z])"
)
_RECEIPT_SPACED = re.compile(r"(?<![0-9A-Za-z])(?=([0-9A-Za-z]{4}(?: ?[0-9A-Za-z]{4}){2})(?! ?[0-9A-Za-z]))")
_MAX_AROUND = 500
"""Characters that are searched for a receipt."""
_OVERLAPPING = re.compile(rf"(?<![0-9A-Za-z])(?=({_CODE}))")


def typed_codes(text: str) -> list[str]:
    """Return what may be codes in a text, each once, in its order.

    A line without any is returned as it is, so that it can be named; the head of a list of codes is left out.
    """
    found: dict[str, None] = {}
    for line in _plain(text).splitlines():
        entered = line.strip()
        if not re.search(r"\w", entered) or _is_header(entered):
            continue
        tokens = _TOKEN.findall(entered)
        for token in tokens or [entered[:80]]:
            found.setdefault(_grouped(token) if tokens else token)
    return list(found)


def codes_around(text: str) -> list[str]:
    """Return every stretch of a text that has the form of a code, also where two of them overlap.

    Only one whose check symbol fits is a code: "code 7K3M-…" begins with a word of four letters.
    """
    return _OVERLAPPING.findall(_plain(text))


def receipt_in(text: str) -> str | None:
    """Return the symbols of the one receipt in what somebody typed or pasted, words or an address around it.

    ``None`` where there is none, or more than one. A receipt has no check symbol, so one that is written as
    it was shown, with dashes, goes before letters and digits that only have its length; and a voter's code is
    not read as a receipt.
    """
    entered = _plain(text[:_MAX_AROUND])
    if symbols := _receipt(entered):
        return symbols
    for form in (_RECEIPT_WRITTEN,) if _TOKEN.search(entered) else (_RECEIPT_WRITTEN, _RECEIPT_SPACED):
        if found := {symbols for one in form.findall(entered) if (symbols := _receipt(one))}:
            return found.pop() if len(found) == 1 else None
    return None


def _receipt(entered: str) -> str | None:
    symbols = read_symbols(entered)
    return symbols if symbols is not None and len(symbols) == RECEIPT_SYMBOLS else None


def _plain(text: str) -> str:
    """Undo what links and phones do to a code: %2D, full width, signs that nobody sees."""
    return visible(unquote(visible(text)))


def _is_header(line: str) -> bool:
    names = {name.strip(' "').casefold() for name in re.split(r"[,;\t|]", line)}
    return not names.isdisjoint(CODE_HEADS) and not _TOKEN.search(line)


def _grouped(token: str) -> str:
    symbols = re.sub(r"[^0-9A-Za-z]", "", token).upper()
    return "-".join(symbols[start : start + 4] for start in range(0, len(symbols), 4))
