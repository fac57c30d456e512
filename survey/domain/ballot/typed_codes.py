"""Codes in what people paste or scan: one a line, several on one, addresses from QR codes, rows of a list."""

import re
from urllib.parse import unquote

from survey.domain.operations.carried_text import visible

CODE_HEADS = ("token", "投票码")
"""What stands over the codes in a list of them: for programs, and for offices."""

_CODE = r"[0-9A-Za-z]{4}(?: ?[-\u2010-\u2014\u2212]? ?[0-9A-Za-z]{4}){3}(?![0-9A-Za-z])"
_TOKEN = re.compile(rf"(?<![0-9A-Za-z]){_CODE}")
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


def _plain(text: str) -> str:
    """Undo what links and phones do to a code: %2D, full width, signs that nobody sees."""
    return visible(unquote(visible(text)))


def _is_header(line: str) -> bool:
    names = {name.strip(' "').casefold() for name in re.split(r"[,;\t|]", line)}
    return not names.isdisjoint(CODE_HEADS) and not _TOKEN.search(line)


def _grouped(token: str) -> str:
    symbols = re.sub(r"[^0-9A-Za-z]", "", token).upper()
    return "-".join(symbols[start : start + 4] for start in range(0, len(symbols), 4))
