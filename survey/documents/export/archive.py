"""One document for each person and team of a count, in one ZIP file."""

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import BinaryIO, Literal
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from survey.documents.fonts import cut_down
from survey.documents.layout.glyphs import writable_report
from survey.documents.layout.printed import ABOUT
from survey.domain.results.table import Report

from .files import file_names

Kind = Literal["pdf", "docx"]
_WHOLE = slice(None)


def forms_of(report: Report) -> Report:
    """Keep of a report the forms that are about one ratee each."""
    return replace(report, tables=(), sheets=[one for one in report.sheets if one.kind in ABOUT])


def form_of(report: Report, ratee: str) -> Report:
    """Keep of a report the form of one ratee."""
    forms = forms_of(report)
    return replace(forms, sheets=[one for one in forms.sheets if one.key == ratee])


def write_zip(
    report: Report,
    out: BinaryIO,
    kind: Kind = "pdf",
    template: bytes | None = None,
    *,
    part: slice = _WHOLE,
    progress: Callable[[int], None] = lambda _done: None,
) -> None:
    """Write one document for each ratee into a ZIP file, named after the ratee.

    ``template`` takes the place of the Word template that ships. The names of files keep the letters that
    the PDF's font lacks. ``part`` says for which of the ratees; ``progress`` is called after each document
    with how many there are.
    """
    forms = forms_of(report)
    names = file_names([sheet.full_title for sheet in forms.sheets])[part]
    with ZipFile(out, "w", ZIP_STORED) as archive:
        for number, (name, content) in enumerate(
            zip(names, _documents(forms, kind, template, part), strict=True)
        ):
            # A fixed time: that of the making would be nobody's business, and differ for the same count.
            archive.writestr(ZipInfo(f"{name}.{kind}"), content)
            progress(number + 1)


def join_zips(parts: Iterable[bytes], out: BinaryIO) -> None:
    """Write what ``write_zip`` made in parts as one ZIP file, in their order."""
    with ZipFile(out, "w", ZIP_STORED) as whole:
        for content in parts:
            with ZipFile(io.BytesIO(content)) as archive:
                for entry in archive.infolist():
                    whole.writestr(entry, archive.read(entry))


def _documents(forms: Report, kind: Kind, template: bytes | None, part: slice) -> Iterator[bytes]:
    if kind == "docx":
        from survey.documents.word.official_tables import write_docx

        for sheet in forms.sheets[part]:
            made = io.BytesIO()
            write_docx(replace(forms, sheets=[sheet]), made, template)
            yield made.getvalue()
        return
    from survey.documents.pdf.official_tables import texts_in, write_pdf

    # Each form is made writable by itself: those of other parts need not be looked through.
    forms = writable_report(replace(forms, sheets=forms.sheets[part]))
    with cut_down(texts_in(forms)) as fonts:
        for sheet in forms.sheets:
            made = io.BytesIO()
            write_pdf(replace(forms, sheets=[sheet]), made, fonts)
            yield made.getvalue()
