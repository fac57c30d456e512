"""PDF files: what is harmless is taken with its text, all else is refused for what it is."""

import time
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

from survey.documents.statements import pdf_file
from survey.documents.statements.faults import StatementFaultKind, UnusableStatement
from survey.documents.statements.pdf_file import MAX_PAGES, read_pdf
from tests.documents.statements.busy import busy

from .report_files import SENTENCE, action, annotated, changed_pdf, mended_pdf, pdf, put

Change = Callable[[PdfWriter], None]


def refused(content: bytes) -> StatementFaultKind:
    with pytest.raises(UnusableStatement) as caught:
        read_pdf(content)
    return caught.value.kind


def test_a_harmless_file_gives_its_pages_and_its_text() -> None:
    taken = read_pdf(pdf(SENTENCE * 4, 3))
    assert taken.pages == 3
    assert taken.text.replace("\n", "") == SENTENCE * 12
    assert max(map(len, taken.text.split("\n"))) > 60  # lines that were full are joined


def test_a_scanned_file_has_no_text() -> None:
    assert read_pdf(pdf("")).text == ""


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda w: put(w, "/OpenAction", action("/JavaScript", JS="1")), StatementFaultKind.SCRIPT),
        (lambda w: put(w, "/OpenAction", action("/Launch", F="cmd.exe")), StatementFaultKind.SCRIPT),
        (lambda w: put(w, "/OpenAction", action("/URI", URI="https://x.example")), StatementFaultKind.LINK),
        (lambda w: put(w, "/OpenAction", action("/GoToR", F="other.pdf")), StatementFaultKind.LINK),
        (lambda w: put(w, "/OpenAction", action("/SubmitForm", F="https://x")), StatementFaultKind.FORM),
        (lambda w: put(w, "/AA", DictionaryObject()), StatementFaultKind.SCRIPT),
        (lambda w: w.add_attachment("a.exe", b"MZ"), StatementFaultKind.ATTACHMENT),
        (
            lambda w: put(w, "/AcroForm", DictionaryObject({NameObject("/XFA"): TextStringObject("x")})),
            StatementFaultKind.FORM,
        ),
        (annotated("/FileAttachment"), StatementFaultKind.ATTACHMENT),
        (annotated("/RichMedia"), StatementFaultKind.SCRIPT),
        (annotated("/Screen"), StatementFaultKind.SCRIPT),
    ],
)
def test_what_acts_or_leads_elsewhere_is_refused(change: Change, kind: StatementFaultKind) -> None:
    assert refused(changed_pdf(change)) is kind


def test_an_object_that_no_page_uses_is_looked_at_too() -> None:
    assert refused(changed_pdf(lambda w: w._add_object(action("/JavaScript", JS="1")))) is (
        StatementFaultKind.SCRIPT
    )


def test_what_a_reader_would_not_find_is_found_in_the_bytes() -> None:
    hidden = pdf() + b"\n<< /S /JavaScript /JS (app.alert(1)) >>\n"
    assert refused(hidden) is StatementFaultKind.SCRIPT


def test_a_link_is_refused_and_a_turn_to_another_page_is_not() -> None:
    assert refused(pdf(link="https://example.org/report")) is StatementFaultKind.LINK
    assert read_pdf(changed_pdf(lambda w: put(w, "/OpenAction", action("/GoTo")))).pages == 1


def test_a_signature_or_plain_field_is_no_harm() -> None:
    assert read_pdf(changed_pdf(annotated("/Widget"))).pages == 1


def test_an_encrypted_file_is_refused() -> None:
    assert refused(pdf(password="secret")) is StatementFaultKind.PASSWORD


def test_limits_of_pages_and_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_pdf(pdf("", MAX_PAGES)).pages == MAX_PAGES
    assert refused(pdf("", MAX_PAGES + 1)) is StatementFaultKind.TOO_MANY_PAGES
    monkeypatch.setattr(pdf_file, "MAX_FILE", 1000)
    assert refused(pdf()) is StatementFaultKind.TOO_LARGE


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.7\n%%EOF", None, b"%PDF-" + bytes(5000)])
def test_damage_is_named(content: bytes | None) -> None:
    assert refused(pdf()[:600] if content is None else content) is StatementFaultKind.DAMAGED


def test_any_byte_may_be_wrong() -> None:
    whole = pdf("")
    for at in range(0, len(whole), 7):
        broken = whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]
        with suppress(UnusableStatement):
            read_pdf(broken)


def test_it_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_file, "MAX_SECONDS", 0.2)
    monkeypatch.setattr(pdf_file, "_require_harmless", lambda *_file: busy(30))
    began = time.process_time()
    assert refused(pdf()) is StatementFaultKind.TOO_COMPLEX
    assert time.process_time() - began < 5


_PACKED = zlib.compress(b"9 0 <</S/GoToR/F(x)>>")
UNLISTED = {
    "an object that no table names": (b"9 0 obj<</S/GoToR/F(x)>>endobj\n", StatementFaultKind.LINK),
    "the last of two with one number": (b"5 0 obj<</S/GoToR/F(x)>>endobj\n", StatementFaultKind.LINK),
    "a name with signs as digits": (b"9 0 obj<</S/G#6fTo#52/F(x)>>endobj\n", StatementFaultKind.LINK),
    "what nobody can read, but for its name": (b"9 0 obj<</S/J#61vaScript/J", StatementFaultKind.SCRIPT),
    "a link that nobody can read": (b"9 0 obj<</URI (x", StatementFaultKind.LINK),
    "an object in a stream of objects": (
        b"8 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%b\nendstream endobj\n"
        % (len(_PACKED), _PACKED),
        StatementFaultKind.LINK,
    ),
}


@pytest.mark.parametrize("what", UNLISTED)
def test_what_only_a_viewer_finds_that_mends_the_file_is_looked_at(what: str) -> None:
    hidden, kind = UNLISTED[what]
    assert refused(mended_pdf(hidden)) is kind


def test_a_file_that_has_to_be_mended_and_is_harmless_is_taken() -> None:
    found = b"7 0 obj<</S/GoTo/D[3 0 R/Fit]>>endobj 77 0 obj <<)(>> endobj 1 0 obj"
    assert read_pdf(mended_pdf(found, action=b"7 0 R")).pages == 1


def with_heavy_forms(writer: PdfWriter) -> None:
    """Let the page show form objects that take seconds each; what fails in one, a reader leaves out."""
    page = writer.pages[0]
    resources, forms = page["/Resources"], DictionaryObject()
    for number in range(4):
        form = DecodedStreamObject()
        form.set_data(b"BT /F1 1 Tf " + b"(aaaaaaaa) Tj 1 0 Td " * 60_000 + b"ET")
        form.update({NameObject("/Subtype"): NameObject("/Form"), NameObject("/Resources"): resources})
        forms[NameObject(f"/X{number}")] = writer._add_object(form.flate_encode())
    resources[NameObject("/XObject")] = forms  # type: ignore[index]
    shown = DecodedStreamObject()
    shown.set_data(b" ".join(f"{name} Do".encode() for name in forms))
    page[NameObject("/Contents")] = writer._add_object(shown)


def test_it_ends_in_time_whatever_its_parser_catches(monkeypatch: pytest.MonkeyPatch) -> None:
    heavy = changed_pdf(with_heavy_forms)
    monkeypatch.setattr(pdf_file, "MAX_SECONDS", 0.5)
    began = time.process_time()
    assert refused(heavy) is StatementFaultKind.TOO_COMPLEX
    assert time.process_time() - began < 3


def test_what_is_looked_at_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_file, "MAX_VALUES", 10)
    assert refused(pdf()) is StatementFaultKind.TOO_COMPLEX
