"""A PDF of very many pages, written as they come: each shows a page drawn before, and has content of its own.

fpdf2 keeps a whole document in memory until its end. So it draws only what many pages share, with the fonts;
the pages themselves go straight into the file, and of each nothing but its place in it is remembered.
"""

import secrets
import zlib
from array import array
from typing import BinaryIO, cast

from fpdf import FPDF
from fpdf.output import OutputProducer, PDFPage, PDFPagesRoot, PDFXrefAndTrailer


class _Drawn(OutputProducer):
    """What fpdf2 writes of the pages that were drawn."""

    @property
    def head(self) -> bytes:
        """Return all of it but the table of places at its end."""
        return bytes(self.buffer[: self.buffer.rindex(b"\nxref\n0 ") + 1])

    @property
    def root(self) -> PDFPagesRoot:
        """Return the object that lists the pages."""
        return next(one for one in self.pdf_objs if isinstance(one, PDFPagesRoot))

    @property
    def pages(self) -> list[PDFPage]:
        """Return the pages in their order."""
        return [one for one in self.pdf_objs if isinstance(one, PDFPage)]

    @property
    def trailer(self) -> PDFXrefAndTrailer:
        """Return what names the other main objects."""
        return cast(PDFXrefAndTrailer, self.pdf_objs[-1])


class PageStream:
    """Writes pages into a file; those that ``pdf`` has are not shown but as the ground of others."""

    def __init__(self, pdf: FPDF, out: BinaryIO) -> None:
        """Begin a file with what was drawn so far; nothing can be drawn later."""
        self._drawn = _Drawn(pdf)
        pdf.output(output_producer_class=lambda _pdf: self._drawn)  # type: ignore[call-overload]
        self._out = out
        self._at = 0
        self._places = array("Q", [0] * (self._drawn.obj_id + 1))
        for number, place in self._drawn.offsets.items():
            self._places[number] = place
        self._grounds = [
            f"/Resources {page.resources.ref} /Contents [{cast(object, page.contents).ref} "  # type: ignore[union-attr,attr-defined]
            for page in self._drawn.pages
        ]
        self._shown = array("Q")
        self._write(self._drawn.head)

    def add(self, ground: int, own: str) -> None:
        """Add a page: the drawn page of that number, from 1, and over it operators of its own."""
        content = zlib.compress(own.encode("latin-1"))
        head = f"<< /Filter /FlateDecode /Length {len(content)} >>\nstream\n".encode()
        number = self._object(head + content + b"\nendstream")
        self._page(f"{self._grounds[ground - 1]}{number} 0 R]")

    def add_empty(self) -> None:
        """Add an empty page."""
        self._page("/Resources << >>")

    def end(self) -> None:
        """Write the list of the pages, and where everything stands."""
        kids = " ".join(f"{number} 0 R" for number in self._shown)
        root = self._drawn.root
        self._places[root.id] = self._at
        listed = f"/Type /Pages /Kids [{kids}] /Count {len(self._shown)} /MediaBox {root.media_box}"
        self._write(f"{root.id} 0 obj\n<< {listed} >>\nendobj\n".encode())
        begin = self._at
        self._write(f"xref\n0 {len(self._places)}\n0000000000 65535 f \n".encode())
        for place in self._places[1:]:
            self._write(f"{place:010} 00000 n \n".encode())
        known = self._drawn.trailer
        named = f"/Size {len(self._places)} /Root {known.catalog_obj.ref}"  # type: ignore[union-attr]
        if known.info_obj is not None:
            named += f" /Info {known.info_obj.ref}"
        name = f"<{secrets.token_hex(16)}>"
        self._write(f"trailer\n<< {named} /ID [{name} {name}] >>\nstartxref\n{begin}\n%%EOF\n".encode())

    def _page(self, what: str) -> None:
        page = f"<< /Type /Page /Parent {self._drawn.root.ref} {what} >>"
        self._shown.append(self._object(page.encode()))

    def _object(self, content: bytes) -> int:
        number = len(self._places)
        self._places.append(self._at)
        self._write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
        return number

    def _write(self, content: bytes) -> None:
        self._out.write(content)
        self._at += len(content)
