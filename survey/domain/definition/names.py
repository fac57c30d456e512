"""Signs that nobody sees: what a name may not hold, and when two names look the same.

A name stands on slips, tables and the certificate as it was typed. Signs without a shape let two names that
differ look alike, and those that turn the direction of a text let one read as another.
"""

import unicodedata
from collections.abc import Iterator
from typing import Any

from survey.domain.errors import Fault, Flaw

from .campaign import TABLES
from .schema import every_key
from .schema_entries import TextEntry

LINES = frozenset(
    known.key
    for _path, known in every_key(TABLES)
    if isinstance(known.entry, TextEntry) and known.entry.lines
)
"""Keys of texts of several lines, in which scripts that need them may have joiners and hyphens."""

_SHAPELESS = frozenset({"Cc", "Cf", "Zl", "Zp"})
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Letters and marks that are drawn as nothing: fillers, joiners, selectors of a variant.
_EMPTY = frozenset(
    map(
        chr,
        (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0,
         *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)),
    )
)  # fmt: skip


PASTED = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
"""What word processors and chat programs paste along with a name; for ``str.translate``."""


def turns(text: str) -> bool:
    """Return whether signs in a text make it, or what stands behind it, run the other way."""
    return not _TURNING.isdisjoint(text)


def is_clear(name: str) -> bool:
    """Return whether a name holds no sign without a shape; line breaks and tabs are seen."""
    return not any(unicodedata.category(sign) in _SHAPELESS and sign not in "\n\t" for sign in name)


def seen(name: str) -> str:
    """Return what is seen of a name: two that look the same give the same.

    Width, case, spaces and empty signs do not count. Letters of different scripts that are drawn alike do.
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(
        sign
        for sign in plain
        if sign not in _EMPTY and not sign.isspace() and unicodedata.category(sign) not in _SHAPELESS
    )


def unclear(value: Any, path: str = "", key: str = "") -> Iterator[Fault]:
    """List the texts of a definition that hold such signs."""
    if isinstance(value, str):
        if turns(value) if key in LINES else not is_clear(value):
            yield Fault(path, "holds a sign that nobody sees", Flaw.CONTROL_CHARACTER)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from unclear(one, f"{path}.{name}" if path else name, name)
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from unclear(one, f"{path}[{place}]", key)
