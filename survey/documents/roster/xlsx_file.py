"""Rosters as Excel workbooks, read part by part from the file of an unknown sender.

openpyxl either loads a workbook whole, whatever its size, or leaves merged and hidden cells out, and shows
formulas or their values but not both. Here every part is measured while it is unpacked, and parsing stops
where a roster cannot be right any more.
"""

import posixpath
from dataclasses import dataclass

from survey.documents.layout.untrusted_package import (
    PackageLimits,
    UnreadablePackage,
    UntrustedPackage,
    resolved,
    spelled_plainly,
    untrusted_package,
)

from .cells import ROSTER_LIMITS, Book, CellSheet, RosterFaultKind, SheetLimits, UnreadableRoster
from .workbook_parts import Links, SheetPart, Strings, Styles, Workbook

MAX_UNPACKED = 32 * 1024 * 1024
MAX_PARTS = 2_000
MAX_ELEMENTS = 1_000_000
"""Over all parts that are read: five thousand persons take a fifth of it. A sheet may be named many times, so
that a file of twelve kilobytes kept the server at it for minutes."""
_OFFICE = "officeDocument"
_LIMITS = PackageLimits(MAX_PARTS, MAX_UNPACKED, MAX_UNPACKED, MAX_ELEMENTS)


def read_xlsx(data: bytes, limits: SheetLimits = ROSTER_LIMITS) -> Book:
    """Read a workbook (.xlsx, .xlsm); raises ``UnreadableRoster``."""
    try:
        with untrusted_package(data, _LIMITS) as package:
            return _Workbook(package, limits).book()
    except UnreadablePackage as error:
        part = error.part if "/worksheets/" in spelled_plainly(error.part) else ""
        raise UnreadableRoster(RosterFaultKind(error.flaw.value), large_sheet=part) from error


@dataclass(frozen=True)
class _Workbook:
    package: UntrustedPackage
    limits: SheetLimits

    def book(self) -> Book:
        """Read the sheets in their order."""
        main = self._main()
        links = self._links(main)
        strings = self._shared(links)
        styles = self._styles(links)
        workbook = Workbook()
        self.package.parse(main, workbook)
        book = Book([], any(link.kind == "externalLink" for link in links.values()))
        for entry in workbook.sheets:
            link = links[entry.link]
            if link.kind == "worksheet":
                sheet = CellSheet(entry.name, hidden=entry.hidden)
                part = SheetPart(sheet, strings, styles, workbook.date_1904, self.limits)
                self.package.parse(link.target, part)
                book.sheets.append(sheet)
        return book

    def _main(self) -> str:
        if "_rels/.rels" in self.package:
            for link in self._links("").values():
                if link.kind == _OFFICE and link.target in self.package:
                    target = spelled_plainly(link.target)
                    if not target.startswith("xl/") or target.endswith(".bin"):
                        break
                    return link.target
        raise UnreadableRoster(RosterFaultKind.OTHER_FORMAT)

    def _links(self, source: str) -> dict[str, "_Link"]:
        folder, name = posixpath.split(source)
        found = Links()
        self.package.parse(posixpath.join(folder, "_rels", f"{name}.rels"), found)
        return {
            key: _Link(kind.rpartition("/")[2], resolved(folder, target)) for key, kind, target in found.links
        }

    def _shared(self, links: dict[str, "_Link"]) -> list[str]:
        strings = Strings()
        for link in links.values():
            if link.kind == "sharedStrings" and link.target in self.package:
                self.package.parse(link.target, strings)
        return strings.found

    def _styles(self, links: dict[str, "_Link"]) -> Styles:
        styles = Styles()
        for link in links.values():
            if link.kind == "styles" and link.target in self.package:
                self.package.parse(link.target, styles)
        return styles


@dataclass(frozen=True)
class _Link:
    kind: str
    target: str
