"""Signs that nobody sees: what a name may not hold, and when two names are one in two spellings.

A name stands on slips, tables and the certificate as it was typed. Signs without a shape let two names that
differ look alike, and those that turn the direction of a text let one read as another. What is typed or
imported is brought into NFC; files of a definition are read as they are: their digest is of what they hold.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
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
# The dots between the parts of a name, as keyboards have them; NFKC makes those of other widths plain.
_DOTS = dict.fromkeys(map(ord, "\u00b7\u2022\u2027\u2219\u22c5\u30fb\u2e31\u2e33\ua78f."), "\u00b7")
_PASTED = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
# Arabic, Syriac, N'Ko; the scripts of India, Tibet, Burma; Khmer and Mongolian; Arabic in its forms.
_JOINING = r"\u0600-\u08ff\u0900-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc"
_JOINER = re.compile(rf"(?<=[{_JOINING}])[\u200c\u200d](?=[{_JOINING}])")
# NFC would draw an ideograph of this kind in another shape than its bearer writes.
_COMPOSED = re.compile(r"[^\uf900-\ufaff\U0002f800-\U0002fa1f]+")
_BREAK = re.compile("\r\n|[\r\v\u2028\u2029]")


def composed(text: str) -> str:
    """Return a text in NFC, in which variants of ideographs keep their shape."""
    return _COMPOSED.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)


def clean(text: str) -> str:
    """Return a name in NFC, without what word processors and chat programs paste along with it.

    Joiners stay between letters of scripts whose spelling needs them.
    """
    kept: list[str] = _JOINER.findall(text)
    plain = [part.translate(_PASTED) for part in _JOINER.split(text)]
    return composed("".join(map(str.__add__, plain, [*kept, ""])))


def without_joiners(text: str) -> str:
    """Return a text without the joiners that the spelling of its script needs."""
    return _JOINER.sub("", text)


def break_lines(text: str) -> str:
    """Return a text with every sign that breaks a line as a newline: Word pastes vertical tabs as such."""
    return _BREAK.sub("\n", text)


def turns(text: str) -> bool:
    """Return whether signs in a text make it, or what stands behind it, run the other way."""
    return not _TURNING.isdisjoint(text)


def without_turning(text: str) -> str:
    """Return a text without the signs that make it, or what stands behind it, run the other way."""
    return "".join(sign for sign in text if sign not in _TURNING)


def with_turning_shown(text: str) -> str:
    """Return a text in which such signs are written out, as ``[U+202E]``."""
    return "".join(f"[U+{ord(sign):04X}]" if sign in _TURNING else sign for sign in text)


def is_clear(name: str) -> bool:
    """Return whether a name holds no sign without a shape, but for breaks, tabs and needed joiners."""
    rest = without_joiners(name)
    return not any(unicodedata.category(sign) in _SHAPELESS and sign not in "\n\t" for sign in rest)


def seen(name: str) -> str:
    """Return what is compared of a name: two spellings of one give the same.

    Width, case, spaces, empty signs and which dot stands between its parts do not count. Letters of different
    scripts that are drawn alike do.
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(
        sign
        for sign in plain.translate(_DOTS)
        if sign not in _EMPTY and not sign.isspace() and unicodedata.category(sign) not in _SHAPELESS
    )


def near_doubles(persons: Iterable[tuple[str, ...]]) -> Iterator[tuple[int, int]]:
    """List who may be there twice, as places: the one before, and the one to ask about.

    A person is a name and what else tells one from another. Two are asked about whose names are one in two
    spellings, and two who differ in nothing.
    """
    spellings: dict[str, dict[str, int]] = {}
    known: dict[tuple[str, ...], int] = {}
    for place, (name, *rest) in enumerate(persons):
        compared = seen(name)
        if not compared:
            continue
        written = spellings.setdefault(compared, {})
        other = next((before for spelling, before in written.items() if spelling != name), None)
        same = known.setdefault((compared, *map(seen, rest)), place)
        written.setdefault(name, place)
        if same != place:
            yield same, place
        elif other is not None:
            yield other, place


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
