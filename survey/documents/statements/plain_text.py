"""Text drawn out of a file, as a definition may hold it and a page can show it."""

import re
import unicodedata

from survey.domain.definition.names import break_lines, composed, without_turning

_BLANK_LINES = re.compile(r"\n{3,}")


def tidied(text: str) -> str:
    """Return a text without signs that nobody sees, spaces at the ends of lines, and second blank lines."""
    plain = without_turning(composed(break_lines(text)))
    kept = "".join(sign for sign in plain if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))
    lines = (line.rstrip() for line in kept.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")
