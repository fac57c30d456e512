"""What a file is that is brought as evidence: told by what is in it, whatever its name says."""

from codecs import BOM_UTF8

from survey.documents.layout.file_format import FileFormat, file_format
from survey.documents.layout.untrusted_package import (
    PackageFlaw,
    PackageLimits,
    UnreadablePackage,
    untrusted_package,
)
from survey.domain.assessment.reports.submitted_report import EvidenceFormat
from survey.domain.errors import UnfitEvidence

MAX_EVIDENCE = 20 * 1024 * 1024
"""Bytes of one file."""
_MIB = 1024 * 1024
_LIMITS = PackageLimits(parts=5000, listed=400 * _MIB, unpacked=_MIB)
_STARTS = {
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR": EvidenceFormat.PNG,
    b"\xff\xd8\xff": EvidenceFormat.JPEG,
}
_MAIN_PARTS = {"xl/workbook.xml": EvidenceFormat.XLSX, "word/document.xml": EvidenceFormat.DOCX}
_TYPES = "[Content_Types].xml"
_MACROS = "vbaproject.bin"


def evidence_format(content: bytes) -> EvidenceFormat:
    """Return the format of a file that may prove a number; raises ``UnfitEvidence``."""
    if not content:
        raise UnfitEvidence("empty", "the file is empty")
    if len(content) > MAX_EVIDENCE:
        raise UnfitEvidence("large", f"the file has {len(content)} bytes; at most {MAX_EVIDENCE} are taken")
    # Readers find a PDF behind a mark of its text's coding; behind more than that it may be something else.
    if content.removeprefix(BOM_UTF8).lstrip().startswith(b"%PDF-"):
        return EvidenceFormat.PDF
    for start, found in _STARTS.items():
        if content.startswith(start):
            return found
    if content.startswith(b"PK"):
        return _packed(content)
    if file_format(content) is FileFormat.PASSWORD:
        raise UnfitEvidence("password", "the file is protected by a password; save it without one")
    raise UnfitEvidence("format", "the file is no PDF, JPEG, PNG, XLSX or DOCX")


def _packed(content: bytes) -> EvidenceFormat:
    try:
        with untrusted_package(content, _LIMITS) as package:
            names = list(package.names)
            package.require_each_name_once()
    except UnreadablePackage as error:
        if error.flaw is PackageFlaw.PASSWORD:
            raise UnfitEvidence("password", "the file is protected by a password") from error
        raise UnfitEvidence("damaged", "the file is damaged, or unpacks to too much") from error
    if any(name.casefold().endswith(_MACROS) for name in names):
        raise UnfitEvidence("macros", "the file holds macros; save it as XLSX or DOCX")
    found = [kind for part, kind in _MAIN_PARTS.items() if part in names]
    if len(found) != 1 or _TYPES not in names:
        raise UnfitEvidence("format", "the file is no PDF, JPEG, PNG, XLSX or DOCX")
    return found[0]
