"""Codes in what people paste or scan: one a line, several on one, addresses from QR codes, rows of a list."""

import re
import unicodedata

_TOKEN = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-Za-z]{4}(?:[- \u2010-\u2014\u2212]?[0-9A-Za-z]{4}){3}(?![0-9A-Za-z])"
)
_HEADER = "group,token"


def typed_codes(text: str) -> list[str]:
    """Return what may be codes in a text, each once, in its order.

    A line without any is returned as it is, so that it can be named; the head of a list of codes is left out.
    """
    found: dict[str, None] = {}
    for line in unicodedata.normalize("NFKC", text).splitlines():
        entered = line.strip().lstrip("\ufeff")
        if not entered or entered.replace(" ", "").casefold().startswith(_HEADER):
            continue
        tokens = _TOKEN.findall(entered)
        for token in tokens or [entered[:80]]:
            found.setdefault(_plain(token) if tokens else token)
    return list(found)


def _plain(token: str) -> str:
    symbols = re.sub(r"[^0-9A-Za-z]", "", token).upper()
    return "-".join(symbols[start : start + 4] for start in range(0, len(symbols), 4))
