"""What evidence is, is told by what is in the file."""

import io
import zipfile

import pytest

from survey.documents.assessment import evidence_format as formats
from survey.documents.assessment.evidence_format import evidence_format
from survey.domain.assessment.reports.submitted_report import EvidenceFormat
from survey.domain.errors import UnfitEvidence
from tests.builders import ROOT

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(13)
SAMPLE = ROOT / "tests" / "data" / "assessment"


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"%PDF-1.4\n", EvidenceFormat.PDF),
        (b"\xef\xbb\xbf%PDF-1.4\n", EvidenceFormat.PDF),
        (b"\xff\xd8\xff\xe0", EvidenceFormat.JPEG),
        (PNG, EvidenceFormat.PNG),
        ((SAMPLE / "report-t3-2026-05.xlsx").read_bytes(), EvidenceFormat.XLSX),
        ((ROOT / "survey/documents/word/tables.docx").read_bytes(), EvidenceFormat.DOCX),
    ],
)
def test_what_is_taken(content: bytes, found: EvidenceFormat) -> None:
    assert evidence_format(content) is found


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"MZ\x90", "format"),
        (b"<html>%PDF-", "format"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "format"),
        (b"GIF89a", "format"),
        (packed("a.txt"), "format"),
        (packed("[Content_Types].xml", "xl/workbook.xml", "word/document.xml"), "format"),
        (packed("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "macros"),
        (packed("[Content_Types].xml", "xl/workbook.xml", "XL/workbook.xml"), "damaged"),
        (packed("[Content_Types].xml", "xl/workbook.xml")[:40], "damaged"),
    ],
    # Named after the bytes, in which the moment stands, they would have other names in each process.
    ids=lambda value: value if isinstance(value, str) else "content",
)
def test_what_is_not(content: bytes, why: str) -> None:
    with pytest.raises(UnfitEvidence) as refused:
        evidence_format(content)
    assert refused.value.why == why


def test_not_more_than_so_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MAX_EVIDENCE", 8)
    with pytest.raises(UnfitEvidence) as refused:
        evidence_format(b"%PDF-1.4\n")
    assert refused.value.why == "large"
