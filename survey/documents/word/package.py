"""Looking into a Word file of an unknown sender, before any library opens it.

Refused is what does not belong into a template: macros, embedded programs, anything that would be fetched
from elsewhere, fields that do, and packages that grow when they are unpacked.
"""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field

from survey.documents.layout.file_format import FileFormat, file_format
from survey.documents.layout.untrusted_package import (
    PackageLimits,
    UnreadablePackage,
    UntrustedPackage,
    XmlPart,
    spelled_plainly,
    untrusted_package,
)

from .content_types import content_types
from .faults import DocumentPlace, TemplateFault, TemplateFaultKind, UnusableTemplate
from .tracked_changes import DELETED

MAX_FILE = 2 * 1024 * 1024
MAX_UNPACKED = 16 * 1024 * 1024
MAX_TEXT = 3 * 1024 * 1024
MAX_PARTS = 500
MAX_EXCERPT_LENGTH = 60
_LIMITS = PackageLimits(MAX_PARTS, MAX_UNPACKED, 3 * MAX_UNPACKED)
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TEMPLATE = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
_KINDS = {
    FileFormat.PASSWORD: TemplateFaultKind.PASSWORD,
    FileFormat.OLD_OFFICE: TemplateFaultKind.DAMAGED,
}
_TEXT_PARTS = {
    _MAIN: "body",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml": "header",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml": "footer",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml": "note",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.endnotes+xml": "note",
}
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
_FIELDS = frozenset(
    [
        "PAGE",
        "NUMPAGES",
        "SECTION",
        "SECTIONPAGES",
        "DATE",
        "TIME",
        "TITLE",
        "SEQ",
        "STYLEREF",
        "TOC",
        "PAGEREF",
        "REF",
    ]
)
_LINKS = frozenset(
    [
        "officeDocument",
        "styles",
        "stylesWithEffects",
        "settings",
        "webSettings",
        "fontTable",
        "theme",
        "numbering",
        "header",
        "footer",
        "footnotes",
        "endnotes",
        "comments",
        "commentsExtended",
        "commentsIds",
        "commentsExtensible",
        "people",
        "image",
        "font",
        "core-properties",
        "extended-properties",
        "custom-properties",
        "customXml",
        "customXmlProps",
        "glossaryDocument",
        "thumbnail",
        "printerSettings",
    ]
)


@dataclass
class Paragraph:
    """The text of one paragraph, and where it stands."""

    part: str
    table: int = 0
    row: int = 0
    column: int = 0
    text: str = ""

    @property
    def place(self) -> DocumentPlace:
        """Return where it stands, as a person can find it."""
        return DocumentPlace(
            self.part, self.text.strip()[:MAX_EXCERPT_LENGTH], self.table, self.row, self.column
        )


def read_package(data: bytes) -> list[Paragraph]:
    """Return the paragraphs of a harmless Word file, the body's first; raises ``UnusableTemplate``."""
    if len(data) > MAX_FILE:
        raise UnusableTemplate(TemplateFault(TemplateFaultKind.TOO_LARGE))
    if found := file_format(data):
        kind = _KINDS.get(found, TemplateFaultKind.NOT_WORD)
        raise UnusableTemplate(TemplateFault(kind, file_format=found))
    try:
        with untrusted_package(data, _LIMITS) as package:
            package.require_each_name_once()
            return _WordPackage(package).paragraphs()
    except UnreadablePackage as error:
        raise UnusableTemplate(TemplateFault(TemplateFaultKind(error.flaw.value))) from error


@dataclass(frozen=True)
class _WordPackage:
    package: UntrustedPackage

    def paragraphs(self) -> list[Paragraph]:
        types = self._types()
        for name in self.package.names:
            low = spelled_plainly(name)
            if low.endswith(".rels"):
                self._links(name)
            if (low.endswith(".bin") and "printersettings" not in low) or "vbaproject" in low:
                _refuse(TemplateFaultKind.MACROS, name)
            if "/embeddings/" in low or "/activex/" in low:
                _refuse(TemplateFaultKind.EMBEDDED, posixpath.basename(name))
        kinds = {name: _TEXT_PARTS[kind] for name, kind in types.items() if kind in _TEXT_PARTS}
        if list(kinds.values()).count("body") != 1:
            _refuse(TemplateFaultKind.NOT_WORD)
        found: list[Paragraph] = []
        names = {name: spelled_plainly(name) for name in self.package.names}
        for name, low in sorted(names.items(), key=lambda both: (kinds.get(both[1]) != "body", both[0])):
            part = _TextPart(kinds.get(low, ""))
            if low in kinds or types.get(low, "").endswith("xml") or low.endswith((".xml", ".rels")):
                self.package.parse(name, part)
            else:
                self.package.unpack(name)
            found += part.found
        return found

    def _types(self) -> dict[str, str]:
        """Return the content types by the plain names of parts; the main one tells what the file is."""
        types = content_types(self.package)
        kinds = types.parts
        if any("macroEnabled" in kind or "vbaProject" in kind for kind in [*kinds.values(), *types.defaults]):
            _refuse(TemplateFaultKind.MACROS)
        if _TEMPLATE in kinds.values():
            fault = TemplateFault(TemplateFaultKind.NOT_WORD, file_format=FileFormat.WORD_TEMPLATE)
            raise UnusableTemplate(fault)
        if _MAIN not in kinds.values():
            _refuse(TemplateFaultKind.NOT_WORD)
        return kinds

    def _links(self, name: str) -> None:
        part = _Links()
        self.package.parse(name, part)
        for kind, target, outside in part.found:
            last = kind.rpartition("/")[2]
            if outside or "://" in target or target.startswith(("\\\\", "//", "file:")):
                _refuse(TemplateFaultKind.EXTERNAL, last, target)
            if last not in _LINKS:
                _refuse(TemplateFaultKind.EMBEDDED, last)


class _Links(XmlPart):
    separator = " "

    def __init__(self) -> None:
        self.found: list[tuple[str, str, bool]] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name.endswith(" Relationship"):
            outside = attributes.get("TargetMode", "Internal") != "Internal"
            self.found.append((attributes["Type"], attributes["Target"], outside))


@dataclass
class _TextPart(XmlPart):
    """The paragraphs of a part without what is struck out, and its fields, which are held to a list."""

    separator = " "

    part: str
    found: list[Paragraph] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)
    cells: list[list[int]] = field(default_factory=list)
    tables: int = 0
    fields: list[str] = field(default_factory=list)
    taken: str = ""
    struck_out: int = 0

    def __post_init__(self) -> None:
        self.max_bytes = MAX_TEXT if self.part else None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = name.removeprefix(_W)
        if local == "tbl":
            self.tables += not self.cells
            self.cells.append([self.tables, 0, 0])
        elif local == "tr" and self.cells:
            self.cells[-1][1] += 1
            self.cells[-1][2] = 0
        elif local == "tc" and self.cells:
            self.cells[-1][2] += 1
        elif local == "p":
            self.paragraphs.append(Paragraph(self.part, *(self.cells[-1] if self.cells else ())))
            if self.part:
                self.found.append(self.paragraphs[-1])
        elif local in ("t", "instrText"):
            self.taken = local
        elif local in DELETED:
            self.struck_out += 1
        elif local == "fldSimple":
            _require_field(attributes.get(f"{_W}instr", ""))
        elif local == "fldChar":
            self._field(attributes.get(f"{_W}fldCharType", ""))
        elif local in ("altChunk", "object", "control", "subDoc", "mailMerge"):
            _refuse(TemplateFaultKind.EMBEDDED, local)
        for key, value in attributes.items():
            if key.rpartition(" ")[2] in ("src", "href") and value:
                _refuse(TemplateFaultKind.EXTERNAL, key.rpartition(" ")[2], value)

    def end(self, name: str) -> None:
        local = name.removeprefix(_W)
        if local == "p" and self.paragraphs:
            self.paragraphs.pop()
        elif local == "tbl" and self.cells:
            self.cells.pop()
        elif local in ("t", "instrText"):
            self.taken = ""
        elif local in DELETED:
            self.struck_out -= 1

    def text(self, text: str) -> None:
        if self.taken == "instrText":
            if not self.fields:
                _refuse(TemplateFaultKind.FIELD, text.strip()[:MAX_EXCERPT_LENGTH])
            self.fields[-1] += text
        elif self.taken and self.paragraphs and not self.struck_out:
            self.paragraphs[-1].text += text

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self.fields.append("")
        elif self.fields and kind == "separate":
            _require_field(self.fields[-1])
        elif self.fields:
            _require_field(self.fields.pop())


def _require_field(instruction: str) -> None:
    words = instruction.split()
    if words and words[0].upper() not in _FIELDS:
        _refuse(TemplateFaultKind.FIELD, instruction.strip()[:MAX_EXCERPT_LENGTH])


def _refuse(kind: TemplateFaultKind, value: str = "", meant: str = "") -> None:
    raise UnusableTemplate(TemplateFault(kind, value=value, meant=meant))
