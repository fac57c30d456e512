"""The text of a Word file, as whoever accepts all tracked changes reads it: paragraphs, and rows of tables.

Nothing else of the file is kept, so what a template may not hold – macros, links, embedded files – does no
harm here and is passed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from docx.oxml.ns import nsmap

from survey.documents.layout.untrusted_package import (
    PackageFlaw,
    PackageLimits,
    UnreadablePackage,
    UntrustedPackage,
    XmlPart,
    untrusted_package,
)
from survey.documents.word.content_types import content_types
from survey.documents.word.tracked_changes import DELETED

from .faults import StatementFaultKind, UnusableStatement
from .plain_text import tidied

MAX_TEXT_LENGTH = 10_000
"""Characters: some twelve pages. It comes to every phone with the ballot; longer ones are better as PDF."""
_MAX_XML = 16 * 1024 * 1024
_LIMITS = PackageLimits(parts=2000, listed=128 * 1024 * 1024, unpacked=2 * _MAX_XML)
_W = nsmap["w"] + " "
_FALLBACK = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"
_MAIN = (
    "wordprocessingml.document.main+xml",
    "wordprocessingml.template.main+xml",
    "ms-word.document.macroEnabled.main+xml",
)
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_UNREAD = DELETED | {"rt"}
"""Struck out, or the reading above a character."""
_CELL_GAP = "\u3000"
_OFF = ("0", "false", "off")


@dataclass(frozen=True)
class WordTaken:
    """The text of a Word file; how many pictures and numbers of automatic lists are not in it."""

    text: str
    pictures: int
    numbers: int


def read_word(content: bytes) -> WordTaken:
    """Return the text of a Word file; raises ``UnusableStatement``."""
    try:
        with untrusted_package(content, _LIMITS) as package:
            part = _Body()
            package.parse(_main_part(package), part)
    except UnreadablePackage as error:
        raise UnusableStatement(_KINDS[error.flaw]) from error
    text = tidied("\n".join(part.lines))
    if not text:
        raise UnusableStatement(StatementFaultKind.NO_TEXT)
    if len(text) > MAX_TEXT_LENGTH:
        raise UnusableStatement(StatementFaultKind.TOO_LONG, str(len(text)))
    return WordTaken(text, part.pictures, part.numbers)


_KINDS = {
    PackageFlaw.TOO_LARGE: StatementFaultKind.TOO_LARGE,
    PackageFlaw.PASSWORD: StatementFaultKind.PASSWORD,
    PackageFlaw.DAMAGED: StatementFaultKind.DAMAGED,
    PackageFlaw.ENTITIES: StatementFaultKind.ENTITIES,
}


def _main_part(package: UntrustedPackage) -> str:
    types = content_types(package).parts
    main = next((name for name, kind in types.items() if kind.endswith(_MAIN)), None)
    if main is None:
        raise UnusableStatement(StatementFaultKind.OTHER_FORMAT)
    return main


@dataclass
class _Body(XmlPart):
    """Lines of the body: one for each paragraph outside of tables, one for each row of a table."""

    separator = " "
    max_bytes = _MAX_XML

    lines: list[str] = field(default_factory=list)
    pictures: int = 0
    numbers: int = 0
    _holders: list[list[str]] = field(default_factory=list)
    _rows: list[list[str]] = field(default_factory=list)
    _paragraphs: list[str] = field(default_factory=list)
    _runs: int = 0
    _hidden: bool = False
    _taken: bool = False
    _unread: int = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = name.removeprefix(_W)
        if local in _UNREAD or name == _FALLBACK:
            self._unread += 1
        elif local == "p":
            self._paragraphs.append("")
        elif local == "tr":
            self._rows.append([])
        elif local == "tc":
            self._holders.append([])
        elif local == "r":
            self._runs += 1
            self._hidden = False
        elif local == "vanish" and self._runs:
            self._hidden = attributes.get(f"{_W}val", "1") not in _OFF
        elif local == "t":
            self._taken = True
        elif local in _BREAKS and self._runs:
            self._add(_BREAKS[local])
        elif local in ("drawing", "pict") and not self._unread:
            self.pictures += 1
        elif local == "numPr" and not self._unread:
            self.numbers += 1

    def end(self, name: str) -> None:
        local = name.removeprefix(_W)
        if local in _UNREAD or name == _FALLBACK:
            self._unread -= 1
        elif local == "p" and self._paragraphs:
            self._holder().append(self._paragraphs.pop())
        elif local == "tc" and self._holders:
            cell = " ".join(line.strip() for line in self._holders.pop() if line.strip())
            (self._rows[-1] if self._rows else self._holder()).append(cell)
        elif local == "tr" and self._rows:
            self._holder().append(_CELL_GAP.join(cell for cell in self._rows.pop() if cell))
        elif local == "r":
            self._runs -= 1
        elif local == "t":
            self._taken = False

    def text(self, text: str) -> None:
        if self._taken:
            self._add(text)

    def _add(self, text: str) -> None:
        if self._paragraphs and not self._unread and not self._hidden:
            self._paragraphs[-1] += text

    def _holder(self) -> list[str]:
        return self._holders[-1] if self._holders else self.lines
