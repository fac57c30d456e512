"""Rosters as Excel workbooks, read part by part from the file of an unknown sender.

openpyxl either loads a workbook whole, whatever its size, or leaves merged and hidden cells out, and shows
formulas or their values but not both. Here every part is measured while it is unpacked, and parsing stops
where a roster cannot be right any more.
"""

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from .cells import Book, CellSheet, RosterFaultKind, UnreadableRoster
from .workbook_parts import Links, SheetPart, Strings, Styles, Workbook, XmlPart

MAX_UNPACKED = 32 * 1024 * 1024
MAX_PARTS = 2_000
MAX_ELEMENTS = 1_000_000
"""Over all parts that are read: five thousand persons take a fifth of it. A sheet may be named many times, so
that a file of twelve kilobytes kept the server at it for minutes."""
_CHUNK = 256 * 1024
_OFFICE = "officeDocument"
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    expat.ExpatError,
    EOFError,
    LookupError,
    OverflowError,
    ValueError,
)


def read_xlsx(data: bytes) -> Book:
    """Read a workbook (.xlsx, .xlsm); raises ``UnreadableRoster``."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _Workbook(archive).book()
    except _DAMAGE as error:
        raise UnreadableRoster(RosterFaultKind.DAMAGED) from error


@dataclass
class _Workbook:
    archive: zipfile.ZipFile
    unpacked: int = 0
    elements: int = 0

    def book(self) -> Book:
        """Read the sheets in their order."""
        members = self.archive.infolist()
        if len(members) > MAX_PARTS or sum(member.file_size for member in members) > MAX_UNPACKED:
            raise UnreadableRoster(RosterFaultKind.TOO_LARGE)
        if any(member.flag_bits & 1 for member in members):
            raise UnreadableRoster(RosterFaultKind.PASSWORD)
        if any(member.compress_type not in _PACKED for member in members):
            raise UnreadableRoster(RosterFaultKind.DAMAGED)
        names = {member.filename for member in members}
        main = self._main(names)
        links = self._links(main)
        strings = self._shared(links, names)
        styles = self._styles(links, names)
        workbook = Workbook()
        self._parse(main, workbook)
        book = Book([], any(link.kind == "externalLink" for link in links.values()))
        for entry in workbook.sheets:
            link = links[entry.link]
            if link.kind == "worksheet":
                sheet = CellSheet(entry.name, hidden=entry.hidden)
                self._parse(link.target, SheetPart(sheet, strings, styles, workbook.date_1904))
                book.sheets.append(sheet)
        return book

    def _main(self, names: set[str]) -> str:
        if "_rels/.rels" in names:
            for link in self._links("").values():
                if link.kind == _OFFICE and link.target in names:
                    if not link.target.startswith("xl/") or link.target.endswith(".bin"):
                        break
                    return link.target
        raise UnreadableRoster(RosterFaultKind.OTHER_FORMAT)

    def _links(self, source: str) -> dict[str, "_Link"]:
        folder, name = posixpath.split(source)
        found = Links()
        self._parse(posixpath.join(folder, "_rels", f"{name}.rels"), found)
        return {
            key: _Link(kind.rpartition("/")[2], posixpath.normpath(posixpath.join("/", folder, target))[1:])
            for key, kind, target in found.links
        }

    def _shared(self, links: dict[str, "_Link"], names: set[str]) -> list[str]:
        strings = Strings()
        for link in links.values():
            if link.kind == "sharedStrings" and link.target in names:
                self._parse(link.target, strings)
        return strings.found

    def _styles(self, links: dict[str, "_Link"], names: set[str]) -> list[bool]:
        styles = Styles()
        for link in links.values():
            if link.kind == "styles" and link.target in names:
                self._parse(link.target, styles)
        return styles.dates

    def _parse(self, name: str, part: XmlPart) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_entities
        parser.StartElementHandler = part.start
        parser.EndElementHandler = part.end
        parser.CharacterDataHandler = part.text
        for chunk in self._chunks(name):
            before = part.elements
            parser.Parse(chunk, False)
            self.elements += part.elements - before
            if self.elements > MAX_ELEMENTS:
                raise UnreadableRoster(RosterFaultKind.TOO_LARGE)
            if part.full:
                return
        parser.Parse(b"", True)

    def _chunks(self, name: str) -> Iterator[bytes]:
        with self.archive.open(name) as member:
            while chunk := member.read(_CHUNK):
                # What the archive's directory says of a part's size need not be true.
                self.unpacked += len(chunk)
                if self.unpacked > MAX_UNPACKED:
                    raise UnreadableRoster(RosterFaultKind.TOO_LARGE)
                yield chunk


@dataclass(frozen=True)
class _Link:
    kind: str
    target: str


def _refuse_entities(*_declared: object) -> None:
    raise UnreadableRoster(RosterFaultKind.ENTITIES)
